package io.muster.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.muster.database.DatabaseProxy;
import io.muster.database.TestDatabase;
import io.muster.dedup.ContactEdits;
import io.muster.dedup.DirectoryFixture;
import io.muster.runs.MusterProcess;
import io.muster.support.StateFolder;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.util.FileSystemUtils;

/** Database, server and evaluator are lost one after the other while visitors ask: no answer is wrong, and none fails. */
class FaultsJobTests {

    @RegisterExtension
    static final TestDatabase database = new TestDatabase();

    private static final Duration LONG = Duration.ofMinutes(1);
    private static final Pattern LISTENING = Pattern.compile("listening on (http://\\S+)");
    private static final String URL = "muster.database.url";
    private static final String SNAPSHOTS = "muster.snapshots";

    /** What a visitor of each reference is to see. */
    private static final Map<String, Boolean> SHOWN = Map.of("ELIGIBLE-1", true, "CAPPED-1", false, "NOBODY-1", false);

    @TempDir
    private Path folder;

    private Path temporary;
    private String directory;
    private String project;

    @BeforeEach
    void publish() throws IOException {
        System.setProperty(URL, database.url());
        System.setProperty(SNAPSHOTS, folder.resolve("server/snapshots").toString());
        temporary = Files.createDirectories(folder.resolve("temporary"));
        DirectoryFixture fixture = DirectoryFixture.create(database.jdbc(), "extRef");
        ContactEdits edits =
                new ContactEdits(database.jdbc(), database.transactions(), Clock.systemUTC(), database.ids());
        edits.upsert(fixture.id(), DirectoryFixture.record("extRef", "ELIGIBLE-1"));
        edits.upsert(fixture.id(), DirectoryFixture.record("extRef", "CAPPED-1"));
        directory = TestDatabase.IDS.directory(fixture.id());
        muster("frequency", "add", "--directory", directory, "--max", "1", "--per", "30d");
        muster("touchpoints", "add", "-d", directory, "--ref", "CAPPED-1", "--channel", "web", "--kind", "shown");
        project = id(muster("projects", "create", "Shop", "--directory", directory, "--json"), "ZN_");
        String intercept = id(muster("intercepts", "create", "Hello", "--project", project, "--json"), "SI_");
        muster("projects", "apply", project);
        muster("intercepts", "activate", intercept);
        muster("snapshot", "publish", "--directory", directory);
    }

    @AfterEach
    void forget() {
        database.jdbc().sql("DELETE FROM intercept").update();
        database.jdbc().sql("DELETE FROM project").update();
        System.clearProperty(URL);
        System.clearProperty(SNAPSHOTS);
    }

