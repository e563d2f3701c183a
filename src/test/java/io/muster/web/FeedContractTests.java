package io.muster.web;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.muster.Muster;
import io.muster.access.Scope;
import io.muster.app.EvaluatorService;
import io.muster.app.SnapshotService;
import io.muster.app.TestingService;
import io.muster.database.TestDatabase;
import io.muster.dedup.ContactEdits;
import io.muster.dedup.DirectoryFixture;
import io.muster.dedup.TouchpointEdits;
import io.muster.directory.Actor;
import io.muster.directory.TouchpointChannel;
import io.muster.directory.TouchpointKind;
import io.muster.directory.TouchpointParts;
import io.muster.frequency.FrequencyRuleStore;
import io.muster.frequency.RuleOptions;
import io.muster.intercept.InterceptSettings;
import io.muster.intercept.Project;
import io.muster.intercept.ProjectSettings;
import io.muster.intercept.Projects;
import io.muster.jobs.Progress;
import io.muster.snapshot.feed.EvaluatorReport;
import io.muster.snapshot.format.FeedBatch;
import io.muster.snapshot.format.Manifest;
import io.muster.snapshot.format.SnapshotFolder;
import java.io.IOException;
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
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** What evaluators ask a server for, line by line, and an evaluator in a process of its own. */
class FeedContractTests {

    @RegisterExtension
    static final TestDatabase database = new TestDatabase();

    private static final Actor TESTER = Actor.commandLine("tester");
    /** Two seconds are the budget, which a benchmark measures; a test waits as long as a busy machine may need. */
    private static final Duration SOON = Duration.ofSeconds(20);

    @TempDir
    private static Path home;

    private static TestWebServer server;
    private static DirectoryFixture directory;
    private static String project;
    private static String token;
    private static ContactEdits edits;

