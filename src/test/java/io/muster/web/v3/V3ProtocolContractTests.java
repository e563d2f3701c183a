package io.muster.web.v3;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.muster.access.Scope;
import io.muster.app.TokenService;
import io.muster.database.DatabaseProxy;
import io.muster.database.TestDatabase;
import io.muster.dedup.DirectoryFixture;
import io.muster.directory.Actor;
import io.muster.support.Refusal;
import io.muster.web.TestWebServer;
import io.muster.web.v3.V3Client.Answer;
import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.zip.GZIPInputStream;
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

/** Addresses, callers, envelopes, errors, pages and limits of the v3 API: a method for each line of §1 to §7 and §18. */
class V3ProtocolContractTests {

    @RegisterExtension
    static final TestDatabase database = new TestDatabase();

    private static final String WHOAMI = "/API/v3/whoami";
    private static final String NUMBERS = "/API/v3/probe/a/numbers";

    @TempDir
    private static Path home;

    private static TestWebServer server;
    private static String token;
    private static V3Client client;

    @BeforeAll
    static void start() {
        server = TestWebServer.start(database.url(), home);
        token = server.token(Scope.MANAGE);
        client = new V3Client(server, token);
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    private static String raw(String head, String body) throws Exception {
        return raw(server, head, body);
    }

    /** The whole answer to what is sent as it is. */
    private static String raw(TestWebServer to, String head, String body) throws Exception {
        URI uri = URI.create(to.address());
        try (Socket socket = new Socket(uri.getHost(), uri.getPort())) {
            socket.setSoTimeout(20_000);
            String request = head.replace("\n", "\r\n") + "\r\nConnection: close\r\n\r\n" + body;
            socket.getOutputStream().write(request.getBytes(StandardCharsets.ISO_8859_1));
            return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    private static String raw(String target) throws Exception {
        return raw("GET " + target + " HTTP/1.1\nHost: yul1.qualtrics.com\nX-API-TOKEN: " + token, "");
    }

    private static void isError(Answer answer, int status, String text, String code) {
        assertThat(answer.status()).as(answer.text()).isEqualTo(status);
        assertThat(answer.headers().get("content-type")).containsExactly("application/json");
        JsonNode json = answer.json();
        assertThat(json.propertyNames()).containsExactly("meta");
        JsonNode meta = json.get("meta");
        assertThat(meta.propertyNames()).containsExactly("httpStatus", "requestId", "error");
        assertThat(meta.get("httpStatus").asString()).isEqualTo(text);
        assertThat(meta.get("requestId").asString()).isEqualTo(answer.header("x-request-id"));
        assertThat(meta.get("error").propertyNames()).containsExactly("errorMessage", "errorCode");
        assertThat(meta.get("error").get("errorCode").asString()).isEqualTo(code);
        assertThat(answer.message()).matches("(?s).+[.] .+[.]").doesNotContain("io.muster", "Exception", "SELECT");
    }

    // §1

    @Test
    void anyHostIsServed() throws Exception {
        for (String host : List.of("yul1.qualtrics.com", "localhost", "example.org:9999", "127.0.0.1")) {
            assertThat(raw("GET " + WHOAMI + " HTTP/1.1\nHost: " + host + "\nX-API-TOKEN: " + token, ""))
                    .as(host)
                    .startsWith("HTTP/1.1 200 ");
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/API/v3/whoami",
                "/API/v3/whoami/",
                "/API/v3/whoami///",
                "/API/v3//whoami",
                "//API/v3/whoami",
                "//API//v3////whoami//",
                "/API/v3//whoami/?pageSize=100",
                "http://yul1.qualtrics.com/API/v3//whoami/"
            })
    void repeatedSlashesCountAsOneAndOneAtTheEndAsNone(String target) throws Exception {
        assertThat(raw(target)).as(target).startsWith("HTTP/1.1 200 ");
    }

    @Test
    void slashesAreTakenOutOnEveryMethod() throws Exception {
        for (String method : List.of("POST", "PUT", "DELETE", "PATCH")) {
            assertThat(raw(
                            method + " /API/v3//surveys/ HTTP/1.1\nHost: a\nContent-Length: 0\nX-API-TOKEN: " + token,
                            ""))
                    .as(method)
                    .startsWith("HTTP/1.1 501 ");
        }
    }

    @Test
    void otherAddressesKeepTheirSlashes() throws Exception {
        assertThat(raw("GET //health/live HTTP/1.1\nHost: a", "")).startsWith("HTTP/1.1 400 ");
        assertThat(raw("GET /health//live HTTP/1.1\nHost: a", "")).startsWith("HTTP/1.1 400 ");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/API/v3/../v3/whoami",
                "/API/v3/./whoami",
                "/API/v3/directories/%2e%2e/whoami",
                "/API/v3%2Fwhoami",
                "/API/v3/whoami;a=b",
                "/API/v3/..;/v3/whoami",
                "/API/v3/%2E/whoami",
                "/API/v3/x/../whoami",
                "/API/v3/who%5cami",
                "/API/v3/%ff"
            })
    void partsThatStandForOthersStayRefused(String target) throws Exception {
        assertThat(raw(target)).as(target).matches("(?s)HTTP/1.1 40[04] .*\"errorCode\":\"[A-Z_]+\".*");
    }

    @Test
    void whatIsNoAddressAtAllIsRefused() throws Exception {
        assertThat(raw("/API/v3/%zz")).startsWith("HTTP/1.1 400 ");
        assertThat(raw("/API/v3/%00")).startsWith("HTTP/1.1 400 ");
    }

    @Test
    void namesAreCaseSensitive() throws Exception {
        assertThat(client.get("/API/v3/Whoami").error()).isEqualTo("404 UNKNOWN_PATH");
        assertThat(client.get(NUMBERS + "?PageSize=3").elements()).hasSize(10);
        assertThat(server.get("/api/v3/whoami", "X-API-TOKEN", token).statusCode())
                .isEqualTo(404);
    }

    @Test
    void theWordJsonOfEventsIsTakenInAnyCase() {
        assertThat(V3Paths.plain("/inbound-event/v1//events/JSON/triggers/"))
                .isEqualTo("/inbound-event/v1/events/json/triggers");
        assertThat(V3Paths.plain("/inbound-event/v1/events/Json")).isEqualTo("/inbound-event/v1/events/json");
        assertThat(V3Paths.plain("/API/v3/JSON/")).isEqualTo("/API/v3/JSON");
    }

    @Test
    void unknownParametersAndMembersAreIgnored() throws Exception {
        assertThat(client.get(NUMBERS + "?includeCount=true&b=&skipToken=&pageSize=3")
                        .elements())
                .hasSize(3);
        assertThat(client.post("/API/v3/probe/body", "{'prioritizeListMetadata':[{}],'text':'x'}")
                        .result()
                        .toString())
                .isEqualTo("{\"data\":{},\"text\":\"x\"}");
    }

    @Test
    void linksBeginWithThePublicUrl() throws Exception {
        try (TestWebServer named = TestWebServer.start(
                database.url(), home.resolve("named"), "muster.public-url", "https://yul1.qualtrics.com/")) {
            assertThat(raw(named, "GET " + NUMBERS + " HTTP/1.1\nHost: other\nX-API-TOKEN: " + token, ""))
                    .contains("\"nextPage\":\"https://yul1.qualtrics.com" + NUMBERS + "?skipToken=");
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "Host: yul1.qualtrics.com | http://yul1.qualtrics.com",
                "Host: yul1.qualtrics.com:8080 | http://yul1.qualtrics.com:8080",
                "Host: yul1.qualtrics.com~X-Forwarded-Proto: https | https://yul1.qualtrics.com",
                "Host: yul1.qualtrics.com:8443~X-Forwarded-Proto: https | https://yul1.qualtrics.com:8443",
                "Host: a:81~X-Forwarded-Proto: https~X-Forwarded-Host: yul1.qualtrics.com | https://yul1.qualtrics.com"
            })
    void linksBeginWithWhatTheCallerUsed(String headers, String base) throws Exception {
        assertThat(raw("GET " + NUMBERS + " HTTP/1.1\nX-API-TOKEN: " + token + "\n" + headers.replace('~', '\n'), ""))
                .contains("\"nextPage\":\"" + base + NUMBERS + "?skipToken=");
    }

    @Test
    void forwardedHeadersCountOnlyFromAProxy() throws Exception {
        try (TestWebServer wary =
                TestWebServer.start(database.url(), home.resolve("wary"), "muster.trusted-proxies", "none")) {
            String head = "GET " + NUMBERS + " HTTP/1.1\nHost: yul1.qualtrics.com\nX-Forwarded-Proto: https"
                    + "\nX-Forwarded-Host: elsewhere\nX-API-TOKEN: " + token;
            assertThat(raw(wary, head, "")).contains("\"nextPage\":\"http://yul1.qualtrics.com" + NUMBERS);
        }
    }

    // §2

    @Test
    void theNameOfTheHeaderIsTakenInAnyCase() throws Exception {
        assertThat(raw("GET " + WHOAMI + " HTTP/1.1\nHost: a\nx-api-token: " + token, ""))
                .startsWith("HTTP/1.1 200 ");
        assertThat(raw("GET " + WHOAMI + " HTTP/1.1\nHost: a\nX-Api-Token:   " + token, ""))
                .startsWith("HTTP/1.1 200 ");
    }

    @Test
    void aTokenHas40LettersAndDigits() {
        assertThat(token).matches("[A-Za-z0-9]{40}");
    }

    @Test
    void aTokenOfOneDirectoryKnowsNoOther() throws Exception {
        String own = directory();
        String other = directory();
        V3Client bound = new V3Client(server, server.token(List.of(own), Scope.READ));

        assertThat(bound.get("/API/v3/probe/directory/" + own).status()).isEqualTo(200);
        Answer refused = bound.get("/API/v3/probe/directory/" + other);
        Answer unknown = bound.get("/API/v3/probe/directory/POOL_000000000000000");
        assertThat(refused.error()).isEqualTo("404 UNKNOWN_DIRECTORY").isEqualTo(unknown.error());
        assertThat(refused.message()).isEqualTo(unknown.message());
        assertThat(client.get("/API/v3/probe/directory/" + other).status()).isEqualTo(200);
    }

    @Test
    void aDirectoryHasNoNameInAnAddress() throws Exception {
        String name =
                client.get("/API/v3/probe/directory/" + directory()).result().asString();
        assertThat(client.get("/API/v3/probe/directory/" + name).error()).isEqualTo("404 UNKNOWN_DIRECTORY");
    }

    private static String directory() {
        return TestDatabase.IDS.directory(
                DirectoryFixture.create(database.jdbc(), "extRef").id());
    }

    private static String basic(String name, String secret) {
        return "Basic " + Base64.getEncoder().encodeToString((name + ":" + secret).getBytes(StandardCharsets.UTF_8));
    }

    private static Answer oauth(TestWebServer to, String authorization, String type, String body) throws Exception {
        return Answer.of(to.send(to.request("/oauth2/token")
                .header("Authorization", authorization)
                .header("Content-Type", type)
                .POST(BodyPublishers.ofString(body))
                .build()));
    }

    private static Answer form(String authorization, String body) throws Exception {
        return oauth(server, authorization, "application/x-www-form-urlencoded", body);
    }

    private record Named(String name, String secret) {

        String basic() {
            return V3ProtocolContractTests.basic(name, secret);
        }

        static Named create(String... scopes) {
            String name = "name with: colon " + UUID.randomUUID();
            return new Named(
                    name,
                    server.get(TokenService.class)
                            .create(Actor.commandLine("tester"), name, List.of(scopes), List.of())
                            .token());
        }
    }

    private static int whoami(TestWebServer to, String bearer) throws Exception {
        return to.get(WHOAMI, "Authorization", "Bearer " + bearer).statusCode();
    }

    @Test
    void aTokenIsExchangedForABearerByAForm() throws Exception {
        Named named = Named.create("manage");
        Answer answer = form(named.basic(), "grant_type=client_credentials&scope=manage%3Aall+read%3Ausers");

        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.headers().get("content-type")).containsExactly("application/json");
        JsonNode json = answer.json();
        assertThat(json.propertyNames()).containsExactly("access_token", "token_type", "expires_in", "scope");
        assertThat(json.get("token_type").asString()).isEqualTo("Bearer");
        assertThat(json.get("expires_in").isInt()).isTrue();
        assertThat(json.get("expires_in").asInt()).isEqualTo(3_600);
        assertThat(json.get("scope").asString()).isEqualTo("manage");
        String bearer = json.get("access_token").asString();
        assertThat(whoami(server, bearer)).isEqualTo(200);
        assertThat(server.post("/API/v3/probe/body", "{}", "Authorization", "bearer " + bearer)
                        .statusCode())
                .isEqualTo(200);
        assertThat(database.jdbc()
                        .sql("SELECT COUNT(*) FROM access_bearer WHERE sha256 = UNHEX(SHA2(?, 256))")
                        .param(bearer)
                        .query(Integer.class)
                        .single())
                .isEqualTo(1);
    }

    @Test
    void aTokenIsExchangedForABearerByMultipart() throws Exception {
        String body = """
                ----------------------------1
                Content-Disposition: form-data; name="grant_type"

                client_credentials
                ----------------------------1
                Content-Disposition: form-data; name="scope"

                read:users
                ----------------------------1--
                """.replace("\n", "\r\n");
        Answer answer = oauth(
                server,
                Named.create("manage").basic(),
                "multipart/form-data; boundary=--------------------------1",
                body);

        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.json().get("scope").asString()).isEqualTo("read");
    }

