package io.muster.web;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.muster.access.Scope;
import io.muster.app.ContactHistory;
import io.muster.app.TimelineEntry;
import io.muster.database.DatabaseProxy;
import io.muster.database.TestDatabase;
import io.muster.dedup.DirectoryFixture;
import io.muster.intake.IntakeFixture;
import io.muster.intercept.decide.DebugToken;
import io.muster.intercept.decide.Signatures;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.jdbc.core.simple.JdbcClient;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Responses over HTTP: one method a line of the contract. */
class ResponsesContractTests {

    @RegisterExtension
    static final TestDatabase database = new TestDatabase();

    private static final Duration LONG = Duration.ofSeconds(60);

    @TempDir
    private static Path home;

    private static TestWebServer server;
    private static String events;

    private final JdbcClient jdbc = database.jdbc();
    private IntakeFixture fixture;
    private String ada;

    @BeforeAll
    static void start() {
        server = TestWebServer.start(database.url(), home);
        events = server.token(Scope.EVENTS);
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    @BeforeEach
    void publish() throws Exception {
        jdbc.sql("DELETE FROM response").update();
        jdbc.sql("DELETE FROM event_count").update();
        fixture = new IntakeFixture(database, home, InstantSource.system());
        long number = fixture.contact("A-1", "embedded.tier", "gold", "embedded.Town", "Graz");
        ada = database.ids().contact(fixture.directory().id(), number);
        for (int project : List.of(
                IntakeFixture.PROJECT, IntakeFixture.SIGNED, IntakeFixture.WITH_ORIGIN, IntakeFixture.ATTACHING)) {
            // What was known of a project before is a second old at most, and is of another directory.
            await().atMost(LONG).untilAsserted(() -> {
                post(response(project, "f" + System.nanoTime(), ",'ref':'A-1'"), "X-API-TOKEN", events);
                assertThat(recorded(project, "directory_id"))
                        .contains(String.valueOf(fixture.directory().id()));
            });
        }

        jdbc.sql("DELETE FROM response").update();
        jdbc.sql("DELETE FROM event_count").update();
    }

    private String response(int project, String id, String more) {
        return response(project, 1, id, more);
    }

    private String response(int project, int intercept, String id, String more) {
        return "{'id':'%s','project':'%s','intercept':'%s'%s,'answers':{'q1':'yes'}}"
                .formatted(id, fixture.project(project), fixture.intercept(intercept), more);
    }

    private static HttpResponse<String> post(String json, String... headers) throws Exception {
        return server.post("/v1/responses", json.replace('\'', '"'), headers);
    }

    private static String answer(HttpResponse<String> response) {
        return response.statusCode() + " " + response.body();
    }

    private static String error(HttpResponse<String> response) {
        JsonNode error = JsonMapper.shared().readTree(response.body()).path("error");
        return "%d %s %s"
                .formatted(
                        response.statusCode(),
                        error.path("code").asString(),
                        error.path("field").asString("-"));
    }

    private List<String> recorded(int project, String columns) {
        return fixture.responses(project, columns);
    }

    @Test
    void responsesAreAcceptedWithoutAToken() throws Exception {
        assertThat(answer(post(response(IntakeFixture.PROJECT, "r1", ",'ref':'A-1'"))))
                .isEqualTo("202 {\"accepted\":1}");
        String list = "[" + response(IntakeFixture.PROJECT, "r2", ",'ref':'A-1'") + ","
                + response(IntakeFixture.UNLINKED, "r3", "") + "]";
        assertThat(answer(post(list))).isEqualTo("202 {\"accepted\":2}");
        assertThat(answer(post("[]"))).isEqualTo("202 {\"accepted\":0}");

        assertThat(recorded(IntakeFixture.PROJECT, "response_id, intercept_id, survey, verified, answers"))
                .containsExactly("r1 1 SV_1 0 {\"q1\":\"yes\"}", "r2 1 SV_1 0 {\"q1\":\"yes\"}");
        assertThat(recorded(IntakeFixture.UNLINKED, "response_id")).containsExactly("r3");
    }

    @Test
    void aBeaconSendsThemAsPlainText() throws Exception {
        String body = response(IntakeFixture.PROJECT, "r1", ",'ref':'A-1'").replace('\'', '"');
        HttpResponse<String> answer = server.send(server.request("/v1/responses")
                .header("Content-Type", "text/plain;charset=UTF-8")
                .POST(BodyPublishers.ofString(body))
                .build());

        assertThat(answer(answer)).isEqualTo("202 {\"accepted\":1}");
        assertThat(recorded(IntakeFixture.PROJECT, "response_id")).containsExactly("r1");
    }

    @Test
    void allEmbeddedDataAreAttachedOrThoseThatTheProjectNames() throws Exception {
        post(response(IntakeFixture.PROJECT, "r1", ",'ref':'A-1'"));
        post(response(IntakeFixture.ATTACHING, "r1", ",'ref':' A-1 '"));

        assertThat(recorded(IntakeFixture.PROJECT, "embedded"))
                .containsExactly("{\"Town\":\"Graz\",\"tier\":\"gold\"}");
        assertThat(recorded(IntakeFixture.ATTACHING, "embedded")).containsExactly("{\"tier\":\"gold\"}");
    }

    @Test
    void whatIsAttachedIsWhatTheContactHasAtTheMomentOfTheResponse() throws Exception {
        post(response(IntakeFixture.PROJECT, "r1", ",'ref':'A-1'"));
        fixture.contact("A-1", "embedded.tier", "platinum");
        post(response(IntakeFixture.PROJECT, "r2", ",'ref':'A-1'"));

        assertThat(recorded(IntakeFixture.PROJECT, "embedded"))
                .containsExactly("{\"Town\":\"Graz\",\"tier\":\"gold\"}", "{\"Town\":\"Graz\",\"tier\":\"platinum\"}");
    }

    @Test
    void whatAPageSaysOfEmbeddedDataIsPassedOver() throws Exception {
        post(response(IntakeFixture.PROJECT, "r1", ",'ref':'A-1','embeddedData':{'tier':'forged'},'verified':true"));

        assertThat(recorded(IntakeFixture.PROJECT, "verified, embedded"))
                .containsExactly("0 {\"Town\":\"Graz\",\"tier\":\"gold\"}");
    }

    @Test
    void aTokenOrASignatureVerifies() throws Exception {
        String signature = new Signatures(IntakeFixture.SECRET).of("A-1");
        String own = server.token(
                List.of(database.ids().directory(fixture.directory().id())), Scope.EVENTS);
        String elsewhere = server.token(
                List.of(database.ids()
                        .directory(DirectoryFixture.create(jdbc, "extRef").id())),
                Scope.EVENTS);
        long end = Instant.now().plusSeconds(600).getEpochSecond();
        String debug = DebugToken.issue(fixture.project(IntakeFixture.PROJECT), end, IntakeFixture.DEBUG_KEY);

        String plain = response(IntakeFixture.PROJECT, "%s", ",'ref':'A-1'");
        post(plain.formatted("none"));
        post(plain.formatted("token"), "X-API-TOKEN", own);
        post(plain.formatted("elsewhere"), "X-API-TOKEN", elsewhere);
        post(plain.formatted("read"), "X-API-TOKEN", server.token(Scope.READ));
        post(plain.formatted("debug"), "X-Debug-Token", debug);
        // The project does not sign: nothing says that the signature is right.
        post(response(IntakeFixture.PROJECT, "unasked", ",'ref':'A-1','sig':'" + signature + "'"));
        post(response(IntakeFixture.SIGNED, "signed", ",'ref':'A-1','sig':'" + signature + "'"));
        post(response(IntakeFixture.SIGNED, "vouched", ",'ref':'A-1'"), "X-API-TOKEN", own);
        post(response(IntakeFixture.UNLINKED, "unlinked", ",'ref':'A-1'"), "X-API-TOKEN", events);
        post(plain.formatted("wrong"), "X-API-TOKEN", "x".repeat(40));

        assertThat(recorded(IntakeFixture.PROJECT, "response_id, verified, number IS NULL"))
                .containsExactly(
                        "none 0 0", "token 1 0", "elsewhere 0 0", "read 0 0", "debug 0 0", "unasked 0 0", "wrong 0 0");
        assertThat(recorded(IntakeFixture.SIGNED, "response_id, verified, number IS NULL"))
                .containsExactly("signed 1 0", "vouched 1 0");
        assertThat(recorded(IntakeFixture.UNLINKED, "response_id, verified, number IS NULL"))
                .containsExactly("unlinked 1 1");
    }

    @Test
    void withoutASignatureThatIsAskedForAResponseHasNoContact() throws Exception {
        post(response(IntakeFixture.SIGNED, "missing", ",'ref':'A-1'"));
        post(response(IntakeFixture.SIGNED, "wrong", ",'ref':'A-1','sig':'" + "0".repeat(64) + "'"));

        assertThat(recorded(IntakeFixture.SIGNED, "response_id, verified, number IS NULL, embedded"))
                .containsExactly("missing 0 1 {}", "wrong 0 1 {}");
        assertThat(fixture.counts()).containsExactly("response unknown=2");
    }

    @Test
    void ofAnUnlinkedInterceptNothingIsKeptOfThePerson() throws Exception {
        assertThat(answer(post(response(IntakeFixture.UNLINKED, "r1", ",'ref':'A-1'"), "X-API-TOKEN", events)))
                .isEqualTo("202 {\"accepted\":1,\"known\":false}");
        post(response(IntakeFixture.PROJECT, 2, "r2", ",'ref':'A-1'"));

        assertThat(everything()).hasSize(2).noneMatch(row -> row.contains("A-1") || row.contains("gold"));
        assertThat(recorded(IntakeFixture.PROJECT, "response_id, intercept_id, directory_id IS NULL, number IS NULL"))
                .containsExactly("r2 2 1 1");
        assertThat(fixture.counts()).containsExactly("response unlinked=2");
    }

    @Test
    void aReferenceThatIsNotKnownIsNotKept() throws Exception {
        for (String reference : List.of("nobody", "a-1", " UNKNOWN ", "")) {
            post(response(IntakeFixture.PROJECT, "r" + reference, ",'ref':'" + reference + "'"));
        }

        post(response(IntakeFixture.PROJECT, "none", ""));
        assertThat(recorded(IntakeFixture.PROJECT, "directory_id IS NULL, number IS NULL, embedded, survey"))
                .hasSize(5)
                .containsOnly("1 1 {} SV_1");
        jdbc.sql("UPDATE response SET response_id = id").update();
        assertThat(everything()).noneMatch(row -> row.contains("nobody") || row.contains("a-1"));
        assertThat(fixture.counts()).containsExactly("response no-reference=3", "response unknown=2");

        fixture.contact("nobody");
        assertThat(recorded(IntakeFixture.PROJECT, "number IS NULL"))
                .as("also when the contact comes later")
                .containsOnly("1");
    }

    private List<String> everything() {
        return jdbc.sql(
                        "SELECT CONCAT_WS('|', response_id, directory_id, number, survey, answers, embedded) FROM response")
                .query(String.class)
                .list();
    }

    @Test
    void aResponseIsRecordedOnceAndTheFirstCounts() throws Exception {
        String first = response(IntakeFixture.PROJECT, "r1", ",'ref':'A-1'");
        String other = first.replace("yes", "no");
        post(first);
        post(other);
        post("[" + other + "," + other.replace("'ref':'A-1',", "") + "]");
        post(response(IntakeFixture.ATTACHING, "r1", ",'ref':'A-1'"));

        assertThat(recorded(IntakeFixture.PROJECT, "response_id, verified, answers"))
                .containsExactly("r1 0 {\"q1\":\"yes\"}");
        assertThat(recorded(IntakeFixture.ATTACHING, "response_id"))
                .as("an id is of one project")
                .containsExactly("r1");
        assertThat(fixture.counts())
                .containsExactly("response no-reference=1", "response recorded=2", "response repeated=2");
    }

    @Test
    void aVerifiedResponseTakesThePlaceOfOneThatIsNot() throws Exception {
        String first = response(IntakeFixture.PROJECT, "r1", ",'ref':'nobody'");
        String verified = response(IntakeFixture.PROJECT, "r1", ",'ref':'A-1'").replace("yes", "verified");
        post(first);
        post("[" + verified + "," + verified.replace("verified", "later") + "]", "X-API-TOKEN", events);
        post(first);

        assertThat(recorded(IntakeFixture.PROJECT, "response_id, verified, answers, number IS NULL"))
                .containsExactly("r1 1 {\"q1\":\"verified\"} 0");

        post(response(IntakeFixture.UNLINKED, "r2", ""));
        post(response(IntakeFixture.UNLINKED, "r2", "").replace("yes", "verified"), "X-API-TOKEN", events);
        assertThat(recorded(IntakeFixture.UNLINKED, "response_id, verified, answers"))
                .containsExactly("r2 1 {\"q1\":\"verified\"}");
    }

    @Test
    void theSurveyIsThatOfTheInterceptWhereNoneIsNamed() throws Exception {
        post(response(IntakeFixture.PROJECT, "r1", ",'ref':'A-1'"));
        post(response(IntakeFixture.PROJECT, "r2", ",'ref':'A-1','survey':' SV_9 '"));
        post(response(IntakeFixture.PROJECT, "r3", ",'ref':'A-1','survey':' '"));
        post(response(IntakeFixture.PROJECT, 2, "r4", ",'ref':'A-1'"));

        assertThat(recorded(IntakeFixture.PROJECT, "response_id, COALESCE(survey, '-')"))
                .containsExactly("r1 SV_1", "r2 SV_9", "r3 SV_1", "r4 -");
    }

    @Test
    void aTimeThatIsMissingOrAfterReceiptIsThatOfReceipt() throws Exception {
        long before = Instant.now().toEpochMilli();
        Instant earlier = Instant.ofEpochMilli(before - 5_000);
        post(response(IntakeFixture.PROJECT, "missing", ""));
        post(response(IntakeFixture.PROJECT, "after", ",'at':'" + earlier.plusSeconds(600) + "'"));
        post(response(IntakeFixture.PROJECT, "before", ",'at':'" + earlier + "'"));
        post(response(IntakeFixture.PROJECT, "number", ",'at':" + earlier.toEpochMilli()));
        long after = Instant.now().toEpochMilli();

        List<String> times = recorded(IntakeFixture.PROJECT, "happened_at");
        assertThat(times.subList(2, 4)).containsOnly(String.valueOf(earlier.toEpochMilli()));
        assertThat(times.subList(0, 2))
                .allSatisfy(at -> assertThat(Long.parseLong(at)).isBetween(before, after));
    }

    @Test
    void answersAreKeptAsTheyAreSent() throws Exception {
        String answers = "{'b':'Grüße 😀\\u0001\\n','a':1.10,'big':12345678901234567890123,'small':1E-7,'yes':true,"
                + "'many':['one','two'],'none':[],'skipped':null,'cut':'x\\ud83d'}";
        assertThat(post(response(IntakeFixture.PROJECT, "r1", "").replace("{'q1':'yes'}", answers))
                        .statusCode())
                .isEqualTo(202);
        post(response(IntakeFixture.PROJECT, "r2", "").replace("'q1':'yes'", ""));

        assertThat(recorded(IntakeFixture.PROJECT, "answers"))
                .containsExactly(
                        "{\"b\":\"Grüße 😀\\u0001\\n\",\"a\":1.10,\"big\":12345678901234567890123,\"small\":1E-7,"
                                + "\"yes\":true,\"many\":[\"one\",\"two\"],\"none\":[],\"cut\":\"x?\"}",
                        "{}");
    }

    @Test
    void a400AcceptsNothing() throws Exception {
        String good = response(IntakeFixture.PROJECT, "r1", ",'ref':'A-1'");
        for (Map.Entry<String, String> bad : Map.ofEntries(
                        Map.entry(good.replace("'id':'r1',", ""), "id"),
                        Map.entry(good.replace("'r1'", "'" + "x".repeat(101) + "'"), "id"),
                        Map.entry(good.replace("ZN_", "ZX_"), "project"),
                        Map.entry(good.replace("SI_", "SI"), "intercept"),
                        Map.entry(good.replace("A-1", "x".repeat(256)), "ref"),
                        Map.entry(good.replace("'ref'", "'at':'yesterday','ref'"), "at"),
                        Map.entry(good.replace("'ref'", "'survey':'" + "x".repeat(101) + "','ref'"), "survey"),
                        Map.entry(good.replace(",'answers':{'q1':'yes'}", ""), "answers"),
                        Map.entry(good.replace("{'q1':'yes'}", "['yes']"), "answers"),
                        Map.entry(good.replace("'yes'", "{'a':1}"), "answers.q1"),
                        Map.entry(good.replace("'yes'", "[1]"), "answers.q1"),
                        Map.entry(good.replace("'yes'", "[['a']]"), "answers.q1"),
                        Map.entry(good.replace("'q1'", "' '"), "answers. "),
                        Map.entry(good.replace("q1", "x".repeat(201)), "answers." + "x".repeat(201)))
                .entrySet()) {
            HttpResponse<String> answer = post("[" + good + "," + bad.getKey() + "]");
            assertThat(answer.statusCode()).as(bad.getKey()).isEqualTo(400);
            assertThat(answer.body()).contains("\"field\":\"[1]." + bad.getValue() + "\"");
        }

        assertThat(post(good.replace("'q1':'yes'", "'q1':'yes','q1':'no'")).statusCode())
                .isEqualTo(400);
        assertThat(error(post("{"))).isEqualTo("400 INVALID -");
        String many = "[" + String.join(",", Collections.nCopies(501, "{}")) + "]";
        assertThat(error(post(many))).isEqualTo("400 TOO_MANY -");
        assertThat(everything()).isEmpty();
    }

    @Test
    void aNameOfTwoHundredCharactersIsTaken() throws Exception {
        String name = "😀".repeat(200);
        assertThat(post(response(IntakeFixture.PROJECT, "r1", "").replace("q1", name))
                        .statusCode())
                .isEqualTo(202);
        assertThat(recorded(IntakeFixture.PROJECT, "answers")).containsExactly("{\"" + name + "\":\"yes\"}");
    }

    @Test
    void bodiesOfSixtyFourKibibytesAtMostAreRead() throws Exception {
        String body = response(IntakeFixture.PROJECT, "r1", "");
        int rest = 64 * 1_024 - body.length() + "yes".length();

        assertThat(post(body.replace("yes", "x".repeat(rest))).statusCode()).isEqualTo(202);
        assertThat(post(body.replace("yes", "x".repeat(rest + 1))).statusCode()).isEqualTo(413);
        assertThat(recorded(IntakeFixture.PROJECT, "LENGTH(answers)")).containsExactly(String.valueOf(rest + 9));
    }

    @Test
    void pagesOfOtherOriginsAreRefused() throws Exception {
        String one = response(IntakeFixture.WITH_ORIGIN, "r1", ",'ref':'A-1'");

        assertThat(error(post(one, "Origin", "https://evil.example"))).isEqualTo("403 ORIGIN -");
        HttpResponse<String> own = post(one, "Origin", IntakeFixture.ORIGIN);
        assertThat(answer(own)).isEqualTo("202 {\"accepted\":1}");
        assertThat(own.headers().firstValue("Access-Control-Allow-Origin")).contains(IntakeFixture.ORIGIN);
        assertThat(recorded(IntakeFixture.WITH_ORIGIN, "response_id")).containsExactly("r1");
    }

    @Test
    void theyCountAmongTheEventsOfAnAddress() throws Exception {
        try (TestWebServer limited =
                TestWebServer.start(database.url(), home.resolve("limited"), "muster.http.events-per-address", "10")) {
            String list = "["
                    + String.join(",", Collections.nCopies(8, response(IntakeFixture.PROJECT, "r", "")))
                            .replace('\'', '"')
                    + "]";
            assertThat(limited.post("/v1/responses", list).statusCode()).isEqualTo(202);
            HttpResponse<String> refused = limited.post("/v1/responses", list);
            assertThat(refused.statusCode()).isEqualTo(429);
            assertThat(refused.headers().firstValue("Retry-After")).isPresent();
        }
    }

    @Test
    void whatIsNotInForceLeavesNothing() throws Exception {
        assertThat(answer(post(response(99, "r1", ",'ref':'A-1'")))).isEqualTo("202 {\"accepted\":1}");
        assertThat(answer(post(response(IntakeFixture.PROJECT, 9, "r2", ",'ref':'A-1'"))))
                .isEqualTo("202 {\"accepted\":1}");

        assertThat(everything()).isEmpty();
        assertThat(fixture.counts()).isEmpty();
    }

    @Test
    void knownIsSaidToThoseWhoMayHearIt() throws Exception {
        String known = response(IntakeFixture.PROJECT, "r1", ",'ref':'A-1'");
        String unknown = response(IntakeFixture.PROJECT, "r2", ",'ref':'nobody'");

        assertThat(answer(post(known, "X-API-TOKEN", events))).isEqualTo("202 {\"accepted\":1,\"known\":true}");
        assertThat(answer(post("[" + known + "," + unknown + "]", "X-API-TOKEN", events)))
                .isEqualTo("202 {\"accepted\":2,\"known\":[true,false]}");
        long end = Instant.now().plusSeconds(600).getEpochSecond();
        String debug = DebugToken.issue(fixture.project(IntakeFixture.PROJECT), end, IntakeFixture.DEBUG_KEY);
        assertThat(answer(post(known, "X-Debug-Token", debug))).isEqualTo("202 {\"accepted\":1,\"known\":true}");
        assertThat(error(post(known, "X-Debug-Token", debug + "0"))).isEqualTo("401 UNAUTHORIZED -");
    }

    @Test
    void aResponseIsOnTheTimelineAndIsNoTouchpoint() throws Exception {
        post(response(IntakeFixture.PROJECT, "r1", ",'ref':'A-1','at':'2026-11-29T10:00:00Z'"), "X-API-TOKEN", events);

        List<TimelineEntry> timeline =
                server.get(ContactHistory.class).show(ada, null, 10).timeline();
        assertThat(timeline).singleElement().satisfies(entry -> {
            assertThat(entry.type()).isEqualTo("response");
            assertThat(entry.detail())
                    .containsExactly(
                            Map.entry("id", "r1"),
                            Map.entry("survey", "SV_1"),
                            Map.entry("intercept", fixture.intercept(1)),
                            Map.entry("project", fixture.project(IntakeFixture.PROJECT)),
                            Map.entry("verified", true),
                            Map.entry("answers", Map.of("q1", "yes")));
        });
        assertThat(fixture.touchpoints()).isZero();
    }

    @Test
    void responsesWaitWhileTheDatabaseIsAway() throws Exception {
        try (DatabaseProxy proxy = new DatabaseProxy(database.url());
                TestWebServer cut = TestWebServer.start(
                        proxy.url(),
                        home.resolve("cut"),
                        "muster.database.wait",
                        "5s",
                        "muster.snapshots",
                        home.resolve("snapshots").toString())) {
            String token = cut.token(Scope.EVENTS);
            String one = response(IntakeFixture.PROJECT, "c1", ",'ref':'A-1'").replace('\'', '"');
            assertThat(answer(cut.post("/v1/responses", one, "X-API-TOKEN", token)))
                    .isEqualTo("202 {\"accepted\":1,\"known\":true}");

            proxy.cut();
            HttpResponse<String> kept = cut.post("/v1/responses", one.replace("c1", "c2"), "X-API-TOKEN", token);
            assertThat(answer(kept)).isEqualTo("202 {\"accepted\":1,\"known\":null}");

            proxy.mend();
            await().atMost(LONG)
                    .untilAsserted(() -> assertThat(recorded(IntakeFixture.PROJECT, "response_id, verified"))
                            .containsExactly("c1 1", "c2 1"));
        }
    }
}
