package io.muster.evaluator;

import static io.muster.evaluator.TestSnapshots.CAPPED_UNTIL;
import static io.muster.evaluator.TestSnapshots.FIRST;
import static io.muster.evaluator.TestSnapshots.NOW;
import static io.muster.evaluator.TestSnapshots.OTHER_PROJECT;
import static io.muster.evaluator.TestSnapshots.PROJECT;
import static io.muster.evaluator.TestSnapshots.SECOND;
import static io.muster.evaluator.TestSnapshots.SEGMENT;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.muster.intercept.decide.DebugToken;
import io.muster.intercept.decide.Definitions;
import io.muster.intercept.decide.ProjectDefinition;
import io.muster.intercept.decide.Signatures;
import io.muster.snapshot.format.Manifest;
import io.muster.support.Refusal;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.util.FileSystemUtils;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** What an evaluator promises to those who call it: one method for each line of the contract. */
class DecisionsContractTests {

    private static final String SHOW_FIRST = "{\"intercept\":\"" + FIRST + "\",\"show\":true}";
    private static final String HIDE_FIRST = "{\"intercept\":\"" + FIRST + "\",\"show\":false}";

    private static final byte[] LAST = "\r\n\r\nGET /health/live HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n"
            .getBytes(StandardCharsets.US_ASCII);

    @TempDir
    private Path home;

    private Optional<TestSnapshots> published = Optional.empty();

    @BeforeEach
    void anEmptyTree() throws IOException {
        published = Optional.of(new TestSnapshots(home));
    }

    private TestSnapshots snapshots() {
        return published.orElseThrow();
    }

    @Test
    void listensOnLoopbackOnly() {
        try (TestEvaluator evaluator = new TestEvaluator(home)) {
            assertThat(evaluator.evaluator().address()).startsWith("127.0.0.1:");
            assertThat(evaluator.evaluator().metricsAddress()).startsWith("127.0.0.1:");
        }
    }

