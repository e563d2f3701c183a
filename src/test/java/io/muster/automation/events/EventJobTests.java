package io.muster.automation.events;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.muster.automation.events.EventIntake.Taken;
import io.muster.database.TestDatabase;
import io.muster.dedup.DirectoryFixture;
import io.muster.directory.Actor;
import io.muster.jobs.Automations;
import io.muster.jobs.event.JsonEvents;
import io.muster.runs.ImportFixture;
import io.muster.support.PublicId;
import io.muster.support.Refusal;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.jdbc.core.simple.JdbcClient;

/** JSON events from their address to the contact. */
class EventJobTests {

    @RegisterExtension
    static final TestDatabase database = TestDatabase.create();

    private static final Actor SENDER = Actor.token("shop");

    @TempDir
    private Path folder;

    private final JdbcClient jdbc = database.jdbc();
    private DirectoryFixture directory;
    private ImportFixture process;

    @BeforeEach
    void start() throws IOException {
        directory = DirectoryFixture.create(jdbc, "extRef");
        Files.createDirectories(folder.resolve("jobs"));
        process = new ImportFixture(database, folder, EventsConfiguration.class);
        job("");
    }

    @AfterEach
    void stop() {
        process.close();
    }

    private String id() {
        return "orders-" + directory.id();
    }

    private void job(String more) throws IOException {
        job(more, """
                "$.customer.id": extRef
                "$.customer.name": firstName
                """);
    }

    private void job(String more, String fields) throws IOException {
        Files.writeString(
                folder.resolve("jobs/orders.yaml"),
                """
                kind: event
                id: %s
                name: Orders
                target: {directory: %s}
                mapping:
                  fields:
                %s
                """.formatted(id(), TestDatabase.IDS.directory(directory.id()), fields.indent(4)) + more);
        catalog().refresh();
    }

    private EventCatalog catalog() {
        return process.bean(EventCatalog.class);
    }

    private long automation() {
        return process.bean(Automations.class).number(id());
    }

    private Taken send(String body) {
        return send(null, body);
    }

    private Taken send(@Nullable String key, String body) {
        return process.bean(EventIntake.class).take(automation(), key, body.getBytes(StandardCharsets.UTF_8), SENDER);
    }

    private void apply() {
        process.bean(EventWorker.class).applyNow();
    }

    private static String order(String customer, String name) {
        return "{\"customer\":{\"id\":\"%s\",\"name\":\"%s\"}}".formatted(customer, name);
    }

    private List<String> contacts() {
        return jdbc.sql("""
                SELECT CONCAT_WS(' ', ext_ref, first_name) FROM contact WHERE directory_id = ? ORDER BY number
                """).param(directory.id()).query(String.class).list();
    }

    private List<String> outcomes() {
        return jdbc.sql("""
                SELECT CONCAT_WS(' ', state, outcome, reason_code) FROM json_event WHERE automation_id = ? ORDER BY id
                """).param(automation()).query(String.class).list();
    }

    @Test
    void anEventCreatesAContactAndALaterOneUpdatesIt() {
        Taken first = send(order("7", "Ann"));
        send(order("7", "Anna"));
        send(order("8", "Bob"));
        send(order("8", "Bob"));
        assertThat(first.duplicate()).isFalse();
        assertThat(first.run()).startsWith("RN_");
        assertThat(outcomes()).containsOnly("QUEUED");

        apply();

        assertThat(contacts()).containsExactly("7 Anna", "8 Bob");
        assertThat(outcomes())
                .containsExactly("COMPLETED CREATED", "COMPLETED UPDATED", "COMPLETED CREATED", "COMPLETED UNCHANGED");
        send(order("8", "Bob"));
        apply();
        assertThat(outcomes()).last().isEqualTo("COMPLETED UNCHANGED");
        assertThat(jdbc.sql("SELECT COUNT(*) FROM json_event WHERE automation_id = ? AND body IS NOT NULL")
                        .param(automation())
                        .query(Integer.class)
                        .single())
                .as("the bodies of completed events are not kept")
                .isZero();
    }

