package io.muster.runs;

import static io.muster.dedup.DirectoryFixture.change;
import static io.muster.dedup.DirectoryFixture.record;
import static org.assertj.core.api.Assertions.assertThat;

import io.muster.database.TestDatabase;
import io.muster.dedup.ContactEdits;
import io.muster.dedup.DirectoryFixture;
import io.muster.dedup.TouchpointEdits;
import io.muster.dedup.merge.Duplicates;
import io.muster.dedup.merge.MergeRun;
import io.muster.dedup.merge.MergeScope;
import io.muster.dedup.rules.IdentityRule;
import io.muster.directory.Actor;
import io.muster.directory.OptOut;
import io.muster.directory.TouchpointChannel;
import io.muster.directory.TouchpointKind;
import io.muster.directory.TouchpointParts;
import io.muster.directory.store.MailingLists;
import io.muster.frequency.Eligibility;
import io.muster.frequency.FrequencyRuleStore;
import io.muster.frequency.FrequencyUpkeep;
import io.muster.frequency.Population;
import io.muster.frequency.RuleOptions;
import io.muster.frequency.rules.Period;
import io.muster.intercept.InterceptSettings;
import io.muster.intercept.Project;
import io.muster.intercept.ProjectSettings;
import io.muster.intercept.Projects;
import io.muster.intercept.decide.Fallback;
import io.muster.intercept.decide.Percentage;
import io.muster.intercept.decide.SegmentTest;
import io.muster.intercept.decide.Tree;
import io.muster.intercept.decide.TreeJson;
import io.muster.jobs.Deliveries;
import io.muster.jobs.Progress;
import io.muster.jobs.Run;
import io.muster.jobs.RunStatus;
import io.muster.jobs.contactimport.ImportTuning;
import io.muster.jobs.contactimport.ListTarget;
import io.muster.jobs.rebuild.RebuildRequest;
import io.muster.jobs.snapshot.SnapshotStores;
import io.muster.segment.Segment;
import io.muster.segment.Segments;
import io.muster.segment.SizeGuard;
import io.muster.snapshot.feed.FeedAnswers;
import io.muster.snapshot.feed.TestFollower;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.transaction.support.TransactionTemplate;

/** Whoever writes, an evaluator that follows the feed answers as a table that was just built. */
class FeedJobTests {

    @RegisterExtension
    static final TestDatabase database = new TestDatabase();

    private static final Actor TESTER = AwaitedRuns.TESTER;
    private static final ImportTuning SMALL = new ImportTuning(2, 3, 3, null);

    @TempDir
    private static Path folder;

    private static ImportFixture imports;

    private final JdbcClient jdbc = database.jdbc();
    private final Clock clock = Clock.systemUTC();
    private final TransactionTemplate transactions = new TransactionTemplate(database.transactions());
    private final ContactEdits edits = new ContactEdits(jdbc, database.transactions(), clock, database.ids());
    private final TouchpointEdits touchpoints = new TouchpointEdits(jdbc, database.transactions(), clock);
    private final Duplicates duplicates =
            new Duplicates(database.dataSource(), database.transactions(), clock, database.ids());
    private final MailingLists lists = new MailingLists(jdbc, clock, database.ids());
    private final FrequencyUpkeep upkeep = new FrequencyUpkeep(database.dataSource(), clock, database.ids());
    private final Eligibility eligibility =
            new Eligibility(database.dataSource(), jdbc, database.transactions(), clock, database.ids());
    private DirectoryFixture directory;
    private int list;
    private TestFollower follower;
    private AwaitedRuns runs;
    private int touched;

    @BeforeAll
    static void start() {
        imports = new ImportFixture(database, folder);
    }

    @AfterAll
    static void stop() {
        imports.close();
    }