    @Test
    void aScopeOfReadingWordsOnlyNarrows() throws Exception {
        Named named = Named.create("manage");
        String narrow = bearer(named, "read:contacts read:directories");
        assertThat(whoami(server, narrow)).isEqualTo(200);
        assertThat(Answer.of(server.post("/API/v3/probe/body", "{}", "Authorization", "Bearer " + narrow))
                        .error())
                .isEqualTo("403 FORBIDDEN");

        String wide = bearer(named, "read:contacts nonsense");
        assertThat(server.post("/API/v3/probe/body", "{}", "Authorization", "Bearer " + wide)
                        .statusCode())
                .isEqualTo(200);
        String nothing = bearer(Named.create("events"), "read:all");
        assertThat(whoami(server, nothing)).isEqualTo(403);
    }

    private static String bearer(Named named, String scope) throws Exception {
        return form(named.basic(), "grant_type=client_credentials&scope=" + scope.replace(" ", "+"))
                .json()
                .get("access_token")
                .asString();
    }

    @Test
    void aBearerCountsOnEveryServerAndDiesWithItsToken() throws Exception {
        Named named = Named.create("read");
        String bearer = bearer(named, "");
        try (TestWebServer second = TestWebServer.start(database.url(), home.resolve("second"))) {
            assertThat(whoami(second, bearer)).isEqualTo(200);

            server.get(TokenService.class).revoke(Actor.commandLine("tester"), named.name());

            await().atMost(Duration.ofSeconds(10)).untilAsserted(() -> {
                assertThat(whoami(server, bearer)).isEqualTo(401);
                assertThat(whoami(second, bearer)).isEqualTo(401);
            });
        }
    }

