package io.muster.runs;

import io.muster.Muster;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** A real process of Muster, from the class path of the tests. */
public final class MusterProcess implements AutoCloseable {

    private final Process process;
    private final Path out;
    private final Path err;

    private MusterProcess(Process process, Path out, Path err) {
        this.process = process;
        this.out = out;
        this.err = err;
    }

    /** Starts a command with small blocks, so that a run has many points to be killed at. */
    public static MusterProcess start(String url, Path home, Path folder, String... arguments) throws IOException {
        return start(url, home, folder, Map.of(), arguments);
    }

    /** Starts a command likewise, with further variables in its environment. */
    public static MusterProcess start(
            String url, Path home, Path folder, Map<String, String> environment, String... arguments)
            throws IOException {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx256m",
                "-XX:TieredStopAtLevel=1",
                "-XX:+UseSerialGC",
                "--enable-native-access=ALL-UNNAMED",
                "-cp",
                System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")),
                Muster.class.getName()));
        command.addAll(List.of(arguments));
        Path out = Files.createTempFile(folder, "out", ".txt");
        Path err = Files.createTempFile(folder, "err", ".txt");
        ProcessBuilder builder =
                new ProcessBuilder(command).redirectOutput(out.toFile()).redirectError(err.toFile());
        builder.environment().put("MUSTER_DATABASE_URL", url);
        builder.environment().put("MUSTER_HOME", home.toString());
        builder.environment().put("MUSTER_LOAD_BLOCK", "500");
        builder.environment().putAll(environment);
        return new MusterProcess(builder.start(), out, err);
    }

    /** Whether it runs. */
    public boolean isAlive() {
        return process.isAlive();
    }

    /** Ends it as a power cut would. */
    public void kill() throws InterruptedException {
        process.destroyForcibly();
        process.waitFor();
    }

    /** Sends a signal by name. */
    public void signal(String name) throws IOException, InterruptedException {
        new ProcessBuilder("kill", "-" + name, Long.toString(process.pid()))
                .start()
                .waitFor();
    }

    /** Waits for its end; the result is the exit code. */
    public int exit() throws InterruptedException {
        if (!process.waitFor(120, TimeUnit.SECONDS)) {
            throw new IllegalStateException("The process does not end: " + this);
        }

        return process.exitValue();
    }

    /** What it has written to standard output. */
    public String out() throws IOException {
        return Files.readString(out);
    }

    /** What it has written to standard error. */
    public String err() throws IOException {
        return Files.readString(err);
    }

    @Override
    public void close() {
        process.destroyForcibly();
    }

    @Override
    public String toString() {
        try {
            return process + "\n" + out() + "\n" + err();
        } catch (IOException e) {
            return process.toString();
        }
    }
}
