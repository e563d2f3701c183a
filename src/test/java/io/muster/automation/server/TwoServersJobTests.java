package io.muster.automation.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.muster.database.TestDatabase;
import io.muster.dedup.DirectoryFixture;
import io.muster.runs.MusterProcess;
import io.muster.runs.ServerProcess;
import io.muster.support.PublicId;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
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

/** Two real servers on one database: what they share, and what is said of what lies with the other one. */
class TwoServersJobTests {

    @RegisterExtension
    static final TestDatabase database = TestDatabase.create();

    private static final Duration LONG = Duration.ofMinutes(1);
    private static final int MANY = 10_000;

    @TempDir
    private Path folder;

    private final JdbcClient jdbc = database.jdbc();
    private final Map<String, String> environment = new TreeMap<>();
    private final List<ServerProcess> servers = new ArrayList<>();
    private DirectoryFixture directory;
    private String token = "";

    @BeforeEach
    void prepare() throws Exception {
        jdbc.sql("DELETE FROM known_server").update();
        directory = DirectoryFixture.create(jdbc, "extRef");
        Path jobs = Files.createDirectories(folder.resolve("jobs"));
        String id = TestDatabase.IDS.directory(directory.id());
        Files.writeString(jobs.resolve("event.yaml"), """
                kind: event
                id: events-%1$d
                name: Events
                mapping: {fields: {$.ref: extRef, $.at: transaction.date}}
                target: {directory: %2$s}
                """.formatted(directory.id(), id));
        Files.writeString(jobs.resolve("drop.yaml"), """
                kind: contact-import
                id: drop-%1$d
                name: Files
                source: {type: drop}
                target: {directory: %2$s}
                schedules: [{every: 5s}]
                """.formatted(directory.id(), id));
        environment.put("MUSTER_JOBS", jobs.toString());
    }

    @AfterEach
    void end() {
        servers.forEach(ServerProcess::close);
    }

    private ServerProcess server(String host) {
        ServerProcess server = ServerProcess.on(database.url(), folder, host, environment);
        servers.add(server);
        return server;
    }

    private String run(ServerProcess server, int exit, String... arguments) throws IOException, InterruptedException {
        try (MusterProcess process = server.command(arguments)) {
            assertThat(process.exit()).as(process.toString()).isEqualTo(exit);
            return exit == 0 ? process.out() : process.err();
        }
    }

    private void makeToken(ServerProcess server) throws Exception {
        token = JsonMapper.shared()
                .readTree(run(server, 0, "tokens", "create", "caller-" + directory.id(), "--scope", "manage", "--json"))
                .path("token")
                .asString();
    }

    private long automation(String name) {
        return jdbc.sql("SELECT id FROM automation WHERE name = ?")
                .param(name + "-" + directory.id())
                .query(Long.class)
                .single();
    }

    private String files() {
        return "/automations-file-service/automations/" + TestDatabase.IDS.of(PublicId.AUTOMATION, automation("drop"))
                + "/files";
    }

    private HttpResponse<String> call(ServerProcess server, String method, String path) {
        return server.call(method, path, "", "X-API-TOKEN", token).orElseThrow();
    }

    private String drop(ServerProcess server, String name, String content) {
        String body = "--b\r\nContent-Disposition: form-data; name=\"file\"; filename=\"" + name
                + "\"\r\n\r\nExternalDataReference,FirstName\n" + content + "\r\n--b--\r\n";
        HttpResponse<String> answer = server.call(
                        "POST", files(), body, "X-API-TOKEN", token, "Content-Type", "multipart/form-data; boundary=b")
                .orElseThrow();
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        return JsonMapper.shared()
                .readTree(answer.body())
                .path("result")
                .path("id")
                .asString();
    }

    private static String contacts(int count) {
        return IntStream.range(0, count).mapToObj(n -> "r" + n + ",Ann").collect(Collectors.joining("\n", "", "\n"));
    }

    private int count(String what) {
        return jdbc.sql("SELECT COUNT(*) FROM " + what).query(Integer.class).single();
    }

    private int contacts() {
        return count("contact WHERE directory_id = " + directory.id());
    }

    /** The other server counts a run without a heartbeat for 20 seconds as dead. */
    private void awaitLost() {
        await().atMost(LONG)
                .until(() -> jdbc.sql("SELECT MAX(h.beat_at) < UNIX_TIMESTAMP() * 1000 - 21000 FROM run_heartbeat h"
                                + " JOIN run r ON r.id = h.run_id WHERE r.directory_id = ?")
                        .param(directory.id())
                        .query(Boolean.class)
                        .single());
    }

    private String owner() {
        return jdbc.sql("SELECT owner FROM run WHERE directory_id = " + directory.id())
                .query(String.class)
                .single();
    }

    private int runs(String condition) {
        return count("run WHERE directory_id = " + directory.id() + " AND " + condition);
    }

    private void awaitFirstBlock() {
        await().atMost(LONG)
                .pollInterval(Duration.ofMillis(10))
                .until(() -> count("run_block b JOIN run r ON r.id = b.run_id WHERE r.directory_id = " + directory.id())
                        > 0);
    }