    @Test
    void aBearerEndsAndIsPruned() throws Exception {
        Named named = Named.create("read");
        String bearer = bearer(named, "");
        database.jdbc()
                .sql("UPDATE access_bearer SET expires_at = 1 WHERE sha256 = UNHEX(SHA2(?, 256))")
                .param(bearer)
                .update();
        assertThat(whoami(server, bearer)).isEqualTo(401);

        bearer(named, "");
        assertThat(database.jdbc()
                        .sql("SELECT COUNT(*) FROM access_bearer WHERE expires_at = 1")
                        .query(Integer.class)
                        .single())
                .isZero();
    }

    @Test
    void aWrongSecretOrGrantIsSaidInTheWordsOfOauth() throws Exception {
        Named named = Named.create("read");
        for (String wrong : List.of(
                basic("another", named.secret()), basic(named.name(), "x"), "Basic !", "Bearer " + named.secret())) {
            Answer refused = form(wrong, "grant_type=client_credentials");
            assertThat(refused.error()).isEqualTo("401 UNAUTHORIZED");
            assertThat(refused.json().get("error").asString()).isEqualTo("invalid_client");
            assertThat(refused.json().get("error_description").asString()).isEqualTo(refused.message());
        }

        Answer grant = form(named.basic(), "grant_type=password");
        assertThat(grant.status()).isEqualTo(400);
        assertThat(grant.json().get("error").asString()).isEqualTo("unsupported_grant_type");
        assertThat(grant.json().get("meta").get("httpStatus").asString()).isEqualTo("400 - Bad Request");
    }

