package io.muster.cli;

import io.muster.support.Refusal;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.Reader;
import java.io.Writer;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/** An evaluator of the demo's own: a process that reads the demo's snapshots and knows nothing else of it. */
final class DemoEvaluator implements AutoCloseable {

    /** The entry point, which is above all packages. */
    private static final String MAIN = "io.muster.Muster";

    private static final String LISTENS = "muster evaluator: listening on ";
    private static final Duration PATIENCE = Duration.ofSeconds(20);

    private final Process process;
    private final String address;
    private final HttpClient client =
            HttpClient.newBuilder().connectTimeout(PATIENCE).build();

    private DemoEvaluator(Process process, String address) {
        this.process = process;
        this.address = address;
    }

    /** Starts one on a free port. */
    static DemoEvaluator start(Path home) {
        ProcessBuilder builder = new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx64m",
                "-XX:+UseSerialGC",
                "--enable-native-access=ALL-UNNAMED",
                "-cp",
                System.getProperty("java.class.path"),
                MAIN,
                "evaluator",
                "--port",
                "0",
                "--snapshots",
                home.resolve("snapshots").toString());
        builder.environment().put("MUSTER_HOME", home.toString());
        builder.redirectOutput(ProcessBuilder.Redirect.DISCARD);
        try {
            Process process = builder.start();
            // The demo may be killed; an evaluator that nobody knows of must not stay behind.
            Runtime.getRuntime().addShutdownHook(new Thread(process::destroy));
            return new DemoEvaluator(process, address(process));
        } catch (IOException e) {
            throw Refusal.failed("Cannot start the demo's evaluator: %s. Start the demo again.".formatted(e), e);
        }
    }

    private static String address(Process process) throws IOException {
        StringBuilder said = new StringBuilder();
        BufferedReader notes =
                new BufferedReader(new InputStreamReader(process.getErrorStream(), StandardCharsets.UTF_8));
        for (String line = notes.readLine(); line != null; line = notes.readLine()) {
            if (line.startsWith(LISTENS)) {
                // What it says from now on is read by nobody, and must not fill the pipe.
                Thread.ofVirtual().start(() -> swallow(notes));
                return line.substring(LISTENS.length());
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

    /** The address of the decisions for a visitor. */
    String question(String project, String reference) {
        return address + "/v1/decisions?project=" + project
                + (reference.isEmpty() ? "" : "&ref=" + URLEncoder.encode(reference, StandardCharsets.UTF_8));
    }

    /** What it answers, with reasons. */
    String answer(String question, String debugToken) {
        try {
            HttpResponse<String> answer = client.send(
                    HttpRequest.newBuilder(URI.create(question))
                            .timeout(PATIENCE)
                            .header("X-Debug-Token", debugToken)
                            .build(),
                    BodyHandlers.ofString());
            if (answer.statusCode() != 200) {
                throw new IOException("it answered %d: %s".formatted(answer.statusCode(), answer.body()));
            }

            return answer.body();
        } catch (IOException e) {
            throw Refusal.failed("Cannot ask the demo's evaluator: %s. Start the demo again.".formatted(e), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw Refusal.failed("Cannot go on with the demo: it was interrupted. Start it again.", e);
        }
    }

    @Override
    public void close() {
        client.close();
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