    @Test
    void saysWhichPortIsTaken() throws IOException {
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            EvaluatorSettings settings = EvaluatorSettings.of(
                    List.of("--port", String.valueOf(taken.getLocalPort())),
                    Map.of("MUSTER_HOME", home.toString())::get);
            assertThatThrownBy(() -> Evaluator.start(settings, () -> java.time.Instant.EPOCH))
                    .isInstanceOf(Refusal.class)
                    .hasMessageStartingWith("Cannot listen on 127.0.0.1:" + taken.getLocalPort())
                    .hasMessageEndingWith("Set MUSTER_EVALUATOR_PORT to a free port, or 0 for any.");
        }
    }

    @Test
    void metricsAnswerOnTheirOwnPortOnly() throws Exception {
        snapshots().publish("linked", FIRST);
        try (TestEvaluator evaluator = new TestEvaluator(home)) {
            evaluator.decide("project=" + PROJECT);
            evaluator.decide("project=nonsense");
            HttpResponse<String> metrics = evaluator.metrics("/metrics");

            assertThat(metrics.statusCode()).isEqualTo(200);
            assertThat(metrics.body())
                    .contains(
                            "muster_decisions_total{result=\"show\"} 1.0",
                            "muster_decisions_total{result=\"bad-call\"} 1.0",
                            "muster_decisions_total{result=\"overload\"} 0.0",
                            "muster_decision_seconds_count 2",
                            "muster_snapshot_contacts{project=\"" + PROJECT + "\"} 12.0",
                            "muster_snapshot_refused_total{reason=\"unusable\"} 0.0",
                            "process_files_open_files",
                            "muster_evaluator_projects 1.0",
                            "muster_evaluator_contacts 12.0",
                            "muster_evaluator_ready 1.0");
            assertThat(evaluator.get("/metrics").statusCode()).isEqualTo(404);
            assertThat(evaluator.metrics("/v1/decisions?project=" + PROJECT).statusCode())
                    .isEqualTo(404);
        }
    }

    @Test
    void aPortOfMetricsThatWasSetAndIsTakenEndsTheStart() throws IOException {
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            Map<String, String> environment = Map.of("MUSTER_METRICS_PORT", String.valueOf(taken.getLocalPort()));
            assertThatThrownBy(() -> new TestEvaluator(home, environment))
                    .isInstanceOf(Refusal.class)
                    .hasMessageContaining("Set MUSTER_METRICS_PORT to a free port");
        }
    }

    @Test
    void readsTheTreeWhereverItIs() throws Exception {
        snapshots().publish("linked", FIRST);
        Path elsewhere = home.resolve("elsewhere");
        try (TestEvaluator evaluator = new TestEvaluator(
                elsewhere, "--snapshots", snapshots().folder().root().toString())) {
            assertThat(evaluator.decide("project=" + PROJECT + "&ref=C-1").body())
                    .contains(SHOW_FIRST);
        }
    }

    @Test
    void aCopyOfTheTreeIsATree() throws Exception {
        snapshots().publish("linked", FIRST);
        Path tree = snapshots().folder().root();
        Path copy = home.resolve("copy");
        try (Stream<Path> files = Files.walk(tree)) {
            for (Path file : files.toList()) {
                Files.copy(file, copy.resolve(tree.relativize(file)));
            }
        }

        FileSystemUtils.deleteRecursively(tree);
        try (TestEvaluator evaluator = new TestEvaluator(home.resolve("elsewhere"), "--snapshots", copy.toString())) {
            assertThat(evaluator.decide("project=" + PROJECT + "&ref=C-1").body())
                    .contains(SHOW_FIRST);
        }
    }

    @Test
    void seesWhatIsPublishedWithinAMoment() throws Exception {
        try (TestEvaluator evaluator = new TestEvaluator(home)) {
            assertThat(evaluator.get("/health/ready").statusCode()).isEqualTo(503);
            snapshots().publish("linked", FIRST);
            await().atMost(Duration.ofSeconds(10))
                    .until(() -> evaluator.get("/health/ready").statusCode() == 200);
            snapshots().publish("linked", FIRST + " off");
            await().atMost(Duration.ofSeconds(10))
                    .until(() -> evaluator.decide("project=" + PROJECT).body().contains(HIDE_FIRST));
        }
    }

    @Test
    void isReadyWhenItsSnapshotsAreLoadedAndVerified() throws Exception {
        snapshots().publish("linked", FIRST);
        try (TestEvaluator evaluator = new TestEvaluator(home)) {
            HttpResponse<String> ready = evaluator.get("/health/ready");
            assertThat(ready.statusCode()).isEqualTo(200);
            assertThat(ready.body()).isEqualTo("{\"status\":\"UP\",\"behind\":false,\"refused\":0}\n");
            assertThat(evaluator.get("/health/live").body()).isEqualTo("{\"status\":\"UP\"}\n");
        }
    }

    @Test
    void marksAnswersStalePastAnAge() throws Exception {
        snapshots().publish("linked", FIRST);
        try (TestEvaluator evaluator = new TestEvaluator(home, "--stale-after", "1h")) {
            evaluator.moveTo(NOW + Duration.ofHours(1).toMillis());
            assertThat(evaluator.decide("project=" + PROJECT).body()).contains("\"stale\":false");
            evaluator.moveTo(NOW + Duration.ofHours(1).toMillis() + 1);
            assertThat(evaluator.decide("project=" + PROJECT).body()).contains("\"stale\":true");
        }
    }

    @Test
    void answersWithVersionStaleAndDecisions() throws Exception {
        Manifest manifest = snapshots().publish("linked", FIRST);
        try (TestEvaluator evaluator = new TestEvaluator(home)) {
            HttpResponse<String> answer = evaluator.decide("project=" + PROJECT + "&ref=C-1");
            assertThat(answer.statusCode()).isEqualTo(200);
            assertThat(answer.headers().firstValue("Content-Type")).contains("application/json");
            assertThat(answer.headers().firstValue("Cache-Control")).contains("no-store");
            assertThat(answer.body())
                    .isEqualTo("{\"snapshot\":\"%s\",\"stale\":false,\"decisions\":[%s]}"
                            .formatted(manifest.version(), SHOW_FIRST));
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "&ref=C-1 | ,\"ref\":\"C-1\" | true",
                "&ref=unknown-1 | ,\"ref\":\"unknown-1\" | false",
                "&ref=capped | ,\"ref\":\"capped\" | false",
                "&ref=C%2D1 | ,\"ref\":\" C-1 \" | true",
                "&ref=+C-1+ | ,\"ref\":\"\\u0020C-1\" | true",
                "&url=https%3A%2F%2Fexample.org%2Fshop | ,\"url\":\"https://example.org/shop\" | true",
                "&device=mobile&draw=17 | ,\"device\":\"mobile\",\"draw\":17 | true",
                "&sig=&ref= | ,\"sig\":null,\"ref\":null | true",
                "&other=1 | ,\"other\":1 | true"
            })
    void aPostAsksTheSameAsAGet(String query, String json, boolean show) throws Exception {
        snapshots().publish("linked", FIRST);
        try (TestEvaluator evaluator = new TestEvaluator(home)) {
            String got = evaluator.decide("project=" + PROJECT + query).body();
            assertThat(got).contains(show ? SHOW_FIRST : HIDE_FIRST);
            assertThat(evaluator
                            .post("{\"project\":\"" + PROJECT + "\"" + json + "}")
                            .body())
                    .isEqualTo(got);
            assertThat(evaluator
                            .post("{\"project\":[\"" + PROJECT + "\"]" + json + "}")
                            .body())
                    .isEqualTo(got);
        }
    }

    @Test
    void theOldestInterceptComesFirst() throws Exception {
        snapshots().publish(TestSnapshots.project(OTHER_PROJECT, "unlinked", SECOND), null);
        Manifest first = snapshots().publish("linked", FIRST + "; SI_000000000000003");
        try (TestEvaluator evaluator = new TestEvaluator(home)) {
            String answer = evaluator
                    .decide("project=" + PROJECT + "&project=" + OTHER_PROJECT + "&project=" + PROJECT)
                    .body();
            assertThat(answer).startsWith("{\"snapshot\":\"" + first.version());
            assertThat(answer.replaceAll(".*?\"intercept\":\"(SI_\\d+)\"[^\"]*\"show\":\\w+", "$1 "))
                    .startsWith(FIRST + " " + SECOND + " SI_000000000000003 ");
        }
    }

    @Test
    void theVersionIsThatOfTheFirstProject() throws Exception {
        snapshots().publish("linked", FIRST);
        Manifest other = snapshots().publish(TestSnapshots.project(OTHER_PROJECT, "unlinked", SECOND), null);
        try (TestEvaluator evaluator = new TestEvaluator(home)) {
            assertThat(evaluator
                            .decide("project=" + OTHER_PROJECT + "&project=" + PROJECT)
                            .body())
                    .startsWith("{\"snapshot\":\"" + other.version() + "\"");
            assertThat(evaluator
                            .decide("project=ZN_00000000000000z&project=" + PROJECT)
                            .body())
                    .startsWith("{\"snapshot\":null,");
        }
    }

    @Test
    void addressDeviceAndDrawOfThePageCount() throws Exception {
        snapshots()
                .publish(
                        TestSnapshots.project(
                                PROJECT,
                                "unlinked",
                                FIRST + " page=cart; SI_000000000000002 device=mobile; SI_000000000000003 sample=25"),
                        null);
        try (TestEvaluator evaluator = new TestEvaluator(home)) {
            assertThat(shown(evaluator, "&url=https%3A%2F%2Fshop.example%2Fcart"))
                    .startsWith(true, false);
            assertThat(shown(evaluator, "&url=https%3A%2F%2Fshop.example%2F&device=mobile"))
                    .startsWith(false, true);
            assertThat(shown(evaluator, "&device=tablet"))
                    .as("without an address its test is false")
                    .startsWith(false, false);
            Set<Boolean> drawn = new HashSet<>();
            for (int draw = 0; draw < 10_000; draw += 250) {
                boolean shown = shown(evaluator, "&draw=" + draw).get(2);
                assertThat(shown(evaluator, "&draw=" + draw).get(2)).isEqualTo(shown);
                drawn.add(shown);
            }

            assertThat(drawn).as("a draw decides").containsExactlyInAnyOrder(true, false);
        }
    }

    private static List<Boolean> shown(TestEvaluator evaluator, String query) throws Exception {
        JsonNode answer = JsonMapper.shared()
                .readTree(evaluator.decide("project=" + PROJECT + query).body());
        return answer.get("decisions")
                .valueStream()
                .map(one -> one.get("show").asBoolean())
                .toList();
    }

    @Test
    void withoutDefinitionsNothingIsDecided() throws Exception {
        try (TestEvaluator evaluator = new TestEvaluator(home)) {
            String nothing = "{\"snapshot\":null,\"stale\":true,\"decisions\":[]}";
            assertThat(evaluator.decide("project=" + PROJECT).body()).isEqualTo(nothing);
            assertThat(evaluator
                            .decide("project=" + PROJECT + "&intercept=" + FIRST)
                            .body())
                    .isEqualTo(nothing);
        }
    }

    @Test
    void aDebugTokenAddsTheReasons() throws Exception {
        Manifest manifest = snapshots().publish("linked", FIRST + " target=" + SEGMENT + "; " + SECOND + " off");
        try (TestEvaluator evaluator = new TestEvaluator(home)) {
            evaluator.moveTo(NOW + 5_000);
            String token = DebugToken.issue(PROJECT, NOW / 1_000 + 100, Definitions.DEBUG_KEY);
            HttpResponse<String> answer =
                    evaluator.decide("project=" + PROJECT + "&ref=capped", "X-Debug-Token", token);
            assertThat(answer.statusCode()).isEqualTo(200);
            assertThat(answer.body()).isEqualTo("""
                {"snapshot":"VERSION","stale":false,"snapshotAge":5,"decisions":[\
                {"intercept":"SI_000000000000001","show":false,"project":"ZN_000000000000001",\
                "snapshot":"VERSION","reason":"FREQUENCY","segments":{"SG_000000000000001":true},\
                "nextEligible":"2026-12-01T00:00:00Z"},\
                {"intercept":"SI_000000000000002","show":false,"project":"ZN_000000000000001",\
                "snapshot":"VERSION","reason":"INACTIVE","segments":{},"nextEligible":null}]}\
                """.replace("VERSION", manifest.version()));
            assertThat(evaluator
                            .decide("project=" + PROJECT + "&ref=nobody", "X-Debug-Token", token)
                            .body())
                    .contains("\"reason\":\"UNKNOWN_REFERENCE\",\"segments\":{},\"nextEligible\":null");
            assertThat(evaluator
                            .decide("project=" + PROJECT + "&intercept=SI_00000000000000z", "X-Debug-Token", token)
                            .body())
                    .contains("{\"intercept\":\"SI_00000000000000z\",\"show\":false,\"project\":null,\"snapshot\":null,"
                            + "\"reason\":\"INACTIVE\"");
        }
    }

    @Test
    void aDebugTokenThatIsWrongOrHasEndedIsRefused() throws Exception {
        snapshots().publish("linked", FIRST);
        try (TestEvaluator evaluator = new TestEvaluator(home)) {
            long second = NOW / 1_000;
            for (String token : List.of(
                    "",
                    "nonsense",
                    DebugToken.issue(PROJECT, second, Definitions.DEBUG_KEY),
                    DebugToken.issue(PROJECT, second + 9, "another key"),
                    DebugToken.issue(OTHER_PROJECT, second + 9, Definitions.DEBUG_KEY))) {
                HttpResponse<String> answer = evaluator.decide("project=" + PROJECT, "X-Debug-Token", token);
                assertThat(answer.statusCode()).as(token).isEqualTo(401);
                assertThat(answer.body()).startsWith("{\"error\":{\"code\":\"UNAUTHORIZED\"");
            }
        }
    }

    @Test
    void inactiveInterceptsAreListedAsHidden() throws Exception {
        snapshots().publish("linked", FIRST + " off; " + SECOND);
        try (TestEvaluator evaluator = new TestEvaluator(home)) {
            assertThat(evaluator.decide("project=" + PROJECT + "&ref=C-1").body())
                    .contains("[" + HIDE_FIRST + ",{\"intercept\":\"" + SECOND + "\",\"show\":true}]");
        }
    }

    @Test
    void unknownIdsOfTheRightFormAreNoError() throws Exception {
        snapshots().publish("linked", FIRST);
        try (TestEvaluator evaluator = new TestEvaluator(home)) {
            HttpResponse<String> intercept =
                    evaluator.decide("project=" + PROJECT + "&intercept=SI_00000000000000z&intercept=" + FIRST);
            assertThat(intercept.statusCode()).isEqualTo(200);
            assertThat(intercept.body())
                    .contains("[" + SHOW_FIRST + ",{\"intercept\":\"SI_00000000000000z\",\"show\":false}]");
            HttpResponse<String> project = evaluator.decide("project=" + PROJECT + "&project=ZN_00000000000000z");
            assertThat(project.statusCode()).isEqualTo(200);
            assertThat(project.body()).contains("\"stale\":true", "[" + SHOW_FIRST + "]");
        }
    }

    @ParameterizedTest
    @CsvSource({
        "'', project",
        "ref=C-1, project",
        "project=, project",
        "project=ZN_1, project",
        "project=ZN_00000000000000_, project",
        "project=SI_000000000000001, project",
        "project=ZN_000000000000001&intercept=SI_1, intercept",
        "project=ZN_000000000000001&intercept=, intercept",
        "project=ZN_000000000000001&device=phone, device",
        "project=ZN_000000000000001&draw=10000, draw",
        "project=ZN_000000000000001&draw=-1, draw",
        "project=ZN_000000000000001&draw=, draw",
        "project=ZN_000000000000001&draw=99999999999999999999, draw",
        "project=ZN_000000000000001&ref=a&ref=b, ref",
        "project=ZN_000000000000001&url=%ff, url",
        "project=ZN_000000000000001&sig=%ff, sig"
    })
    void malformedCallsAreRefusedWithTheField(String query, String field) throws Exception {
        snapshots().publish("linked", FIRST);
        try (TestEvaluator evaluator = new TestEvaluator(home)) {
            HttpResponse<String> answer = evaluator.decide(query);
            assertThat(answer.statusCode()).isEqualTo(400);
            assertThat(answer.body())
                    .startsWith("{\"error\":{\"code\":\"INVALID\",\"message\":\"Cannot decide: " + field)
                    .endsWith("\"field\":\"" + field + "\"}}");
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "{",
                "[]",
                "null",
                "{}",
                "{\"project\":7}",
                "{\"project\":[7]}",
                "{\"project\":\"ZN_000000000000001\",\"project\":\"ZN_000000000000001\"}",
                "{\"project\":\"ZN_000000000000001\",\"ref\":{}}",
                "{\"project\":\"ZN_000000000000001\",\"ref\":\"\\ud800\"}",
                "{\"project\":\"ZN_000000000000001\",\"ref\":\"a\\u0000\"}",
                "{\"project\":\"ZN_000000000000001\",\"draw\":1.5}",
                "{\"project\":\"ZN_000000000000001\"} {"
            })
    void malformedBodiesAreRefused(String body) throws Exception {
        snapshots().publish("linked", FIRST);
        try (TestEvaluator evaluator = new TestEvaluator(home)) {
            HttpResponse<String> answer = evaluator.post(body);
            assertThat(answer.statusCode()).isEqualTo(400);
            assertThat(answer.body()).startsWith("{\"error\":{\"code\":\"INVALID\"");
        }
    }

    @Test
    void bodiesOfMoreThan64KilobytesAreRefused() throws Exception {
        snapshots().publish("linked", FIRST);
        try (TestEvaluator evaluator = new TestEvaluator(home)) {
            String most = "{\"project\":\"" + PROJECT + "\",\"more\":\"";
            String whole = most + "x".repeat(HttpConnection.MOST_BODY - most.length() - 2) + "\"}";
            assertThat(evaluator.post(whole).statusCode()).isEqualTo(200);
            assertThat(raw(evaluator, "POST /v1/decisions HTTP/1.1\r\nHost: a\r\nContent-Length: 65537\r\n\r\n"))
                    .startsWith("HTTP/1.1 413 ");
        }
    }

    @Test
    void ofListBasedInterceptsOnlyThoseAskedAboutCount() throws Exception {
        snapshots().publish("linked", FIRST + " list-based; " + SECOND + " list-based");
        try (TestEvaluator evaluator = new TestEvaluator(home)) {
            assertThat(evaluator.decide("project=" + PROJECT + "&ref=C-1").body())
                    .contains("[" + SHOW_FIRST + ",{\"intercept\":\"" + SECOND + "\",\"show\":false}]");
            assertThat(evaluator
                            .decide("project=" + PROJECT + "&ref=C-1&intercept=" + SECOND)
                            .body())
                    .contains("[{\"intercept\":\"" + SECOND + "\",\"show\":true}]");
            assertThat(evaluator.decide("project=" + PROJECT).body())
                    .as("without a reference line 6 decides first")
                    .contains("[" + SHOW_FIRST + ",{\"intercept\":\"" + SECOND + "\",\"show\":true}]");
        }
    }

    @Test
    void anOlderListBasedInterceptOfAnotherProjectOfTheCallCounts() throws Exception {
        snapshots()
                .publish(
                        TestSnapshots.project(OTHER_PROJECT, "linked", FIRST + " list-based"),
                        snapshots().table());
        snapshots()
                .publish(
                        TestSnapshots.project(PROJECT, "linked", "SI_000000000000009 off; " + SECOND + " list-based"),
                        snapshots().table());
        try (TestEvaluator evaluator = new TestEvaluator(home)) {
            String both = "project=" + PROJECT + "&project=" + OTHER_PROJECT + "&ref=C-1";
            assertThat(evaluator.decide(both).body())
                    .contains(SHOW_FIRST, "{\"intercept\":\"" + SECOND + "\",\"show\":false}");
            assertThat(evaluator.decide(both + "&intercept=" + SECOND).body())
                    .contains("[{\"intercept\":\"" + SECOND + "\",\"show\":true}]");
            assertThat(evaluator.decide("project=" + PROJECT + "&ref=C-1").body())
                    .contains("{\"intercept\":\"" + SECOND + "\",\"show\":true}");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"a%00", "%00", "a%0Ab", "%7F", "%c3", "%c3%28", "%ed%a0%80", "%C2%85a%C2%85b"})
    void referencesThatCannotBeOnesAreRefusedForEverybody(String reference) throws Exception {
        snapshots().publish("linked", FIRST);
        try (TestEvaluator evaluator = new TestEvaluator(home)) {
            HttpResponse<String> known = evaluator.decide("project=" + PROJECT + "&ref=" + reference);
            HttpResponse<String> elsewhere = evaluator.decide("project=" + OTHER_PROJECT + "&ref=" + reference);
            assertThat(known.statusCode()).isEqualTo(400);
            assertThat(elsewhere.statusCode()).isEqualTo(400);
            assertThat(elsewhere.body()).isEqualTo(known.body()).contains("\"field\":\"ref\"");
        }
    }

    @Test
    void percentSignsThatMeanNothingAreRefused() throws Exception {
        snapshots().publish("linked", FIRST);
        try (TestEvaluator evaluator = new TestEvaluator(home)) {
            for (String wrong : List.of("%", "%4", "%zz", "a%", "%4%")) {
                String query = "/v1/decisions?project=" + PROJECT + "&ref=" + wrong;
                assertThat(raw(evaluator, "GET " + query + " HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n"))
                        .as(wrong)
                        .startsWith("HTTP/1.1 400 ")
                        .contains("ref has a percent sign without two hexadecimal digits");
            }
        }
    }

    @Test
    void referencesHaveUpTo255CodePoints() throws Exception {
        snapshots().publish("linked", FIRST);
        try (TestEvaluator evaluator = new TestEvaluator(home)) {
            String longest = TestEvaluator.encode("😀".repeat(255));
            String longer = TestEvaluator.encode("😀".repeat(256));
            assertThat(evaluator
                            .decide("project=" + PROJECT + "&ref=" + longest)
                            .statusCode())
                    .isEqualTo(200);
            assertThat(evaluator.decide("project=" + PROJECT + "&ref=" + longer).statusCode())
                    .isEqualTo(400);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"PUT", "DELETE", "PATCH", "HEAD", "OPTIONS", "TRACE"})
    void otherMethodsAreNotAllowed(String method) throws Exception {
        snapshots().publish("linked", FIRST);
        try (TestEvaluator evaluator = new TestEvaluator(home)) {
            HttpResponse<String> answer = evaluator.method(method, "/v1/decisions?project=" + PROJECT);
            assertThat(answer.statusCode()).isEqualTo(405);
            assertThat(answer.headers().firstValue("Allow")).contains("GET, POST, OPTIONS");
        }
    }

    @Test
    void moreRequestsThanItTakesAreRefusedAndRightAnswersReturn() throws Exception {
        snapshots().publish("linked", FIRST);
        try (TestEvaluator evaluator = new TestEvaluator(home, Map.of("MUSTER_EVALUATOR_MAX_REQUESTS", "3"))) {
            String one = "GET /v1/decisions?project=" + PROJECT + " HTTP/1.1\r\nHost: a\r\n\r\n";
            String last = one.replace("\r\n\r\n", "\r\nConnection: close\r\n\r\n");
            String answers = raw(evaluator, one.repeat(20) + last);

            assertThat(answers.split("HTTP/1.1 ", -1)).hasSize(22);
            assertThat(answers).contains("HTTP/1.1 200 ", "HTTP/1.1 503 ", "\"code\":\"OVERLOADED\"");
            assertThat(evaluator.decide("project=" + PROJECT).statusCode()).isEqualTo(200);
            assertThat(evaluator.metrics("/metrics").body())
                    .containsPattern("muster_decisions_total\\{result=\"overload\"} [1-9]");
        }
    }

    @Test
    void ofManyCallersAtOnceSomeAreRefusedAndAllAreAnswered() throws Exception {
        snapshots().publish("linked", FIRST);
        try (TestEvaluator evaluator = new TestEvaluator(home, Map.of("MUSTER_EVALUATOR_MAX_REQUESTS", "2"))) {
            String one = "GET /v1/decisions?project=" + PROJECT + "&ref=C-1 HTTP/1.1\r\nHost: a\r\n\r\n";
            String last = one.replace("\r\n\r\n", "\r\nConnection: close\r\n\r\n");
            List<CompletableFuture<String>> callers = Stream.generate(
                            () -> CompletableFuture.supplyAsync(() -> answers(evaluator, one.repeat(49) + last)))
                    .limit(8)
                    .toList();
            for (CompletableFuture<String> caller : callers) {
                String[] answers = caller.join().split("(?=HTTP/1.1 )", -1);
                assertThat(answers).hasSize(50).allSatisfy(answer -> {
                    if (answer.startsWith("HTTP/1.1 200 ")) {
                        assertThat(answer).contains(SHOW_FIRST);
                    } else {
                        assertThat(answer).startsWith("HTTP/1.1 503 ").contains("\"code\":\"OVERLOADED\"");
                    }
                });
            }

            for (int i = 0; i < 10; i++) {
                assertThat(evaluator
                                .decide("project=" + PROJECT + "&ref=C-" + i)
                                .body())
                        .as("afterwards")
                        .contains(SHOW_FIRST);
            }
        }
    }

    private static String answers(TestEvaluator evaluator, String requests) {
        try {
            return raw(evaluator, requests);
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Right requests of which some bytes are wrong. */
    @Test
    void nothingThatACallerSendsIsAFault() throws Exception {
        snapshots().publish("signed", FIRST + " page=a; " + SECOND + " list-based");
        Random random = new Random(5);
        String body = "{\"project\":[\"" + PROJECT + "\"],\"ref\":\"C-1\",\"sig\":\"00\",\"draw\":7}";
        List<byte[]> right = Stream.of(
                        "GET /v1/decisions?project=" + PROJECT
                                + "&ref=C-%31&sig=ab&url=https%3A%2F%2Fa&draw=17&intercept="
                                + FIRST + " HTTP/1.1\r\nHost: a\r\nX-Debug-Token: x.1.y\r\nOrigin: https://a\r\n"
                                + "Connection: close\r\n\r\n",
                        "POST /v1/decisions HTTP/1.1\r\nHost: a\r\nConnection: close\r\nContent-Length: "
                                + body.length() + "\r\n\r\n" + body,
                        "GET /health/ready HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n")
                .map(text -> text.getBytes(StandardCharsets.ISO_8859_1))
                .toList();
        try (TestEvaluator evaluator = new TestEvaluator(home)) {
            for (int i = 0; i < 600; i++) {
                byte[] request = right.get(i % right.size()).clone();
                for (int j = random.nextInt(4); j >= 0; j--) {
                    request[random.nextInt(request.length)] = (byte) random.nextInt(256);
                }

                assertThat(damaged(evaluator, request))
                        .as(new String(request, StandardCharsets.ISO_8859_1))
                        .doesNotContain("HTTP/1.1 5");
            }

            assertThat(evaluator.metrics("/metrics").body()).contains("muster_decisions_total{result=\"failure\"} 0.0");
        }
    }

    /** What is answered until nothing more comes; a whole request that ends the connection comes after what may be none. */
    private static String damaged(TestEvaluator evaluator, byte[] request) throws IOException {
        String[] address = evaluator.evaluator().address().split(":", -1);
        ByteArrayOutputStream answer = new ByteArrayOutputStream();
        try (Socket socket = new Socket(address[0], Integer.parseInt(address[1]))) {
            socket.setSoTimeout(300);
            socket.getOutputStream().write(request);
            socket.getOutputStream().write(LAST);
            socket.getInputStream().transferTo(answer);
        } catch (SocketException | SocketTimeoutException ended) {
            // It waits for more, or has not read what came after its refusal.
        }

        return answer.toString(StandardCharsets.UTF_8);
    }

    @Test
    void answersOfOneConnectionComeInOrder() throws Exception {
        snapshots().publish("linked", FIRST);
        try (TestEvaluator evaluator = new TestEvaluator(home)) {
            String answers = raw(
                    evaluator,
                    "GET /v1/decisions?project=" + PROJECT + " HTTP/1.1\r\nHost: a\r\n\r\n"
                            + "GET /nothing HTTP/1.1\r\nHost: a\r\n\r\n"
                            + "GET /v1/decisions?project=x HTTP/1.1\r\nHost: a\r\n\r\n"
                            + "GET /health/live HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n");
            assertThat(answers.replaceAll("(?s)(HTTP/1.1 (\\d+)|.)", "$2")).isEqualTo("200404400200");
        }
    }

    /** Nothing that a caller sends is answered with anything but 2xx and 4xx. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "nonsense\r\n\r\n",
                "GET /v1/decisions HTTP/1.1\r\nHost\r\n\r\n",
                "GET /v1/decisions HTTP/9.9\r\n\r\n",
                "GET  HTTP/1.1\r\n\r\n",
                "POST /v1/decisions HTTP/1.1\r\nContent-Length: x\r\n\r\n",
                "POST /v1/decisions HTTP/1.1\r\nContent-Length: -1\r\n\r\n",
                "POST /v1/decisions HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
                "GET /%00 HTTP/1.1\r\nConnection: close\r\n\r\n"
            })
    void whatIsNoHttpIsRefused(String request) throws Exception {
        try (TestEvaluator evaluator = new TestEvaluator(home)) {
            assertThat(raw(evaluator, request)).startsWith("HTTP/1.1 4");
            assertThat(evaluator.get("/health/live").statusCode()).isEqualTo(200);
        }
    }

    @Test
    void addressesAndHeadersThatAreTooLongAreRefused() throws Exception {
        try (TestEvaluator evaluator = new TestEvaluator(home)) {
            assertThat(raw(evaluator, "GET /v1/decisions?" + "x".repeat(20_000) + " HTTP/1.1\r\n\r\n"))
                    .startsWith("HTTP/1.1 414 ");
            assertThat(raw(evaluator, "GET /v1/decisions HTTP/1.1\r\nCookie: " + "x".repeat(20_000) + "\r\n\r\n"))
                    .startsWith("HTTP/1.1 431 ");
        }
    }

    @Test
    void unknownUntargetedAndCappedLookAlike() throws Exception {
        snapshots().publish("linked", FIRST + " target=" + SEGMENT);
        try (TestEvaluator evaluator = new TestEvaluator(home)) {
            HttpResponse<String> unknown = evaluator.decide("project=" + PROJECT + "&ref=nobody");
            HttpResponse<String> untargeted = evaluator.decide("project=" + PROJECT + "&ref=C-1");
            HttpResponse<String> capped = evaluator.decide("project=" + PROJECT + "&ref=capped");
            assertThat(unknown.body()).contains(HIDE_FIRST);
            for (HttpResponse<String> other : List.of(untargeted, capped)) {
                assertThat(other.body()).isEqualTo(unknown.body());
                assertThat(other.headers().map()).isEqualTo(unknown.headers().map());
            }

            evaluator.moveTo(CAPPED_UNTIL);
            assertThat(evaluator.decide("project=" + PROJECT + "&ref=capped").body())
                    .contains(SHOW_FIRST);
        }
    }

    @Test
    void signedReferencesAreVerified() throws Exception {
        snapshots().publish("signed", FIRST);
        try (TestEvaluator evaluator = new TestEvaluator(home)) {
            String signature = new Signatures(Definitions.SECRET).of("C-1");
            assertThat(evaluator
                            .decide("project=" + PROJECT + "&ref=C-1&sig=" + signature)
                            .body())
                    .contains(SHOW_FIRST);
            assertThat(evaluator.decide("project=" + PROJECT + "&ref=C-1").body())
                    .contains(HIDE_FIRST);
        }
    }

    @Test
    void anyPageMayReadTheAnswersOfAProjectWithoutOrigins() throws Exception {
        snapshots().publish("linked", FIRST);
        try (TestEvaluator evaluator = new TestEvaluator(home)) {
            assertThat(evaluator
                            .decide("project=" + PROJECT, "Origin", "https://a.example")
                            .headers()
                            .firstValue("Access-Control-Allow-Origin"))
                    .contains("*");
        }
    }

    @Test
    void onlyPagesOfTheOriginsOfAProjectMayReadItsAnswers() throws Exception {
        ProjectDefinition project =
                TestSnapshots.withOrigins(TestSnapshots.project(PROJECT, "unlinked", FIRST), "https://a.example");
        snapshots().publish(project, null);
        try (TestEvaluator evaluator = new TestEvaluator(home)) {
            HttpResponse<String> ours = evaluator.decide("project=" + PROJECT, "Origin", "https://a.example");
            assertThat(ours.headers().firstValue("Access-Control-Allow-Origin")).contains("https://a.example");
            assertThat(ours.headers().firstValue("Vary")).contains("Origin");
            HttpResponse<String> theirs = evaluator.decide("project=" + PROJECT, "Origin", "https://b.example");
            assertThat(theirs.headers().firstValue("Access-Control-Allow-Origin"))
                    .isEmpty();
            assertThat(theirs.headers().firstValue("Vary")).contains("Origin");
        }
    }

    @Test
    void browsersMayAskBeforehand() throws Exception {
        try (TestEvaluator evaluator = new TestEvaluator(home)) {
            HttpResponse<String> answer = evaluator.method(
                    "OPTIONS",
                    "/v1/decisions",
                    "Origin",
                    "https://a.example",
                    "Access-Control-Request-Method",
                    "POST",
                    "Access-Control-Request-Headers",
                    "x-debug-token");
            assertThat(answer.statusCode()).isEqualTo(204);
            assertThat(answer.headers().firstValue("Access-Control-Allow-Origin"))
                    .contains("*");
            assertThat(answer.headers().firstValue("Access-Control-Allow-Methods"))
                    .contains("GET, POST");
            assertThat(answer.headers().firstValue("Access-Control-Allow-Headers"))
                    .contains("content-type, x-debug-token");
        }
    }

    /** Sends bytes and reads until the evaluator has answered and closed, or nothing comes for a second. */
    private static String raw(TestEvaluator evaluator, String request) throws IOException {
        String[] address = evaluator.evaluator().address().split(":", -1);
        try (Socket socket = new Socket(address[0], Integer.parseInt(address[1]))) {
            socket.setSoTimeout(5_000);
            OutputStream out = socket.getOutputStream();
            out.write(request.getBytes(StandardCharsets.ISO_8859_1));
            out.flush();
            InputStream in = socket.getInputStream();
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
    }
}
