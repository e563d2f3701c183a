package io.muster.evaluator;

import static io.muster.evaluator.TestSnapshots.FIRST;
import static io.muster.evaluator.TestSnapshots.PROJECT;
import static org.assertj.core.api.Assertions.assertThat;

import io.muster.Muster;
import io.muster.support.TakenPort;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A process of its own: what it loads, and how it ends. */
class EvaluatorProcessTests {

    /** What an evaluator has no use for. */
    private static final List<String> NEVER = List.of(
            "org.springframework.",
            "io.micrometer.tracing.",
            "io.opentelemetry.",
            "java.sql.Driver",
            "java.sql.Connection",
            "javax.sql.",
            "com.mysql.",
            "com.zaxxer.",
            "org.flywaydb.",
            "picocli.",
            "org.apache.sshd.",
            "com.github.kagkarlsson.",
            "io.muster.cli.",
            "io.muster.web.",
            "io.muster.jobs.",
            "io.muster.runs.",
            "io.muster.load.",
            "io.muster.segment.",
            "io.muster.database.",
            "io.muster.directory.store.");

    /** Logback asks every configurator that the class path offers; this one of Boot's stands alone and does nothing here. */
    private static final String OFFERED = "org.springframework.boot.logging.logback.RootLogLevelConfigurator";

    private static final String LISTENING = "muster evaluator: listening on ";

    @TempDir
    private Path home;

    @Test
    void loadsNeitherDatabaseNorJobsNorCommandLine() throws Exception {
        new TestSnapshots(home).publish("linked", FIRST);
        Path classes = home.resolve("classes");
        Process process = start("-Xlog:class+load:file=" + classes);
        try {
            String address = said(process, LISTENING);
            try (HttpClient client = HttpClient.newHttpClient()) {
                assertThat(get(client, address + "/health/ready")).startsWith("{\"status\":\"UP\"");
                assertThat(get(client, address + "/v1/decisions?project=" + PROJECT + "&ref=C-1"))
                        .contains(FIRST + "\",\"show\":true");
            }

            process.destroy();
            assertThat(process.waitFor()).as("stopped in order").isZero();
        } finally {
            process.destroyForcibly();
        }

        try (Stream<String> lines = Files.lines(classes)) {
            List<String> loaded = lines.map(
                            line -> line.replaceFirst("^\\[.*] ", "").split(" ", 2)[0])
                    .toList();
            assertThat(loaded).contains(Evaluator.class.getName());
            assertThat(loaded)
                    .filteredOn(name -> NEVER.stream().anyMatch(name::startsWith) && !name.equals(OFFERED))
                    .isEmpty();
        }
    }

    private Process start(String option) throws IOException {
        ProcessBuilder builder = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-XX:TieredStopAtLevel=1",
                        option,
                        "--enable-native-access=ALL-UNNAMED",
                        "-cp",
                        System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")),
                        Muster.class.getName(),
                        "evaluator",
                        "--port",
                        "0",
                        "--snapshots",
                        home.resolve("snapshots").toString())
                .redirectErrorStream(true);
        builder.environment().put("MUSTER_HOME", home.resolve("home").toString());
        return builder.start();
    }

    private static String said(Process process, String words) throws IOException {
        BufferedReader output =
                new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
        for (String line = output.readLine(); line != null; line = output.readLine()) {
            if (line.startsWith(words)) {
                return line.substring(words.length());
            }
        }

        throw new IOException("The evaluator ended");
    }

    @Test
    void aUsualPortOfMetricsThatIsTakenIsReplacedAndTheEvaluatorSaysSo() throws Exception {
        new TestSnapshots(home).publish("linked", FIRST);
        try (TakenPort taken = TakenPort.take(9464);
                HttpClient client = HttpClient.newHttpClient()) {
            assertThat(taken.isTaken()).isTrue();
            Process process = start("-Xmx128m");
            try {
                String moved = said(process, "muster evaluator: port 9464 is taken; metrics are on ");
                assertThat(get(client, moved)).contains("muster_evaluator_ready 1.0");
            } finally {
                process.destroyForcibly();
            }
        }
    }

    private static String get(HttpClient client, String address) throws IOException, InterruptedException {
        return client.send(HttpRequest.newBuilder(URI.create(address)).build(), BodyHandlers.ofString())
                .body();
    }
}