    @Test
    void whoeverIsUnknownIsAnswered401BeforeTheAddressIsLookedAt() throws Exception {
        for (String path : List.of(
                WHOAMI,
                "/API/v3",
                "/API/v3/nothing",
                "/API/v3/surveys",
                "/oauth2/other",
                "/automations-file-service/automations",
                "/inbound-event/v1/events/json/triggers",
                "/inbound-event/x")) {
            isError(Answer.of(server.get(path)), 401, "401 - Unauthorized", "UNAUTHORIZED");
            assertThat(Answer.of(server.get(path, "Authorization", "Bearer nonsense"))
                            .error())
                    .isEqualTo("401 UNAUTHORIZED");
            await().pollDelay(Duration.ofMillis(60)).until(() -> true);
        }

        assertThat(Answer.of(server.send(server.request(WHOAMI)
                                .method("BREW", BodyPublishers.noBody())
                                .build()))
                        .error())
                .isEqualTo("401 UNAUTHORIZED");
    }

    @Test
    void eventsTakeATokenOrBasicAndNoBearer() throws Exception {
        Named named = Named.create("manage");
        String path = "/inbound-event/v1/nothing";
        assertThat(server.get(path, "X-API-TOKEN", named.secret()).statusCode()).isEqualTo(404);
        assertThat(server.get(path, "Authorization", named.basic()).statusCode())
                .isEqualTo(404);
        assertThat(server.get(path, "Authorization", "Bearer " + named.secret()).statusCode())
                .isEqualTo(401);
        assertThat(server.get(path, "Authorization", "Bearer " + bearer(named, ""))
                        .statusCode())
                .isEqualTo(401);
        assertThat(server.get(WHOAMI, "Authorization", named.basic()).statusCode())
                .isEqualTo(401);
    }

    @Test
    void aKnownCallerWithoutTheScopeIsAnswered403() throws Exception {
        V3Client reader = new V3Client(server, server.token(Scope.READ));
        isError(reader.post("/API/v3/probe/body", "[{"), 403, "403 - Forbidden", "FORBIDDEN");
        assertThat(new V3Client(server, server.token(Scope.SNAPSHOTS))
                        .get(WHOAMI)
                        .error())
                .isEqualTo("403 FORBIDDEN");
    }

    @Test
    void manyWrongTokensOfOneAddressAreAnswered429AndARightOneAllTheSame() throws Exception {
        try (TestWebServer guarded = TestWebServer.start(database.url(), home.resolve("guarded"))) {
            List<Integer> answers = new ArrayList<>();
            for (int i = 0; i < 60; i++) {
                answers.add(guarded.get(WHOAMI, "X-API-TOKEN", "A".repeat(40)).statusCode());
            }

            assertThat(answers.subList(0, 20)).containsOnly(401);
            assertThat(answers.subList(20, 60)).contains(429);
            assertThat(guarded.get(WHOAMI, "X-API-TOKEN", token).statusCode()).isEqualTo(200);
        }
    }

    // §3

    @Test
    void successHasAResultAndWhatItSaysOfItself() throws Exception {
        Answer answer = client.get(WHOAMI);
        assertThat(answer.json().propertyNames()).containsExactly("result", "meta");
        assertThat(answer.json().get("meta").propertyNames()).containsExactly("httpStatus", "requestId");
        assertThat(answer.json().get("meta").get("httpStatus").asString()).isEqualTo("200 - OK");
        String id = answer.json().get("meta").get("requestId").asString();
        assertThat(UUID.fromString(id)).hasToString(id);
        assertThat(answer.headers().get("x-request-id")).containsExactly(id);
        assertThat(answer.headers().get("content-type")).containsExactly("application/json");
    }

