package io.muster.cli;

import io.muster.support.Refusal;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.Reader;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** A role of Muster that the demo runs beside itself, as a process that knows nothing of the demo but its state folder. */
final class DemoProcess implements AutoCloseable {

    /** The entry point, which is above all packages. */
    private static final String MAIN = "io.muster.Muster";

    private static final Duration PATIENCE = Duration.ofSeconds(20);

    private final Process process;
    private final String address;

    private DemoProcess(Process process, String address) {
        this.process = process;
        this.address = address;
    }

    /**
     * Starts a role, and waits until it listens.
     *
     * @param heap the most memory it may use, such as {@code 64m}
     * @param variables of its environment; an empty one is taken away
     */
    static DemoProcess start(Path home, String heap, Map<String, String> variables, String role, String... options) {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx" + heap,
                "-XX:+UseSerialGC",
                // It is to be there soon; it will not have much to do.
                "-XX:TieredStopAtLevel=1",
                "--enable-native-access=ALL-UNNAMED",
                "-cp",
                System.getProperty("java.class.path"),
                MAIN,
                role));
        command.addAll(List.of(options));
        ProcessBuilder builder = new ProcessBuilder(command);
        builder.environment().put("MUSTER_HOME", home.toString());
        builder.environment().putAll(variables);
        builder.environment().values().removeIf(String::isEmpty);
        builder.redirectOutput(ProcessBuilder.Redirect.DISCARD);
        try {
            Process process = builder.start();
            // The demo may be killed; what nobody knows of must not stay behind.
            Runtime.getRuntime().addShutdownHook(new Thread(process::destroy));
            return new DemoProcess(process, address(process, "muster %s: listening on ".formatted(role)));
        } catch (IOException e) {
            throw Refusal.failed("Cannot start the demo's %s: %s. Start the demo again.".formatted(role, e), e);
        }
    }

    private static String address(Process process, String listens) throws IOException {
        StringBuilder said = new StringBuilder();
        BufferedReader notes =
                new BufferedReader(new InputStreamReader(process.getErrorStream(), StandardCharsets.UTF_8));
        for (String line = notes.readLine(); line != null; line = notes.readLine()) {
            if (line.startsWith(listens)) {
                // What it says from now on is read by nobody, and must not fill the pipe.
                Thread.ofVirtual().start(() -> swallow(notes));
                return line.substring(listens.length());
            }

            said.append(line).append(' ');
        }

        throw new IOException("it ended and said: " + said);
    }

    private static void swallow(Reader notes) {
        try (notes) {
            notes.transferTo(Writer.nullWriter());
        } catch (IOException ended) {
            // The process has ended, and its words with it.
        }
    }

    /** Where it listens. */
    String address() {
        return address;
    }

    @Override
    public void close() {
        process.destroy();
        try {
            if (!process.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS)) {
                process.destroyForcibly();
            }
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
    }
}