    @Test
    void serversShareTokensEventsAndTheOrderOfDroppedFiles() throws Exception {
        ServerProcess one = server("web-1");
        ServerProcess two = server("web-2");
        one.start();
        two.begin();
        makeToken(one);
        two.awaitStart();

        JsonNode known = JsonMapper.shared().readTree(run(one, 0, "servers", "--json"));
        assertThat(known.path("servers").findValuesAsString("name"))
                .satisfiesExactly(
                        name -> assertThat(name).startsWith("web-1-"),
                        name -> assertThat(name).startsWith("web-2-"));
        assertThat(known.path("servers").findValuesAsString("living")).containsOnly("true");
        assertThat(known.path("differing").isEmpty()).isTrue();

        String events = "/v1/events/" + TestDatabase.IDS.of(PublicId.EVENT, automation("events"));
        List<String> runs = new ArrayList<>();
        for (ServerProcess server : List.of(one, two, one)) {
            HttpResponse<String> answer = server.call(
                            "POST",
                            events,
                            "{\"ref\":\"e1\",\"at\":\"2026-03-01T10:00:00Z\"}",
                            "X-API-TOKEN",
                            token,
                            "Content-Type",
                            "application/json",
                            "Idempotency-Key",
                            "once")
                    .orElseThrow();
            assertThat(answer.statusCode()).as(answer.body()).isEqualTo(202);
            runs.add(JsonMapper.shared().readTree(answer.body()).path("run").asString());
        }

        assertThat(runs.stream().distinct())
                .as("the same event is one, wherever it comes")
                .hasSize(1);
        await().atMost(LONG)
                .untilAsserted(() -> assertThat(count("contact_transaction WHERE directory_id = " + directory.id()))
                        .isEqualTo(1));

        for (int n = 1; n <= 4; n++) {
            drop(n % 2 == 1 ? one : two, "f" + n + ".csv", "x,name " + n + "\n");
        }

        await().atMost(LONG)
                .untilAsserted(() -> assertThat(
                                count("delivery WHERE state = 'IMPORTED' AND automation_id = " + automation("drop")))
                        .isEqualTo(4));
        assertThat(jdbc
                        .sql(
                                "SELECT d.path FROM run_import i JOIN delivery d ON d.id = i.delivery_id WHERE d.automation_id = ?"
                                        + " ORDER BY i.run_id")
                        .param(automation("drop"))
                        .query(String.class)
                        .list()
                        .stream()
                        .map(path -> path.substring(path.indexOf('/') + 1)))
                .as("in the order in which they came")
                .containsExactly("f1.csv", "f2.csv", "f3.csv", "f4.csv");
        assertThat(jdbc.sql("SELECT first_name FROM contact WHERE ext_ref = 'x' AND directory_id = " + directory.id())
                        .query(String.class)
                        .single())
                .isEqualTo("name 4");
    }

    @Test
    void aServerSaysWhoHasAFileAndTheOneThatHasItGoesOnByItself() throws Exception {
        ServerProcess one = server("web-1");
        ServerProcess two = server("web-2");
        one.begin();
        two.start();
        one.awaitStart();
        makeToken(two);
        String file = drop(one, "large.csv", contacts(MANY));

        HttpResponse<String> content = call(two, "GET", files() + "/" + file + "/content");
        assertThat(content.statusCode()).isEqualTo(503);
        assertThat(content.body()).contains("Cannot read the file " + file + " here: it lies in the spool of web-1.");

        awaitFirstBlock();
        one.kill();
        String run = TestDatabase.IDS.run(
                jdbc.sql("SELECT MAX(id) FROM run").query(Long.class).single());
        awaitLost();
        assertThat(run(two, 1, "runs", "resume", run))
                .contains("Cannot go on with run " + run + " here: its file lies in the spool of ", "web-1");

        one.start();
        await().atMost(LONG).untilAsserted(() -> assertThat(contacts()).isEqualTo(MANY));
        await().atMost(LONG)
                .untilAsserted(() -> assertThat(runs("status = 'COMPLETED'")).isEqualTo(1));
        assertThat(runs("1 = 1")).isEqualTo(1);
        assertThat(jdbc.sql("SELECT rows_created FROM run_import")
                        .query(Integer.class)
                        .single())
                .isEqualTo(MANY);
    }

    @Test
    void withASharedSpoolTheOtherServerGoesOn() throws Exception {
        environment.put("MUSTER_SPOOL", folder.resolve("shared").toString());
        ServerProcess one = server("web-1");
        ServerProcess two = server("web-2");
        one.begin();
        two.start();
        one.awaitStart();
        makeToken(two);
        String file = drop(one, "large.csv", contacts(MANY));
        assertThat(call(two, "GET", files() + "/" + file + "/content").body()).startsWith("ExternalDataReference");

        awaitFirstBlock();
        String owner = owner();
        (owner.endsWith("web-1") ? one : two).kill();

        await().atMost(LONG).untilAsserted(() -> assertThat(contacts()).isEqualTo(MANY));
        await().atMost(LONG)
                .untilAsserted(() -> assertThat(runs("status = 'COMPLETED'")).isEqualTo(1));
        assertThat(runs("1 = 1")).isEqualTo(1);
        assertThat(owner()).isNotEqualTo(owner);
        assertThat(folder.resolve("web-1/spool")).doesNotExist();
    }
}