    @Test
    void theIdOfItsRunIsFromARangeOfItsOwn() {
        OptionalLong number =
                TestDatabase.IDS.read(PublicId.RUN, send(order("7", "Ann")).run());

        assertThat(JsonEvents.event(number.orElseThrow())).isPresent();
        assertThat(JsonEvents.event(1)).isEmpty();
    }

    @Test
    void theSameEventIdHasOneEffectWhateverTheBody() {
        Taken first = send("order-1", order("7", "Ann"));
        Taken again = send("order-1", order("7", "Somebody else"));

        assertThat(again).isEqualTo(new Taken(first.run(), true));
        apply();
        assertThat(send("order-1", order("9", "X"))).isEqualTo(new Taken(first.run(), true));
        apply();
        assertThat(contacts()).containsExactly("7 Ann");
    }

    @Test
    void theEventIdMayBeInTheBodyAndTheHeaderWins() throws IOException {
        job("event-id: $.order\n");
        Taken first = send("{\"order\":17,\"customer\":{\"id\":\"7\",\"name\":\"Ann\"}}");
        Taken again = send("{\"order\":\"17\",\"customer\":{\"id\":\"8\",\"name\":\"Bob\"}}");
        Taken other = send("x", "{\"order\":17,\"customer\":{\"id\":\"9\",\"name\":\"Eve\"}}");

        assertThat(again).isEqualTo(new Taken(first.run(), true));
        assertThat(other.duplicate()).isFalse();
        apply();
        assertThat(contacts()).containsExactly("7 Ann", "9 Eve");
    }

    @Test
    void manyWhoSendTheSameIdAtOnceGetTheSameRun() throws Exception {
        List<String> runs = new ArrayList<>();
        try (ExecutorService callers = Executors.newFixedThreadPool(16)) {
            List<Callable<Taken>> calls = IntStream.range(0, 200)
                    .mapToObj(n -> (Callable<Taken>) () -> send("id-" + n % 20, order("c" + n % 20, "Ann")))
                    .toList();
            for (Future<Taken> answer : callers.invokeAll(calls)) {
                runs.add(answer.get().run());
            }
        }

        assertThat(runs.stream().distinct()).hasSize(20);
        apply();
        assertThat(contacts()).hasSize(20);
        assertThat(outcomes()).hasSize(20).containsOnly("COMPLETED CREATED");
    }

    @Test
    void whatIsMissingRejectsTheRunWithAReasonAndOthersGoOn() {
        send("{\"customer\":{\"name\":\"Ann\"}}");
        send("7");
        send("{\"customer\":{\"id\":{\"a\":1},\"name\":\"Ann\"}}");
        send(order("8", "Bob"));
        apply();

        assertThat(outcomes())
                .containsExactly(
                        "REJECTED REJECTED FIELD_MISSING",
                        "REJECTED REJECTED FIELD_MISSING",
                        "REJECTED REJECTED VALUE_NOT_SIMPLE",
                        "COMPLETED CREATED");
        assertThat(jdbc.sql("SELECT reason FROM json_event WHERE automation_id = ? ORDER BY id LIMIT 1")
                        .param(automation())
                        .query(String.class)
                        .single())
                .isEqualTo("There is nothing at $.customer.id.");
        assertThat(contacts()).containsExactly("8 Bob");
    }

    @Test
    void whatIsMissingMayCountAsBlank() throws IOException {
        job("  missing: blank\n");
        send("{\"customer\":{\"id\":7}}");
        send("{\"customer\":{\"id\":\"8\",\"name\":null}}");
        apply();

        assertThat(contacts()).containsExactly("7", "8");
    }

