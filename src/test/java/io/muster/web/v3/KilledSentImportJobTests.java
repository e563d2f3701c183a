package io.muster.web.v3;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.muster.database.TestDatabase;
import io.muster.dedup.DirectoryFixture;
import io.muster.runs.MusterProcess;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** What was answered with 202 is imported once and whole, whatever happens to the server. */
class KilledSentImportJobTests {

    private static final Pattern LISTENING = Pattern.compile("listening on (http://[0-9.:]+)");
    private static final int CONTACTS = 6_000;
    private static final List<String> STEPS = List.of("fetch", "survey", "load", "settle");
    private static final int ROUNDS = Integer.getInteger("muster.rounds", 2);

    @RegisterExtension
    static final TestDatabase database = new TestDatabase();

    @TempDir
    private Path folder;

    private final HttpClient client = HttpClient.newHttpClient();
    private DirectoryFixture directory;
    private String imports;
    private String pool;

    @BeforeEach
    void directory() {
        directory = DirectoryFixture.create(database.jdbc(), "extRef");
        pool = "/API/v3/directories/" + database.ids().directory(directory.id());
        imports =
                pool + "/mailinglists/" + database.ids().list(directory.addList("Newsletter")) + "/transactioncontacts";
    }

    private MusterProcess server(String home) throws IOException {
        return MusterProcess.start(
                database.url(),
                folder.resolve(home),
                folder,
                Map.of("MUSTER_HTTP_PORT", "0", "MUSTER_METRICS_PORT", "0"),
                "server");
    }

    private static String address(MusterProcess server) {
        return await().atMost(Duration.ofSeconds(60))
                .until(
                        () -> {
                            Matcher found = LISTENING.matcher(server.err());
                            return found.find() ? found.group(1) : "";
                        },
                        address -> !address.isEmpty());
    }

    private String token() throws IOException, InterruptedException {
        try (MusterProcess create = MusterProcess.start(
                database.url(),
                folder.resolve("tokens"),
                folder,
                "tokens",
                "create",
                "t" + directory.id(),
                "--scope",
                "manage",
                "--json")) {
            assertThat(create.exit()).as(create.toString()).isZero();
            return JsonMapper.shared().readTree(create.out()).path("token").asString();
        }
    }

    private JsonNode call(String address, String token, String method, String path, String body) throws Exception {
        return JsonMapper.shared()
                .readTree(client.send(
                                HttpRequest.newBuilder(URI.create(address + path))
                                        .header("X-API-TOKEN", token)
                                        .header("Content-Type", "application/json")
                                        .method(method, BodyPublishers.ofString(body))
                                        .build(),
                                BodyHandlers.ofString())
                        .body());
    }

    /** Waits until the newest run is in that step, or past it. */
    private void awaitStep(String step) {
        await().atMost(Duration.ofSeconds(60))
                .pollInterval(Duration.ofMillis(5))
                .until(() -> database.jdbc()
                        .sql("SELECT step = ? OR ended_at IS NOT NULL FROM run WHERE directory_id = ?"
                                + " ORDER BY id DESC LIMIT 1")
                        .params(step, directory.id())
                        .query(Boolean.class)
                        .single());
    }

    /** Each brings a transaction. */
    private static String contacts() {
        return "{\"transactionMeta\":{\"fields\":[\"n\"]},\"contacts\":["
                + IntStream.range(0, CONTACTS)
                        .mapToObj("{\"extRef\":\"r%1$d\",\"transactionData\":{\"n\":%1$d}}"::formatted)
                        .collect(Collectors.joining(","))
                + "]}";
    }

    @Test
    void aKilledServerLosesAndDoublesNothing() throws Exception {
        Random random = new Random(42);
        String token = token();
        for (int round = 1; round <= ROUNDS; round++) {
            String id;
            try (MusterProcess server = server("home")) {
                String address = address(server);
                JsonNode started = call(address, token, "POST", imports, contacts());
                id = started.path("result").path("id").asString();
                assertThat(id).as(started.toString()).startsWith("PGRS_");
                awaitStep(STEPS.get(random.nextInt(STEPS.size())));
                server.kill();
            }

            try (MusterProcess server = server("home")) {
                String address = address(server);
                JsonNode status = await().atMost(Duration.ofMinutes(2))
                        .until(
                                () -> call(address, token, "GET", imports + "/" + id, "")
                                        .path("result"),
                                found -> found.path("status").asString().equals("complete"));
                assertThat(status.path("contacts").path("count").toString())
                        .isEqualTo(
                                round == 1
                                        ? "{\"added\":%d,\"updated\":0,\"failed\":0}".formatted(CONTACTS)
                                        : "{\"added\":0,\"updated\":%d,\"failed\":0}".formatted(CONTACTS));
                assertThat(status.path("transactions")
                                .path("count")
                                .path("created")
                                .asInt())
                        .isEqualTo(CONTACTS);
                JsonNode report = call(address, token, "GET", pool + "/imports/api-import/jobs/" + id + "/report", "");
                List<String> outcomes = StreamSupport.stream(
                                report.path("results")
                                        .path("importReportEntries")
                                        .spliterator(),
                                false)
                        .map(entry -> entry.path("importStatus").asString() + " "
                                + entry.path("transactionStatus").asString())
                        .distinct()
                        .toList();
                assertThat(outcomes).containsExactly((round == 1 ? "added" : "updated") + " created");
                server.signal("TERM");
                assertThat(server.exit()).isZero();
            }

            assertThat(directory.count("contact")).isEqualTo(CONTACTS);
            assertThat(directory.count("contact_transaction")).isEqualTo((long) round * CONTACTS);
        }
    }

    @Test
    void anotherServerGoesOnWithWhatOneHasLeft() throws Exception {
        String token = token();
        try (MusterProcess one = server("one");
                MusterProcess other = server("other")) {
            String address = address(other);
            String id = call(address(one), token, "POST", imports, contacts())
                    .path("result")
                    .path("id")
                    .asString();
            one.kill();

            await().atMost(Duration.ofMinutes(2))
                    .until(() -> call(address, token, "GET", imports + "/" + id, "")
                            .path("result")
                            .path("status")
                            .asString()
                            .equals("complete"));
        }

        assertThat(directory.count("contact")).isEqualTo(CONTACTS);
        assertThat(directory.count("contact_transaction")).isEqualTo(CONTACTS);
    }
}