    @Test
    void acceptedSaysSoAndMayWarn() throws Exception {
        Answer answer = client.post("/API/v3/probe/small", "{}");
        assertThat(answer.status()).isEqualTo(202);
        assertThat(answer.json().get("meta").get("httpStatus").asString()).isEqualTo("202 - Accepted");
        assertThat(answer.json().get("meta").get("warning").toString())
                .isEqualTo("{\"warningMessage\":\"It is small.\",\"warningCode\":\"SMALL\"}");
    }

    @Test
    void eachErrorHasItsForm() throws Exception {
        isError(client.get("/API/v3/nothing"), 404, "404 - Not Found", "UNKNOWN_PATH");
        isError(client.get("/API/v3/probe/body"), 405, "405 - Method Not Allowed", "METHOD_NOT_ALLOWED");
        assertThat(client.get("/API/v3/probe/body").headers().get("allow")).containsExactly("POST");
        isError(client.post("/API/v3/probe/body", "["), 400, "400 - Bad Request", "BAD_JSON");
        isError(client.get("/API/v3/surveys"), 501, "501 - Not Implemented", "NOT_SUPPORTED");
        isError(client.get("/API/v3/probe/fault"), 500, "500 - Internal Server Error", "INTERNAL");
        assertThat(client.get("/API/v3/probe/fault").text()).doesNotContain("secret");
        isError(
                client.post("/API/v3/probe/small", "{'a':'" + "x".repeat(100) + "'}"),
                413,
                "413 - Request Entity Too Large",
                "TOO_LARGE");
        isError(
                client.send("POST", "/API/v3/probe/body", "a", "Content-Type", "text/plain"),
                415,
                "415 - Unsupported Media Type",
                "UNSUPPORTED_MEDIA_TYPE");
        isError(client.send("TRACE", WHOAMI, null), 405, "405 - Method Not Allowed", "METHOD_NOT_ALLOWED");
    }

    @ParameterizedTest
    @CsvSource({
        "NOT_FOUND, UNKNOWN_LIST, 404 UNKNOWN_LIST",
        "NOT_FOUND, ANYTHING, 404 UNKNOWN_PATH",
        "INVALID, EMAIL_INVALID, 400 BAD_EMAIL",
        "INVALID, ANYTHING, 400 BAD_FIELD",
        "CONFLICT, NAME_TAKEN, 409 NAME_TAKEN",
        "FORBIDDEN, SCOPE, 403 FORBIDDEN",
        "BUSY, DATABASE_AWAY, 503 UNAVAILABLE",
        "FAILED, FAILED, 500 INTERNAL"
    })
    void aRefusalHasItsCode(Refusal.Kind kind, String code, String error) throws Exception {
        Answer answer = client.get("/API/v3/probe/refusal?kind=" + kind + "&code=" + code);
        assertThat(answer.error()).isEqualTo(error);
        assertThat(answer.message()).isEqualTo("Cannot do it: a reason. Correct the call.");
        if (kind == Refusal.Kind.BUSY) {
            assertThat(answer.json().get("meta").get("httpStatus").asString())
                    .isEqualTo("503 - Temporary Internal Server Error");
            assertThat(answer.headers().get("retry-after")).containsExactly("1");
        }
    }

    @Test
    void typesWithACharsetAreAccepted() throws Exception {
        for (String type : List.of(
                "application/json; charset=utf-8",
                "application/json;charset=UTF-8",
                "Application/JSON",
                "application/vnd.api+json")) {
            assertThat(client.send("POST", "/API/v3/probe/body", "{}", "Content-Type", type)
                            .status())
                    .as(type)
                    .isEqualTo(200);
        }
    }

    @Test
    void anAwayDatabaseIsAnswered503() throws Exception {
        try (DatabaseProxy proxy = new DatabaseProxy(database.url());
                TestWebServer cut = TestWebServer.start(proxy.url(), home.resolve("cut"))) {
            V3Client cutOff = new V3Client(cut, token);
            assertThat(cutOff.get(WHOAMI).status()).isEqualTo(200);
            proxy.cut();
            isError(
                    cutOff.get("/API/v3/probe/directory/" + directory()),
                    503,
                    "503 - Temporary Internal Server Error",
                    "UNAVAILABLE");
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                " ",
                "nonsense",
                "[]",
                "1",
                "'text'",
                "null",
                "{'a':1,'a':2}",
                "{'a':{'b':1,'b':2}}",
                "{} {}",
                "{'a':01}",
                "{'a':NaN}",
                "{'a':1",
                "{'a':'\u0001'}"
            })
    void whatIsNoObjectOfJsonIsRefused(String body) throws Exception {
        assertThat(client.post("/API/v3/probe/body", body).error()).isEqualTo("400 BAD_JSON");
    }