    @BeforeAll
    static void publish() {
        server = TestWebServer.start(database.url(), home);
        directory = DirectoryFixture.create(database.jdbc(), "extRef");
        edits = new ContactEdits(database.jdbc(), database.transactions(), Clock.systemUTC(), database.ids());
        for (int i = 1; i <= 9; i++) {
            edits.upsert(directory.id(), DirectoryFixture.record("extRef", "A" + i));
        }

        server.get(FrequencyRuleStore.class)
                .add(directory.id(), new RuleOptions("1", "30d", null, null, false, null, null), TESTER);
        Projects projects = server.get(Projects.class);
        Project made = projects.create(
                TESTER, "Shop", new ProjectSettings(directory.id(), List.of(), true, List.of(), List.of(), false));
        var intercept = projects.create(TESTER, made, "Hello", InterceptSettings.USUAL);
        projects.apply(TESTER, made);
        projects.activate(TESTER, intercept, true);
        project = made.id();
        server.get(SnapshotService.class).publish(TESTER, directoryId(), false, Progress.NONE);
        token = server.token(Scope.SNAPSHOTS);
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    private static String directoryId() {
        return database.ids().directory(directory.id());
    }

    private static HttpResponse<String> get(String path, String... headers) throws Exception {
        String[] all = Arrays.copyOf(headers, headers.length + 2);
        all[headers.length] = "X-API-TOKEN";
        all[headers.length + 1] = token;
        return server.get(path, all);
    }

    private static Manifest manifest() throws Exception {
        return Manifest.fromJson(get("/v1/snapshots/" + project).body().getBytes(StandardCharsets.UTF_8));
    }

    private static Path published(String file) {
        return new SnapshotFolder(home.resolve("snapshots")).of(project).resolve(file);
    }

    private static String position() throws Exception {
        return after(tablePosition()).position();
    }

    private static String tablePosition() throws Exception {
        String table = Files.readString(published(tableFile()), StandardCharsets.ISO_8859_1);
        int at = table.lastIndexOf("\"position\":\"") + 12;
        return table.substring(at, table.indexOf('"', at));
    }

    private static String tableFile() throws Exception {
        return Objects.requireNonNull(manifest().table()).file();
    }

    private static void display(long contact) {
        new TouchpointEdits(database.jdbc(), database.transactions(), Clock.systemUTC())
                .add(
                        directory.id(),
                        contact,
                        new TouchpointEdits.Addition(
                                TouchpointParts.of(TouchpointChannel.WEB, TouchpointKind.SHOWN),
                                Clock.systemUTC().millis(),
                                "manual",
                                UUID.randomUUID().toString()));
    }

    @Test
    void theListNamesProjectsAndVersionsAndIsSparedWhenKnown() throws Exception {
        HttpResponse<String> answer = get("/v1/snapshots");
        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(answer.body())
                .contains("\"project\":\"" + project + "\"", manifest().version());
        String etag = answer.headers().firstValue("ETag").orElseThrow();
        assertThat(get("/v1/snapshots", "If-None-Match", etag).statusCode()).isEqualTo(304);
    }

    @Test
    void theManifestIsTheFileAndIsSparedWhenKnown() throws Exception {
        HttpResponse<String> answer = get("/v1/snapshots/" + project);
        assertThat(answer.body()).isEqualTo(Files.readString(published("manifest.json")));
        String etag = answer.headers().firstValue("ETag").orElseThrow();
        assertThat(get("/v1/snapshots/" + project, "If-None-Match", etag).statusCode())
                .isEqualTo(304);
    }

    @Test
    void filesComeWholeOrInRanges() throws Exception {
        String file = tableFile();
        byte[] table = Files.readAllBytes(published(file));
        HttpResponse<byte[]> whole = bytes("/v1/snapshots/" + project + "/" + file, "bytes=0-");
        assertThat(whole.statusCode()).isEqualTo(206);
        assertThat(whole.body()).isEqualTo(table);
        HttpResponse<byte[]> rest = bytes("/v1/snapshots/" + project + "/" + file, "bytes=1000-");
        assertThat(rest.body()).isEqualTo(Arrays.copyOfRange(table, 1_000, table.length));
        assertThat(rest.headers().firstValue("Content-Range"))
                .contains("bytes 1000-%d/%d".formatted(table.length - 1, table.length));
        assertThat(bytes("/v1/snapshots/" + project + "/" + file, "bytes=9-11").body())
                .isEqualTo(Arrays.copyOfRange(table, 9, 12));
        HttpResponse<byte[]> beyond = bytes("/v1/snapshots/" + project + "/" + file, "bytes=" + table.length + "-");
        assertThat(beyond.statusCode()).isEqualTo(416);
        assertThat(get("/v1/snapshots/" + project + "/"
                                + manifest().definitions().file())
                        .body())
                .contains("\"id\":\"" + project + "\"");
    }

    @Test
    void aFileThatIsKnownIsSparedAsWell() throws Exception {
        String path = "/v1/snapshots/" + project + "/" + tableFile();
        String etag = get(path).headers().firstValue("ETag").orElseThrow();
        HttpResponse<String> known = get(path, "If-None-Match", etag);
        assertThat(known.statusCode()).isEqualTo(304);
        assertThat(known.body()).isEmpty();
        assertThat(get(path, "If-None-Match", "\"other\"").statusCode()).isEqualTo(200);
    }

    private static HttpResponse<byte[]> bytes(String path, String range) throws Exception {
        try (HttpClient client = HttpClient.newHttpClient()) {
            return client.send(
                    server.request(path)
                            .headers("X-API-TOKEN", token, "Range", range)
                            .build(),
                    BodyHandlers.ofByteArray());
        }
    }

    @Test
    void nothingElseOfTheFolderIsSent() throws Exception {
        for (String file : List.of("manifest.json", "pinned", "..%2F..%2Fhome", "contacts-0.table", "x")) {
            assertThat(get("/v1/snapshots/" + project + "/" + file).statusCode())
                    .as(file)
                    .isIn(400, 404);
        }

        assertThat(get("/v1/snapshots/ZN_000000000000000").statusCode()).isEqualTo(404);
    }

    @Test
    void aTokenOfScopeSnapshotsIsNeededAndItsDirectoriesCount() throws Exception {
        String feed = "/v1/feed?directory=" + directoryId() + "&after=" + tablePosition();
        for (String path : List.of("/v1/snapshots", "/v1/snapshots/" + project, feed)) {
            assertThat(server.get(path).statusCode()).as(path).isEqualTo(401);
            assertThat(server.get(path, "X-API-TOKEN", server.token(Scope.READ)).statusCode())
                    .as(path)
                    .isEqualTo(403);
        }

        DirectoryFixture.create(database.jdbc());
        String other = database.jdbc()
                .sql("SELECT name FROM directory WHERE id <> ? LIMIT 1")
                .param(directory.id())
                .query(String.class)
                .single();
        String narrow = server.token(List.of(other), Scope.SNAPSHOTS);
        assertThat(server.get("/v1/snapshots", "X-API-TOKEN", narrow).body()).isEqualTo("{\"snapshots\":[]}");
        assertThat(server.get("/v1/snapshots/" + project, "X-API-TOKEN", narrow).statusCode())
                .isEqualTo(404);
        assertThat(server.get(feed, "X-API-TOKEN", narrow).statusCode()).isEqualTo(403);
    }

    @Test
    void aPositionThatIsNoneIsA400() throws Exception {
        HttpResponse<String> answer = get("/v1/feed?directory=" + directoryId() + "&after=p9");
        assertThat(answer.statusCode()).isEqualTo(400);
        assertThat(answer.body()).contains("\"code\":\"INVALID_POSITION\"", "\"field\":\"after\"");
        assertThat(get("/v1/feed?directory=" + directoryId()).statusCode()).isEqualTo(400);
        assertThat(get("/v1/feed?directory=POOL_x&after=" + tablePosition()).statusCode())
                .isEqualTo(400);
    }

    @Test
    void aDirectoryWithoutATableIsA410() throws Exception {
        DirectoryFixture unpublished = DirectoryFixture.create(database.jdbc());
        HttpResponse<String> answer = get("/v1/feed?directory="
                + database.ids().directory(unpublished.id()) + "&after=" + Integer.toString(unpublished.id(), 36)
                + ".1.0.0");
        assertThat(answer.statusCode()).isEqualTo(410);
        assertThat(answer.body()).contains("\"code\":\"NOT_RECORDED\"");
    }

    @Test
    void theFeedWaitsAndTellsWhatChanged() throws Exception {
        edits.upsert(directory.id(), DirectoryFixture.record("extRef", "first"));
        String position = position();
        CompletableFuture<HttpResponse<String>> waiting =
                server.sendLater(server.request("/v1/feed?directory=" + directoryId() + "&after=" + position)
                        .header("X-API-TOKEN", token)
                        .build());
        display(1);
        FeedBatch batch =
                FeedBatch.fromJson(waiting.get(20, TimeUnit.SECONDS).body().getBytes(StandardCharsets.UTF_8));
        assertThat(batch.records()).isNotEmpty();
        // What others did before may be told as well, and first.
        await().atMost(SOON)
                .untilAsserted(() -> assertThat(after(position).records()).anySatisfy(record -> {
                    assertThat(record.references()).containsExactly("A1");
                    assertThat(record.times()[0])
                            .isGreaterThan(Clock.systemUTC().millis());
                }));
    }

    private static FeedBatch after(String position) throws Exception {
        return FeedBatch.fromJson(get("/v1/feed?directory=" + directoryId() + "&after=" + position)
                .body()
                .getBytes(StandardCharsets.UTF_8));
    }

    @Test
    void anEvaluatorInItsOwnProcessFollows() throws Exception {
        Path tokenFile = Files.writeString(home.resolve("token"), token);
        ProcessBuilder builder = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-XX:TieredStopAtLevel=1",
                        "--enable-native-access=ALL-UNNAMED",
                        "-cp",
                        System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")),
                        Muster.class.getName(),
                        "evaluator",
                        "--port",
                        "0",
                        "--server",
                        server.address(),
                        "--token-file",
                        tokenFile.toString())
                .redirectErrorStream(true)
                .redirectOutput(home.resolve("evaluator.log").toFile());
        builder.environment().put("MUSTER_HOME", home.resolve("evaluator").toString());
        builder.environment().put("MUSTER_METRICS_PORT", "0");
        Process process = builder.start();
        try (HttpClient client = HttpClient.newHttpClient()) {
            await().atMost(Duration.ofSeconds(60)).until(() -> address().isPresent());
            String decisions = address().orElseThrow() + "/v1/decisions?project=" + project + "&ref=";
            await().atMost(Duration.ofSeconds(60)).until(() -> shows(client, decisions + "A2"));
            assertThat(shows(client, decisions + "new")).isFalse();

            soon(() -> display(2), () -> !shows(client, decisions + "A2"));
            TestingService testing = server.get(TestingService.class);
            soon(() -> testing.reset(TESTER, directoryId(), "A2"), () -> shows(client, decisions + "A2"));
            soon(() -> testing.restore(TESTER, directoryId(), "A2"), () -> !shows(client, decisions + "A2"));
            soon(
                    () -> edits.upsert(directory.id(), DirectoryFixture.record("extRef", "new")),
                    () -> shows(client, decisions + "new"));
            soon(() -> edits.delete(directory.id(), 3), () -> !shows(client, decisions + "A3"));
            assertThat(shows(client, decisions + "visitor")).isFalse();
            soon(() -> visit("visitor"), () -> shows(client, decisions + "visitor"));
            await().atMost(Duration.ofSeconds(20))
                    .untilAsserted(() -> assertThat(
                                    server.get(EvaluatorService.class).all())
                            .singleElement()
                            .satisfies(report -> {
                                assertThat(report.snapshots())
                                        .map(EvaluatorReport.Snapshot::project)
                                        .containsExactly(project);
                                assertThat(report.behind()).isFalse();
                                assertThat(report.silent()).isFalse();
                            }));

            process.destroy();
            assertThat(process.waitFor()).as("stopped in order").isZero();
            await().atMost(Duration.ofSeconds(20))
                    .until(() -> server.get(EvaluatorService.class).all().isEmpty());
        } finally {
            process.destroyForcibly();
        }
    }