    private String muster(String... arguments) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        ByteArrayOutputStream err = new ByteArrayOutputStream();
        assertThat(Cli.run(new Terminal(out, err, new StateFolder(folder.resolve("server"))), arguments))
                .as(err.toString(StandardCharsets.UTF_8))
                .isZero();
        return out.toString(StandardCharsets.UTF_8);
    }

    private static String id(String json, String prefix) {
        int at = json.indexOf("\"" + prefix) + 1;
        return json.substring(at, json.indexOf('"', at));
    }

    private MusterProcess server(String databaseUrl, int port) throws IOException {
        return MusterProcess.start(
                databaseUrl,
                folder.resolve("server"),
                folder,
                Map.of(
                        "MUSTER_METRICS_PORT",
                        "0",
                        "MUSTER_DATABASE_WAIT",
                        "5s",
                        "JAVA_TOOL_OPTIONS",
                        "-Djava.io.tmpdir=" + temporary),
                "server",
                "--port",
                Integer.toString(port));
    }

    private MusterProcess evaluator(int serverPort) throws IOException {
        return MusterProcess.start(
                "none",
                folder.resolve("evaluator"),
                folder,
                Map.of("MUSTER_METRICS_PORT", "0"),
                "evaluator",
                "--port",
                "0",
                "--server",
                "http://127.0.0.1:" + serverPort,
                "--token-file",
                folder.resolve("token").toString());
    }

    private static String address(MusterProcess process) {
        return await().atMost(LONG)
                .until(
                        () -> {
                            Matcher line = LISTENING.matcher(process.err());
                            return line.find() ? line.group(1) : process.isAlive() ? "" : "ended: " + process.err();
                        },
                        found -> !found.isEmpty());
    }

    /** Those who ask all the time. */
    private final class Visitors implements AutoCloseable {

        private final HttpClient client = HttpClient.newHttpClient();
        private final String decisions;
        private final AtomicBoolean done = new AtomicBoolean();
        private final AtomicLong asked = new AtomicLong();
        private final List<CompletableFuture<Void>> all;

        Visitors(String evaluator) {
            decisions = evaluator + "/v1/decisions?project=" + project + "&ref=";
            all = Stream.generate(() -> CompletableFuture.runAsync(this::ask))
                    .limit(2)
                    .toList();
        }

        private void ask() {
            while (!done.get()) {
                SHOWN.forEach((reference, shown) -> {
                    HttpResponse<String> answer = get(client, decisions + reference);
                    assertThat(answer.statusCode()).isEqualTo(200);
                    assertThat(answer.body()).contains("\"stale\":false", "\"show\":" + shown);
                });
                asked.incrementAndGet();
            }
        }

        /** Waits until each has asked some more. */
        void more() {
            long before = asked.get();
            await().atMost(LONG)
                    .until(() -> asked.get() > before + 100
                            || all.stream().anyMatch(CompletableFuture::isCompletedExceptionally));
        }

        void check() {
            more();
            done.set(true);
            all.forEach(CompletableFuture::join);
        }

        @Override
        public void close() {
            done.set(true);
            client.shutdownNow();
        }
    }

    private static HttpResponse<String> get(HttpClient client, String address) {
        try {
            return client.send(HttpRequest.newBuilder(URI.create(address)).build(), BodyHandlers.ofString());
        } catch (IOException | InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private static boolean answers(HttpClient client, String address, String words) {
        try {
            return get(client, address).body().contains(words);
        } catch (IllegalStateException nobodyThere) {
            return false;
        }
    }

    @Test
    void visitorsNoticeNothingOfWhatIsLost() throws Exception {
        Files.writeString(
                folder.resolve("token"),
                muster("tokens", "create", "evaluator", "--scope", "snapshots").substring(0, 40));
        int port = freePort();
        try (HttpClient client = HttpClient.newHttpClient();
                DatabaseProxy network = new DatabaseProxy(database.url())) {
            String server = "http://127.0.0.1:" + port;
            String decisions = "/v1/decisions?project=" + project + "&ref=";
            try (MusterProcess serving = server(network.url(), port);
                    MusterProcess evaluator = evaluator(port)) {
                String address = address(evaluator);
                await().atMost(LONG).until(() -> answers(client, address + decisions + "ELIGIBLE-1", "\"show\":true"));
                await().atMost(LONG).until(() -> answers(client, server + decisions + "ELIGIBLE-1", "\"show\":true"));
                try (Visitors visitors = new Visitors(address);
                        Visitors ofTheServer = new Visitors(server)) {
                    network.cut();
                    await().atMost(LONG)
                            .until(() -> answers(client, server + "/health/attention", "\"database-away\""));
                    visitors.more();
                    ofTheServer.check();
                    serving.kill();
                    assertThat(serving.err())
                            .as("an outage is no fault of ours, and is told without statements")
                            .doesNotContain("ERROR i.m", "SELECT ");
                    visitors.check();
                }

                evaluator.kill();
                assertThat(temporary).isDirectoryNotContaining("glob:**jetty*");
            }

            Path gone = Files.move(folder.resolve("server"), folder.resolve("gone"));
            try (MusterProcess alone = evaluator(port);
                    Visitors visitors = new Visitors(address(alone))) {
                visitors.check();
                assertThat(get(client, address(alone) + "/health/ready").statusCode())
                        .isEqualTo(200);

                Files.move(gone, folder.resolve("server"));
                network.mend();
                try (MusterProcess again = server(network.url(), port)) {
                    address(again);
                    muster(
                            "touchpoints",
                            "add",
                            "-d",
                            directory,
                            "--ref",
                            "ELIGIBLE-1",
                            "--channel",
                            "web",
                            "--kind",
                            "shown");
                    await().atMost(LONG)
                            .until(() -> answers(client, address(alone) + decisions + "ELIGIBLE-1", "\"show\":false"));
                }
            }
        } finally {
            FileSystemUtils.deleteRecursively(folder.resolve("gone"));
        }
    }

    private static int freePort() throws IOException {
        try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return free.getLocalPort();
        }
    }
}