    @Test
    void hostileJsonIsRefused() throws Exception {
        String deep = "{\"a\":" + "[".repeat(100) + "]".repeat(100) + "}";
        assertThat(client.post("/API/v3/probe/body", deep).error()).isEqualTo("400 BAD_JSON");
        String deeper = "{\"a\":" + "[".repeat(400_000);
        assertThat(client.post("/API/v3/probe/body", deeper).error()).isEqualTo("400 BAD_JSON");
        assertThat(client.post("/API/v3/probe/body", "{'a':" + "9".repeat(5_000) + "}")
                        .error())
                .isEqualTo("400 BAD_JSON");
        byte[] bad = {'{', '"', 'a', '"', ':', '"', (byte) 0xC3, (byte) 0x28, '"', '}'};
        assertThat(Answer.of(server.send(server.request("/API/v3/probe/body")
                                .header("X-API-TOKEN", token)
                                .header("Content-Type", "application/json")
                                .POST(BodyPublishers.ofByteArray(bad))
                                .build()))
                        .error())
                .isEqualTo("400 BAD_JSON");
        assertThat(client.get(NUMBERS + "?pageSize=%ff").status()).isEqualTo(400);
        assertThat(raw(
                        "POST /API/v3/probe/body HTTP/1.1\nHost: a\nContent-Type: application/json\nContent-Length: x"
                                + "\nX-API-TOKEN: " + token,
                        ""))
                .startsWith("HTTP/1.1 400 ")
                .contains("\"errorCode\":");
    }

    // §4

    @Test
    void valuesAreTakenAsTexts() throws Exception {
        assertThat(client.post(
                                "/API/v3/probe/body",
                                "{'data':{'a':7,'b':12.5,'c':true,'d':'x','e':null,'f':' ','g':1e3,'h':{},'i':1e999999}}")
                        .result()
                        .toString())
                .isEqualTo("{\"data\":{\"a\":\"7\",\"b\":\"12.5\",\"c\":\"true\",\"d\":\"x\",\"g\":\"1000\","
                        + "\"i\":\"1E+999999\"}}");
        for (String value : List.of("[]", "[1]", "{'b':1}")) {
            assertThat(client.post("/API/v3/probe/body", "{'data':{'a':" + value + "}}")
                            .error())
                    .isEqualTo("400 BAD_FIELD");
        }
    }

    @Test
    void nullAndBlankAndEmptyMeanNotSent() throws Exception {
        assertThat(client.post("/API/v3/probe/body", "{'text':null,'flag':null,'data':{}}")
                        .result()
                        .toString())
                .isEqualTo("{\"data\":{}}");
        assertThat(client.post("/API/v3/probe/body", "{'text':'  ','flag':''}")
                        .result()
                        .toString())
                .isEqualTo("{\"data\":{}}");
    }

    @Test
    void aWrongTypeNamesItsMember() throws Exception {
        Answer answer = client.post("/API/v3/probe/body", "{'text':7}");
        assertThat(answer.error()).isEqualTo("400 BAD_FIELD");
        assertThat(answer.message()).isEqualTo("Cannot use text: it is no text. Correct it.");
        assertThat(client.post("/API/v3/probe/body", "{'flag':'true'}").error()).isEqualTo("400 BAD_FIELD");
        assertThat(client.post("/API/v3/probe/body", "{'data':[1]}").error()).isEqualTo("400 BAD_FIELD");
    }

    // §5

    @Test
    void aPageHasElementsAndTheAddressOfTheNext() throws Exception {
        Answer first = client.get(NUMBERS);
        assertThat(first.result().propertyNames()).containsExactly("elements", "nextPage");
        Answer second = client.get(first.nextPage());
        Answer third = client.get(second.nextPage());
        assertThat(first.elements()).hasSize(10);
        assertThat(second.elements().getFirst().asInt()).isEqualTo(11);
        assertThat(third.elements()).hasSize(5);
        assertThat(third.result().get("nextPage").isNull()).isTrue();
    }

    @Test
    void aPageThatIsJustFullAndTheLastHasNoNext() throws Exception {
        assertThat(client.get(NUMBERS + "?pageSize=25").result().get("nextPage").isNull())
                .isTrue();
    }

    @Test
    void theTokenIsPlainAndLastAndGoodUnderAnyPageSize() throws Exception {
        String next = client.get(NUMBERS + "?a=%20b&pageSize=4&useNewPaginationScheme=true")
                .nextPage();
        assertThat(next)
                .matches("http://[^?]+\\?a=%20b&pageSize=4&useNewPaginationScheme=true&skipToken=[A-Za-z0-9._~-]+");
        String position = next.replaceFirst(".*skipToken=", "");

        assertThat(client.get(next).elements().getFirst().asInt()).isEqualTo(5);
        Answer pasted = client.get(NUMBERS + "?skipToken=" + position);
        assertThat(pasted.elements()).hasSize(10);
        assertThat(pasted.elements().getFirst().asInt()).isEqualTo(5);
        assertThat(client.get(NUMBERS + "/?skipToken=" + position + "&pageSize=1")
                        .elements())
                .hasSize(1);
        String again = client.get(next).nextPage();
        assertThat(again).containsOnlyOnce("skipToken=").isNotEqualTo(next);
    }

