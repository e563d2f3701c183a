package io.muster.intake;

import static io.muster.intake.IntakeFixture.responses;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.muster.database.Database;
import io.muster.database.DatabaseProxy;
import io.muster.database.DatabaseSettings;
import io.muster.database.TestDatabase;
import io.muster.dedup.DirectoryFixture;
import io.muster.dedup.MovableClock;
import io.muster.dedup.merge.Duplicates;
import io.muster.dedup.merge.MergeScope;
import io.muster.directory.changes.ChangeKind;
import io.muster.directory.changes.ChangeReader;
import io.muster.directory.changes.Reading;
import io.muster.intake.Intake.Receipt;
import io.muster.support.StateFolder;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.transaction.support.TransactionTemplate;

/** What is recorded of responses, with the database and while it is away. */
class ResponsesDbTests {

    @RegisterExtension
    static final TestDatabase database = new TestDatabase();

    private static final Duration PATIENCE = Duration.ofSeconds(25);

    @TempDir
    private Path home;

    private final MovableClock clock = new MovableClock();
    private IntakeFixture fixture;
    private Intake intake;
    private int directory;
    private long ada;

    @BeforeEach
    void start() throws IOException {
        clock.set(1_764_590_400_000L);
        database.jdbc().sql("DELETE FROM event_count").update();
        database.jdbc().sql("DELETE FROM response").update();
        fixture = new IntakeFixture(database, home, clock);
        directory = fixture.directory().id();
        ada = fixture.contact("A-1", "embedded.tier", "gold");
        intake = fixture.start(database.dataSource());
    }

    @AfterEach
    void stop() {
        intake.close();
    }

    private List<SentResponse> response(int project, String id, String reference) {
        return responses("{'id':'%s','project':'%s','intercept':'%s','ref':'%s','answers':{'q':'%s'}}"
                .formatted(id, fixture.project(project), fixture.intercept(1), reference, id));
    }

    private Receipt unverified(List<SentResponse> sent) {
        return intake.responses(sent, Set.of());
    }

    private Receipt verified(List<SentResponse> sent) {
        return intake.responses(sent, Set.of(fixture.project(IntakeFixture.PROJECT)));
    }

    private List<String> recorded(String columns) {
        return fixture.responses(IntakeFixture.PROJECT, columns);
    }

    @Test
    void isRecordedOnceHoweverOftenItIsSent() throws Exception {
        List<Callable<Receipt>> work = new ArrayList<>();
        try (Intake other = fixture.start(database.dataSource())) {
            for (int i = 0; i < 60; i++) {
                Intake server = i % 2 == 0 ? intake : other;
                List<SentResponse> sent = new ArrayList<>(response(IntakeFixture.PROJECT, "r" + i % 5, "A-1"));
                sent.addAll(response(IntakeFixture.PROJECT, "n" + i % 5, "nobody"));
                sent.addAll(response(IntakeFixture.UNLINKED, "u" + i % 5, "A-1"));
                work.add(() -> server.responses(sent, Set.of()));
            }

            try (ExecutorService pool = Executors.newFixedThreadPool(12)) {
                for (Future<Receipt> done : pool.invokeAll(work)) {
                    assertThat(done.get()).isEqualTo(new Receipt(3, List.of(true, false, false)));
                }
            }
        }

        assertThat(recorded("response_id")).hasSize(10).doesNotHaveDuplicates();
        assertThat(fixture.responses(IntakeFixture.UNLINKED, "response_id"))
                .containsExactlyInAnyOrder("u0", "u1", "u2", "u3", "u4");
        assertThat(fixture.counts())
                .containsExactly(
                        "response recorded=5", "response repeated=55", "response unknown=60", "response unlinked=60");
    }

    @Test
    void aResponseAndAClickOfOneKindAreCountedApart() {
        verified(response(IntakeFixture.PROJECT, "r1", "A-1"));
        intake.events(IntakeFixture.clicks("{'id':'r1','project':'%s','intercept':'%s','ref':'A-1','kind':'answered'}"
                .formatted(fixture.project(IntakeFixture.PROJECT), fixture.intercept(1))));

        assertThat(fixture.counts()).containsExactly("answered recorded=1", "response recorded=1");
        assertThat(fixture.touchpoints()).isEqualTo(1);
    }

    @Test
    void referencesThatMergesTookOverLeadToTheSurvivor() {
        long bo = fixture.contact("B-1");
        fixture.edits().update(directory, ada, DirectoryFixture.change("email", "a@example.org"));
        fixture.edits().update(directory, bo, DirectoryFixture.change("email", "a@example.org"));
        unverified(response(IntakeFixture.PROJECT, "before", "B-1"));
        assertThat(recorded("number")).containsExactly(String.valueOf(bo));

        var merge = new Duplicates(database.dataSource(), database.transactions(), clock, database.ids())
                .start(directory, MergeScope.ACTIVE_RULES);
        assertThat(merge.mergeNext(10)).hasSize(1);
        assertThat(unverified(response(IntakeFixture.PROJECT, "after", "B-1")).known())
                .containsExactly(true);

        assertThat(recorded("response_id, number, embedded"))
                .containsExactly("before " + ada + " {}", "after " + ada + " {\"tier\":\"gold\"}");
    }