    /** Two contacts that a table holds, a segment that a target names, and two rules. */
    @BeforeEach
    void publish() {
        directory = DirectoryFixture.create(jdbc, "extRef", "email");
        list = directory.addList("Members");
        runs = imports.runs(SMALL);
        FrequencyRuleStore rules = new FrequencyRuleStore(jdbc, transactions, clock, database.ids());
        rules.add(directory.id(), new RuleOptions("1", "30d", null, null, false, null, null), TESTER);
        rules.add(directory.id(), new RuleOptions("2", "7d", null, "SV_one", false, null, null), TESTER);
        Segment segment = imports.bean(Segments.class)
                .create(
                        imports.bean(io.muster.directory.store.Directories.class)
                                .byNumber(directory.id())
                                .orElseThrow(),
                        "Anns",
                        "{field: firstName, is: Ann}",
                        new SizeGuard(null, 0),
                        TESTER);
        edits.upsert(directory.id(), record("extRef", "A1", "email", "a1@example.org", "firstName", "Ann"));
        edits.upsert(directory.id(), record("extRef", "A2", "email", "a2@example.org"));
        Projects projects = imports.bean(Projects.class);
        Project project =
                projects.create(TESTER, "Shop " + directory.id(), ProjectSettings.USUAL.linkedTo(directory.id()));
        projects.create(TESTER, project, "Hello", targeting(segment));
        projects.apply(TESTER, project);
        rebuild();
        SnapshotStores stores = imports.bean(SnapshotStores.class);
        follower = new TestFollower(
                jdbc,
                new FeedAnswers(jdbc, database.transactions(), stores.snapshots(), clock, database.ids()),
                stores.tables(),
                stores.snapshots(),
                directory.id(),
                folder.resolve("followed"));
        follower.noteReferences();
    }

    @AfterEach
    void close() {
        follower.close();
    }

    private InterceptSettings targeting(Segment segment) {
        return new InterceptSettings(
                null,
                null,
                null,
                TreeJson.ofTarget(new Tree.Leaf<>(new SegmentTest(database.ids().segment(segment.number()), true)))
                        .toString(),
                null,
                true,
                false,
                null,
                null,
                Percentage.WHOLE,
                0,
                Fallback.HIDE,
                Fallback.HIDE,
                null);
    }

    private void rebuild() {
        completed(runs.run(
                new RunRequest.Rebuild(RebuildRequest.full(directory.id(), "test"), Deliveries.NO_AUTOMATION),
                Progress.NONE));
    }

    private static Run completed(Run run) {
        assertThat(run.status()).as(run.reason()).isEqualTo(RunStatus.COMPLETED);
        return run;
    }

    private void touch(long number, @Nullable String survey) {
        touchpoints.add(
                directory.id(),
                number,
                new TouchpointEdits.Addition(
                        new TouchpointParts(
                                TouchpointChannel.WEB, TouchpointKind.SHOWN, survey, null, null, null, null),
                        clock.millis(),
                        "manual",
                        "k" + ++touched));
        upkeep.run(directory.id());
    }

    private Run load(String text) {
        Run run = completed(imports.load(imports.file(text), ImportFixture.spec(directory.id()), SMALL));
        upkeep.run(directory.id());
        return run;
    }

    private void undo(Run run) {
        completed(runs.run(new RunRequest.Undo(run.number()), Progress.NONE));
        upkeep.run(directory.id());
    }

    private List<MergeRun.Step> merge() {
        List<MergeRun.Step> merged =
                duplicates.start(directory.id(), MergeScope.ACTIVE_RULES).mergeNext(10);
        upkeep.run(directory.id());
        return merged;
    }

    /** The follower has something to learn, and learns it. */
    private void follows() {
        assertThat(follower.isInStep()).as("before it asked").isFalse();
        follower.catchesUp();
    }

    @Test
    void nothingChangedIsNoRecord() {
        assertThat(follower.catchUp()).isZero();
        follower.catchesUp();
    }

    @Test
    void aDisplay() {
        touch(1, "SV_one");
        follows();
    }

    @Test
    void anEdit() {
        edits.update(directory.id(), 1, change("extRef", "A1 anew"));
        follower.noteReferences();
        follows();
    }

    @Test
    void aCreation() {
        edits.upsert(directory.id(), record("extRef", "A3"));
        follower.noteReferences();
        follows();
    }

    @Test
    void aDeletion() {
        edits.delete(directory.id(), 2);
        follows();
    }

    @Test
    void aReservationAndItsEnd() throws IOException {
        Eligibility.Counts reserved = eligibility.ask(
                new Eligibility.Question(
                        directory.id(),
                        new Population.One(1),
                        TouchpointChannel.EMAIL,
                        "SV_one",
                        clock.millis(),
                        Optional.of(Period.of("2s"))),
                null);
        assertThat(reserved.eligible()).isEqualTo(1);
        upkeep.run(directory.id());
        follows();

        // Nothing is written at its end: the time that was told is that end.
        org.awaitility.Awaitility.await()
                .until(() -> jdbc.sql("SELECT MAX(ends_at) FROM frequency_reservation WHERE directory_id = ?")
                                .param(directory.id())
                                .query(Long.class)
                                .single()
                        < clock.millis());
        upkeep.recompute(directory.id());
        follower.noteReferences();
        assertThat(follower.timesAfter(clock.millis())).isEmpty();
        follower.catchUp();
        assertThat(follower.timesAfter(clock.millis())).isEmpty();
    }

