package io.muster.intake;

import static io.muster.intake.IntakeFixture.clicks;
import static io.muster.intake.IntakeFixture.displays;
import static io.muster.intake.IntakeFixture.touchpoints;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.muster.database.TestDatabase;
import io.muster.dedup.DirectoryFixture;
import io.muster.dedup.MovableClock;
import io.muster.dedup.merge.Duplicates;
import io.muster.dedup.merge.MergeScope;
import io.muster.directory.Actor;
import io.muster.directory.Touchpoint;
import io.muster.directory.store.Timeline;
import io.muster.frequency.FrequencyRuleStore;
import io.muster.frequency.FrequencyUpkeep;
import io.muster.frequency.RuleOptions;
import io.muster.intake.Intake.Receipt;
import io.muster.intercept.decide.Signatures;
import io.muster.support.Refusal;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.transaction.support.TransactionTemplate;

/** What is recorded of displays, clicks and touchpoints while the database is there. */
class IntakeDbTests {

    @RegisterExtension
    static final TestDatabase database = new TestDatabase();

    private static final long NOW = Instant.parse("2026-12-01T12:00:00Z").toEpochMilli();

    @TempDir
    private Path home;

    private final MovableClock clock = new MovableClock();
    private IntakeFixture fixture;
    private Intake intake;
    private long ada;

    @BeforeEach
    void start() throws IOException {
        clock.set(NOW);
        database.jdbc().sql("DELETE FROM event_count").update();
        fixture = new IntakeFixture(database, home, clock);
        ada = fixture.contact("A-1");
        intake = fixture.start(database.dataSource());
    }

    @AfterEach
    void stop() {
        intake.close();
    }

    private List<Touchpoint> timeline(long number) {
        return new Timeline(database.jdbc())
                .touchpoints(fixture.directory().id(), number, Timeline.Place.START, 100).stream()
                        .map(Timeline.Keyed::event)
                        .toList();
    }

    private String json(int project, int intercept, String more) {
        return "{'id':'d1','project':'%s','intercept':'%s'%s}"
                .formatted(fixture.project(project), fixture.intercept(intercept), more);
    }

    @Test
    void aDisplayBecomesATouchpointOfItsContact() {
        Receipt receipt = intake.events(
                displays(json(IntakeFixture.PROJECT, 1, ",'ref':' A-1 ','at':'2026-12-01T11:59:58Z','channel':'app'")));

        assertThat(receipt).isEqualTo(new Receipt(1, List.of(true)));
        String project = fixture.project(IntakeFixture.PROJECT);
        assertThat(timeline(ada))
                .containsExactly(new Touchpoint(
                        "app",
                        "shown",
                        NOW - 2_000,
                        "SV_1",
                        fixture.intercept(1),
                        project,
                        "d1",
                        null,
                        "pages",
                        project + "/d1",
                        null,
                        NOW));
        assertThat(fixture.counts()).containsExactly("shown recorded=1");
    }

    @Test
    void isRecordedOnceHoweverOftenItIsSent() throws Exception {
        List<Callable<Receipt>> work = new ArrayList<>();
        try (Intake other = fixture.start(database.dataSource())) {
            for (int i = 0; i < 60; i++) {
                Intake server = i % 2 == 0 ? intake : other;
                List<SentEvent> display = fixture.display("d" + i % 5, "A-1");
                work.add(() -> server.events(display));
            }

            try (ExecutorService pool = Executors.newFixedThreadPool(12)) {
                for (Future<Receipt> done : pool.invokeAll(work)) {
                    assertThat(done.get()).isEqualTo(new Receipt(1, List.of(true)));
                }
            }
        }

        assertThat(fixture.touchpoints()).isEqualTo(5);
        assertThat(fixture.counts()).containsExactly("shown recorded=5", "shown repeated=55");
    }

    @Test
    void aListIsAnsweredInItsOrder() {
        List<SentEvent> list = new ArrayList<>();
        list.addAll(fixture.display("d1", "A-1"));
        list.addAll(fixture.display("d2", "nobody"));
        list.addAll(fixture.display("d1", "A-1"));

        assertThat(intake.events(list)).isEqualTo(new Receipt(3, List.of(true, false, true)));
        assertThat(fixture.touchpoints()).isEqualTo(1);
        assertThat(fixture.counts()).containsExactly("shown recorded=1", "shown repeated=1", "shown unknown=1");
    }

