package io.muster.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.muster.database.TestDatabase;
import io.muster.dedup.ContactEdits;
import io.muster.dedup.DirectoryFixture;
import io.muster.runs.ServerProcess;
import io.muster.support.KnownSettings;
import io.muster.support.PublicId;
import io.muster.support.StateFolder;
import java.io.ByteArrayOutputStream;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntFunction;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.jdbc.core.simple.JdbcClient;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Two servers are killed, stopped and started again in turn, while files, JSON events and events of pages come, decisions are
 * asked for and segments are rebuilt. Callers try again until they are answered, at either server, as real ones do.
 * {@code -Dmuster.rounds=20} is the long form.
 */
class RollingRestartJobTests {

    @RegisterExtension
    static final TestDatabase database = TestDatabase.create();

    private static final int ROUNDS = Integer.getInteger("muster.rounds", 1);
    private static final Duration LONG = Duration.ofMinutes(2);
    private static final int CONTACTS = 50;
    private static final int ROWS = 300;
    private static final String JSON = "application/json";

    @TempDir
    private Path folder;

    private final JdbcClient jdbc = database.jdbc();
    private final List<ServerProcess> servers = new ArrayList<>();
    private final List<String> wrong = new CopyOnWriteArrayList<>();
    private DirectoryFixture directory;
    private String id;
    private String token;
    private String segment;
    private String project;
    private String intercept;
    private volatile boolean enough;

    @BeforeEach
    void prepare() throws Exception {
        System.setProperty(KnownSettings.DATABASE_URL.name(), database.url());
        System.setProperty(
                KnownSettings.SNAPSHOTS.name(), folder.resolve("snapshots").toString());
        directory = DirectoryFixture.create(jdbc, "extRef");
        id = TestDatabase.IDS.directory(directory.id());
        ContactEdits edits = new ContactEdits(jdbc, database.transactions(), Clock.systemUTC(), database.ids());
        for (int n = 0; n < CONTACTS; n++) {
            edits.upsert(directory.id(), DirectoryFixture.record("extRef", "p" + n, "language", "de"));
        }

        Path condition = Files.writeString(folder.resolve("german.yaml"), "field: language\nis: de\n");
        segment = muster("segments", "create", "German", "--directory", id, "--file", condition.toString())
                .path("id")
                .asString();
        project = muster("projects", "create", "Shop", "--directory", id)
                .path("id")
                .asString();
        intercept = muster("intercepts", "create", "Hello", "--project", project)
                .path("id")
                .asString();
        muster("projects", "apply", project);
        muster("intercepts", "activate", intercept);
        muster("snapshot", "publish", "--directory", id);
        token = muster("tokens", "create", "caller", "--scope", "manage")
                .path("token")
                .asString();
        jobs();
    }

    private void jobs() throws Exception {
        Path jobs = Files.createDirectories(folder.resolve("jobs"));
        Files.writeString(jobs.resolve("event.yaml"), """
                kind: event
                id: events
                name: Events
                mapping: {fields: {$.ref: extRef, $.at: transaction.date}}
                target: {directory: %s}
                """.formatted(id));
        Files.writeString(jobs.resolve("drop.yaml"), """
                kind: contact-import
                id: files
                name: Files
                source: {type: drop}
                target: {directory: %s}
                schedules: [{every: 5s}]
                """.formatted(id));
        Files.writeString(jobs.resolve("segments.yaml"), """
                kind: segment-rebuild
                id: segments
                name: Segments
                directory: %s
                schedules: [{every: 10s}]
                """.formatted(id));
        Map<String, String> environment = Map.of(
                "MUSTER_JOBS", jobs.toString(),
                "MUSTER_SNAPSHOTS", folder.resolve("snapshots").toString(),
                "MUSTER_SPOOL", folder.resolve("spool").toString(),
                "MUSTER_SEGMENTS_DAILY_REBUILD", "off",
                "MUSTER_HTTP_JSON_EVENTS", "100000000",
                "MUSTER_HTTP_EVENTS_PER_ADDRESS", "100000000",
                "MUSTER_HTTP_CALLS_PER_TOKEN", "100000000");
        for (String host : List.of("web-1", "web-2")) {
            servers.add(ServerProcess.on(database.url(), folder, host, environment));
        }
    }

    @AfterEach
    void end() {
        enough = true;
        servers.forEach(ServerProcess::close);
        System.clearProperty(KnownSettings.DATABASE_URL.name());
        System.clearProperty(KnownSettings.SNAPSHOTS.name());
    }