    @Test
    void anotherListsTokenOrAMadeUpOneIsRefused() throws Exception {
        String position = client.get(NUMBERS).nextPage().replaceFirst(".*skipToken=", "");
        assertThat(client.get("/API/v3/probe/b/numbers?skipToken=" + position).error())
                .isEqualTo("400 BAD_SKIP_TOKEN");
        for (String made : List.of("x", "10", "MTA.AAAAAAAAAAAAAAAA", position + "A", position.substring(1), "%00")) {
            assertThat(client.get(NUMBERS + "?skipToken=" + made).error())
                    .as(made)
                    .isEqualTo("400 BAD_SKIP_TOKEN");
        }
    }

    @Test
    void aPageSizeIsCutAndNotRefused() throws Exception {
        assertThat(client.get(NUMBERS + "?pageSize=5000").elements()).hasSize(25);
        assertThat(client.get(NUMBERS + "?pageSize=99999999999999999999").elements())
                .hasSize(25);
        for (String bad : List.of("0", "-1", "x", "1.5", "", "%20")) {
            assertThat(client.get(NUMBERS + "?pageSize=" + bad).error()).as(bad).isEqualTo("400 BAD_PAGE_SIZE");
        }
    }

    // §6

    @Test
    void aTokenMayCallSoOftenAndPollsOfImportsAreFree() throws Exception {
        try (TestWebServer slow =
                TestWebServer.start(database.url(), home.resolve("slow"), "muster.http.calls-per-token", "5")) {
            V3Client fast = new V3Client(slow, slow.token(Scope.READ));
            for (int i = 0; i < 5; i++) {
                assertThat(fast.get(WHOAMI).status()).isEqualTo(200);
            }

            Answer refused = fast.get(WHOAMI);
            isError(refused, 429, "429 - Too Many Requests", "RATE_LIMITED");
            assertThat(refused.header("retry-after")).matches("[1-9][0-9]?");
            for (int i = 0; i < 20; i++) {
                assertThat(fast.get("/API/v3/directories/POOL_x/mailinglists/probe/transactioncontacts/PGRS_1")
                                .status())
                        .isEqualTo(200);
            }

            assertThat(new V3Client(slow, token).get(WHOAMI).status()).isEqualTo(200);
        }
    }

    @Test
    void aTokenMayHaveSoManyCallsInWork() throws Exception {
        try (TestWebServer narrow =
                TestWebServer.start(database.url(), home.resolve("narrow"), "muster.http.calls-at-once", "2")) {
            V3ProbeController probe = narrow.bean(V3ProbeController.class);
            List<CompletableFuture<HttpResponse<String>>> held = new ArrayList<>();
            for (int i = 0; i < 2; i++) {
                held.add(narrow.sendLater(narrow.request("/API/v3/probe/held")
                        .header("X-API-TOKEN", token)
                        .build()));
            }

            await().atMost(Duration.ofSeconds(60)).until(() -> probe.held() == 2);
            Answer refused = new V3Client(narrow, token).get(WHOAMI);
            assertThat(refused.error()).isEqualTo("429 RATE_LIMITED");
            assertThat(refused.headers().get("retry-after")).containsExactly("1");
            assertThat(new V3Client(narrow, narrow.token(Scope.READ))
                            .get(WHOAMI)
                            .status())
                    .isEqualTo(200);

            probe.release();
            for (CompletableFuture<HttpResponse<String>> one : held) {
                assertThat(one.get().statusCode()).isEqualTo(200);
            }

            assertThat(new V3Client(narrow, token).get(WHOAMI).status()).isEqualTo(200);
        }
    }

    @Test
    void aBodyHasAMegabyteAtMostAndTheAnswerComesBeforeItsEnd() throws Exception {
        String large = "{\"text\":\"" + "x".repeat(1_000_000) + "\"}";
        assertThat(client.post("/API/v3/probe/body", large).status()).isEqualTo(200);
        assertThat(client.post("/API/v3/probe/body", large + " ".repeat(100_000))
                        .error())
                .isEqualTo("413 TOO_LARGE");
        String head =
                "POST /API/v3/probe/body HTTP/1.1\nHost: a\nContent-Type: application/json\nX-API-TOKEN: " + token;
        assertThat(raw(head + "\nContent-Length: 99999999999", "{")).startsWith("HTTP/1.1 413 ");
        assertThat(client.post("/API/v3/probe/body", "{'text':'" + "x".repeat(6_000_000) + "'}")
                        .error())
                .isEqualTo("413 TOO_LARGE");
    }

    @Test
    void compressedBodiesAreRefused() throws Exception {
        assertThat(client.send("POST", "/API/v3/probe/body", "{}", "Content-Encoding", "gzip")
                        .error())
                .isEqualTo("415 UNSUPPORTED_MEDIA_TYPE");
        assertThat(client.send("POST", "/API/v3/probe/body", "{}", "Content-Encoding", "identity")
                        .status())
                .isEqualTo(200);
    }

