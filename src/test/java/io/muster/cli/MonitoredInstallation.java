package io.muster.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.muster.database.TestDatabase;
import io.muster.runs.MusterProcess;
import io.muster.support.StateFolder;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * A server and an evaluator, each a process of its own, that have done something of everything there is a metric for: a file
 * was imported by a schedule, segments rebuilt, a snapshot published and taken, decisions made by both.
 */
final class MonitoredInstallation implements AutoCloseable {

    /** Of the caller who asks for decisions. */
    static final String TRACE = "0af7651916cd43dd8448eb211c80319c";

    private static final String URL = "muster.database.url";
    private static final Pattern LISTENING = Pattern.compile("listening on (http://[^\\s\"]+)");
    private static final Duration LONG = Duration.ofMinutes(2);

    private final HttpClient client = HttpClient.newHttpClient();
    private final StateFolder commands;
    private final Path home;
    private final MusterProcess server;
    private final MusterProcess evaluator;
    private final int serverPort;
    private final int evaluatorPort;

    private MonitoredInstallation(TestDatabase database, Path folder, Map<String, String> environment)
            throws IOException {
        System.setProperty(URL, database.url());
        commands = new StateFolder(folder.resolve("commands"));
        String directory = id("directories", "create", "Customers", "--rule", "extRef");
        Path condition = Files.writeString(folder.resolve("german.yaml"), "field: language\nis: de\n");
        String segment = id("segments", "create", "German", "--directory", directory, "--file", condition.toString());
        String project = id("projects", "create", "Shop", "--directory", directory);
        Path target = Files.writeString(folder.resolve("target.yaml"), "{segment: %s, is: member}".formatted(segment));
        String intercept = id("intercepts", "create", "Hallo", "--project", project, "--target", target.toString());
        assertThat(muster("projects", "apply", project, "--json")).isNotEmpty();
        assertThat(muster("intercepts", "activate", intercept, "--json")).isNotEmpty();
        String token = json("tokens", "create", "evaluator", "--scope", "snapshots")
                .get("token")
                .asString();
        Path tokenFile = Files.writeString(folder.resolve("token"), token);
        Path inbox = Files.createDirectories(folder.resolve("inbox"));
        Files.writeString(inbox.resolve("day-1.csv"), "ExternalDataReference,Language\nDE-1,de\nFR-1,fr\n");
        jobs(Files.createDirectories(folder.resolve("jobs")), directory, inbox);

        home = folder.resolve("home");
        serverPort = freePort();
        evaluatorPort = freePort();
        server = start(
                database,
                folder,
                "home",
                environment,
                Map.of(
                        "MUSTER_JOBS", folder.resolve("jobs").toString(),
                        "MUSTER_METRICS_PORT", Integer.toString(serverPort)),
                "server",
                "--port",
                "0");
        String address = said(server);
        evaluator = start(
                database,
                folder,
                "evaluator",
                environment,
                Map.of("MUSTER_METRICS_PORT", Integer.toString(evaluatorPort)),
                "evaluator",
                "--port",
                "0",
                "--server",
                address,
                "--token-file",
                tokenFile.toString());
        work(project, address, said(evaluator));
    }

    /** Starts one; it returns when the work is done and all of it can be read. */
    static MonitoredInstallation start(TestDatabase database, Path folder, Map<String, String> environment) {
        try {
            return new MonitoredInstallation(database, folder, environment);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } finally {
            System.clearProperty(URL);
        }
    }

    private static MusterProcess start(
            TestDatabase database,
            Path folder,
            String home,
            Map<String, String> environment,
            Map<String, String> own,
            String... arguments)
            throws IOException {
        Map<String, String> all = new java.util.HashMap<>(environment);
        all.putAll(own);
        return MusterProcess.start(database.url(), folder.resolve(home), folder, all, arguments);
    }

    private static void jobs(Path jobs, String directory, Path inbox) throws IOException {
        Files.writeString(jobs.resolve("nightly.yaml"), """
            kind: contact-import
            id: nightly
            name: Nightly contacts
            source: {type: folder, folder: "%s"}
            files: {stable-for: 0s, pattern: "*.csv"}
            target: {directory: %s}
            schedules: [{every: 5s}]
            """.formatted(inbox, directory));
        Files.writeString(jobs.resolve("segments.yaml"), """
            kind: segment-rebuild
            id: segments
            name: Segments
            directory: %s
            schedules: [{every: 5s}]
            """.formatted(directory));
    }

    private void work(String project, String server, String evaluator) {
        await().atMost(LONG)
                .untilAsserted(() -> assertThat(serverMetrics())
                        .containsPattern("muster_runs_ended_total\\{automation=\"nightly\",status=\"completed\"} [1-9]")
                        .containsPattern(
                                "muster_runs_ended_total\\{automation=\"segments\",status=\"completed\"} [1-9]")
                        .contains("muster_run_phase_seconds_count{kind=\"snapshot\",phase=\"publish\"}")
                        // Figures of the database may be some seconds old.
                        .contains("muster_automation_last_success_timestamp_seconds{automation=\"nightly\"}")
                        .contains("muster_automation_last_success_timestamp_seconds{automation=\"segments\"}")
                        .contains("muster_segments_published_age_seconds{directory="));
        await().atMost(LONG)
                .untilAsserted(
                        () -> assertThat(evaluatorMetrics()).contains("muster_snapshot_contacts{project=\"" + project));
        for (String address : List.of(server, evaluator)) {
            assertThat(get(address + "/v1/decisions?project=" + project + "&ref=DE-1"))
                    .contains("\"decisions\":[");
        }
    }

    /** The metrics of the server now. */
    String serverMetrics() {
        return get("http://127.0.0.1:%d/metrics".formatted(serverPort));
    }

    /** The metrics of the evaluator now. */
    String evaluatorMetrics() {
        return get("http://127.0.0.1:%d/metrics".formatted(evaluatorPort));
    }

    /** The server's process. */
    MusterProcess server() {
        return server;
    }

    /** The evaluator's process. */
    MusterProcess evaluator() {
        return evaluator;
    }

    /** The state folder of the server. */
    Path home() {
        return home;
    }

    private String get(String address) {
        try {
            HttpRequest request = HttpRequest.newBuilder(URI.create(address))
                    .header("traceparent", "00-" + TRACE + "-b7ad6b7169203331-01")
                    .build();
            return client.send(request, BodyHandlers.ofString()).body();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    private String id(String... arguments) {
        return json(arguments).get("id").asString();
    }

    private JsonNode json(String... arguments) {
        List<String> all = new ArrayList<>(List.of(arguments));
        all.add("--json");
        return JsonMapper.shared().readTree(muster(all.toArray(String[]::new)));
    }

    private String muster(String... arguments) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        ByteArrayOutputStream err = new ByteArrayOutputStream();
        assertThat(Cli.run(new Terminal(out, err, commands), arguments))
                .as("%s: %s", List.of(arguments), err.toString(StandardCharsets.UTF_8))
                .isZero();
        return out.toString(StandardCharsets.UTF_8);
    }

    private static String said(MusterProcess process) {
        return await().atMost(LONG)
                .until(
                        () -> {
                            Matcher line = LISTENING.matcher(process.err());
                            return line.find() ? line.group(1) : process.isAlive() ? "" : "ended: " + process.err();
                        },
                        found -> !found.isEmpty());
    }

    private static int freePort() throws IOException {
        try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return free.getLocalPort();
        }
    }

    @Override
    public void close() {
        server.close();
        evaluator.close();
        client.close();
    }
}