    @Test
    void clicksAreTouchpointsBesideTheirDisplay() {
        intake.events(fixture.display("d1", "A-1"));
        for (String kind : List.of("clicked", "started", "answered", "dismissed", "clicked")) {
            intake.events(clicks(json(IntakeFixture.PROJECT, 1, ",'ref':'A-1','kind':'" + kind + "'")));
        }

        assertThat(timeline(ada))
                .extracting(Touchpoint::kind)
                .containsExactlyInAnyOrder("shown", "clicked", "started", "answered", "dismissed");
        assertThat(timeline(ada)).extracting(Touchpoint::display).containsOnly("d1");
    }

    @Test
    void withoutALinkNothingIsKeptOfThePerson() {
        intake.events(displays(json(IntakeFixture.PROJECT, 2, ",'ref':'A-1'")));
        intake.events(displays(json(IntakeFixture.UNLINKED, 1, ",'ref':'A-1'")));

        assertThat(fixture.touchpoints()).isZero();
        assertThat(fixture.counts()).containsExactly("shown unlinked=2");
    }

    @Test
    void placeholdersAndNothingAreNoReference() {
        assertThat(intake.events(displays(json(IntakeFixture.PROJECT, 1, ""))))
                .isEqualTo(new Receipt(1, List.of(false)));
        fixture.contact("Null");
        assertThat(intake.events(displays(json(IntakeFixture.PROJECT, 1, ",'ref':' NULL '"))))
                .isEqualTo(new Receipt(1, List.of(false)));

        assertThat(fixture.touchpoints()).isZero();
        assertThat(fixture.counts()).containsExactly("shown no-reference=2");
    }

    @Test
    void aReferenceThatMustBeSignedIsUnknownWithoutItsSignature() {
        assertThat(intake.events(displays(json(IntakeFixture.SIGNED, 1, ",'ref':'A-1'")))
                        .known())
                .containsExactly(false);
        assertThat(intake.events(displays(json(IntakeFixture.SIGNED, 1, ",'ref':'A-1','sig':'00'")))
                        .known())
                .containsExactly(false);
        assertThat(fixture.touchpoints()).isZero();

        String signature = new Signatures(IntakeFixture.SECRET).of("A-1");
        assertThat(intake.events(displays(json(IntakeFixture.SIGNED, 1, ",'ref':' A-1','sig':'" + signature + "'")))
                        .known())
                .containsExactly(true);
        assertThat(fixture.touchpoints()).isEqualTo(1);
        assertThat(fixture.counts()).containsExactly("shown recorded=1", "shown unknown=2");
    }

    @Test
    void whatIsNotInForceIsAcceptedAndDropped() {
        String other = "{'id':'d1','project':'%s','intercept':'%s','ref':'A-1'}";

        assertThat(intake.events(displays(other.formatted("ZN_000000000000001", fixture.intercept(1)))))
                .isEqualTo(new Receipt(1, List.of(false)));
        assertThat(intake.events(
                        displays(other.formatted(fixture.project(IntakeFixture.PROJECT), fixture.intercept(3)))))
                .isEqualTo(new Receipt(1, List.of(false)));

        assertThat(fixture.touchpoints()).isZero();
        assertThat(fixture.counts()).isEmpty();
        assertThat(intake.figures().with(EventOutcome.NOT_IN_FORCE)).isEqualTo(2);
    }

    @Test
    void timesAfterReceiptAndOfWrongClocksAreThatOfReceipt() {
        for (String at : List.of("'2026-12-01T12:00:01Z'", "'2026-10-31T12:00:00Z'", "null", "0", "4102444800000")) {
            intake.events(displays("{'id':%s,'project':'%s','intercept':'%s','ref':'A-1','at':%s}"
                    .formatted(at.hashCode(), fixture.project(IntakeFixture.PROJECT), fixture.intercept(1), at)));
        }

        intake.events(displays(json(IntakeFixture.PROJECT, 1, ",'ref':'A-1','at':'2026-11-01T13:00:00+01:00'")));
        assertThat(timeline(ada))
                .extracting(Touchpoint::happenedAt)
                .containsExactlyInAnyOrder(
                        NOW,
                        NOW,
                        NOW,
                        NOW,
                        NOW,
                        Instant.parse("2026-11-01T12:00:00Z").toEpochMilli());
    }