    @Test
    void aContactJoinsTheListAndATransactionIsRecordedOnceForEachEvent() throws IOException {
        jdbc.sql("INSERT INTO mailing_list (directory_id, name, created_at) VALUES (?, 'Buyers', 0)")
                .param(directory.id())
                .update();
        job("", """
                "$.customer": extRef
                "$.at": transaction.date
                "$.total": transaction.field.total
                "$.mail": email
                """);
        String text = Files.readString(folder.resolve("jobs/orders.yaml"));
        Files.writeString(folder.resolve("jobs/orders.yaml"), text.replace("target: {", "target: {list: Buyers, "));
        catalog().refresh();
        String order =
                "{\"customer\":\"7\",\"at\":\"2026-03-01T10:00:00Z\",\"total\":12.50,\"mail\":\"ann@example.com\"}";
        send("1", order);
        send("2", order);
        send("1", order);
        apply();
        send("3", order);
        apply();

        assertThat(outcomes()).containsExactly("COMPLETED CREATED", "COMPLETED UPDATED", "COMPLETED UPDATED");
        assertThat(jdbc.sql("SELECT COUNT(*) FROM contact_transaction WHERE directory_id = ?")
                        .param(directory.id())
                        .query(Integer.class)
                        .single())
                .isEqualTo(3);
        assertThat(jdbc.sql("SELECT COUNT(*) FROM list_member WHERE directory_id = ?")
                        .param(directory.id())
                        .query(Integer.class)
                        .single())
                .isEqualTo(1);
    }

    @Test
    void aDirectoryThatIsNotThereRejectsEventsUntilTheJobIsMended() throws IOException {
        String good = Files.readString(folder.resolve("jobs/orders.yaml"));
        Files.writeString(folder.resolve("jobs/orders.yaml"), good.replace("directory: ", "directory: Nowhere"));
        catalog().refresh();
        send(order("7", "Ann"));
        apply();
        assertThat(outcomes()).containsExactly("REJECTED REJECTED UNKNOWN_DIRECTORY");

        Files.writeString(folder.resolve("jobs/orders.yaml"), good);
        JsonEvents events = process.bean(JsonEvents.class);
        assertThat(events.again(events.list(automation(), 0, 1).getFirst(), SENDER))
                .isTrue();
        apply();
        assertThat(outcomes()).containsExactly("COMPLETED CREATED");
    }

    @Test
    void whatIsNoJsonIsRefused() {
        for (String body : List.of("", "{", "{\"a\":1,\"a\":2}", "1 2", "[".repeat(200) + "]".repeat(200), "nul")) {
            assertThatThrownBy(() -> send(body))
                    .as(body)
                    .isInstanceOf(Refusal.class)
                    .hasMessageContaining("JSON");
        }

        assertThatThrownBy(() -> process.bean(EventIntake.class)
                        .take(automation(), null, new byte[] {'"', (byte) 0xFF, '"'}, SENDER))
                .isInstanceOf(Refusal.class)
                .hasMessage("Cannot read the event: it is not UTF-8. Send one JSON value in UTF-8.");
        assertThat(outcomes()).isEmpty();
    }

    @Test
    void anUnknownAddressAndOneThatIsSwitchedOffAreRefused() throws IOException {
        EventIntake intake = process.bean(EventIntake.class);
        EventIntake.Address address = intake.address(automation());
        assertThat(intake.byId(address.id())).isEqualTo(automation());
        assertThat(intake.byToken(address.token())).isEqualTo(automation());
        assertThat(address.id()).startsWith("EV_");

        job("enabled: false\n");
        for (Runnable ask : List.<Runnable>of(
                () -> intake.byId(address.id()),
                () -> intake.byToken(address.token()),
                () -> intake.byId("EV_000000000000000"),
                () -> intake.byToken("nothing"))) {
            assertThatThrownBy(ask::run).isInstanceOf(Refusal.class).hasMessageContaining("is the address of no event");
        }
    }

    @Test
    void twoProcessesShareTheWorkAndEachEventIsAppliedOnce() throws Exception {
        for (int n = 0; n < 1_500; n++) {
            send(order("c" + n % 300, "Name " + n));
        }

        try (ImportFixture other = new ImportFixture(database, folder, EventsConfiguration.class);
                ExecutorService workers = Executors.newFixedThreadPool(2)) {
            for (Future<?> worker : List.of(
                    workers.submit(this::apply),
                    workers.submit(() -> other.bean(EventWorker.class).applyNow()))) {
                worker.get();
            }
        }

        apply();
        assertThat(outcomes()).hasSize(1_500).allMatch(outcome -> outcome.startsWith("COMPLETED"));
        List<String> expected = IntStream.range(0, 300)
                .mapToObj(n -> "c%d Name %d".formatted(n, n + 1_200))
                .toList();
        assertThat(contacts()).containsExactlyInAnyOrderElementsOf(expected);
    }