    @Test
    void theChangeStreamNamesWhoAnsweredWhenSomebodyVouchesForIt() {
        long bo = fixture.contact("B-1");
        ChangeReader reader = new ChangeReader(
                "test", EnumSet.allOf(ChangeKind.class), database.jdbc(), database.transactions(), clock);
        new TransactionTemplate(database.transactions()).executeWithoutResult(status -> reader.start(directory));

        unverified(response(IntakeFixture.PROJECT, "r1", "A-1"));
        verified(response(IntakeFixture.PROJECT, "r2", "B-1"));
        verified(response(IntakeFixture.PROJECT, "r2", "A-1"));
        verified(response(IntakeFixture.PROJECT, "r3", "nobody"));

        Reading.Next next = (Reading.Next) reader.poll(directory, 10);
        assertThat(next.contacts().numbers().toArray()).containsExactly(bo);
        assertThat(next.contacts().of(bo)).containsExactly(ChangeKind.RESPONSES);
    }

    @Test
    void responsesHaveNoLineInTheAuditLog() {
        verified(response(IntakeFixture.PROJECT, "r1", "A-1"));

        assertThat(database.jdbc()
                        .sql("SELECT COUNT(*) FROM audit WHERE action LIKE 'response%'")
                        .query(Long.class)
                        .single())
                .isZero();
    }

    private static Database through(DatabaseProxy proxy) {
        return Database.open(DatabaseSettings.read(
                new StateFolder(Path.of("target", "test-home")),
                Map.of("muster.database.url", proxy.url(), "muster.database.wait", "5s")::get));
    }

    private void awaitReplay(Intake cut) {
        await().atMost(PATIENCE)
                .until(() -> cut.condition().spoolBytes() == 0
                        && cut.condition().awaySince().isEmpty());
    }

    @Test
    void theyWaitWhileTheDatabaseIsAwayAndAreRecordedOnceAfterwards() throws IOException {
        try (DatabaseProxy proxy = new DatabaseProxy(database.url());
                Database away = through(proxy);
                Intake cut = fixture.start(away.dataSource())) {
            Set<String> vouched = Set.of(fixture.project(IntakeFixture.PROJECT));
            assertThat(cut.responses(response(IntakeFixture.PROJECT, "r0", "A-1"), vouched))
                    .isEqualTo(new Receipt(1, List.of(true)));
            proxy.cut();
            for (int i = 0; i < 2; i++) {
                assertThat(cut.responses(response(IntakeFixture.PROJECT, "r1", "A-1"), vouched))
                        .isEqualTo(new Receipt(1, null));
            }

            cut.responses(response(IntakeFixture.PROJECT, "r2", "nobody"), Set.of());
            cut.responses(response(IntakeFixture.UNLINKED, "r3", "secret-person"), vouched);
            cut.responses(response(IntakeFixture.ATTACHING, "r4", "A-1"), Set.of());
            try (Stream<Path> files = Files.list(fixture.spool())) {
                assertThat(files)
                        .singleElement()
                        .satisfies(file -> assertThat(Files.readString(file, StandardCharsets.ISO_8859_1))
                                .contains("A-1")
                                .doesNotContain("secret-person"));
            }

            // What is taken along is what the contact has when the response is recorded.
            fixture.contact("A-1", "embedded.tier", "platinum", "embedded.town", "Graz");
            proxy.mend();
            awaitReplay(cut);

            assertThat(recorded("response_id, verified, number IS NULL, survey, answers, embedded"))
                    .containsExactlyInAnyOrder(
                            "r0 1 0 SV_1 {\"q\":\"r0\"} {\"tier\":\"gold\"}",
                            "r1 1 0 SV_1 {\"q\":\"r1\"} {\"tier\":\"platinum\",\"town\":\"Graz\"}",
                            "r2 0 1 SV_1 {\"q\":\"r2\"} {}");
            assertThat(fixture.responses(IntakeFixture.UNLINKED, "response_id, verified, number IS NULL"))
                    .containsExactly("r3 0 1");
            assertThat(fixture.responses(IntakeFixture.ATTACHING, "response_id, embedded"))
                    .containsExactly("r4 {\"tier\":\"platinum\"}");
            // What a caller gave up waiting for may be recorded beside what was replayed of it, and is counted again.
            assertThat(String.join(", ", fixture.counts()))
                    .matches("response recorded=3, response repeated=[12], response unknown=1, response unlinked=1");
            assertThat(cut.condition().putAside()).isEmpty();
        }
    }

    @Test
    void oneThatCannotBeRecordedIsPutAsideAndTheOthersGoOn() throws IOException {
        try (DatabaseProxy proxy = new DatabaseProxy(database.url());
                Database away = through(proxy);
                Intake cut = fixture.start(away.dataSource())) {
            proxy.cut();
            cut.responses(response(IntakeFixture.PROJECT, "r1", "A-1"), Set.of());
            SentResponse one = response(IntakeFixture.PROJECT, "r2", "A-1").getFirst();
            cut.responses(
                    List.of(new SentResponse(
                            "x".repeat(101), one.project(), one.intercept(), "A-1", null, null, null, "{}")),
                    Set.of());
            cut.responses(response(IntakeFixture.PROJECT, "r3", "nobody"), Set.of());
            proxy.mend();
            awaitReplay(cut);

            assertThat(recorded("response_id")).containsExactlyInAnyOrder("r1", "r3");
            assertThat(cut.condition().putAside())
                    .singleElement()
                    .satisfies(file ->
                            assertThat(file).content().contains("x".repeat(101)).hasLineCount(1));
        }
    }
}
