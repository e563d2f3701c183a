package io.muster.web.v3;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.muster.database.TestDatabase;
import io.muster.dedup.DirectoryFixture;
import io.muster.runs.MusterProcess;
import io.muster.support.PublicId;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicReference;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.jdbc.core.simple.JdbcClient;
import tools.jackson.databind.json.JsonMapper;

/** Servers that are killed while files and events come in: callers repeat what was not answered, and nothing is lost or doubled. */
class InboundKillJobTests {

    @RegisterExtension
    static final TestDatabase database = TestDatabase.create();

    private static final Pattern LISTENING = Pattern.compile("listening on (http://\\S+)");
    private static final Duration LONG = Duration.ofMinutes(2);
    private static final int KILLS = Integer.getInteger("muster.rounds", 2);
    private static final int CALLERS = 4;

    @TempDir
    private Path folder;

    private final HttpClient client = HttpClient.newHttpClient();
    private final JdbcClient jdbc = database.jdbc();
    private DirectoryFixture directory;
    private String token;
    private final AtomicReference<@Nullable MusterProcess> server = new AtomicReference<>();
    private volatile String address = "";
    private volatile boolean enough;

    @BeforeEach
    void prepare() throws Exception {
        directory = DirectoryFixture.create(jdbc, "extRef");
        Path jobs = Files.createDirectories(folder.resolve("jobs"));
        String id = TestDatabase.IDS.directory(directory.id());
        Files.writeString(jobs.resolve("event.yaml"), """
                kind: event
                id: kill-events
                name: Events
                mapping:
                  fields:
                    $.ref: extRef
                    $.at: transaction.date
                    $.n: embedded.last
                target: {directory: %s}
                """.formatted(id));
        Files.writeString(jobs.resolve("drop.yaml"), """
                kind: contact-import
                id: kill-drop
                name: Files
                source: {type: drop}
                target: {directory: %s}
                schedules: [{every: 5s}]
                """.formatted(id));
        try (MusterProcess made = muster("tokens", "create", "caller", "--scope", "manage", "--json")) {
            assertThat(made.exit()).as(made.err()).isZero();
            token = JsonMapper.shared().readTree(made.out()).path("token").asString();
        }
    }

    @AfterEach
    void end() throws InterruptedException {
        kill();
        client.close();
    }

    private MusterProcess muster(String... arguments) throws IOException {
        return MusterProcess.start(
                database.url(),
                folder.resolve("home"),
                folder,
                Map.of(
                        "MUSTER_JOBS", folder.resolve("jobs").toString(),
                        "MUSTER_METRICS_PORT", "0",
                        "MUSTER_HTTP_JSON_EVENTS", "100000000",
                        "MUSTER_HTTP_CALLS_PER_TOKEN", "100000000"),
                arguments);
    }

    private void kill() throws InterruptedException {
        MusterProcess running = server.get();
        if (running != null) {
            running.kill();
        }
    }

    private void serve() throws IOException {
        MusterProcess started = muster("server", "--port", "0");
        server.set(started);
        await().atMost(LONG).until(() -> {
            Matcher listening = LISTENING.matcher(started.err());
            boolean found = listening.find();
            if (found) {
                address = listening.group(1);
            }

            return found;
        });
    }