    @Test
    void theServersOwnDecisionsFollowAsWell() throws Exception {
        await().atMost(SOON).until(() -> shows("A8"));
        soon(() -> display(8), () -> !shows("A8"));
        soon(() -> edits.upsert(directory.id(), DirectoryFixture.record("extRef", "newer")), () -> shows("newer"));
        soon(() -> edits.delete(directory.id(), 9), () -> !shows("A9"));
        soon(() -> visit("guest"), () -> shows("guest"));
    }

    @Test
    void lookingNeverCounts() throws Exception {
        await().atMost(SOON).until(() -> shows("A7"));
        for (int i = 0; i < 5; i++) {
            assertThat(shows("A7")).isTrue();
        }

        assertThat(database.jdbc()
                        .sql("SELECT COUNT(*) FROM touchpoint WHERE directory_id = ? AND number = 7")
                        .param(directory.id())
                        .query(Integer.class)
                        .single())
                .isZero();
    }

    private static boolean shows(String reference) throws Exception {
        return server.get("/v1/decisions?project=" + project + "&ref=" + reference)
                .body()
                .contains("\"show\":true");
    }

    private static Optional<String> address() throws IOException {
        Path log = home.resolve("evaluator.log");
        return Files.readAllLines(log).stream()
                .filter(line -> line.startsWith("muster evaluator: listening on "))
                .map(line -> line.substring("muster evaluator: listening on ".length()))
                .findFirst();
    }

    private static void visit(String reference) {
        try {
            server.post("/v1/visitors", "{\"project\":\"%s\",\"ref\":\"%s\"}".formatted(project, reference));
        } catch (IOException | InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private static void soon(Runnable act, Callable<Boolean> seen) {
        act.run();
        await().atMost(SOON).pollInterval(Duration.ofMillis(20)).until(seen);
    }

    private static boolean shows(HttpClient client, String address) throws Exception {
        return client.send(HttpRequest.newBuilder(URI.create(address)).build(), BodyHandlers.ofString())
                .body()
                .contains("\"show\":true");
    }
}
