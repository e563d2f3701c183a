package io.muster.web;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.muster.access.Scope;
import io.muster.database.DatabaseProxy;
import io.muster.database.TestDatabase;
import io.muster.intake.IntakeFixture;
import io.muster.intercept.decide.DebugToken;
import io.muster.intercept.decide.Signatures;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Collections;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.jdbc.core.simple.JdbcClient;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Displays, clicks, touchpoints and eligibility over HTTP: one method a line of the contract. */
class IntakeContractTests {

    @RegisterExtension
    static final TestDatabase database = new TestDatabase();

    private static final Duration LONG = Duration.ofSeconds(60);

    @TempDir
    private static Path home;

    private static TestWebServer server;
    private static String events;

    private final JdbcClient jdbc = database.jdbc();
    private IntakeFixture fixture;
    private String directory;

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
        fixture = new IntakeFixture(database, home, InstantSource.system());
        directory = database.ids().directory(fixture.directory().id());
        fixture.contact("A-1");
        // What was known of the projects before is a second old at most.
        String display = display(IntakeFixture.PROJECT, "first", "");
        await().atMost(LONG).untilAsserted(() -> {
            String project = display.replace("first", "first" + System.nanoTime());
            assertThat(post("/v1/displays", project.replace("}", ",'ref':'A-1'}"))
                            .statusCode())
                    .isEqualTo(202);
            assertThat(fixture.touchpoints()).isPositive();
        });
        jdbc.sql("DELETE FROM touchpoint WHERE directory_id = ?")
                .param(fixture.directory().id())
                .update();
        jdbc.sql("DELETE FROM touchpoint_claim WHERE directory_id = ?")
                .param(fixture.directory().id())
                .update();
    }

    private String display(int project, String id, String more) {
        return "{'id':'%s','project':'%s','intercept':'%s'%s}"
                .formatted(id, fixture.project(project), fixture.intercept(1), more);
    }

    private static HttpResponse<String> post(String path, String json, String... headers) throws Exception {
        return server.post(path, json.replace('\'', '"'), headers);
    }

    private static String answer(HttpResponse<String> response) {
        return response.statusCode() + " " + response.body();
    }

    private static boolean known(HttpResponse<String> response) {
        return JsonMapper.shared().readTree(response.body()).path("known").asBoolean(false);
    }

    private List<String> recorded(String columns) {
        return jdbc.sql("SELECT CONCAT_WS(' ', %s) FROM touchpoint WHERE directory_id = ? ORDER BY happened_at"
                        .formatted(columns))
                .param(fixture.directory().id())
                .query(String.class)
                .list();
    }

    private static String error(HttpResponse<String> response) {
        JsonNode error = JsonMapper.shared().readTree(response.body()).path("error");
        return "%d %s %s"
                .formatted(
                        response.statusCode(),
                        error.path("code").asString(),
                        error.path("field").asString("-"));
    }

    @Test
    void displaysAreAcceptedWithoutAToken() throws Exception {
        HttpResponse<String> one = post("/v1/displays", display(IntakeFixture.PROJECT, "d1", ",'ref':'A-1'"));
        assertThat(answer(one)).isEqualTo("202 {\"accepted\":1}");

        String list = "[" + display(IntakeFixture.PROJECT, "d2", ",'ref':'A-1','channel':'app'") + ","
                + display(IntakeFixture.PROJECT, "d3", "") + "]";
        assertThat(answer(post("/v1/displays", list))).isEqualTo("202 {\"accepted\":2}");
        assertThat(fixture.touchpoints()).isEqualTo(2);
        assertThat(answer(post("/v1/displays", "[]"))).isEqualTo("202 {\"accepted\":0}");
    }

    @Test
    void aListHasUpToFiveHundredAndAChannelForEach() throws Exception {
        String list = IntStream.range(0, 500)
                .mapToObj(i -> display(
                        IntakeFixture.PROJECT, "d" + i, ",'ref':'A-1','channel':'" + (i == 7 ? "app" : "web") + "'"))
                .collect(Collectors.joining(",", "[", "]"));

        assertThat(answer(post("/v1/displays", list))).isEqualTo("202 {\"accepted\":500}");
        assertThat(fixture.touchpoints()).isEqualTo(500);
        assertThat(recorded("channel, display")).contains("app d7", "web d8").doesNotContain("web d7");
    }

    @Test
    void aTimeThatIsMissingOrAfterReceiptIsThatOfReceipt() throws Exception {
        long before = Clock.systemUTC().millis();
        Instant earlier = Instant.ofEpochMilli(before - 5_000);
        post("/v1/displays", display(IntakeFixture.PROJECT, "missing", ",'ref':'A-1'"));
        post("/v1/displays", display(IntakeFixture.PROJECT, "null", ",'ref':'A-1','at':null"));
        post(
                "/v1/displays",
                display(IntakeFixture.PROJECT, "after", ",'ref':'A-1','at':'" + earlier.plusSeconds(600) + "'"));
        post("/v1/displays", display(IntakeFixture.PROJECT, "before", ",'ref':'A-1','at':'" + earlier + "'"));
        long after = Clock.systemUTC().millis();

        assertThat(recorded("display, happened_at")).hasSize(4).contains("before " + earlier.toEpochMilli());
        assertThat(recorded("happened_at").stream().map(Long::valueOf).filter(at -> at != earlier.toEpochMilli()))
                .hasSize(3)
                .allMatch(at -> at >= before && at <= after);
    }

    @Test
    void a400AcceptsNothing() throws Exception {
        String good = display(IntakeFixture.PROJECT, "d1", ",'ref':'A-1'");
        for (String bad : List.of(
                good.replace("'id':'d1',", ""),
                good.replace("'id':'d1'", "'id':'" + "x".repeat(101) + "'"),
                good.replace("ZN_", "ZX_"),
                good.replace("SI_", "SI"),
                good.replace("A-1", "x".repeat(256)),
                good.replace("A-1", "a\\u0001b"),
                good.replace("}", ",'channel':'email'}"),
                good.replace("}", ",'at':'yesterday'}"),
                good.replace("}", ",'at':{}}"),
                good.replace("}", ",'id':'again'}"))) {
            assertThat(post("/v1/displays", "[" + good + "," + bad + "]").statusCode())
                    .as(bad)
                    .isEqualTo(400);
        }

        assertThat(error(post("/v1/displays", "[" + good + "," + good.replace("ZN_", "") + "]")))
                .isEqualTo("400 INVALID [1].project");
        assertThat(error(post("/v1/displays", "{"))).isEqualTo("400 INVALID -");
        assertThat(error(post("/v1/displays", "7"))).isEqualTo("400 INVALID -");
        assertThat(error(post("/v1/displays", "[" + String.join(",", Collections.nCopies(501, good)) + "]")))
                .isEqualTo("400 TOO_MANY -");
        assertThat(fixture.touchpoints()).isZero();
    }

    @Test
    void bodiesOfOneMebibyteAtMostAreRead() throws Exception {
        String large = display(IntakeFixture.PROJECT, "d1", ",'more':'" + "x".repeat(1_000_000) + "'");

        assertThat(post("/v1/displays", large).statusCode()).isEqualTo(202);
        for (int more : List.of(50_000, 8_000_000)) {
            assertThat(post("/v1/displays", large.replace("'more':'", "'more':'" + "x".repeat(more)))
                            .statusCode())
                    .isEqualTo(413);
        }
    }

    @Test
    void knownIsSaidToThoseWhoMayHearIt() throws Exception {
        String known = display(IntakeFixture.PROJECT, "d1", ",'ref':'A-1'");
        String unknown = display(IntakeFixture.PROJECT, "d2", ",'ref':'nobody'");
        String both = "[" + known + "," + unknown + "]";

        assertThat(answer(post("/v1/displays", known, "X-API-TOKEN", events)))
                .isEqualTo("202 {\"accepted\":1,\"known\":true}");
        assertThat(answer(post("/v1/displays", unknown, "Authorization", "Bearer " + events)))
                .isEqualTo("202 {\"accepted\":1,\"known\":false}");
        assertThat(answer(post("/v1/displays", both, "X-API-TOKEN", events)))
                .isEqualTo("202 {\"accepted\":2,\"known\":[true,false]}");
        assertThat(answer(post("/v1/displays", both, "X-API-TOKEN", server.token(Scope.READ))))
                .isEqualTo("202 {\"accepted\":2}");
        String elsewhere = server.token(List.of(otherDirectory()), Scope.EVENTS);
        assertThat(answer(post("/v1/displays", both, "X-API-TOKEN", elsewhere))).isEqualTo("202 {\"accepted\":2}");

        long end = Instant.now().plusSeconds(600).getEpochSecond();
        String debug = DebugToken.issue(fixture.project(IntakeFixture.PROJECT), end, IntakeFixture.DEBUG_KEY);
        assertThat(answer(post("/v1/displays", known, "X-Debug-Token", debug)))
                .isEqualTo("202 {\"accepted\":1,\"known\":true}");
        assertThat(error(post("/v1/displays", known, "X-Debug-Token", debug + "0")))
                .isEqualTo("401 UNAUTHORIZED -");
    }

    private String otherDirectory() {
        return database.ids()
                .directory(
                        io.muster.dedup.DirectoryFixture.create(jdbc, "extRef").id());
    }

    @Test
    void pagesOfOtherOriginsAreRefused() throws Exception {
        String display = display(IntakeFixture.WITH_ORIGIN, "d1", ",'ref':'A-1'");
        // What was known of the project before is a second old at most.
        await().atMost(LONG)
                .until(() -> post("/v1/displays", display, "Origin", "https://evil.example")
                                .statusCode()
                        == 403);

        HttpResponse<String> own = post("/v1/displays", display, "Origin", IntakeFixture.ORIGIN);
        assertThat(own.statusCode()).isEqualTo(202);
        assertThat(own.headers().firstValue("Access-Control-Allow-Origin")).contains(IntakeFixture.ORIGIN);
        HttpResponse<String> other = post("/v1/displays", display, "Origin", "https://evil.example");
        assertThat(error(other)).isEqualTo("403 ORIGIN -");
        assertThat(post("/v1/displays", display).statusCode()).isEqualTo(202);
        HttpResponse<String> any = post(
                "/v1/displays", display(IntakeFixture.PROJECT, "d2", ",'ref':'A-1'"), "Origin", "https://any.example");
        assertThat(any.statusCode()).isEqualTo(202);
        assertThat(any.headers().firstValue("Access-Control-Allow-Origin")).isPresent();
        assertThat(fixture.touchpoints()).isEqualTo(2);

        HttpResponse<String> preflight = server.send(server.request("/v1/displays")
                .method("OPTIONS", BodyPublishers.noBody())
                .header("Origin", IntakeFixture.ORIGIN)
                .header("Access-Control-Request-Method", "POST")
                .header("Access-Control-Request-Headers", "content-type")
                .build());
        assertThat(preflight.statusCode()).isEqualTo(200);
        assertThat(preflight.headers().firstValue("Access-Control-Allow-Methods"))
                .contains("POST");
    }

    @Test
    void aDisplayIsOneTouchpointHoweverOftenItIsSent() throws Exception {
        for (int i = 0; i < 3; i++) {
            assertThat(post("/v1/displays", display(IntakeFixture.PROJECT, "d1", ",'ref':' A-1 '"))
                            .statusCode())
                    .isEqualTo(202);
        }

        assertThat(jdbc.sql("SELECT CONCAT_WS(' ', channel, kind, survey, intercept, project, display, source)"
                                + " FROM touchpoint WHERE directory_id = ?")
                        .param(fixture.directory().id())
                        .query(String.class)
                        .list())
                .containsExactly("web shown SV_1 %s %s d1 pages"
                        .formatted(fixture.intercept(1), fixture.project(IntakeFixture.PROJECT)));
    }

    @Test
    void ofAnUnlinkedInterceptNothingIsKeptOfThePerson() throws Exception {
        assertThat(answer(post(
                        "/v1/displays", display(IntakeFixture.UNLINKED, "d1", ",'ref':'A-1'"), "X-API-TOKEN", events)))
                .isEqualTo("202 {\"accepted\":1,\"known\":false}");

        assertThat(fixture.touchpoints()).isZero();
        assertThat(fixture.counts()).anyMatch(count -> count.startsWith("shown unlinked="));
    }

    @Test
    void signedReferencesAreAskedForHereAsWell() throws Exception {
        String display = display(IntakeFixture.SIGNED, "d1", ",'ref':'A-1'");
        String signature = new Signatures(IntakeFixture.SECRET).of("A-1");

        assertThat(known(post("/v1/displays", display, "X-API-TOKEN", events))).isFalse();
        assertThat(known(post(
                        "/v1/displays", display.replace("}", ",'sig':'" + signature + "'}"), "X-API-TOKEN", events)))
                .isTrue();
        assertThat(fixture.touchpoints()).isEqualTo(1);
    }

    @Test
    void clicksHaveAKind() throws Exception {
        String click = display(IntakeFixture.PROJECT, "d1", ",'ref':'A-1','kind':'%s'");
        for (String kind : List.of("clicked", "dismissed", "started", "answered", "clicked")) {
            assertThat(answer(post("/v1/clicks", click.formatted(kind)))).isEqualTo("202 {\"accepted\":1}");
        }

        assertThat(error(post("/v1/clicks", click.formatted("shown")))).isEqualTo("400 INVALID kind");
        assertThat(error(post("/v1/clicks", display(IntakeFixture.PROJECT, "d1", ""))))
                .isEqualTo("400 INVALID kind");
        assertThat(recorded("kind, display, survey, intercept, project"))
                .extracting(line -> line.split(" ", 2)[0])
                .containsExactlyInAnyOrder("clicked", "dismissed", "started", "answered");
        assertThat(recorded("display, survey, intercept, project"))
                .containsOnly("d1 SV_1 %s %s".formatted(fixture.intercept(1), fixture.project(IntakeFixture.PROJECT)));
    }

    @Test
    void clicksAreTakenAsDisplaysAre() throws Exception {
        String click = display(IntakeFixture.PROJECT, "d1", ",'ref':'A-1','kind':'clicked'");
        String unknown = click.replace("A-1", "nobody");
        assertThat(answer(post("/v1/clicks", "[" + click + "," + unknown + "]", "X-API-TOKEN", events)))
                .isEqualTo("202 {\"accepted\":2,\"known\":[true,false]}");
        assertThat(error(post("/v1/clicks", "[" + click + "," + click.replace("'d1'", "''") + "]")))
                .isEqualTo("400 INVALID [1].id");
        assertThat(error(post("/v1/clicks", "[" + String.join(",", Collections.nCopies(501, click)) + "]")))
                .isEqualTo("400 TOO_MANY -");
        assertThat(answer(post("/v1/clicks", display(IntakeFixture.UNLINKED, "d1", ",'ref':'A-1','kind':'clicked'"))))
                .isEqualTo("202 {\"accepted\":1}");
        String signed = display(IntakeFixture.SIGNED, "d1", ",'ref':'A-1','kind':'clicked'");
        assertThat(known(post("/v1/clicks", signed, "X-API-TOKEN", events))).isFalse();
        assertThat(fixture.touchpoints()).isEqualTo(1);

        String elsewhere = display(IntakeFixture.WITH_ORIGIN, "d1", ",'ref':'A-1','kind':'clicked'");
        await().atMost(LONG)
                .until(() -> post("/v1/clicks", elsewhere, "Origin", "https://evil.example")
                                .statusCode()
                        == 403);
        HttpResponse<String> own = post("/v1/clicks", elsewhere, "Origin", IntakeFixture.ORIGIN);
        assertThat(own.statusCode()).isEqualTo(202);
        assertThat(own.headers().firstValue("Access-Control-Allow-Origin")).contains(IntakeFixture.ORIGIN);
    }

    @Test
    void touchpointsNeedATokenForTheirDirectory() throws Exception {
        String one = "{'key':'k1','directory':'%s','ref':'A-1','channel':'email','kind':'invite'}".formatted(directory);

        assertThat(error(post("/v1/touchpoints", one))).isEqualTo("401 UNAUTHORIZED -");
        assertThat(error(post("/v1/touchpoints", one, "X-API-TOKEN", server.token(Scope.READ))))
                .isEqualTo("403 SCOPE -");
        assertThat(error(post(
                        "/v1/touchpoints", one, "X-API-TOKEN", server.token(List.of(otherDirectory()), Scope.EVENTS))))
                .isEqualTo("403 DIRECTORY -");
        String own = server.token(List.of(directory), Scope.EVENTS);
        assertThat(answer(post("/v1/touchpoints", "[" + one + "," + one + "]", "X-API-TOKEN", own)))
                .isEqualTo("202 {\"accepted\":2,\"known\":[true,true]}");
        assertThat(fixture.touchpoints()).isEqualTo(1);
        String many = IntStream.range(0, 1_001)
                .mapToObj(i -> one.replace("k1", "m" + i))
                .collect(Collectors.joining(",", "[", "]"));
        assertThat(error(post("/v1/touchpoints", many, "X-API-TOKEN", own))).isEqualTo("400 TOO_MANY -");
    }

    @Test
    void touchpointsNameTheirContactByIdOrReference() throws Exception {
        String contact = database.ids().contact(fixture.directory().id(), 1);
        String byReference =
                "{'key':'k1','directory':'%s','ref':'A-1','channel':'sms','kind':'sent','survey':'SV_7','at':'2026-11-01T10:00:00Z'}"
                        .formatted(directory);
        String byId = "{'key':'k2','directory':'%s','contact':'%s','channel':'email','kind':'reminder'}"
                .formatted(directory, contact);

        assertThat(answer(post("/v1/touchpoints", byReference, "X-API-TOKEN", events)))
                .isEqualTo("202 {\"accepted\":1,\"known\":true}");
        assertThat(answer(post("/v1/touchpoints", byId, "X-API-TOKEN", events)))
                .isEqualTo("202 {\"accepted\":1,\"known\":true}");
        assertThat(recorded("channel, kind, COALESCE(survey, '-'), source"))
                .containsExactlyInAnyOrder("sms sent SV_7 reports", "email reminder - reports");
        assertThat(recorded("happened_at"))
                .contains(String.valueOf(Instant.parse("2026-11-01T10:00:00Z").toEpochMilli()));

        String both = byId.replace("'contact'", "'ref':'A-1','contact'");
        assertThat(error(post(
                        "/v1/touchpoints", "[" + byId.replace("k2", "k3") + "," + both + "]", "X-API-TOKEN", events)))
                .isEqualTo("400 INVALID [1].contact");
        assertThat(fixture.touchpoints()).as("of a 400 nothing").isEqualTo(2);
    }

    @Test
    void aListHasUpToAThousandTouchpoints() throws Exception {
        String list = IntStream.range(0, 1_000)
                .mapToObj(i -> "{'key':'m%d','directory':'%s','ref':'A-1','channel':'email','kind':'invite'}"
                        .formatted(i, directory))
                .collect(Collectors.joining(",", "[", "]"));

        HttpResponse<String> answer = post("/v1/touchpoints", list, "X-API-TOKEN", events);
        assertThat(answer.statusCode()).isEqualTo(202);
        assertThat(answer.body()).startsWith("{\"accepted\":1000,");
        assertThat(fixture.touchpoints()).isEqualTo(1_000);
    }

    @Test
    void threeThousandEventsAMinuteAndAddressAreTaken() throws Exception {
        assertThat(WebSettings.read(name -> null).eventsPerAddress()).isEqualTo(3_000);
        try (TestWebServer limited =
                TestWebServer.start(database.url(), home.resolve("limited"), "muster.http.events-per-address", "10")) {
            String list = "[" + String.join(",", Collections.nCopies(8, display(IntakeFixture.PROJECT, "d", ""))) + "]";
            String json = list.replace('\'', '"');

            assertThat(limited.post("/v1/displays", json).statusCode()).isEqualTo(202);
            HttpResponse<String> refused = limited.post("/v1/displays", json);
            assertThat(refused.statusCode()).isEqualTo(429);
            assertThat(refused.headers().firstValue("Retry-After"))
                    .hasValueSatisfying(
                            seconds -> assertThat(Integer.parseInt(seconds)).isBetween(1, 60));
            assertThat(limited.post("/v1/clicks", json.replace("\"id\"", "\"kind\":\"clicked\",\"id\""))
                            .statusCode())
                    .as("clicks are events as well")
                    .isEqualTo(429);
            for (String client : List.of("198.51.100.7", "198.51.100.8")) {
                assertThat(limited.post("/v1/displays", json, "X-Forwarded-For", client)
                                .statusCode())
                        .as("each client of a trusted proxy")
                        .isEqualTo(202);
                assertThat(limited.post("/v1/displays", json, "X-Forwarded-For", client)
                                .statusCode())
                        .isEqualTo(429);
            }
        }
    }

    @Test
    void eligibilityIsExplainedToThoseWhoMayRead() throws Exception {
        String read = server.token(Scope.READ);
        String path = "/v1/eligibility?directory=" + directory + "&channel=web&survey=SV_1";

        JsonNode answer = JsonMapper.shared()
                .readTree(server.get(path + "&ref=A-1", "X-API-TOKEN", read).body());
        assertThat(answer.get("eligible").asBoolean()).isTrue();
        assertThat(answer.get("rules").isArray()).isTrue();
        assertThat(error(server.get(path + "&ref=nobody", "X-API-TOKEN", read))).startsWith("404 UNKNOWN_CONTACT");
        assertThat(error(server.get(path, "X-API-TOKEN", read))).isEqualTo("400 INVALID ref");
        assertThat(error(server.get(path + "&ref=A-1", "X-API-TOKEN", events))).isEqualTo("403 SCOPE -");
        assertThat(error(server.get(path + "&ref=A-1"))).isEqualTo("401 UNAUTHORIZED -");
    }

    @Test
    void eligibilityOfAListIsARun() throws Exception {
        String manage = server.token(Scope.MANAGE);
        int list = fixture.directory().addList("News");
        jdbc.sql("INSERT INTO list_member (directory_id, list_id, number, unsubscribed, joined_at)"
                        + " SELECT directory_id, ?, number, 0, 0 FROM contact WHERE directory_id = ?")
                .params(list, fixture.directory().id())
                .update();
        String question = "{'directory':'%s','list':'News','channel':'email','survey':'SV_1','reserve':'1h'}"
                .formatted(directory);

        HttpResponse<String> asked = post("/v1/eligibility", question, "X-API-TOKEN", manage);
        assertThat(asked.statusCode()).isEqualTo(202);
        String run = JsonMapper.shared().readTree(asked.body()).get("run").asString();
        await().atMost(LONG)
                .untilAsserted(() -> assertThat(server.get("/v1/eligibility/" + run, "X-API-TOKEN", manage)
                                .body())
                        .contains("\"status\":\"COMPLETED\"", "\"eligible\":1"));
        HttpResponse<String> lines = server.get("/v1/eligibility/" + run + ".csv", "X-API-TOKEN", manage);
        assertThat(lines.statusCode()).isEqualTo(200);
        assertThat(lines.headers().firstValue("Content-Type"))
                .hasValueSatisfying(type -> assertThat(type).startsWith("text/csv"));
        assertThat(lines.body())
                .startsWith("contactId,extRef,eligible,reason,rule,nextEligible\r\n")
                .contains(",A-1,true,");
        assertThat(fixture.directory().count("frequency_reservation")).isEqualTo(1);
        String read = server.token(Scope.READ);
        assertThat(error(post("/v1/eligibility", question, "X-API-TOKEN", read)))
                .isEqualTo("403 SCOPE -");
        assertThat(error(post("/v1/eligibility", question))).isEqualTo("401 UNAUTHORIZED -");
        for (String path : List.of("/v1/eligibility/" + run, "/v1/eligibility/" + run + ".csv")) {
            assertThat(error(server.get(path, "X-API-TOKEN", read))).isEqualTo("403 SCOPE -");
            assertThat(error(server.get(path))).isEqualTo("401 UNAUTHORIZED -");
        }

        assertThat(error(server.get(
                        "/v1/eligibility/" + run,
                        "X-API-TOKEN",
                        server.token(List.of(otherDirectory()), Scope.MANAGE))))
                .isEqualTo("403 DIRECTORY -");
        assertThat(error(server.get("/v1/eligibility/RN_000000000000000", "X-API-TOKEN", manage)))
                .startsWith("404 UNKNOWN_RUN");
    }

    /** A disk that is full is a spool without room: events are refused, and the server is to be left alone. */
    @Test
    void aServerWhoseSpoolIsFullIsNotReady() throws Exception {
        try (DatabaseProxy proxy = new DatabaseProxy(database.url());
                TestWebServer cut = TestWebServer.start(
                        proxy.url(),
                        home.resolve("full"),
                        "muster.database.wait",
                        "5s",
                        "muster.events.spool-size",
                        "16M",
                        "muster.http.events-per-address",
                        "999999",
                        "muster.snapshots",
                        home.resolve("snapshots").toString())) {
            String large = IntStream.range(0, 500)
                    .mapToObj(i -> display(
                            IntakeFixture.PROJECT, "x".repeat(90) + i, ",'ref':'" + "\ud83d\ude00".repeat(250) + "'"))
                    .collect(Collectors.joining(",", "[", "]"))
                    .replace('\'', '"');
            assertThat(cut.get("/health/ready").statusCode()).isEqualTo(200);

            proxy.cut();
            await().atMost(LONG).until(() -> cut.post("/v1/displays", large).statusCode() == 503);
            HttpResponse<String> refused = cut.post("/v1/displays", large);
            assertThat(error(refused)).isEqualTo("503 SPOOL_FULL -");
            assertThat(refused.headers().firstValue("Retry-After")).isPresent();
            HttpResponse<String> ready = cut.get("/health/ready");
            assertThat(ready.statusCode()).isEqualTo(503);
            assertThat(ready.body()).isEqualTo("{\"status\":\"DOWN\"}\n");
            assertThat(cut.get("/health/live").statusCode()).isEqualTo(200);
            assertThat(cut.get("/v1/decisions?project=" + fixture.project(IntakeFixture.UNLINKED))
                            .statusCode())
                    .as("decisions need no room")
                    .isEqualTo(200);
            assertThat(cut.get("/health/attention").body())
                    .contains("\"kind\":\"database-away\"", " of at most 16777216 bytes.");

            proxy.mend();
            await().atMost(LONG).until(() -> cut.get("/health/ready").statusCode() == 200);
        }
    }

    @Test
    void withoutItsDatabaseTheServerStaysReadyAndSaysSo() throws Exception {
        try (DatabaseProxy proxy = new DatabaseProxy(database.url());
                TestWebServer cut = TestWebServer.start(
                        proxy.url(),
                        home.resolve("cut"),
                        "muster.database.wait",
                        "5s",
                        "muster.snapshots",
                        home.resolve("snapshots").toString())) {
            String token = cut.token(Scope.EVENTS);
            String display =
                    display(IntakeFixture.PROJECT, "c1", ",'ref':'A-1'").replace('\'', '"');
            assertThat(cut.post("/v1/displays", display, "X-API-TOKEN", token).body())
                    .isEqualTo("{\"accepted\":1,\"known\":true}");

            proxy.cut();
            HttpResponse<String> kept = cut.post("/v1/displays", display.replace("c1", "c2"), "X-API-TOKEN", token);
            assertThat(answer(kept)).isEqualTo("202 {\"accepted\":1,\"known\":null}");
            assertThat(cut.get("/health/ready").statusCode()).isEqualTo(200);
            HttpResponse<String> attention = cut.get("/health/attention");
            assertThat(attention.statusCode()).isEqualTo(503);
            assertThat(attention.body()).contains("\"status\":\"ATTENTION\"", "\"kind\":\"database-away\"");

            proxy.mend();
            await().atMost(LONG).until(() -> fixture.touchpoints() == 2);
            await().atMost(LONG)
                    .untilAsserted(() ->
                            assertThat(cut.get("/health/attention").body()).doesNotContain("database-away"));
        }
    }

    @Test
    void nothingButTheClockOfTheServerSaysWhatIsLate() throws Exception {
        String late = Instant.now().plusSeconds(3_600).toString();
        assertThat(post("/v1/displays", display(IntakeFixture.PROJECT, "d1", ",'ref':'A-1','at':'" + late + "'"))
                        .statusCode())
                .isEqualTo(202);

        assertThat(jdbc.sql("SELECT happened_at FROM touchpoint WHERE directory_id = ?")
                        .param(fixture.directory().id())
                        .query(Long.class)
                        .single())
                .isLessThanOrEqualTo(Clock.systemUTC().millis());
    }
}