    /** Empty when there was no answer. */
    private Optional<HttpResponse<String>> post(String path, String type, String body, String... headers) {
        try {
            HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(address + path))
                    .timeout(Duration.ofSeconds(20))
                    .header("X-API-TOKEN", token)
                    .header("Content-Type", type)
                    .POST(BodyPublishers.ofString(body));
            return Optional.of(client.send(
                    headers.length == 0
                            ? request.build()
                            : request.headers(headers).build(),
                    BodyHandlers.ofString()));
        } catch (IOException e) {
            return Optional.empty();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return Optional.empty();
        }
    }

    private long automation(String name) {
        return jdbc.sql("SELECT id FROM automation WHERE name = ?")
                .param(name)
                .query(Long.class)
                .single();
    }

    @Test
    void nothingIsLostOrDoubledWhenServersAreKilled() throws Exception {
        serve();
        String events = "/v1/events/" + TestDatabase.IDS.of(PublicId.EVENT, automation("kill-events"));
        String files = "/automations-file-service/automations/"
                + TestDatabase.IDS.of(PublicId.AUTOMATION, automation("kill-drop")) + "/files";
        Map<String, String> runs = new ConcurrentHashMap<>();
        Set<String> sentFiles = ConcurrentHashMap.newKeySet();
        Random random = new Random(7);
        try (ExecutorService callers = Executors.newFixedThreadPool(CALLERS + 1)) {
            for (int caller = 0; caller < CALLERS; caller++) {
                int number = caller;
                Future<?> unused = callers.submit(() -> sendEvents(events, number, runs));
            }

            Future<?> unused = callers.submit(() -> sendFiles(files, sentFiles));
            for (int kill = 0; kill < KILLS; kill++) {
                int before = runs.size();
                await().atMost(LONG).until(() -> runs.size() > before + 200 + random.nextInt(100));
                kill();
                serve();
            }

            int before = runs.size();
            await().atMost(LONG).until(() -> runs.size() > before + 100);
            enough = true;
        }

        await().atMost(LONG)
                .untilAsserted(() ->
                        assertThat(count("json_event WHERE state = 'QUEUED'")).isZero());
        assertThat(count("json_event")).as("each event is a row, once").isEqualTo(runs.size());
        assertThat(runs.values().stream().distinct()).hasSize(runs.size());
        assertThat(count("json_event WHERE state <> 'COMPLETED'")).isZero();
        assertThat(count("contact_transaction WHERE directory_id = " + directory.id()))
                .as("each event has recorded its transaction, once")
                .isEqualTo(runs.size());
        for (int caller = 0; caller < CALLERS; caller++) {
            String prefix = caller + "-";
            int last = runs.keySet().stream()
                    .filter(key -> key.startsWith(prefix))
                    .mapToInt(key -> Integer.parseInt(key.substring(prefix.length())))
                    .max()
                    .orElseThrow();
            assertThat(jdbc.sql("SELECT embedded FROM contact WHERE directory_id = ? AND ext_ref = ?")
                            .params(directory.id(), "caller-" + caller)
                            .query(String.class)
                            .single())
                    .as("later events win")
                    .isEqualTo("{\"last\":\"" + last + "\"}");
        }

        await().atMost(LONG)
                .untilAsserted(() -> assertThat(count(
                                "delivery WHERE state = 'IMPORTED' AND automation_id = " + automation("kill-drop")))
                        // One that was imported before its caller knew came as another file.
                        .isGreaterThanOrEqualTo(sentFiles.size()));
        await().atMost(LONG)
                .untilAsserted(() -> assertThat(count(
                                "delivery WHERE state <> 'IMPORTED' AND automation_id = " + automation("kill-drop")))
                        .isZero());
        assertThat(count("contact WHERE directory_id = " + directory.id() + " AND ext_ref LIKE 'file-%'"))
                .isEqualTo(sentFiles.size());
        assertThat(jdbc.sql("SELECT COUNT(DISTINCT name) FROM dropped_file")
                        .query(Integer.class)
                        .single())
                .isEqualTo(sentFiles.size());
    }

    private int count(String what) {
        return jdbc.sql("SELECT COUNT(*) FROM " + what).query(Integer.class).single();
    }

    /** One after the other, each until it is answered. */
    private void sendEvents(String path, int caller, Map<String, String> runs) {
        for (int n = 1; !enough; n++) {
            String key = caller + "-" + n;
            String body = "{\"ref\":\"caller-%d\",\"at\":\"2026-03-01T10:00:00Z\",\"n\":%d}".formatted(caller, n);
            boolean answered = false;
            while (!answered) {
                Optional<HttpResponse<String>> answer = post(path, "application/json", body, "Idempotency-Key", key);
                answered =
                        answer.filter(response -> response.statusCode() == 202).isPresent();
                if (answered) {
                    runs.put(
                            key,
                            JsonMapper.shared()
                                    .readTree(answer.get().body())
                                    .path("run")
                                    .asString());
                }
            }
        }
    }

    private void sendFiles(String path, Set<String> sent) {
        for (int n = 1; !enough; n++) {
            String name = "f" + n + ".csv";
            String body = "--b\r\nContent-Disposition: form-data; name=\"file\"; filename=\"" + name
                    + "\"\r\n\r\nExternalDataReference\nfile-" + n + "\n\r\n--b--\r\n";
            boolean answered = false;
            while (!answered) {
                answered = post(path, "multipart/form-data; boundary=b", body)
                        .filter(response -> response.statusCode() == 200)
                        .isPresent();
            }

            sent.add(name);
            await().pollDelay(Duration.ofMillis(700)).until(() -> true);
        }
    }
}