    @Test
    void referencesThatMergesTookOverLeadToTheSurvivor() {
        long bo = fixture.contact("B-1");
        int directory = fixture.directory().id();
        fixture.edits().update(directory, ada, DirectoryFixture.change("email", "a@example.org"));
        fixture.edits().update(directory, bo, DirectoryFixture.change("email", "a@example.org"));
        var merge = new Duplicates(database.dataSource(), database.transactions(), clock, database.ids())
                .start(directory, MergeScope.ACTIVE_RULES);
        assertThat(merge.mergeNext(10)).hasSize(1);

        assertThat(intake.events(fixture.display("d1", "B-1")).known()).containsExactly(true);
        String contact = database.ids().contact(directory, bo);
        assertThat(report("{'key':'k1','directory':'%s','contact':'%s','channel':'sms','kind':'sent'}"
                                .formatted(database.ids().directory(directory), contact))
                        .known())
                .containsExactly(true);

        assertThat(timeline(ada)).hasSize(2);
    }

    private Receipt report(String json) {
        List<SentTouchpoint> sent = touchpoints(json);
        return intake.touchpoints(sent, intake.directories(sent));
    }

    @Test
    void touchpointsOfOtherSystemsAreRecordedOnceAKey() {
        String one = "{'key':'mail-7','directory':'%s','ref':'A-1','channel':'email','kind':'invite','survey':'SV_9',"
                + "'at':'2026-11-30'}";
        String directory = database.ids().directory(fixture.directory().id());

        assertThat(report("[" + one.formatted(directory) + "," + one.formatted(directory) + "]"))
                .isEqualTo(new Receipt(2, List.of(true, true)));
        assertThat(report(one.formatted(directory).replace("A-1", "nobody"))).isEqualTo(new Receipt(1, List.of(false)));

        assertThat(timeline(ada))
                .containsExactly(new Touchpoint(
                        "email",
                        "invite",
                        Instant.parse("2026-11-30T00:00:00Z").toEpochMilli(),
                        "SV_9",
                        null,
                        null,
                        null,
                        null,
                        "reports",
                        "mail-7",
                        null,
                        NOW));
        assertThat(fixture.counts()).isEmpty();
        assertThatThrownBy(() -> report(one.formatted("Nowhere")))
                .isInstanceOfSatisfying(
                        Refusal.class, refusal -> assertThat(refusal.code()).isEqualTo("UNKNOWN_DIRECTORY"));
    }

    @Test
    void eventsHaveNoLineInTheAuditLog() {
        intake.events(fixture.display("d1", "A-1"));

        assertThat(database.jdbc()
                        .sql("SELECT COUNT(*) FROM audit WHERE directory_id = ? AND action LIKE 'touchpoint%'")
                        .param(fixture.directory().id())
                        .query(Long.class)
                        .single())
                .isZero();
    }

    @Test
    void anEventThatTheDatabaseDoesNotTakeIsPutAsideAndTheOthersAreRecorded() throws IOException {
        List<SentEvent> list = new ArrayList<>(fixture.display("d1", "A-1"));
        // A surrogate of a pair cannot be written as UTF-8.
        list.add(new SentEvent(
                "d\uD800",
                fixture.project(IntakeFixture.PROJECT),
                fixture.intercept(1),
                "A-1",
                null,
                null,
                io.muster.directory.TouchpointChannel.WEB,
                io.muster.directory.TouchpointKind.SHOWN));
        list.add(new SentEvent(
                "x".repeat(101),
                fixture.project(IntakeFixture.PROJECT),
                fixture.intercept(1),
                "A-1",
                null,
                null,
                io.muster.directory.TouchpointChannel.WEB,
                io.muster.directory.TouchpointKind.SHOWN));
        list.addAll(fixture.display("d2", "A-1"));

        assertThat(intake.events(list).accepted()).isEqualTo(4);

        assertThat(timeline(ada)).extracting(Touchpoint::display).contains("d1", "d2");
        assertThat(intake.condition().putAside())
                .singleElement()
                .satisfies(file -> assertThat(file).content().contains("x".repeat(101)));
    }

    @Test
    void aDisplayCountsForFrequencyAndAClickDoesNot() {
        int directory = fixture.directory().id();
        new FrequencyRuleStore(database.jdbc(), new TransactionTemplate(database.transactions()), clock, database.ids())
                .add(
                        directory,
                        new RuleOptions("1", "30d", null, null, false, null, null),
                        Actor.commandLine("tester"));
        FrequencyUpkeep upkeep = new FrequencyUpkeep(database.dataSource(), clock, database.ids());
        upkeep.run(directory);

        intake.events(clicks(json(IntakeFixture.PROJECT, 1, ",'ref':'A-1','kind':'clicked'")));
        upkeep.run(directory);
        assertThat(fixture.directory().count("frequency_time")).isZero();
        intake.events(fixture.display("d1", "A-1"));
        upkeep.run(directory);

        assertThat(fixture.directory().count("frequency_time")).isEqualTo(1);
        assertThat(upkeep.verify(directory).differing()).isZero();
    }
}