    @Test
    void aMergeAndItsUndo() {
        edits.upsert(directory.id(), record("extRef", "A3"));
        touch(3, null);
        edits.update(directory.id(), 3, change("email", "a1@example.org"));
        follower.catchUp();
        List<MergeRun.Step> merged = merge();
        assertThat(merged).hasSize(1);
        follows();

        duplicates.undo(merged.getFirst().id(), TESTER);
        upkeep.run(directory.id());
        follows();
    }

    @Test
    void anImportBlockByBlockAndItsUndo() {
        Run run = load("ExternalDataReference,FirstName\nA1,Ada\nB1,Bo\nB2,Cy\nB3,Di\nB4,Ed\nB5,Flo\nB6,Gil\n");
        follower.noteReferences();
        follows();

        undo(run);
        follows();
    }

    @Test
    void aRekeyAndTheDeletionOfAListChangeNoAnswer() {
        edits.join(directory.id(), 1, list, Map.of(), OptOut.UNSAID);
        directory.addRule("phone", IdentityRule.State.PENDING);
        completed(runs.run(new RunRequest.Rekey(directory.id()), Progress.NONE));
        transactions.executeWithoutResult(
                status -> lists.delete(lists.byNumber(list).orElseThrow()));

        assertThat(follower.isInStep()).isTrue();
        follower.catchesUp();
    }

    @Test
    void anImportIntoAListBringsWhomItCreates() {
        completed(imports.load(
                imports.file("ExternalDataReference\nA1\nC1\n"),
                ImportFixture.spec(directory.id(), told -> told.list(new ListTarget.Existing("Members"))),
                SMALL));
        follower.noteReferences();
        follows();
    }

    @Test
    void aRestartedEvaluatorBeginsAtItsTableAndCatchesUp() {
        touch(1, null);
        edits.upsert(directory.id(), record("extRef", "A3"));
        follower.noteReferences();
        follows();
        follower.restart();
        follows();
    }

    @Test
    void aNewTableKnowsWhatTheOldOneLearnt() {
        touch(1, null);
        follower.catchUp();
        var next = follower.build();
        touch(2, null);
        edits.delete(directory.id(), 1);
        follower.catchUp();
        follower.take(next);
        assertThat(follower.isInStep()).isTrue();
        follower.catchesUp();
    }

    /** Everything in any order, beside rebuilds after which evaluators take a new table. */
    @ParameterizedTest
    @ValueSource(longs = {1, 2})
    void anyHistory(long seed) {
        Random random = new Random(seed);
        Optional<Run> undoable = Optional.empty();
        Optional<MergeRun.Step> merged = Optional.empty();
        for (int step = 0; step < 40; step++) {
            List<Long> numbers = directory.numbers();
            long any = numbers.isEmpty() ? 0 : numbers.get(random.nextInt(numbers.size()));
            String email = "a" + random.nextInt(5) + "@example.org";
            switch (random.nextInt(11)) {
                case 0, 1 -> touch(any, random.nextBoolean() ? "SV_one" : null);
                case 2 -> edits.upsert(directory.id(), record("extRef", "R" + random.nextInt(20), "email", email));
                case 3 -> edits.update(directory.id(), any, change("email", email));
                case 4 -> edits.update(directory.id(), any, change("extRef", "N" + step));
                case 5 -> edits.delete(directory.id(), any);
                case 6 -> merged = merge().stream().findFirst();
                case 7 ->
                    merged.ifPresent(one -> {
                        duplicates.undo(one.id(), TESTER);
                        upkeep.run(directory.id());
                    });
                case 8 ->
                    undoable = Optional.of(load("ExternalDataReference,Email,FirstName\nR" + random.nextInt(20)
                            + ",,Ann\nI" + step + "," + email + ",\nJ" + step + ",,Bo\nK" + step + ",,\n"));
                case 9 -> {
                    undoable.ifPresent(this::undo);
                    undoable = Optional.empty();
                }
                default -> {
                    rebuild();
                    follower.take(follower.build());
                }
            }

            follower.noteReferences();
            if (random.nextInt(3) == 0) {
                follower.catchesUp();
            }
        }

        follower.catchesUp();
    }
}
