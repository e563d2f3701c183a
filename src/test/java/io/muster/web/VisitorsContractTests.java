package io.muster.web;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.muster.access.Scope;
import io.muster.app.LineageService;
import io.muster.app.TestingService;
import io.muster.database.DatabaseProxy;
import io.muster.database.TestDatabase;
import io.muster.dedup.DirectoryFixture;
import io.muster.intake.VisitorFixture;
import io.muster.intake.VisitorSettings;
import io.muster.intercept.decide.DebugToken;
import io.muster.intercept.decide.Signatures;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Visitors over HTTP: one method a line of the contract. */
class VisitorsContractTests {

    @RegisterExtension
    static final TestDatabase database = new TestDatabase();

    private static final Duration LONG = Duration.ofSeconds(60);
    private static final String ACCEPTED = "202 {\"result\":\"ACCEPTED\"}";
    private static final String ORIGIN = "https://shop.example";
    private static final String SECRET = "s3cret";

    @TempDir
    private static Path home;

    private static TestWebServer server;
    private static VisitorFixture fixture;
    private static String project;

    @BeforeAll
    static void start() {
        fixture = new VisitorFixture(database, home, "extRef", "email", "phone");
        fixture.directory().settings("{\"region\":\"AT\"}");
        project = fixture.publish(21, draft -> draft);
        server = TestWebServer.start(
                database.url(),
                home,
                "muster.http.visitors-per-project",
                "1000000",
                "muster.http.visitors-per-address",
                "1000000");
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    private static HttpResponse<String> post(String of, String more, String... headers) throws Exception {
        return server.post("/v1/visitors", VisitorFixture.json(of, more), headers);
    }

    private static String answer(HttpResponse<String> response) {
        return response.statusCode() + " " + response.body();
    }

    private static String debug(String of) {
        return DebugToken.issue(of, Instant.now().plusSeconds(600).getEpochSecond(), VisitorFixture.DEBUG_KEY);
    }

    /** What the holder of a debug token is answered, as result and reason. */
    private static String result(String of, String more) throws Exception {
        JsonNode answer = JsonMapper.shared()
                .readTree(post(of, more, "X-Debug-Token", debug(of)).body());
        String reason = answer.path("reason").asString("");
        assertThat(answer.path("message").asString("").isEmpty()).isEqualTo(reason.isEmpty());
        return (answer.path("result").asString("") + " " + reason).strip();
    }

    private static String error(HttpResponse<String> response) {
        JsonNode error = JsonMapper.shared().readTree(response.body()).path("error");
        return "%d %s %s"
                .formatted(
                        response.statusCode(),
                        error.path("code").asString(),
                        error.path("field").asString("-"));
    }

    private static List<String> contact(String reference) {
        return database.jdbc()
                .sql("SELECT CONCAT_WS('|', first_name, last_name, email, phone, language, embedded, unsubscribed,"
                        + " version) FROM contact WHERE directory_id = ? AND ext_ref = ?")
                .params(fixture.directory().id(), reference)
                .query(String.class)
                .list();
    }

    private static boolean isThere(String reference) {
        return !contact(reference).isEmpty();
    }

    @Test
    void anUnknownVisitorBecomesAContact() throws Exception {
        String visitor = "'ref':' C-1 ','firstName':'Ada','lastName':'Ray','email':'ada@Shop.Example',"
                + "'phone':'0664 1234567','language':'en','data':{'plan':'gold','visits':3,'member':true,'left':null},"
                + "'platform':'web'";

        assertThat(answer(post(project, visitor))).isEqualTo(ACCEPTED);
        assertThat(contact("C-1"))
                .containsExactly("Ada|Ray|ada@Shop.Example|+436641234567|en"
                        + "|{\"member\":\"true\",\"plan\":\"gold\",\"visits\":\"3\"}|0|1");
        assertThat(fixture.directory().count("list_member")).isZero();
    }

    @Test
    void withoutADebugTokenNothingIsSaid() throws Exception {
        HttpResponse<String> created = post(project, "'ref':'S-1','email':'s1@x.example'");
        HttpResponse<String> exists = post(project, "'ref':'S-1'");
        HttpResponse<String> another = post(project, "'ref':'S-2','email':'s1@x.example'");
        HttpResponse<String> nothing = post("ZN_000000000000000", "'ref':'S-3'");

        for (HttpResponse<String> one : List.of(created, exists, another, nothing)) {
            assertThat(answer(one)).isEqualTo(ACCEPTED);
            assertThat(one.headers().map().keySet())
                    .isEqualTo(created.headers().map().keySet());
        }

        assertThat(isThere("S-1")).isTrue();
        assertThat(isThere("S-2")).isFalse();
        String events = server.token(Scope.EVENTS);
        assertThat(answer(post(project, "'ref':'S-1'", "X-API-TOKEN", events))).isEqualTo(ACCEPTED);
    }

    @Test
    void withADebugTokenTheResultIsSaid() throws Exception {
        String visitor = "'ref':'D-1','email':'d1@x.example'";
        assertThat(answer(post(project, visitor, "X-Debug-Token", debug(project))))
                .isEqualTo("202 {\"result\":\"CREATED\"}");
        assertThat(answer(post(project, visitor, "X-Debug-Token", debug(project))))
                .isEqualTo("202 {\"result\":\"EXISTS\"}");
        assertThat(answer(post(project, visitor.replace("D-1", "D-2"), "X-Debug-Token", debug(project))))
                .isEqualTo("202 {\"result\":\"MATCHES_ANOTHER\"}");
        assertThat(answer(post(project, "'ref':'null'", "X-Debug-Token", debug(project))))
                .isEqualTo("202 {\"result\":\"REFUSED\",\"reason\":\"PLACEHOLDER\","
                        + "\"message\":\"The reference is blank or a placeholder, which is no reference.\"}");
    }

    @Test
    void aContactThatIsMadeWithADebugTokenIsOneForTests() throws Exception {
        String directory = database.ids().directory(fixture.directory().id());
        post(project, "'ref':'G-1'");
        assertThat(result(project, "'ref':'G-2'")).isEqualTo("CREATED");
        assertThat(result(project, "'ref':'G-1'")).isEqualTo("EXISTS");

        assertThat(server.get(TestingService.class).list(directory, null, 1_000).items())
                .extracting(TestingService.TestContact::extRef)
                .contains("G-2")
                .doesNotContain("G-1");
    }

    @Test
    void aDebugTokenThatIsNoneIsA401() throws Exception {
        String other = fixture.publish(22, draft -> draft);
        String expired =
                DebugToken.issue(project, Instant.now().minusSeconds(1).getEpochSecond(), VisitorFixture.DEBUG_KEY);
        for (String wrong : List.of("x", expired, debug(other), debug(project) + "0")) {
            assertThat(error(post(project, "'ref':'T-1'", "X-Debug-Token", wrong)))
                    .isEqualTo("401 UNAUTHORIZED -");
        }

        assertThat(isThere("T-1")).isFalse();
    }

    @Test
    void onlyCreatesAndNeverUpdates() throws Exception {
        fixture.edits().upsert(fixture.directory().id(), DirectoryFixture.record("extRef", "U-1", "firstName", "Ada"));

        assertThat(result(project, "'ref':'U-1','firstName':'Eve','email':'eve@x.example','data':{'a':'b'}"))
                .isEqualTo("EXISTS");
        assertThat(contact("U-1")).containsExactly("Ada|0|1");
    }

    @Test
    void mustMatchNobodyUnderAnyRule() throws Exception {
        fixture.edits()
                .upsert(
                        fixture.directory().id(),
                        DirectoryFixture.record("extRef", "M-1", "email", "m1@x.example", "phone", "+436640000001"));

        assertThat(result(project, "'ref':'M-2','email':'M1@X.EXAMPLE'")).isEqualTo("MATCHES_ANOTHER");
        assertThat(result(project, "'ref':'M-2','email':'m2@x.example','phone':'0664 0000001'"))
                .isEqualTo("MATCHES_ANOTHER");
        assertThat(isThere("M-2")).isFalse();
    }

    @Test
    void aPairHasFiftyCharactersAndAllHaveFourHundred() throws Exception {
        String fifty = "'%s':'" + "\ud83d\ude00".repeat(47) + "'";
        List<String> pairs = new ArrayList<>();
        for (int i = 100; i < 108; i++) {
            pairs.add(fifty.formatted(i));
        }

        String eight = String.join(",", pairs);
        String longer = "'1000':'" + "\ud83d\ude00".repeat(47) + "'";
        assertThat(answer(post(project, "'ref':'P-1','data':{" + longer + "}")))
                .isEqualTo("202 {\"result\":\"REFUSED\",\"reason\":\"PAIR_TOO_LONG\"}");
        assertThat(answer(post(project, "'ref':'P-1','data':{" + eight + ",'a':''}")))
                .isEqualTo("202 {\"result\":\"REFUSED\",\"reason\":\"PAIRS_TOO_LONG\"}");
        assertThat(isThere("P-1")).isFalse();

        assertThat(answer(post(project, "'ref':'P-1','firstName':'" + "x".repeat(200) + "','data':{" + eight + "}")))
                .as("further pairs alone are counted")
                .isEqualTo(ACCEPTED);
        assertThat(isThere("P-1")).isTrue();
    }

    @Test
    void anAppSendsTheReferenceOnly() throws Exception {
        String rest = "'firstName':'Ada','email':'no mail','data':{'%s':'%s','b':[]},'platform':'mobile'"
                .formatted("x".repeat(60), "y".repeat(500));

        assertThat(result(project, "'ref':'A-1'," + rest)).isEqualTo("CREATED");
        assertThat(contact("A-1")).containsExactly("0|1");
    }

    @ParameterizedTest
    @ValueSource(strings = {"unknown", "null", "undefined", "0", "extRef", "", "  ", " UNKNOWN ", "Extref"})
    void placeholdersAreNoReference(String placeholder) throws Exception {
        assertThat(answer(post(project, "'ref':'" + placeholder + "'")))
                .isEqualTo("202 {\"result\":\"REFUSED\",\"reason\":\"PLACEHOLDER\"}");
        assertThat(isThere(placeholder.strip())).isFalse();
    }

    @Test
    void zeroAsANumberIsAPlaceholderAsWell() throws Exception {
        assertThat(answer(post(project, "'ref':0"))).contains("PLACEHOLDER");
        assertThat(result(project, "'ref':4711")).isEqualTo("CREATED");
        assertThat(isThere("4711")).isTrue();
    }

    @Test
    void pagesOfOtherOriginsAreRefused() throws Exception {
        String shop = fixture.publish(23, draft -> draft.of(ORIGIN));

        HttpResponse<String> other = post(shop, "'ref':'O-1'", "Origin", "https://evil.example");
        assertThat(answer(other)).isEqualTo("202 {\"result\":\"REFUSED\",\"reason\":\"ORIGIN\"}");
        assertThat(other.headers().firstValue("Access-Control-Allow-Origin"))
                .as("it cannot read even that")
                .isEmpty();
        assertThat(isThere("O-1")).isFalse();
        HttpResponse<String> own = post(shop, "'ref':'O-1'", "Origin", ORIGIN);
        assertThat(answer(own)).isEqualTo(ACCEPTED);
        assertThat(own.headers().firstValue("Access-Control-Allow-Origin")).contains(ORIGIN);
        assertThat(isThere("O-1")).isTrue();
        assertThat(answer(post(shop, "'ref':'O-2'"))).as("from no page").isEqualTo(ACCEPTED);

        HttpResponse<String> any = post(project, "'ref':'O-3'", "Origin", "https://any.example");
        assertThat(answer(any)).isEqualTo(ACCEPTED);
        assertThat(any.headers().firstValue("Access-Control-Allow-Origin")).contains("*");
        HttpResponse<String> preflight = server.send(server.request("/v1/visitors")
                .method("OPTIONS", BodyPublishers.noBody())
                .header("Origin", ORIGIN)
                .header("Access-Control-Request-Method", "POST")
                .header("Access-Control-Request-Headers", "content-type,x-debug-token")
                .build());
        assertThat(preflight.statusCode()).isEqualTo(200);
    }

    @Test
    void aBodyOfPlainTextIsTakenSoThatPagesNeedNotAsk() throws Exception {
        HttpResponse<String> sent = server.send(server.request("/v1/visitors")
                .header("Content-Type", "text/plain;charset=UTF-8")
                .header("Origin", ORIGIN)
                .POST(BodyPublishers.ofString(VisitorFixture.json(project, "'ref':'B-1','firstName':'Ad\u00e4'")))
                .build());

        assertThat(answer(sent)).isEqualTo(ACCEPTED);
        assertThat(contact("B-1")).containsExactly("Ad\u00e4|0|1");
    }

    @Test
    void whatOnlyTheProjectKnowsIsSecret() throws Exception {
        String paused = fixture.publish(24, VisitorFixture.Draft::paused);
        String unlinked = fixture.publish(25, VisitorFixture.Draft::unlinked);
        String off = fixture.publish(26, VisitorFixture.Draft::creatingNobody);
        String signed = fixture.publish(27, draft -> draft.signedWith(SECRET));
        String visitor = "'ref':'K-1'";
        assertRefused(paused, visitor, "INACTIVE");
        assertRefused(unlinked, visitor, "NOT_LINKED");
        assertRefused(off, visitor, "AUTO_CREATE_OFF");
        assertRefused(signed, visitor, "SIGNATURE");
        assertRefused(signed, visitor + ",'sig':'" + new Signatures("other").of("K-1") + "'", "SIGNATURE");
        assertRefused(project, "'firstName':'Ada'", "NO_REFERENCE");
        assertRefused(project, "'ref':null,'email':'k1@x.example'", "NO_REFERENCE");
        assertThat(answer(post("ZN_000000000000000", visitor))).isEqualTo(ACCEPTED);
        assertThat(isThere("K-1")).isFalse();

        assertThat(result(signed, visitor + ",'sig':'" + new Signatures(SECRET).of("K-1") + "'"))
                .isEqualTo("CREATED");
    }

    private static void assertRefused(String of, String visitor, String reason) throws Exception {
        assertThat(answer(post(of, visitor))).isEqualTo(ACCEPTED);
        assertThat(result(of, visitor)).isEqualTo("REFUSED " + reason);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {
                "'email':'no mail'; EMAIL_INVALID",
                "'phone':'call me'; PHONE_INVALID",
                "'language':'!'; LANGUAGE_INVALID",
                "'firstName':'a\\u0000b'; TEXT_INVALID",
                "'data':{' ':'x'}; NAME_INVALID",
                "'data':{'a\\u0001':'x'}; TEXT_INVALID"
            },
            quoteCharacter = '`')
    void aValueThatCannotBeStoredRefusesTheVisitor(String value, String reason) throws Exception {
        assertRefused(project, "'ref':'V-1'," + value, reason);
        assertThat(isThere("V-1")).isFalse();
    }

    @Test
    void blankValuesCountAsNotSent() throws Exception {
        assertThat(result(project, "'ref':'V-2','email':'','phone':null,'lastName':' ','data':{'a':' ','b':null}"))
                .isEqualTo("CREATED");
        assertThat(contact("V-2")).containsExactly("0|1");
    }

    @Test
    void aBodyOfAnotherFormIsA400() throws Exception {
        assertThat(error(server.post("/v1/visitors", "{"))).isEqualTo("400 INVALID -");
        assertThat(error(server.post("/v1/visitors", "[]"))).isEqualTo("400 INVALID -");
        assertThat(error(post("ZN_1", "'ref':'F-1'"))).isEqualTo("400 INVALID project");
        assertThat(error(post(project, "'ref':{}"))).isEqualTo("400 INVALID ref");
        assertThat(error(post(project, "'ref':'" + "x".repeat(256) + "'"))).isEqualTo("400 INVALID ref");
        assertThat(error(post(project, "'ref':'F-1','data':[]"))).isEqualTo("400 INVALID data");
        assertThat(error(post(project, "'ref':'F-1','data':{'a':{}}"))).isEqualTo("400 INVALID data.a");
        assertThat(error(post(project, "'ref':'F-1','platform':'tv'"))).isEqualTo("400 INVALID platform");
        assertThat(error(post(project, "'ref':'F-1','email':true"))).isEqualTo("400 INVALID email");
        assertThat(answer(post(project, "'ref':'F-2','more':{'a':1}"))).isEqualTo(ACCEPTED);
        assertThat(isThere("F-1")).isFalse();
    }

    @Test
    void bodiesOfSixtyFourKilobytesAtMostAreRead() throws Exception {
        String empty = VisitorFixture.json(project, "'ref':'L-1','more':''");
        String most = empty.replace("\"more\":\"", "\"more\":\"" + "x".repeat(65_536 - empty.length()));

        assertThat(answer(server.post("/v1/visitors", most))).isEqualTo(ACCEPTED);
        assertThat(server.post("/v1/visitors", most + " ").statusCode()).isEqualTo(413);
    }

    @Test
    void visitsAtOnceMakeOneContact() throws Exception {
        List<CompletableFuture<HttpResponse<String>>> sent = new ArrayList<>();
        for (int i = 0; i < 40; i++) {
            sent.add(server.sendLater(server.request("/v1/visitors")
                    .POST(BodyPublishers.ofString(
                            VisitorFixture.json(project, "'ref':'W-%d','email':'w@x.example'".formatted(i % 2))))
                    .build()));
        }

        for (CompletableFuture<HttpResponse<String>> one : sent) {
            assertThat(answer(one.get())).isEqualTo(ACCEPTED);
        }

        assertThat(contact("W-0").size() + contact("W-1").size()).isEqualTo(1);
    }

    @Test
    void theHistoryOfAContactSaysThatAVisitMadeIt() throws Exception {
        post(project, "'ref':'H-1','firstName':'Ada'");
        long number = database.jdbc()
                .sql("SELECT number FROM contact WHERE directory_id = ? AND ext_ref = 'H-1'")
                .param(fixture.directory().id())
                .query(Long.class)
                .single();

        String id = database.ids().contact(fixture.directory().id(), number);
        assertThat(server.get(LineageService.class).of(id).fields())
                .hasSize(2)
                .allSatisfy(value -> assertThat(value.actor()).isEqualTo("intercept " + project));
    }

    @Test
    void sixHundredVisitorsAMinuteAndProjectAreTaken() throws Exception {
        assertThat(VisitorSettings.read(name -> null)).isEqualTo(new VisitorSettings(600, 300));
        try (TestWebServer limited = limited("muster.http.visitors-per-project", "5")) {
            for (int i = 0; i < 5; i++) {
                assertThat(answer(limited.post("/v1/visitors", VisitorFixture.json(project, "'ref':'Q-" + i + "'"))))
                        .isEqualTo(ACCEPTED);
            }

            HttpResponse<String> refused = limited.post("/v1/visitors", VisitorFixture.json(project, "'ref':'Q-5'"));
            assertThat(answer(refused)).isEqualTo("202 {\"result\":\"REFUSED\",\"reason\":\"QUOTA\"}");
            assertThat(answer(limited.post("/v1/visitors", VisitorFixture.json(project, "'ref':'Q-2'"))))
                    .as("who was counted comes again")
                    .isEqualTo(ACCEPTED);
            String other = fixture.publish(28, draft -> draft);
            assertThat(answer(limited.post("/v1/visitors", VisitorFixture.json(other, "'ref':'Q-6'"))))
                    .isEqualTo(ACCEPTED);
            assertThat(isThere("Q-4")).isTrue();
            assertThat(isThere("Q-5")).isFalse();
            assertThat(isThere("Q-6")).isTrue();
            assertThat(limited.send(limited.request("")
                                    .uri(java.net.URI.create(limited.metricsAddress() + "/metrics"))
                                    .build())
                            .body())
                    .contains(
                            "muster_visitors_total{outcome=\"created\"} 6.0",
                            "muster_visitors_total{outcome=\"exists\"} 1.0",
                            "muster_visitors_total{outcome=\"quota\"} 1.0");
        }
    }

    @Test
    void threeHundredVisitorsAMinuteAndAddressAreTaken() throws Exception {
        try (TestWebServer limited = limited("muster.http.visitors-per-address", "5")) {
            String visitor = VisitorFixture.json(project, "'ref':'R-1'");
            for (int i = 0; i < 5; i++) {
                assertThat(answer(limited.post("/v1/visitors", visitor))).isEqualTo(ACCEPTED);
            }

            assertThat(answer(limited.post("/v1/visitors", visitor)))
                    .isEqualTo("202 {\"result\":\"REFUSED\",\"reason\":\"QUOTA\"}");
            assertThat(answer(limited.post("/v1/visitors", visitor, "X-Forwarded-For", "192.0.2.7")))
                    .isEqualTo(ACCEPTED);
        }
    }

    private static TestWebServer limited(String setting, String value) {
        return TestWebServer.start(
                database.url(),
                home.resolve(setting),
                setting,
                value,
                "muster.snapshots",
                home.resolve("snapshots").toString());
    }

    @Test
    void whileTheDatabaseIsAwayVisitorsAreToComeAgain() throws Exception {
        try (DatabaseProxy proxy = new DatabaseProxy(database.url());
                TestWebServer cut = TestWebServer.start(
                        proxy.url(),
                        home.resolve("cut"),
                        "muster.database.wait",
                        "5s",
                        "muster.snapshots",
                        home.resolve("snapshots").toString())) {
            String visitor = VisitorFixture.json(project, "'ref':'N-1'");
            proxy.cut();
            await().atMost(LONG)
                    .untilAsserted(() ->
                            assertThat(error(cut.post("/v1/visitors", visitor))).isEqualTo("503 DATABASE_AWAY -"));
            HttpResponse<String> refused = cut.post("/v1/visitors", visitor);
            assertThat(refused.headers().firstValue("Retry-After")).isPresent();
            assertThat(answer(cut.post("/v1/visitors", VisitorFixture.json(project, "'ref':'null'"))))
                    .contains("PLACEHOLDER");
            assertThat(cut.get("/health/ready").statusCode()).isEqualTo(200);

            proxy.mend();
            await().atMost(LONG)
                    .untilAsserted(() -> assertThat(answer(cut.post("/v1/visitors", visitor)))
                            .isEqualTo(ACCEPTED));
            assertThat(isThere("N-1")).isTrue();
        }
    }

    @Test
    void aFloodOfVisitorsLeavesConnectionsToOthers() throws Exception {
        List<CompletableFuture<HttpResponse<String>>> sent = new ArrayList<>();
        for (String more : Collections.nCopies(200, "'ref':'Y-%d'")) {
            sent.add(server.sendLater(server.request("/v1/visitors")
                    .POST(BodyPublishers.ofString(VisitorFixture.json(project, more.formatted(sent.size()))))
                    .build()));
        }

        assertThat(server.get("/health/live").statusCode()).isEqualTo(200);
        for (CompletableFuture<HttpResponse<String>> one : sent) {
            assertThat(answer(one.get())).isEqualTo(ACCEPTED);
        }

        assertThat(database.jdbc()
                        .sql("SELECT COUNT(*) FROM contact WHERE directory_id = ? AND ext_ref LIKE 'Y-%'")
                        .param(fixture.directory().id())
                        .query(Integer.class)
                        .single())
                .isEqualTo(200);
    }
}