    @Test
    void responsesStartTheSameTaskOnceEachAndUnverifiedOnesNever() throws IOException {
        send(order("ann", "Ann"));
        apply();
        long contact = jdbc.sql("SELECT number FROM contact WHERE directory_id = ?")
                .param(directory.id())
                .query(Long.class)
                .single();
        job("on: response\n", """
                "$.extRef": extRef
                "$.answers.nps": embedded.nps
                """);
        apply();
        response("r0", 0, 9, contact);
        response("r1", 1, 10, contact);
        apply();
        apply();

        assertThat(outcomes()).containsExactly("COMPLETED CREATED", "COMPLETED UPDATED");
        assertThat(jdbc.sql("SELECT embedded FROM contact WHERE directory_id = ?")
                        .param(directory.id())
                        .query(String.class)
                        .list())
                .containsExactly("{\"nps\":\"10\"}");
    }

    private void response(String id, int verified, int nps, long contact) {
        response(id, 1, 1, "SV_1", verified, nps, contact);
    }

    private void response(String id, int project, int intercept, String survey, int verified, int nps, long contact) {
        jdbc.sql("""
                INSERT INTO response (project_id, response_id, intercept_id, directory_id, number, survey, happened_at,
                  recorded_at, verified, answers, embedded)
                VALUES (?, ?, ?, ?, ?, ?, 0, 0, ?, ?, '{}')
                """)
                .params(
                        project,
                        id + directory.id(),
                        intercept,
                        directory.id(),
                        contact,
                        survey,
                        verified,
                        "{\"nps\":" + nps + "}")
                .update();
    }

    @Test
    void onlyResponsesOfTheProjectInterceptAndSurveyThatTheJobNamesStartIt() throws IOException {
        send(order("ann", "Ann"));
        apply();
        long contact = jdbc.sql("SELECT number FROM contact WHERE directory_id = ?")
                .param(directory.id())
                .query(Long.class)
                .single();
        job(
                """
                on: response
                responses: {project: %s, intercept: %s, survey: SV_2}
                """.formatted(TestDatabase.IDS.of(PublicId.PROJECT, 902), TestDatabase.IDS.of(PublicId.INTERCEPT, 903)),
                """
                "$.extRef": extRef
                "$.answers.nps": embedded.nps
                """);
        apply();
        response("p", 901, 903, "SV_2", 1, 1, contact);
        response("i", 902, 904, "SV_2", 1, 2, contact);
        response("s", 902, 903, "SV_1", 1, 3, contact);
        response("all", 902, 903, "SV_2", 1, 4, contact);
        apply();

        assertThat(outcomes()).containsExactly("COMPLETED CREATED", "COMPLETED UPDATED");
        assertThat(jdbc.sql("SELECT embedded FROM contact WHERE directory_id = ?")
                        .param(directory.id())
                        .query(String.class)
                        .list())
                .containsExactly("{\"nps\":\"4\"}");
    }

    @Test
    void eventsAreForgottenWhenTheirTimeIsOverButNotWhileTheyWait() {
        Instant now = Instant.now();
        send("a", order("7", "Ann"));
        apply();
        send("b", order("8", "Bob"));
        JsonEvents events = process.bean(JsonEvents.class);

        assertThat(events.prune(now.minus(Duration.ofDays(1)))).isZero();
        assertThat(events.prune(now.plus(Duration.ofDays(1)))).isPositive();

        assertThat(outcomes()).containsExactly("QUEUED");
        assertThat(send("b", order("8", "Bob")).duplicate()).isTrue();
        assertThat(contacts()).containsExactly("7 Ann");
    }
}
