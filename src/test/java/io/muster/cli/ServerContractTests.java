package io.muster.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.muster.access.Scope;
import io.muster.automation.notify.NotificationSettings;
import io.muster.database.TestDatabase;
import io.muster.dedup.ContactEdits;
import io.muster.dedup.DirectoryFixture;
import io.muster.runs.MusterProcess;
import io.muster.support.PublicId;
import io.muster.support.Sha256;
import io.muster.support.StateFolder;
import io.muster.support.TakenPort;
import io.muster.web.TestWebServer;
import io.muster.web.WebSettings;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The contract of HTTP of the server role, a method a line: ports, metrics, links, tokens, errors, bodies. */
class ServerContractTests {

    @RegisterExtension
    static final TestDatabase database = new TestDatabase();

    private static final String URL = "muster.database.url";
    private static final Pattern LISTENING = Pattern.compile("listening on (http://\\S+)");
    private static final Pattern METRICS = Pattern.compile("they are on (http://\\S+)/metrics");
    private static final int USUAL_METRICS = 9464;

    @TempDir
    private static Path folder;

    private static TestWebServer server;

    @BeforeAll
    static void start() {
        System.setProperty(URL, database.url());
        server = TestWebServer.start(
                database.url(), folder.resolve("server"), "muster.trusted-proxies", "loopback, 10.0.0.0/8");
    }

    @AfterAll
    static void stop() {
        System.clearProperty(URL);
        server.close();
    }

    private record Ended(int exit, String out, String err) {

        JsonNode json() {
            assertThat(exit).as(err).isZero();
            return JsonMapper.shared().readTree(out);
        }
    }

