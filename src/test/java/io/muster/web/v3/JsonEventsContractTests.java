package io.muster.web.v3;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.muster.access.Scope;
import io.muster.app.EventRunView;
import io.muster.app.EventRuns;
import io.muster.app.TokenService;
import io.muster.automation.events.EventCatalog;
import io.muster.automation.events.EventIntake;
import io.muster.automation.events.EventWorker;
import io.muster.database.DatabaseProxy;
import io.muster.database.TestDatabase;
import io.muster.directory.Actor;
import io.muster.jobs.Automations;
import io.muster.jobs.event.JsonEvents;
import io.muster.support.PublicId;
import io.muster.web.TestWebServer;
import io.muster.web.v3.V3Client.Answer;
import java.io.IOException;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** The v3 contract, section 17: JSON events; and the address of Muster's own. */
class JsonEventsContractTests {

    @RegisterExtension
    static final TestDatabase database = TestDatabase.create();

    @TempDir
    private static Path home;

    private static V3Fixture api;
    private static int jobs;

    private String directory;
    private String job;
    private EventIntake.Address address;

    @BeforeAll
    static void start() {
        api = V3Fixture.start(database, home, "muster.http.json-events", "60");
    }

    @AfterAll
    static void stop() {
        api.close();
    }

    @BeforeEach
    void write() throws IOException {
        job = "event-" + jobs++;
        directory = api.directory();
        job("");
        address = api.server.get(EventIntake.class).address(automation());
    }

    private void job(String more) throws IOException {
        Files.writeString(
                home.resolve("jobs/" + job + ".yaml"), """
                kind: event
                id: %s
                name: Events
                event-id: $.id
                mapping:
                  fields:
                    $.ref: extRef
                target: {directory: %s}
                """.formatted(job, directory.replaceFirst(".*/", "")) + more);
        api.server.get(EventCatalog.class).refresh();
    }

    private long automation() {
        return api.server.get(Automations.class).number(job);
    }

    private String trigger() {
        return "/inbound-event/v1/events/json/triggers?urlTokenId=" + address.token();
    }

    private String own() {
        return "/v1/events/" + address.id();
    }

    private static Answer post(String path, String body, String... headers) throws IOException, InterruptedException {
        HttpRequest.Builder request = api.server.request(path).POST(BodyPublishers.ofString(body));
        return Answer.of(api.server.send(
                headers.length == 0 ? request.build() : request.headers(headers).build()));
    }

    private static Answer send(String path, String body, String... headers) throws IOException, InterruptedException {
        String[] all = new String[headers.length + 4];
        System.arraycopy(headers, 0, all, 4, headers.length);
        all[0] = "X-API-TOKEN";
        all[1] = api.server.token(Scope.EVENTS);
        all[2] = "Content-Type";
        all[3] = "application/json";
        return post(path, body, all);
    }

    private EventRunView run(String run) {
        return new EventRuns(api.server.get(JsonEvents.class), api.server.get(Automations.class), TestDatabase.IDS)
                .show(run);
    }

    @Test
    void anAcceptedEventIs202WithTheRunOnceItIsStored() throws Exception {
        Answer answer = send(trigger(), "{\"ref\":\"1\"}");

        assertThat(answer.status()).isEqualTo(202);
        assertThat(answer.json().path("meta").path("httpStatus").asString()).isEqualTo("202 - Accepted");
        assertThat(answer.result().propertyNames()).containsExactlyInAnyOrder("runId", "duplicate");
        assertThat(answer.result().path("duplicate").asBoolean()).isFalse();
        assertThat(run(answer.result().path("runId").asString()).automation()).isEqualTo(job);
    }

    @Test
    void theAddressOfMustersOwnAnswersWithTheRunAlone() throws Exception {
        Answer answer = send(own(), "{\"ref\":\"1\"}");

        assertThat(answer.status()).isEqualTo(202);
        assertThat(answer.json().propertyNames()).containsExactlyInAnyOrder("run", "duplicate");
        assertThat(answer.json().path("run").asString()).startsWith("RN_");
    }

