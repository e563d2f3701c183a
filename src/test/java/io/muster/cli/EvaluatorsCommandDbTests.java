package io.muster.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.muster.access.Scope;
import io.muster.database.TestDatabase;
import io.muster.support.StateFolder;
import io.muster.web.TestWebServer;
import java.io.ByteArrayOutputStream;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** {@code muster evaluators}: the last report of each. */
class EvaluatorsCommandDbTests {

    @RegisterExtension
    static final TestDatabase database = new TestDatabase();

    private static final String URL = "muster.database.url";
    private static final Duration SOON = Duration.ofSeconds(30);
    private static final String REPORT = """
        {"name":"web-1:8081","snapshots":[{"project":"ZN_1a2B3c4D5e6F7g8","version":"20261115T100000000Z-1a2b3c4d",\
        "age":90}],"projects":1,"requestsPerSecond":120,"refusals":3,"refusedSnapshots":1,"stale":true,"behind":false,\
        "ends":false}""";

    @TempDir
    private Path folder;

    @BeforeEach
    void useDatabase() {
        database.jdbc().sql("DELETE FROM evaluator_report").update();
        System.setProperty(URL, database.url());
    }

    @AfterEach
    void forget() {
        database.jdbc().sql("DELETE FROM evaluator_report").update();
        System.clearProperty(URL);
    }

    private String muster(String... arguments) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        ByteArrayOutputStream err = new ByteArrayOutputStream();
        assertThat(Cli.run(new Terminal(out, err, new StateFolder(folder.resolve("home"))), arguments))
                .as(err.toString(StandardCharsets.UTF_8))
                .isZero();
        return out.toString(StandardCharsets.UTF_8);
    }

    private JsonNode listed() {
        return JsonMapper.shared().readTree(muster("evaluators", "--json"));
    }

    @Test
    void withoutEvaluatorsItListsNone() {
        assertThat(muster("evaluators", "--json")).isEqualTo("[]\n");
        assertThat(muster("evaluators")).isEqualTo("No evaluator was heard in the last seven days.\n");
    }

    @Test
    void listsTheLastReportOfEach() throws Exception {
        try (TestWebServer server = TestWebServer.start(database.url(), folder.resolve("server"))) {
            String token = server.token(Scope.SNAPSHOTS);
            poll(server, token, REPORT.replace("\"refusals\":3", "\"refusals\":2"));
            poll(server, token, REPORT.replace("web-1", "web-2").replace("\"stale\":true", "\"stale\":false"));
            poll(server, token, REPORT);
            await().atMost(SOON)
                    .untilAsserted(() ->
                            assertThat(listed().findValuesAsString("refusals")).containsExactly("3", "3"));

            JsonNode all = listed();
            assertThat(all.findValuesAsString("name")).containsExactly("web-1:8081", "web-2:8081");
            JsonNode one = all.get(0);
            assertThat(one.propertyNames())
                    .containsExactly(
                            "name",
                            "lastSeen",
                            "silent",
                            "snapshots",
                            "projects",
                            "requestsPerSecond",
                            "refusals",
                            "refusedSnapshots",
                            "stale",
                            "behind",
                            "behindSince");
            assertThat(one.get("snapshots").toString())
                    .isEqualTo(
                            "[{\"project\":\"ZN_1a2B3c4D5e6F7g8\",\"version\":\"20261115T100000000Z-1a2b3c4d\",\"age\":90}]");
            assertThat(one.get("requestsPerSecond").asInt()).isEqualTo(120);
            assertThat(one.get("silent").asBoolean()).isFalse();
            assertThat(muster("evaluators"))
                    .contains("NAME", "OLDEST, SECONDS", "REQUESTS/S", "REFUSALS", "LAST SEEN")
                    .containsPattern("web-1:8081 +1 +90 +120 +3 .* stale\n")
                    .containsPattern("web-2:8081 +1 +90 +120 +3 ");
            HttpResponse<String> attention = server.get("/health/attention");
            assertThat(attention.statusCode()).isEqualTo(503);
            assertThat(attention.body()).contains("\"kind\":\"outdated-evaluator\"", "Evaluator web-1:8081 refuses");

            database.jdbc()
                    .sql("UPDATE evaluator_report SET heard_at = heard_at - 400000 WHERE name = 'web-2:8081'")
                    .update();
            assertThat(listed().get(1).get("silent").asBoolean()).isTrue();
            assertThat(muster("evaluators")).containsPattern("web-2:8081 .* silent\n");
            await().atMost(SOON)
                    .untilAsserted(() -> assertThat(
                                    server.get("/health/attention").body())
                            .contains("\"kind\":\"silent-evaluator\"", "Evaluator web-2:8081 is not heard any more"));
        }
    }

    private static void poll(TestWebServer server, String token, String report) throws Exception {
        assertThat(server.get("/v1/snapshots", "X-API-TOKEN", token, "Muster-Evaluator", report)
                        .statusCode())
                .isEqualTo(200);
    }
}