    private static Ended muster(String... arguments) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        ByteArrayOutputStream err = new ByteArrayOutputStream();
        int exit = Cli.run(new Terminal(out, err, new StateFolder(folder.resolve("home"))), arguments);
        return new Ended(exit, out.toString(StandardCharsets.UTF_8), err.toString(StandardCharsets.UTF_8));
    }

    private static String token(String name, String... options) {
        String[] arguments = {"tokens", "create", name, "--json"};
        String[] all = Arrays.copyOf(arguments, arguments.length + options.length);
        System.arraycopy(options, 0, all, arguments.length, options.length);
        return muster(all).json().get("token").asString();
    }

    @Test
    void oneServerListensOnThePortThatItIsTold() throws Exception {
        int port = freePort();
        try (MusterProcess process = MusterProcess.start(
                database.url(),
                folder.resolve("port"),
                folder,
                Map.of("MUSTER_METRICS_PORT", "0"),
                "server",
                "--port",
                Integer.toString(port))) {
            assertThat(said(process, LISTENING)).isEqualTo("http://127.0.0.1:" + port);
            for (String path : List.of("/health/live", "/health/ready", "/health/attention")) {
                assertThat(get("http://127.0.0.1:" + port + path).statusCode())
                        .as(path)
                        .isEqualTo(200);
            }

            process.signal("TERM");
            assertThat(process.exit()).isZero();
            assertThat(process.err()).contains("muster server: stopped");
        }
    }

    private static int freePort() throws IOException {
        try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return free.getLocalPort();
        }
    }

    @Test
    void thePortsHaveTheirUsualNumbersOnLoopback() {
        WebSettings usual = WebSettings.read(name -> null);
        assertThat(usual.http().host()).isEqualTo("127.0.0.1");
        assertThat(usual.http().port()).isEqualTo(8080);
        assertThat(usual.metrics().host()).isEqualTo("127.0.0.1");
        assertThat(usual.metrics().port()).isEqualTo(USUAL_METRICS);
        Map<String, String> set = Map.of(
                "muster.http.host", "::1",
                "muster.http.port", "9000",
                "muster.metrics.host", "10.0.0.1",
                "muster.metrics.port", "9001");
        WebSettings settings = WebSettings.read(set::get);
        assertThat(settings.http()).isEqualTo(new WebSettings.Listen("::1", 9000, true));
        assertThat(settings.metrics()).isEqualTo(new WebSettings.Listen("10.0.0.1", 9001, true));
    }

    @Test
    void listensElsewhereWhenItIsTold() throws Exception {
        try (TestWebServer elsewhere = TestWebServer.start(
                database.url(),
                folder.resolve("elsewhere"),
                "muster.http.host",
                "127.0.0.2",
                "muster.metrics.host",
                "127.0.0.3")) {
            assertThat(elsewhere.address()).startsWith("http://127.0.0.2:");
            assertThat(get(elsewhere.address() + "/health/live").statusCode()).isEqualTo(200);
            assertThat(elsewhere.metricsAddress()).startsWith("http://127.0.0.3:");
            assertThat(get(elsewhere.metricsAddress() + "/metrics").statusCode())
                    .isEqualTo(200);
            String loopback = elsewhere.address().replace("127.0.0.2", "127.0.0.1");
            assertThatThrownBy(() -> get(loopback + "/health/live")).isInstanceOf(ConnectException.class);
        }
    }

    @Test
    void metricsAnswerOnTheirOwnPortAndNeverOnThePublicOne() throws Exception {
        server.get("/health/live");
        server.get("/nowhere/" + System.nanoTime());
        HttpResponse<String> metrics = get(server.metricsAddress() + "/metrics");
        assertThat(metrics.statusCode()).isEqualTo(200);
        assertThat(metrics.headers().firstValue("Content-Type")).contains("text/plain; version=0.0.4; charset=utf-8");
        assertThat(metrics.body())
                .contains("jvm_memory_used_bytes")
                .contains("muster_server_ready 1.0")
                .contains("muster_runs_active{step=\"none\"} 0.0")
                .contains("muster_attention{kind=\"failed-delivery\"} 0.0")
                .contains("http_server_requests_seconds_count{method=\"GET\",status=\"200\",uri=\"/health/live\"}")
                .contains("http_server_requests_seconds_count{method=\"GET\",status=\"404\",uri=\"none\"}");
        assertThat(server.get("/metrics").statusCode()).isEqualTo(404);
        assertThat(get(server.metricsAddress() + "/health/live").statusCode()).isEqualTo(404);
    }

    @Test
    void aUsualPortOfMetricsThatIsTakenIsReplacedAndTheServerSaysSo() throws Exception {
        try (TakenPort taken = TakenPort.take(USUAL_METRICS);
                MusterProcess process =
                        MusterProcess.start(database.url(), folder.resolve("moved"), folder, "server", "--port", "0")) {
            assertThat(taken.isTaken()).isTrue();
            String moved = said(process, METRICS);
            assertThat(moved).doesNotEndWith(":" + USUAL_METRICS);
            assertThat(get(moved + "/metrics").body()).contains("muster_server_ready");
        }
    }

    @Test
    void aPortThatWasSetAndIsTakenEndsTheStart() throws Exception {
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            String port = Integer.toString(taken.getLocalPort());
            for (String setting : List.of("MUSTER_METRICS_PORT", "MUSTER_HTTP_PORT")) {
                String other = setting.equals("MUSTER_HTTP_PORT") ? "MUSTER_METRICS_PORT" : "MUSTER_HTTP_PORT";
                try (MusterProcess process = MusterProcess.start(
                        database.url(), folder.resolve("taken"), folder, Map.of(setting, port, other, "0"), "server")) {
                    assertThat(process.exit()).isEqualTo(1);
                    assertThat(process.err())
                            .startsWith("Cannot listen on 127.0.0.1:" + port + ": ")
                            .endsWith("Set " + setting + " to a free port, or 0 for any.\n")
                            .hasLineCount(1);
                }
            }
        }
    }

    @Test
    void linksBeginWithThePublicAddressOrWhatWasSetBefore() {
        Map<String, String> both = Map.of(
                "muster.public-url", "https://muster.example.com/", "muster.link-base", "https://old.example.com");
        assertThat(NotificationSettings.read(both::get).linkBase()).isEqualTo("https://muster.example.com");
        assertThat(WebSettings.read(both::get).publicUrl()).contains("https://muster.example.com");
        Map<String, String> old = Map.of("muster.link-base", "https://old.example.com");
        assertThat(NotificationSettings.read(old::get).linkBase()).isEqualTo("https://old.example.com");
        assertThat(WebSettings.read(old::get).publicUrl()).contains("https://old.example.com");
    }

    @Test
    void onlyTrustedProxiesSayWhoCallsAndHow() throws Exception {
        JsonNode seen = seen(
                server,
                "X-Forwarded-For",
                "203.0.113.9, 198.51.100.7, 10.1.2.3",
                "X-Forwarded-Proto",
                "https",
                "X-Forwarded-Host",
                "muster.example.com");
        assertThat(seen.get("address").asString()).isEqualTo("198.51.100.7");
        assertThat(seen.get("url").asString()).isEqualTo("https://muster.example.com/probe/request");
        assertThat(seen.get("forwarded").asString()).isEqualTo("null");
        assertThat(seen(server, "X-Forwarded-For", "nonsense").get("address").asString())
                .isEqualTo("127.0.0.1");
        try (TestWebServer wary =
                TestWebServer.start(database.url(), folder.resolve("wary"), "muster.trusted-proxies", "none")) {
            JsonNode direct = seen(wary, "X-Forwarded-For", "198.51.100.7", "X-Forwarded-Proto", "https");
            assertThat(direct.get("address").asString()).isEqualTo("127.0.0.1");
            assertThat(direct.get("url").asString()).isEqualTo(wary.address() + "/probe/request");
        }
    }

    private static JsonNode seen(TestWebServer server, String... headers) throws Exception {
        return JsonMapper.shared()
                .readTree(server.get("/probe/request", headers).body());
    }

    @Test
    void aTokenHas40LettersAndDigitsAndIsKeptAsItsHash() {
        String token = token("kept", "--scope", "read");
        assertThat(token).matches("[A-Za-z0-9]{40}");
        assertThat(database.jdbc()
                        .sql("SELECT sha256 FROM access_token WHERE name = 'kept'")
                        .query(byte[].class)
                        .single())
                .isEqualTo(Sha256.digest().digest(token.getBytes(StandardCharsets.US_ASCII)));
        assertThat(muster("tokens", "list", "--json").out())
                .contains("\"kept\"")
                .doesNotContain(token);
        assertThat(muster("audit", "--json").out()).contains("token.create").doesNotContain(token);
    }

    @Test
    void aTokenHasTheScopesThatItWasGivenAndWhatTheyContain() throws Exception {
        String manager = token("manager", "--scope", "manage");
        String administrator = token("administrator", "--scope", "admin");
        String both = token("both", "--scope", "events", "--scope", "snapshots");
        for (Scope scope : Scope.values()) {
            assertThat(status(scope, manager) == 200)
                    .as("manage for %s", scope)
                    .isEqualTo(scope == Scope.MANAGE || scope == Scope.READ);
            assertThat(status(scope, administrator)).as("admin for %s", scope).isEqualTo(200);
            assertThat(status(scope, both) == 200)
                    .as("events and snapshots for %s", scope)
                    .isEqualTo(scope == Scope.EVENTS || scope == Scope.SNAPSHOTS);
        }

        assertThat(muster("tokens", "create", "odd", "--scope", "write").err())
                .contains("'write' is no scope. Choose from read, manage, operate, admin, events, snapshots.");
    }

    private static int status(Scope scope, String token) throws Exception {
        return server.get("/probe/scope/" + scope.word(), "X-API-TOKEN", token).statusCode();
    }

    @Test
    void aTokenMayBeForSomeDirectoriesOnly() throws Exception {
        String own = TestDatabase.IDS.directory(
                DirectoryFixture.create(database.jdbc(), "extRef").id());
        String other = TestDatabase.IDS.directory(
                DirectoryFixture.create(database.jdbc(), "extRef").id());
        String second = TestDatabase.IDS.directory(
                DirectoryFixture.create(database.jdbc(), "extRef").id());
        String token = token("limited", "--scope", "read", "--directory", own, "--directory", second);
        for (String directory : List.of(own, second)) {
            assertThat(server.get("/probe/directory?directory=" + directory, "X-API-TOKEN", token)
                            .statusCode())
                    .isEqualTo(200);
        }

        assertThat(server.get("/probe/directory?directory=" + other, "X-API-TOKEN", token)
                        .statusCode())
                .isEqualTo(403);
    }

    @Test
    void tokensShowTheirLastUseAndEndWhenTheyAreRevoked() throws Exception {
        String token = token("passing", "--scope", "read");
        assertThat(status(Scope.READ, token)).isEqualTo(200);
        await().atMost(Duration.ofSeconds(10))
                .untilAsserted(() ->
                        assertThat(listed("passing").get("lastUsed").isNull()).isFalse());

        assertThat(muster("tokens", "revoke", "passing", "--json").exit()).isZero();

        await().atMost(Duration.ofSeconds(5))
                .untilAsserted(() -> assertThat(status(Scope.READ, token)).isEqualTo(401));
        assertThat(listed("passing").get("revoked").isNull()).isFalse();
    }

    private static JsonNode listed(String name) {
        for (JsonNode token : muster("tokens", "list", "--json").json()) {
            if (token.get("name").asString().equals(name)) {
                return token;
            }
        }

        throw new AssertionError("No token " + name);
    }

    @Test
    void aTokenIsSentByEitherHeaderAndACallWithoutARightOneIsRefused() throws Exception {
        String token = token("sent", "--scope", "read");
        assertThat(server.get("/probe/scope/read", "X-API-TOKEN", token).statusCode())
                .isEqualTo(200);
        assertThat(server.get("/probe/scope/read", "Authorization", "Bearer " + token)
                        .statusCode())
                .isEqualTo(200);
        assertThat(server.get("/probe/scope/read").statusCode()).isEqualTo(401);
        assertThat(server.get("/probe/scope/read", "X-API-TOKEN", "x".repeat(40))
                        .statusCode())
                .isEqualTo(401);
        assertThat(server.get("/probe/scope/manage", "X-API-TOKEN", token).statusCode())
                .isEqualTo(403);
    }

    @Test
    void everyErrorHasOneForm() throws Exception {
        assertError(server.get("/nowhere"), 404, "NOT_FOUND", null);
        assertError(server.get("/probe/scope/read"), 401, "UNAUTHORIZED", null);
        assertError(
                server.get("/probe/scope/admin", "X-API-TOKEN", token("formed", "--scope", "read")),
                403,
                "SCOPE",
                null);
        assertError(server.post("/probe/body", "{\"name\":"), 400, "INVALID", null);
        assertError(server.post("/probe/body", ""), 400, "INVALID", null);
        assertError(server.post("/probe/body", "{\"name\":\"a\",\"name\":\"b\"}"), 400, "INVALID", null);
        assertError(server.post("/probe/body", "{\"name\":\"a\",\"count\":\"many\"}"), 400, "INVALID", "count");
        assertError(server.post("/probe/events", "[{\"count\":1},{\"count\":[]}]"), 400, "INVALID", "[1].count");
        assertError(
                server.get("/probe/directory", "X-API-TOKEN", token("asking", "--scope", "read")),
                400,
                "MISSING",
                "directory");
        assertError(
                server.send(server.request("/probe/body")
                        .header("Content-Type", "text/plain")
                        .POST(BodyPublishers.ofString("{}"))
                        .build()),
                415,
                "UNSUPPORTED_MEDIA_TYPE",
                null);
        HttpResponse<String> method =
                server.send(server.request("/probe/body").DELETE().build());
        assertError(method, 405, "METHOD_NOT_ALLOWED", null);
        assertThat(method.headers().firstValue("Allow")).contains("POST");
        HttpResponse<String> fault = server.get("/probe/fault");
        assertError(fault, 500, "INTERNAL", null);
        assertThat(fault.body()).doesNotContain("secret words").doesNotContain("Exception");
        assertThat(server.send(server.request("/nowhere").HEAD().build()).statusCode())
                .isEqualTo(404);
    }

    private static void assertError(HttpResponse<String> response, int status, String code, @Nullable String field) {
        assertThat(response.statusCode()).as(response.body()).isEqualTo(status);
        assertThat(response.headers().firstValue("Content-Type")).contains("application/json");
        JsonNode body = JsonMapper.shared().readTree(response.body());
        assertThat(body.propertyNames()).containsExactly("error");
        JsonNode error = body.get("error");
        assertThat(error.propertyNames()).containsExactly("code", "message", "field");
        assertThat(error.get("code").asString()).isEqualTo(code);
        assertThat(error.get("message").asString()).startsWith("Cannot ").endsWith(".");
        assertThat(error.get("field").isNull() ? null : error.get("field").asString())
                .isEqualTo(field);
    }

    @Test
    void bodiesHaveUpTo64KilobytesAndThoseOfEventsAMegabyte() throws Exception {
        String thing = "{\"name\":\"a\",\"count\":1}";
        String whole = " ".repeat(64 * 1_024 - thing.length()) + thing;
        assertThat(server.post("/probe/body", whole).statusCode()).isEqualTo(200);
        assertError(server.post("/probe/body", " " + whole), 413, "TOO_LARGE", null);
        String list = " ".repeat(1_024 * 1_024 - thing.length() - 2) + "[" + thing + "]";
        assertThat(server.post("/probe/events", list).statusCode()).isEqualTo(200);
        assertError(server.post("/probe/events", " " + list), 413, "TOO_LARGE", null);
    }

    @Test
    void bytesOfABodyAreCountedAsTheyComeWhateverItsHeadersSay() throws Exception {
        byte[] large = (" ".repeat(80_000) + "{}").getBytes(StandardCharsets.UTF_8);
        HttpResponse<String> chunked = server.send(server.request("/probe/body")
                .header("Content-Type", "application/json")
                .POST(BodyPublishers.ofInputStream(() -> new java.io.ByteArrayInputStream(large)))
                .build());
        assertError(chunked, 413, "TOO_LARGE", null);
    }

    @Test
    void eligibilityOfOneContactIsWhatExplainSays() throws Exception {
        String directory = directoryWithContacts();
        muster("frequency", "add", "--directory", directory, "--max", "1", "--per", "30d", "--json")
                .json();
        muster("touchpoints", "add", "-d", directory, "--ref", "A-1", "--channel", "email", "--kind", "invite");
        String token = token("explains", "--scope", "read");

        for (String reference : List.of("A-1", "A-2")) {
            JsonNode explained = muster(
                            "frequency",
                            "explain",
                            "--directory",
                            directory,
                            "--ref",
                            reference,
                            "--survey",
                            "SV_1",
                            "--json")
                    .json();
            HttpResponse<String> answer = server.get(
                    "/v1/eligibility?directory=%s&ref=%s&channel=email&survey=SV_1".formatted(directory, reference),
                    "X-API-TOKEN",
                    token);
            assertThat(JsonMapper.shared().readTree(answer.body())).isEqualTo(explained);
            assertThat(explained.get("eligible").asBoolean()).isEqualTo(reference.equals("A-2"));
        }

        String contact = TestDatabase.IDS.contact(
                Math.toIntExact(
                        TestDatabase.IDS.read(PublicId.DIRECTORY, directory).orElseThrow()),
                1);
        assertThat(server.get(
                                "/v1/eligibility?directory=%s&contact=%s&channel=sms".formatted(directory, contact),
                                "X-API-TOKEN",
                                token)
                        .body())
                .contains("\"eligible\":false");
    }

    private static String directoryWithContacts() {
        DirectoryFixture fixture = DirectoryFixture.create(database.jdbc(), "extRef");
        ContactEdits edits =
                new ContactEdits(database.jdbc(), database.transactions(), Clock.systemUTC(), database.ids());
        edits.upsert(fixture.id(), DirectoryFixture.record("extRef", "A-1"));
        edits.upsert(fixture.id(), DirectoryFixture.record("extRef", "A-2"));
        return TestDatabase.IDS.directory(fixture.id());
    }

    @Test
    void eligibilityOfASegmentIsARunWithCountsAndLines() throws Exception {
        String directory = directoryWithContacts();
        muster("frequency", "add", "--directory", directory, "--max", "1", "--per", "30d", "--json")
                .json();
        muster("touchpoints", "add", "-d", directory, "--ref", "A-1", "--channel", "email", "--kind", "invite");
        String condition = Files.writeString(folder.resolve("all.yaml"), "field: extRef\nstartsWith: A\n")
                .toString();
        String segment = muster("segments", "create", "All", "--directory", directory, "--file", condition, "--json")
                .json()
                .get("id")
                .asString();
        muster("segments", "rebuild", "--directory", directory, "--json").json();
        String token = token("asks", "--scope", "manage", "--directory", directory);

        HttpResponse<String> asked = server.post(
                "/v1/eligibility",
                "{\"directory\":\"%s\",\"segment\":\"%s\",\"channel\":\"sms\"}".formatted(directory, segment),
                "X-API-TOKEN",
                token);
        assertThat(asked.statusCode()).as(asked.body()).isEqualTo(202);
        JsonNode started = JsonMapper.shared().readTree(asked.body());
        assertThat(started.propertyNames()).containsExactly("run");
        String run = "/v1/eligibility/" + started.get("run").asString();
        await().atMost(Duration.ofSeconds(60))
                .untilAsserted(() ->
                        assertThat(server.get(run, "X-API-TOKEN", token).body()).contains("\"status\":\"COMPLETED\""));
        JsonNode answer = JsonMapper.shared()
                .readTree(server.get(run, "X-API-TOKEN", token).body());
        assertThat(answer.get("eligible").asInt()).isEqualTo(1);
        assertThat(answer.get("skipped").asInt()).isEqualTo(1);
        assertThat(answer.at("/reasons/FREQUENCY").asInt()).isEqualTo(1);
        assertThat(server.get(run + ".csv", "X-API-TOKEN", token).body())
                .isEqualTo(muster(
                                "eligible",
                                "--directory",
                                directory,
                                "--segment",
                                segment,
                                "--channel",
                                "sms",
                                "--format",
                                "csv")
                        .out());
    }

    private static String said(MusterProcess process, Pattern words) {
        return await().atMost(Duration.ofMinutes(2))
                .until(
                        () -> {
                            Matcher line = words.matcher(process.err());
                            return line.find() ? line.group(1) : process.isAlive() ? "" : "ended: " + process.err();
                        },
                        found -> !found.isEmpty());
    }

    private static HttpResponse<String> get(String address) throws IOException, InterruptedException {
        try (HttpClient client = HttpClient.newHttpClient()) {
            return client.send(HttpRequest.newBuilder(URI.create(address)).build(), BodyHandlers.ofString());
        }
    }
}