    @Test
    void theWordJsonOfTheAddressMayHaveAnyCase() throws Exception {
        assertThat(send(trigger().replace("/json/", "/JSON/"), "1").status()).isEqualTo(202);
        assertThat(send(trigger().replace("/json/", "//json/"), "1").status()).isEqualTo(202);
    }

    @Test
    void aCallerShowsATokenOrBasicAndNoBearer() throws Exception {
        for (Scope scope : List.of(Scope.EVENTS, Scope.MANAGE)) {
            String name = "caller-" + UUID.randomUUID();
            String token = api.server
                    .get(TokenService.class)
                    .create(Actor.commandLine("tester"), name, List.of(scope.word()), List.of())
                    .token();
            String basic = Base64.getEncoder().encodeToString((name + ":" + token).getBytes(StandardCharsets.UTF_8));
            assertThat(with("X-API-TOKEN", token)).isEqualTo(202);
            assertThat(with("Authorization", "Basic " + basic)).isEqualTo(202);
            assertThat(with("Authorization", "Bearer " + token)).isEqualTo(401);
            assertThat(with("Authorization", "Basic " + basic + "x")).isEqualTo(401);
        }

        assertThat(with("X-API-TOKEN", api.server.token(Scope.READ))).isEqualTo(403);
        assertThat(post(trigger(), "1", "Content-Type", "application/json").error())
                .isEqualTo("401 UNAUTHORIZED");
        assertThat(post(own(), "1", "Content-Type", "application/json").status())
                .isEqualTo(401);
        assertThat(post(
                                own(),
                                "1",
                                "Content-Type",
                                "application/json",
                                "Authorization",
                                "Bearer " + api.server.token(Scope.EVENTS))
                        .status())
                .as("the address of Muster's own takes a token as bearer")
                .isEqualTo(202);
    }

    private int with(String header, String value) throws Exception {
        return post(trigger(), "{\"ref\":\"1\"}", "Content-Type", "application/json", header, value)
                .status();
    }

    @Test
    void whatIsNotJsonByItsTypeIs415AndWhatIsNoJson400() throws Exception {
        String token = api.server.token(Scope.EVENTS);
        for (String path : List.of(trigger(), own())) {
            assertThat(post(path, "1", "X-API-TOKEN", token, "Content-Type", "text/plain")
                            .status())
                    .isEqualTo(415);
            assertThat(post(path, "1", "X-API-TOKEN", token).status()).isEqualTo(415);
            assertThat(send(path, "1", "Content-Encoding", "gzip").status()).isEqualTo(415);
            for (String body : List.of("", "{", "{\"a\":1,\"a\":2}", "[".repeat(101) + "]".repeat(101), "1e")) {
                assertThat(send(path, body).status()).as(body).isEqualTo(400);
            }
        }

        assertThat(send(trigger(), "{").error()).isEqualTo("400 BAD_JSON");
        assertThat(post(trigger(), "{}", "X-API-TOKEN", token, "Content-Type", "application/json; charset=utf-8")
                        .status())
                .isEqualTo(202);
    }

    @Test
    void anyJsonValueIsFineUpTo102400Bytes() throws Exception {
        for (String body : List.of("1", "null", "true", "\"x\"", "[]", "{}")) {
            assertThat(send(trigger(), body).status()).as(body).isEqualTo(202);
        }

        assertThat(send(trigger(), "\"" + "x".repeat(102_398) + "\"").status()).isEqualTo(202);
        assertThat(send(trigger(), "\"" + "x".repeat(102_399) + "\"").error()).isEqualTo("413 TOO_LARGE");
        assertThat(send(own(), "\"" + "x".repeat(102_399) + "\"").status()).isEqualTo(413);
    }

    @Test
    void moreThanAllowedInAMinuteIs429() throws Exception {
        Answer last = send(own(), "1");
        for (int n = 0; n < 600 && last.status() == 202; n++) {
            last = send(own(), "1");
        }

        assertThat(last.status()).isEqualTo(429);
        assertThat(Integer.parseInt(last.header("Retry-After"))).isPositive();
        assertThat(send(trigger(), "1").error()).isEqualTo("429 RATE_LIMITED");
    }