    private JsonNode muster(String... arguments) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        ByteArrayOutputStream err = new ByteArrayOutputStream();
        List<String> all = new ArrayList<>(Arrays.asList(arguments));
        all.add("--json");
        int exit = Cli.run(new Terminal(out, err, new StateFolder(folder.resolve("home"))), all.toArray(String[]::new));
        assertThat(exit).as(err.toString(StandardCharsets.UTF_8)).isZero();
        return JsonMapper.shared().readTree(out.toString(StandardCharsets.UTF_8));
    }

    private long automation(String name) {
        return jdbc.sql("SELECT id FROM automation WHERE name = ?")
                .param(name)
                .query(Long.class)
                .single();
    }

    private int count(String what) {
        return jdbc.sql("SELECT COUNT(*) FROM " + what).query(Integer.class).single();
    }

    private int inDirectory(String what) {
        return count(what + " AND directory_id = " + directory.id());
    }

    /** A call with its headers. */
    private record Call(String method, String path, String body, List<String> headers) {

        static Call of(String method, String path, String body, String... headers) {
            return new Call(method, path, body, List.of(headers));
        }
    }

    /** Makes calls until it is enough, each until it is answered, at the next server where one does not. */
    private void call(IntFunction<Call> calls, Predicate<HttpResponse<String>> isAnswered, AtomicInteger answered) {
        int server = 0;
        for (int n = 1; !enough; n++) {
            Call call = calls.apply(n);
            boolean done = false;
            while (!done) {
                var answer = servers.get(server)
                        .call(
                                call.method(),
                                call.path(),
                                call.body(),
                                call.headers().toArray(String[]::new));
                done = answer.filter(isAnswered).isPresent();
                if (answer.isPresent() && !done && answer.get().statusCode() < 500) {
                    wrong.add(call.path() + ": " + answer.get().statusCode() + " "
                            + answer.get().body());
                    return;
                }

                // Also after an answer: each is to take its share.
                server = 1 - server;
            }

            answered.incrementAndGet();
        }
    }

    private Call event(String path, String caller, int n) {
        return Call.of(
                "POST",
                path,
                "{\"ref\":\"%s\",\"at\":\"2026-03-01T10:00:00Z\"}".formatted(caller),
                "Content-Type",
                JSON,
                "X-API-TOKEN",
                token,
                "Idempotency-Key",
                caller + n);
    }

    private Call display(int n) {
        return Call.of(
                "POST",
                "/v1/displays",
                "{\"id\":\"d%d\",\"project\":\"%s\",\"intercept\":\"%s\",\"ref\":\"p%d\",\"at\":%d}"
                        .formatted(n, project, intercept, n % CONTACTS, System.currentTimeMillis()),
                "Content-Type",
                JSON);
    }

    private Call file(String path, int n) {
        String rows = IntStream.range(0, ROWS)
                .mapToObj(row -> "f" + n + "-" + row + "," + n)
                .collect(Collectors.joining("\n"));
        await().pollDelay(Duration.ofSeconds(2)).until(() -> true);
        return Call.of(
                "POST",
                path,
                "--b\r\nContent-Disposition: form-data; name=\"file\"; filename=\"f" + n
                        + ".csv\"\r\n\r\nExternalDataReference,FirstName\nsame," + n + "\n" + rows + "\n\r\n--b--\r\n",
                "Content-Type",
                "multipart/form-data; boundary=b",
                "X-API-TOKEN",
                token);
    }

    private Call decision(int n) {
        return Call.of("GET", "/v1/decisions?project=" + project + "&ref=p" + n % CONTACTS, "", "Accept", JSON);
    }

    private boolean isShown(HttpResponse<String> answer) {
        if (answer.statusCode() == 200 && !answer.body().contains("\"show\":true")) {
            wrong.add(answer.body());
        }

        return answer.statusCode() == 200;
    }

    @Test
    void nothingIsLostOrDoubledWhenServersAreRestartedInTurn() throws Exception {
        servers.forEach(ServerProcess::begin);
        servers.forEach(ServerProcess::awaitStart);
        String events = "/v1/events/" + TestDatabase.IDS.of(PublicId.EVENT, automation("events"));
        String files = "/automations-file-service/automations/"
                + TestDatabase.IDS.of(PublicId.AUTOMATION, automation("files")) + "/files";
        AtomicInteger sentEvents = new AtomicInteger();
        AtomicInteger sentFiles = new AtomicInteger();
        AtomicInteger sentDisplays = new AtomicInteger();
        AtomicInteger decisions = new AtomicInteger();
        List<AtomicInteger> answered = List.of(sentEvents, sentFiles, sentDisplays, decisions);
        try (ExecutorService callers = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<?>> calling = List.of(
                    callers.submit(() -> call(n -> event(events, "one", n), taken(202), sentEvents)),
                    callers.submit(() -> call(n -> event(events, "two", n), taken(202), sentEvents)),
                    callers.submit(() -> call(this::display, taken(202), sentDisplays)),
                    callers.submit(() -> call(n -> file(files, n), taken(200), sentFiles)),
                    callers.submit(() -> call(this::decision, this::isShown, decisions)));

            for (int round = 0; round < ROUNDS; round++) {
                for (ServerProcess server : servers) {
                    awaitMore(answered);
                    if (server == servers.get(round % 2)) {
                        server.kill();
                    } else {
                        assertThat(server.stop()).as(server.said()).isZero();
                    }

                    awaitMore(answered);
                    server.start();
                }
            }

            awaitMore(answered);
            enough = true;
            for (Future<?> one : calling) {
                var ignored = one.get();
            }
        }

        assertThat(wrong).isEmpty();
        checkEvents(sentEvents.get());
        checkFiles(sentFiles.get());
        assertThat(inDirectory("touchpoint WHERE LOWER(kind) = 'shown'"))
                .as("each display is a touchpoint, once")
                .isEqualTo(sentDisplays.get());
        checkSegment();
    }

    private static Predicate<HttpResponse<String>> taken(int status) {
        return answer -> answer.statusCode() == status;
    }

    /** Each caller is answered once more. */
    private void awaitMore(List<AtomicInteger> answered) {
        List<Integer> before = answered.stream().map(AtomicInteger::get).toList();
        await().atMost(LONG)
                .until(() -> !wrong.isEmpty()
                        || IntStream.range(0, before.size())
                                .allMatch(one -> answered.get(one).get() > before.get(one)));
        assertThat(wrong).isEmpty();
    }

    private void checkEvents(int sent) {
        await().atMost(LONG)
                .untilAsserted(() ->
                        assertThat(count("json_event WHERE state = 'QUEUED'")).isZero());
        assertThat(count("json_event WHERE state = 'COMPLETED'"))
                .as("each event is a row, once")
                .isEqualTo(sent);
        assertThat(inDirectory("contact_transaction WHERE 1 = 1"))
                .as("each event has recorded its transaction, once")
                .isEqualTo(sent);
    }

    private void checkFiles(int sent) {
        await().atMost(LONG)
                .untilAsserted(() -> assertThat(jdbc.sql("SELECT COUNT(DISTINCT f.name) FROM dropped_file f"
                                        + " JOIN delivery d ON d.listing_key = f.listing_key AND d.state = 'IMPORTED'")
                                .query(Integer.class)
                                .single())
                        .as("each file is imported")
                        .isEqualTo(sent));
        await().atMost(LONG)
                .untilAsserted(() ->
                        assertThat(count("delivery WHERE state <> 'IMPORTED'")).isZero());
        assertThat(inDirectory("contact WHERE ext_ref LIKE 'f%-%'"))
                .as("each row of each file is a contact, once")
                .isEqualTo(sent * ROWS);
        assertThat(jdbc.sql("SELECT COALESCE(SUM(i.rows_created), 0) FROM run_import i")
                        .query(Integer.class)
                        .single())
                .as("the runs have counted each contact once")
                .isEqualTo(sent * ROWS + 1);
        assertThat(jdbc.sql("SELECT first_name FROM contact WHERE ext_ref = 'same' AND directory_id = ?")
                        .param(directory.id())
                        .query(String.class)
                        .single())
                .as("the last file wins: they were imported in their order")
                .isEqualTo(Integer.toString(sent));
        assertThat(count("run WHERE status NOT IN ('COMPLETED', 'RUNNING', 'QUEUED') AND kind = 'contact-import'"))
                .isZero();
    }

    /** A rebuild that ends after all has its members, whatever was cut off before. */
    private void checkSegment() {
        long last = jdbc.sql("SELECT MAX(id) FROM run").query(Long.class).single();
        await().atMost(LONG)
                .untilAsserted(() -> assertThat(
                                count("run WHERE kind = 'segment-rebuild' AND status = 'COMPLETED' AND id > " + last))
                        .isPositive());
        JsonNode shown = muster("segments", "show", segment);
        assertThat(shown.path("members").asInt()).as(shown.toString()).isEqualTo(CONTACTS);
        assertThat(count("run WHERE kind = 'segment-rebuild' AND status = 'FAILED'"))
                .isZero();
    }
}