    @Test
    void answersAreCompressedWhenThatIsAskedFor() throws Exception {
        String body = "{\"text\":\"" + "x".repeat(5_000) + "\"}";
        HttpRequest request = server.request("/API/v3/probe/body")
                .headers("X-API-TOKEN", token, "Content-Type", "application/json", "Accept-Encoding", "deflate, gzip")
                .POST(BodyPublishers.ofString(body))
                .build();
        try (java.net.http.HttpClient http = java.net.http.HttpClient.newHttpClient()) {
            HttpResponse<byte[]> answer = http.send(request, BodyHandlers.ofByteArray());
            assertThat(answer.headers().firstValue("Content-Encoding")).contains("gzip");
            assertThat(answer.headers().firstValue("Content-Type")).contains("application/json");
            assertThat(answer.body().length).isLessThan(1_000);
            try (InputStream unpacked = new GZIPInputStream(new ByteArrayInputStream(answer.body()))) {
                JsonNode json = JsonMapper.shared().readTree(unpacked);
                assertThat(json.get("result").get("text").asString()).hasSize(5_000);
            }
        }

        assertThat(client.send("GET", WHOAMI, null, "Accept-Encoding", "gzip")
                        .json()
                        .has("result"))
                .as("short ones stay as they are")
                .isTrue();
        assertThat(client.send("POST", "/API/v3/probe/body", body, "Accept-Encoding", "gzip;q=0")
                        .headers())
                .doesNotContainKey("content-encoding");
    }

    // §7

    @Test
    void whoamiNamesTheToken() throws Exception {
        Named named = Named.create("read");
        JsonNode user = new V3Client(server, named.secret()).get(WHOAMI).result();
        assertThat(user.propertyNames())
                .containsExactly(
                        "userId", "userName", "brandId", "accountType", "firstName", "lastName", "email", "datacenter");
        assertThat(user.get("userId").asString()).matches("UR_[A-Za-z0-9]{15}");
        assertThat(user.get("userName").asString()).isEqualTo(named.name());
        assertThat(user.get("brandId").asString()).isNotEmpty();
        assertThat(user.get("datacenter").asString()).isNotEmpty();
    }

    @Test
    void theDocumentOfTheApiIsServed() throws Exception {
        JsonNode document = client.get("/API/v3/openapi.json").json();
        assertThat(document.get("openapi").asString()).isEqualTo("3.1.0");
        assertThat(document.get("paths").has(WHOAMI)).isTrue();
        assertThat(server.get("/API/v3/openapi.json").statusCode()).isEqualTo(401);
    }

    // §18

    @ParameterizedTest
    @ValueSource(
            strings = {
                "GET /mailinglists",
                "POST /mailinglists/CG_1/contacts",
                "GET /surveys/SV_1/responses",
                "GET /survey-definitions",
                "POST /distributions",
                "GET /libraries/a/b",
                "GET /users",
                "GET /users/UR_1/apitoken",
                "GET /groups?pageSize=100",
                "POST /eventsubscriptions",
                "GET /logs",
                "POST /op-erase-personal-data",
                "GET /customer-data-requests",
                "GET /employee-directories",
                "GET /datasets/x",
                "POST /directories",
                "POST /directories/POOL_x/segments",
                "PUT /directories/POOL_x/segments/SG_1",
                "DELETE /directories/POOL_x/segments/SG_1",
                "POST /directories/POOL_x/frequencyrules",
                "PUT /directories/POOL_x/frequencyrules/FR_1",
                "DELETE /directories/POOL_x/frequencyrules/FR_1",
                "GET /directories/POOL_x/samples/SA_1",
                "POST /directories/POOL_x/export-contacts",
                "GET /directories/POOL_x/export-contacts/ES_1",
                "POST /directories/POOL_x/imports",
                "PUT /directories/POOL_x/transactions/CTR_1",
                "POST /directories/POOL_x/transactions/CTR_1",
                "POST /directories/POOL_x/transactions/CTR_1/enrichments",
                "DELETE /directories/POOL_x/transactionbatches/BT_1",
                "POST /directories/POOL_x/transactionbatches/BT_1/transactions",
                "POST /directories/POOL_x/export-contact-segment-memberships"
            })
    void whatIsNotServedSaysSoAndWhatToUseInstead(String call) throws Exception {
        String[] parts = call.split(" ", 2);
        Answer answer = client.send(parts[0], "/API/v3" + parts[1], parts[0].equals("GET") ? null : "{}");
        isError(answer, 501, "501 - Not Implemented", "NOT_SUPPORTED");
        assertThat(answer.message()).contains(" not supported. ");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"/API/v3", "/API/v3/surveysx", "/API/v3/directories/POOL_x/nothing", "/oauth2", "/oauth2/x"})
    void whatNobodyDocumentedDoesNotExist(String path) throws Exception {
        assertThat(client.get(path).error()).isEqualTo("404 UNKNOWN_PATH");
    }

    @Test
    void otherAddressesKeepTheirForm() throws Exception {
        assertThat(server.get("/v1/nothing").body()).startsWith("{\"error\":{\"code\":\"NOT_FOUND\"");
        assertThat(server.get("/API/v2").body()).startsWith("{\"error\":{\"code\":\"NOT_FOUND\"");
        assertThat(server.get("/API/v3x").body()).startsWith("{\"error\":{\"code\":\"NOT_FOUND\"");
    }
}