    @Test
    void theSameEventIdAgainIsADuplicateWithTheFirstRunWhateverTheBody() throws Exception {
        Answer first = send(trigger(), "{\"id\":17,\"ref\":\"1\"}");
        Answer again = send(trigger(), "{\"id\":17,\"ref\":\"2\"}");
        assertThat(again.status()).isEqualTo(202);
        assertThat(again.result().path("duplicate").asBoolean()).isTrue();
        assertThat(again.result().path("runId")).isEqualTo(first.result().path("runId"));

        Answer byHeader = send(own(), "{\"id\":17}", "Idempotency-Key", "k");
        assertThat(byHeader.json().path("duplicate").asBoolean()).isFalse();
        assertThat(send(own(), "7", "Idempotency-Key", "k").json().path("run"))
                .isEqualTo(byHeader.json().path("run"));

        assertThat(send(own(), "{}").json().path("run"))
                .as("without an id each is an event")
                .isNotEqualTo(send(own(), "{}").json().path("run"));
    }

    @Test
    void anUnknownOrSwitchedOffAddressIs404() throws Exception {
        for (String path : List.of(
                trigger() + "x",
                "/inbound-event/v1/events/json/triggers",
                "/inbound-event/v1/events/json/triggers?urlTokenId=" + UUID.randomUUID())) {
            assertThat(send(path, "1").error()).as(path).isEqualTo("404 UNKNOWN_EVENT");
        }

        assertThat(send("/v1/events/" + TestDatabase.IDS.of(PublicId.EVENT, 4_711), "1")
                        .status())
                .isEqualTo(404);
        job("enabled: false\n");
        assertThat(send(trigger(), "1").error()).isEqualTo("404 UNKNOWN_EVENT");
        assertThat(send(own(), "1").status()).isEqualTo(404);
    }

    @Test
    void aMissingFieldRejectsTheRunThoughThePostWasAccepted() throws Exception {
        Answer answer = send(trigger(), "{\"other\":1}");
        assertThat(answer.status()).isEqualTo(202);
        api.server.get(EventWorker.class).applyNow();

        EventRunView run = run(answer.result().path("runId").asString());
        assertThat(run.status()).isEqualTo("REJECTED");
        assertThat(run.code()).isEqualTo("FIELD_MISSING");
        assertThat(run.reason()).isEqualTo("There is nothing at $.ref.");
    }

    @Test
    void theTaskMakesAContactThatTheApiFinds() throws Exception {
        send(trigger(), "{\"ref\":\"seven\"}");
        api.server.get(EventWorker.class).applyNow();

        assertThat(api.client.get(directory + "/contacts").each("extRef")).containsExactly("seven");
    }

    @Test
    void aTokenThatIsNotForTheDirectoryKnowsNoSuchEvent() throws Exception {
        String elsewhere = api.directory().replaceFirst(".*/", "");
        String token = api.server.token(List.of(elsewhere), Scope.EVENTS);
        for (String path : List.of(trigger(), own())) {
            assertThat(post(path, "1", "X-API-TOKEN", token, "Content-Type", "application/json")
                            .status())
                    .isEqualTo(404);
        }
    }

    @Test
    void anAwayDatabaseIs503AndNothingIsTaken() throws Exception {
        try (DatabaseProxy network = new DatabaseProxy(database.url());
                TestWebServer cut = TestWebServer.start(network.url(), home.resolve("cut"))) {
            Files.writeString(
                    home.resolve("cut/jobs/" + job + ".yaml"), Files.readString(home.resolve("jobs/" + job + ".yaml")));
            cut.get(EventCatalog.class).refresh();
            HttpRequest event = cut.request(own())
                    .header("X-API-TOKEN", api.server.token(Scope.EVENTS))
                    .header("Content-Type", "application/json")
                    .POST(BodyPublishers.ofString("{\"id\":\"e1\",\"ref\":\"1\"}"))
                    .build();
            network.cut();

            assertThat(cut.send(event).statusCode()).isEqualTo(503);
            network.mend();
            await().atMost(Duration.ofSeconds(30))
                    .untilAsserted(
                            () -> assertThat(cut.send(event).statusCode()).isEqualTo(202));
        }

        assertThat(api.single("SELECT COUNT(*) FROM json_event WHERE automation_id = ?", Integer.class, automation()))
                .isEqualTo(1);
    }
}
