package io.muster.runs;

import static io.muster.dedup.DirectoryFixture.change;
import static io.muster.dedup.DirectoryFixture.record;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.muster.database.Holding;
import io.muster.database.TestDatabase;
import io.muster.dedup.ContactEdits;
import io.muster.dedup.DirectoryFixture;
import io.muster.dedup.DirectoryState;
import io.muster.dedup.IdentityInvariant;
import io.muster.dedup.LockRetry;
import io.muster.dedup.merge.Duplicates;
import io.muster.dedup.merge.MergeRun;
import io.muster.dedup.merge.MergeScope;
import io.muster.dedup.rules.IdentityRule;
import io.muster.dedup.undo.Kept;
import io.muster.dedup.undo.RunUndo;
import io.muster.dedup.undo.UndoneBlock;
import io.muster.directory.OptOut;
import io.muster.directory.store.MailingLists;
import io.muster.frequency.FrequencyRuleStore;
import io.muster.frequency.RuleOptions;
import io.muster.frequency.StoredRule;
import io.muster.jobs.Progress;
import io.muster.jobs.Run;
import io.muster.jobs.RunLedger;
import io.muster.jobs.RunStatus;
import io.muster.jobs.contactimport.ImportEvents;
import io.muster.jobs.contactimport.ImportSpec;
import io.muster.jobs.contactimport.ImportTuning;
import io.muster.jobs.contactimport.ListTarget;
import io.muster.jobs.contactimport.Mapping;
import io.muster.jobs.contactimport.Target;
import io.muster.jobs.undo.UndoLedger;
import io.muster.jobs.undo.UndoPreview;
import io.muster.jobs.undo.UndoReport;
import io.muster.load.JournalBlock;
import io.muster.load.JournalEntry;
import io.muster.load.JournalReader;
import io.muster.load.RepeatedEvent;
import io.muster.support.Refusal;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.OptionalInt;
import java.util.Set;
import java.util.SortedMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.transaction.support.TransactionTemplate;
import tools.jackson.databind.json.JsonMapper;

/** The undo of a whole import: what it answers, what it refuses, and what it leaves alone. */
class UndoJobTests {

    @RegisterExtension
    static final TestDatabase database = new TestDatabase();

    private static final Set<String> NOT_COMPARED =
            Set.of("version", "modified_at", "claim_shadow.created_at", "contact_alias.created_at");

    @TempDir
    private static Path folder;

    private static ImportFixture imports;

    private final JdbcClient jdbc = database.jdbc();
    private DirectoryFixture directory;
    private ContactEdits edits;
    private AwaitedRuns runs;

    @BeforeAll
    static void open() {
        imports = new ImportFixture(database, folder);
    }

    @AfterAll
    static void close() {
        imports.close();
    }

    @BeforeEach
    void create() {
        directory = DirectoryFixture.create(jdbc, "extRef", "email");
        edits = new ContactEdits(jdbc, database.transactions(), Clock.systemUTC(), database.ids());
        runs = imports.runs(ImportFixture.USUAL);
    }

    private Run load(String text, UnaryOperator<ImportFixture.SpecBuilder> told) {
        Run run = imports.load(imports.file(text), ImportFixture.spec(directory.id(), told), ImportFixture.USUAL);
        assertThat(run.status()).as(run.reason()).isEqualTo(RunStatus.COMPLETED);
        return run;
    }

    private Run load(String text) {
        return load(text, told -> told);
    }

    private Run undo(Run run) {
        return runs.run(new RunRequest.Undo(run.number()), Progress.NONE);
    }

    private static UndoReport report(Run undo) {
        assertThat(undo.status()).as(undo.reason()).isEqualTo(RunStatus.COMPLETED);
        return JsonMapper.shared().readValue(undo.report(), UndoReport.class);
    }

    private List<Kept> kept(Run undo) {
        return imports.bean(UndoLedger.class).kept(undo.number());
    }

    private SortedMap<String, List<String>> state() {
        return DirectoryState.of(jdbc, directory.id(), NOT_COMPARED);
    }

    private String contact(long number) {
        return database.ids().contact(directory.id(), number);
    }

    private void merge() {
        MergeRun merging = new Duplicates(
                        database.dataSource(), database.transactions(), Clock.systemUTC(), database.ids())
                .start(directory.id(), MergeScope.ACTIVE_RULES);
        while (!merging.mergeNext(10).isEmpty()) {
            // The next groups.
        }
    }

    @Test
    void theSecondPressAnswersTheFirstUndo() {
        load("ExternalDataReference,FirstName\nA,Ada\n");
        SortedMap<String, List<String>> before = state();
        Run run = load("ExternalDataReference,FirstName\nA,Bea\nB,Bo\n");

        Run first = undo(run);
        Run second = undo(run);

        assertThat(report(first)).isEqualTo(new UndoReport(run.id(), 1, 1, 0));
        assertThat(second.id()).isEqualTo(first.id());
        assertThat(second.epoch()).isEqualTo(1);
        assertThat(state()).isEqualTo(before);
        assertThat(runs.show(run.id()).imported().undoneBy()).isEqualTo(first.id());
        assertThat(audited("run.undo", run.number()))
                .singleElement()
                .satisfies(
                        line -> assertThat(String.valueOf(line.get("detail"))).contains(first.id()))
                .satisfies(line -> assertThat(line.get("actor")).isEqualTo("tester"));
    }

    @Test
    void anUndoIsOfferedWhileItMakesSense() {
        Run run = load("ExternalDataReference\nA\n");
        assertThat(runs.service().allowed(runs.show(run.id()))).contains(RunAction.UNDO);

        undo(run);

        assertThat(runs.service().allowed(runs.show(run.id()))).doesNotContain(RunAction.UNDO);
        Run same = load("ExternalDataReference\nB\n", ImportFixture.SpecBuilder::dryRun);
        assertThat(runs.service().allowed(runs.show(same.id()))).doesNotContain(RunAction.UNDO);
    }

    @Test
    void anUndoIsOfferedExactlyWhenItWouldBeTaken() {
        load("ExternalDataReference\nA\n");
        Run nothing = load("ExternalDataReference\nA\n");
        Run pruned = load("ExternalDataReference\nB\n");
        jdbc.sql("DELETE FROM run_journal WHERE run_id = ?")
                .param(pruned.number())
                .update();
        Run moments = seen("crm", "ExternalDataReference,Seen\nA,2024-05-02\n");
        assertThat(moments.imported().counts().updated()).isZero();
        Run givenUp = load("ExternalDataReference\nC\n");
        Run undo = undo(givenUp);
        assertThat(runs.show(givenUp.id()).imported().undoneBy()).isEqualTo(undo.id());
        jdbc.sql("UPDATE run SET status = 'ABANDONED' WHERE id = ?")
                .param(undo.number())
                .update();

        assertThat(runs.show(givenUp.id()).imported().undoneBy()).isNull();
        for (Run run : List.of(nothing, pruned, moments, givenUp, undo)) {
            boolean offered = runs.service().allowed(runs.show(run.id())).contains(RunAction.UNDO);
            boolean taken = true;
            try {
                assertThat(runs.service().undoOf(runs.show(run.id()))).isEmpty();
            } catch (Refusal refusal) {
                taken = false;
            }

            assertThat(offered).as(run.toString()).isEqualTo(taken);
            assertThat(taken).isEqualTo(List.of(moments, givenUp).contains(run));
        }
    }

    @Test
    void refusesWhatCannotBeUndone() {
        Run merge = runs.run(new RunRequest.Merge(directory.id(), MergeScope.ACTIVE_RULES), Progress.NONE);
        refuses(
                merge,
                "RUN_NOT_AN_IMPORT",
                "it is of the kind merge. Only imports are undone as a whole: give the id of one.");
        refuses(
                load("ExternalDataReference\nA\n", ImportFixture.SpecBuilder::dryRun),
                "DRY_RUN",
                "it was a dry run and has changed nothing. There is nothing to do.");
        Run run = load("ExternalDataReference\nA\n");
        refuses(
                load("ExternalDataReference\nA\n"),
                "RUN_CHANGED_NOTHING",
                "it has changed nothing. There is nothing to do.");
        jdbc.sql("UPDATE run SET status = 'RUNNING' WHERE id = ?")
                .param(run.number())
                .update();
        refuses(run, "RUN_UNDER_WAY", "it is still running. Wait for it, or stop it.");
        jdbc.sql("UPDATE run SET status = 'COMPLETED' WHERE id = ?")
                .param(run.number())
                .update();
        jdbc.sql("DELETE FROM run_journal WHERE run_id = ?").param(run.number()).update();
        refuses(
                run,
                "BEFORE_IMAGES_GONE",
                "what its contacts were before is not kept any longer. Import the right values instead.");
        jdbc.sql("DELETE FROM run_block WHERE run_id = ?").param(run.number()).update();
        refuses(
                run,
                "BEFORE_IMAGES_GONE",
                "what its contacts were before is not kept any longer. Import the right values instead.");
    }

    private void refuses(Run run, String code, String reason) {
        assertThatThrownBy(() -> undo(run))
                .isInstanceOfSatisfying(
                        Refusal.class, refusal -> assertThat(refusal.code()).isEqualTo(code))
                .hasMessage("Cannot undo run " + run.id() + ": " + reason);
        assertThatThrownBy(() -> runs.service().previewUndo(runs.show(run.id())))
                .isInstanceOf(Refusal.class);
    }

    @Test
    void anImportThatGoesOnWhileItsUndoWaitsIsNotUndone() throws Exception {
        Run run = load("ExternalDataReference\nA\n");
        jdbc.sql("UPDATE run SET status = 'FAILED' WHERE id = ?")
                .param(run.number())
                .update();
        Run failed = runs.show(run.id());
        RunLedger ledger = imports.bean(RunLedger.class);
        try (ExecutorService pool = Executors.newSingleThreadExecutor()) {
            Future<Run> undo =
                    Objects.requireNonNull(new TransactionTemplate(database.transactions()).execute(status -> {
                        assertThat(ledger.takeOver(failed, "another process", AwaitedRuns.TESTER))
                                .isPresent();
                        Future<Run> pressed = pool.submit(() -> undo(failed));
                        await().until(() -> jdbc.sql("SELECT COUNT(*) FROM information_schema.innodb_trx"
                                                + " WHERE trx_state = 'LOCK WAIT' AND trx_query LIKE '%FROM run %'")
                                        .query(Integer.class)
                                        .single()
                                > 0);
                        return pressed;
                    }));

            assertThatThrownBy(undo::get)
                    .cause()
                    .hasMessage("Cannot undo run " + run.id() + ": it is still running. Wait for it, or stop it.");
        }

        assertThat(runs.latest(directory.id(), 1)).extracting(Run::id).containsExactly(run.id());
        assertThat(directory.numbers()).containsExactly(1L);
    }

    @Test
    void anUndoItselfIsNotUndone() {
        Run undo = undo(load("ExternalDataReference\nA\n"));

        refuses(
                undo,
                "RUN_NOT_AN_IMPORT",
                "it is of the kind undo. Only imports are undone as a whole: give the id of one.");
    }

    @Test
    void whatAnImportThatFailedHadWrittenIsTakenBackAndTheImportIsGivenUp() {
        directory.addList("Members");
        SortedMap<String, List<String>> before = state();
        AtomicReference<String> step = new AtomicReference<>("");
        Progress deleteTheList = new Progress() {
            @Override
            public void step(String name) {
                step.set(name);
            }

            @Override
            public void at(long rows, double share) {
                if ("load".equals(step.get())) {
                    MailingLists lists = imports.bean(MailingLists.class);
                    lists.of(directory.id()).forEach(lists::delete);
                }
            }
        };
        StringBuilder text = new StringBuilder("ExternalDataReference\n");
        for (int row = 0; row < 60; row++) {
            text.append('R').append(row).append('\n');
        }

        ImportSpec spec = ImportFixture.spec(directory.id(), told -> told.list(new ListTarget.Existing("Members")));
        Run failed = imports.runs(new ImportTuning(1, 2, 10, null))
                .importFile(imports.file(text.toString()), spec, deleteTheList);
        assertThat(failed.status()).isEqualTo(RunStatus.FAILED);
        long written = directory.count("contact");
        assertThat(written).isBetween(1L, 59L);

        UndoReport report = report(undo(failed));

        assertThat(report.deleted()).isEqualTo(written);
        assertThat(state()).isEqualTo(before);
        assertThat(runs.show(failed.id()).status()).isEqualTo(RunStatus.ABANDONED);
        assertThatThrownBy(() -> runs.resume(failed.id())).hasMessageContaining("it was abandoned");
    }

    @Test
    void theFileMayBeImportedAgainAfterwards() {
        Run run = load("ExternalDataReference,FirstName\nA,Ada\nB,Bo\n");
        undo(run);
        assertThat(directory.count("contact")).isZero();

        Run again = runs.reprocess(run.id());

        assertThat(again.imported().counts().created()).isEqualTo(2);
        assertThat(directory.numbers()).containsExactly(3L, 4L);
        new IdentityInvariant(jdbc).holds(directory.id());
    }

    @Test
    void theListThatItMadeGoesUnlessItHasOtherMembers() {
        edits.create(directory.id(), record("extRef", "X"));
        Run alone = load("ExternalDataReference\nA\n", told -> told.list(new ListTarget.NewPerRun("One {run}")));
        Run joined = load("ExternalDataReference\nB\n", told -> told.list(new ListTarget.NewPerRun("Two {run}")));
        int two = jdbc.sql("SELECT id FROM mailing_list WHERE run_id = ?")
                .param(joined.number())
                .query(Integer.class)
                .single();
        edits.join(directory.id(), 1, two, Map.of(), OptOut.UNSAID);

        assertThat(kept(undo(alone))).isEmpty();
        assertThat(kept(undo(joined)))
                .containsExactly(
                        new Kept(0, Kept.Part.LIST, "list " + database.ids().list(two), "it has members that stay"));
        assertThat(directory.count("mailing_list")).isOne();
        assertThat(directory.numbers()).containsExactly(1L);
    }

    @Test
    void theListThatItMadeStaysWhileAFrequencyRuleNamesIt() {
        Run run = load("ExternalDataReference\nA\n", told -> told.list(new ListTarget.NewPerRun("One {run}")));
        int list = jdbc.sql("SELECT id FROM mailing_list WHERE run_id = ?")
                .param(run.number())
                .query(Integer.class)
                .single();
        StoredRule rule = imports.bean(FrequencyRuleStore.class)
                .add(directory.id(), new RuleOptions("3", "7d", null, null, false, null, list), AwaitedRuns.TESTER);
        Kept kept = new Kept(
                0, Kept.Part.LIST, "list " + database.ids().list(list), "frequency rules name it: " + rule.id());
        assertThat(runs.service().previewUndo(run).kept()).containsExactly(kept);

        assertThat(kept(undo(run))).containsExactly(kept);

        assertThat(directory.count("mailing_list")).isOne();
        assertThat(directory.count("contact")).isZero();
        assertThat(audited("list.delete", list)).isEmpty();
    }

    @Test
    void theDeletionOfTheListThatItMadeIsInTheAuditLog() {
        Run run = load("ExternalDataReference\nA\n", told -> told.list(new ListTarget.NewPerRun("One {run}")));
        int list = jdbc.sql("SELECT id FROM mailing_list WHERE run_id = ?")
                .param(run.number())
                .query(Integer.class)
                .single();

        Run undo = undo(run);

        assertThat(audited("list.delete", list)).singleElement().satisfies(line -> {
            assertThat(line).containsEntry("actor", "undo of an import").containsEntry("actor_kind", "SYSTEM");
            assertThat(String.valueOf(line.get("detail"))).contains("One " + run.id(), undo.id());
        });
    }

    private List<Map<String, Object>> audited(String action, long subject) {
        return jdbc.sql("SELECT actor_kind, actor, detail FROM audit WHERE action = ? AND subject_id = ?")
                .params(action, subject)
                .query()
                .listOfRows();
    }

    @Test
    void whatSomebodyChangedSinceStaysAndIsListed() {
        load("ExternalDataReference,FirstName,LastName\nA,Ada,Ray\n");
        Run run = load("ExternalDataReference,FirstName,LastName,Language\nA,Bea,Sol,EN\nB,Bo,Sol,EN\n");
        edits.update(directory.id(), 1, change("lastName", "Kay"));
        edits.update(directory.id(), 2, change("lastName", "Kay"));

        Run undo = undo(run);

        assertThat(report(undo)).isEqualTo(new UndoReport(run.id(), 0, 1, 2));
        assertThat(kept(undo))
                .containsExactly(
                        new Kept(1, Kept.Part.VALUE, "lastName", "changed since the run"),
                        new Kept(2, Kept.Part.CONTACT, "contact", "changed since the run"));
        assertThat(directory.contact(1)).containsEntry("first_name", "Ada").containsEntry("last_name", "Kay");
        assertThat(directory.contact(1).get("language")).isNull();
        assertThat(directory.contact(2)).containsEntry("first_name", "Bo");
    }

    @Test
    void aContactThatAnsweredSinceStaysAndIsListed() {
        Run run = load("ExternalDataReference,FirstName\nA,Ada\nB,Bo\n");
        directory.addResponse(2, "r1");

        Run undo = undo(run);

        assertThat(directory.numbers()).containsExactly(2L);
        assertThat(kept(undo))
                .containsExactly(new Kept(
                        2,
                        Kept.Part.CONTACT,
                        "contact",
                        "it has transactions, touchpoints or responses that the run did not bring"));
        assertThat(directory.count("response")).isEqualTo(1);
    }

    private Run seen(String source, String text) {
        Mapping bySeen = new Mapping(
                Map.of("Seen", new Target.AsOf()), Mapping.Unmapped.EMBED, List.of(), Map.of(), null, List.of());
        return load(text, told -> told.mapping(bySeen).source(source));
    }

    @Test
    void whatASourceHasSaidBeforeTheRunIsStillKnown() {
        seen("crm", "ExternalDataReference,Email,City,Seen\nA,crm@x.org,Rome,2024-05-02\n");
        seen("shop", "ExternalDataReference,Email,City,Seen\nA,shop@x.org,Oslo,2024-04-01\n");
        Run run = seen("erp", "ExternalDataReference,LastName,City,Seen\nA,Ray,Bonn,2024-04-01\n");
        edits.update(directory.id(), 1, change("firstName", "Ada"));

        undo(run);

        assertThat(directory.contact(1)).containsEntry("embedded", "{\"City\":\"Oslo\"}");
        seen("crm", "ExternalDataReference,Email,City,Seen\nA,late@x.org,Nice,2024-05-01\n");
        assertThat(directory.contact(1))
                .as("the source has said something newer of both")
                .containsEntry("email", "shop@x.org")
                .containsEntry("embedded", "{\"City\":\"Oslo\"}");
    }

    @Test
    void whatTheRunSaidIsForgottenAlsoAfterOthersSpoke() {
        seen("crm", "ExternalDataReference,Email,Seen\nA,crm@x.org,2024-05-01\n");
        Run run = seen("shop", "ExternalDataReference,Email,Seen\nA,wrong@x.org,2024-06-01\n");
        seen("crm", "ExternalDataReference,Email,Seen\nA,again@x.org,2024-05-02\n");

        undo(run);

        assertThat(directory.contact(1)).containsEntry("email", "again@x.org");
        seen("shop", "ExternalDataReference,Email,Seen\nA,right@x.org,2024-05-15\n");
        assertThat(directory.contact(1)).containsEntry("email", "right@x.org");
    }

    private static final Mapping WITH_ORDERS = new Mapping(
            Map.of(
                    "Do",
                    new Target.Action(),
                    "OrderId",
                    new Target.TransactionId(),
                    "OrderDate",
                    new Target.TransactionDate()),
            Mapping.Unmapped.EMBED,
            List.of(),
            Map.of(),
            null,
            List.of());

    private Run orders(String text, ImportTuning pace) {
        ImportSpec spec = ImportFixture.spec(
                directory.id(), told -> told.mapping(WITH_ORDERS).source("shop"));
        Run run = imports.load(imports.file("ExternalDataReference,Do,OrderId,OrderDate,Email\n" + text), spec, pace);
        assertThat(run.status()).as(run.reason()).isEqualTo(RunStatus.COMPLETED);
        return run;
    }

    /** One contact is deleted, and another one is given its order, in blocks of this size. */
    private Run deletionThatFreesAnOrder(int blockSize) {
        orders("A,,o1,2024-01-01,\nB,,,,\n", ImportFixture.USUAL);
        return orders("A,delete,,,\nB,,o1,2024-01-02,b@x.org\n", new ImportTuning(1, blockSize, 10, null));
    }

    @Test
    void anOrderGoesBackToTheDeletedContactThatHadIt() {
        Run run = deletionThatFreesAnOrder(10);

        Run undo = undo(run);

        assertThat(kept(undo)).isEmpty();
        assertThat(jdbc.sql("SELECT number FROM contact_transaction WHERE directory_id = ?")
                        .param(directory.id())
                        .query(Long.class)
                        .list())
                .containsExactly(1L);
    }

    @Test
    void aPreviewForeseesThatAnOrderOfAnotherBlockGoesBack() {
        Run run = deletionThatFreesAnOrder(1);
        assertThat(new JournalReader(jdbc).blocks(run.number()))
                .contains(new JournalReader.Place(0, 0), new JournalReader.Place(0, 1))
                .allMatch(place -> place.round() == 0);

        List<Kept> foreseen = runs.service().previewUndo(run).kept();

        assertThat(foreseen).isEmpty();
        assertThat(kept(undo(run))).isEmpty();
    }

    @Test
    void blocksAreTakenBackInTheReverseOfTheOrderInWhichTheyWereCommitted() {
        Run run = deletionThatFreesAnOrder(1);
        // With several lanes, a later block may be the first to be committed.
        for (String table : List.of("run_block", "run_journal")) {
            for (String move :
                    List.of("block = 9 WHERE block = 0", "block = 0 WHERE block = 1", "block = 1 WHERE block = 9")) {
                jdbc.sql("UPDATE " + table + " SET " + move + " AND run_id = ?")
                        .param(run.number())
                        .update();
            }
        }

        jdbc.sql("UPDATE run_block SET committed_at = committed_at + 1 WHERE block = 0 AND run_id = ?")
                .param(run.number())
                .update();

        assertThat(kept(undo(run))).isEmpty();
        assertThat(directory.numbers()).containsExactly(1L, 2L);
    }

    @Test
    void previewsDoNotWaitForEachOther() throws Exception {
        Run run = load("ExternalDataReference\nA\n");
        directory = DirectoryFixture.create(jdbc, "extRef");
        Run other = load("ExternalDataReference\nA\n");
        edits.update(run.directory(), 1, change("firstName", "Ada"));
        RunService service = runs.service();
        try (ExecutorService pool = Executors.newFixedThreadPool(2);
                Holding holding = Holding.before(database, "INSERT ON run_undo_kept", "TRUE")) {
            Future<UndoPreview.Findings> held = pool.submit(() -> service.previewUndo(run));
            holding.await();

            assertThat(pool.submit(() -> service.previewUndo(other)))
                    .succeedsWithin(Duration.ofSeconds(20))
                    .satisfies(found -> assertThat(found.report().deleted()).isOne());
            assertThat(held).isNotDone();
        }
    }

    @Test
    void twoTransactionsOfOneMomentThatStayAreListedOneByOne() {
        Mapping amending = new Mapping(
                Map.of(
                        "OrderId",
                        new Target.TransactionId(),
                        "OrderDate",
                        new Target.TransactionDate(),
                        "Amount",
                        new Target.TransactionField("amount")),
                Mapping.Unmapped.EMBED,
                List.of(),
                Map.of(),
                null,
                List.of());
        UnaryOperator<ImportFixture.SpecBuilder> amends =
                told -> told.mapping(amending).source("shop").events(new ImportEvents("shop", RepeatedEvent.AMEND));
        load("ExternalDataReference,OrderId,OrderDate,Amount\nA,o1,2024-01-01,1\nA,o2,2024-01-01,1\n", amends);
        Run run =
                load("ExternalDataReference,OrderId,OrderDate,Amount\nA,o1,2024-01-02,2\nA,o2,2024-01-02,2\n", amends);
        load("ExternalDataReference,OrderId,OrderDate,Amount\nA,o1,2024-01-03,3\nA,o2,2024-01-03,3\n", amends);

        Run undo = undo(run);

        assertThat(kept(undo))
                .containsExactly(
                        new Kept(1, Kept.Part.EVENT, "transaction 2024-01-03T00:00:00Z", "changed since the run"),
                        new Kept(1, Kept.Part.EVENT, "transaction 2024-01-03T00:00:00Z (2)", "changed since the run"));
        assertThat(report(undo).keptCount()).isEqualTo(2);
    }

    /** The undo of a deletion, given up when it had put the contact back. */
    private Run deletionWhoseUndoWasGivenUp() {
        edits.create(directory.id(), record("extRef", "Z", "email", "a@x.org"));
        orders("A,,o1,2024-01-01,\n", ImportFixture.USUAL);
        Run run = orders("A,delete,,,\n", ImportFixture.USUAL);
        Run undo = undo(run);
        assertThat(directory.numbers()).containsExactly(1L, 2L);
        jdbc.sql("UPDATE run SET status = 'ABANDONED' WHERE id = ?")
                .param(undo.number())
                .update();
        return run;
    }

    @Test
    void whoWasPutBackAndMergedSinceIsNotPutBackAgain() {
        Run run = deletionWhoseUndoWasGivenUp();
        edits.update(directory.id(), 2, change("email", "a@x.org"));
        merge();
        long merge =
                jdbc.sql("SELECT MAX(id) FROM contact_merge").query(Long.class).single();

        Run another = undo(run);

        assertThat(directory.numbers()).containsExactly(1L);
        assertThat(kept(another))
                .containsExactly(new Kept(
                        2,
                        Kept.Part.CONTACT,
                        "contact",
                        "merged into " + contact(1) + " by " + database.ids().merge(merge)
                                + " since the run; take that merge back first"));
    }

    @Test
    void whoWasPutBackAndDeletedSinceIsNotPutBackAgain() {
        Run run = deletionWhoseUndoWasGivenUp();
        edits.delete(directory.id(), 2);

        Run another = undo(run);

        assertThat(directory.numbers()).containsExactly(1L);
        assertThat(kept(another))
                .containsExactly(
                        new Kept(2, Kept.Part.CONTACT, "contact", "put back by an earlier undo, and deleted since"));
        jdbc.sql("UPDATE run SET status = 'ABANDONED' WHERE id = ?")
                .param(another.number())
                .update();
        assertThat(runs.service().previewUndo(run).kept()).isEqualTo(kept(another));
    }

    @Test
    void anImportWhoseUndoWasGivenUpStillStandsForItsFile() {
        Run first = load("ExternalDataReference\nA\n");
        undo(first);
        Run second = runs.reprocess(first.id());
        assertThat(second.imported().counts().created()).isOne();
        Run undo = undo(second);
        jdbc.sql("UPDATE run SET status = 'ABANDONED' WHERE id = ?")
                .param(undo.number())
                .update();

        assertThat(runs.reprocess(first.id()).id()).isEqualTo(second.id());

        Run third = runs.reprocess(second.id());
        assertThat(third.id()).isNotEqualTo(second.id());
        assertThat(runs.show(first.id()).imported().settledBy()).isEqualTo(second.id());
    }

    @Test
    void namesOfFieldsAreCutBetweenCharacters() {
        String name = "🚲".repeat(200);
        load("ExternalDataReference," + name + "\nA,one\n");
        Run run = load("ExternalDataReference," + name + "\nA,two\n");
        edits.update(directory.id(), 1, change("embedded." + name, "three"));

        assertThat(kept(undo(run)))
                .containsExactly(new Kept(1, Kept.Part.VALUE, "embedded." + name, "changed since the run"));
    }

    @Test
    void aReferenceThatAnotherContactHasTakenSinceStaysThere() {
        edits.create(directory.id(), record("extRef", "A", "email", "a@x.org"));
        Run run = load("ExternalDataReference,Email,FirstName\nB,a@x.org,Ada\n");
        edits.create(directory.id(), record("extRef", "A"));

        Run undo = undo(run);

        assertThat(kept(undo))
                .containsExactly(
                        new Kept(1, Kept.Part.VALUE, "extRef", "the reference belongs to " + contact(2) + " now"));
        assertThat(directory.contact(1)).containsEntry("ext_ref", "B");
        assertThat(directory.contact(1).get("first_name")).isNull();
        new IdentityInvariant(jdbc).holds(directory.id());
    }

    @Test
    void aKeyThatAnotherContactOwnsSinceStaysWithIt() {
        edits.create(directory.id(), record("extRef", "A", "email", "a@x.org"));
        Run run = load("ExternalDataReference,Email\nA,b@x.org\n");
        edits.create(directory.id(), record("extRef", "C", "email", "a@x.org"));

        Run undo = undo(run);

        assertThat(directory.contact(1)).containsEntry("email", "a@x.org");
        assertThat(kept(undo))
                .containsExactly(new Kept(1, Kept.Part.KEY, "key email", "owned by " + contact(2) + " now"));
        new IdentityInvariant(jdbc).holds(directory.id());
    }

    @Test
    void aMergeSinceIsNamedAsTheReason() {
        directory = DirectoryFixture.create(jdbc, "extRef", "email");
        edits.create(directory.id(), record("extRef", "A", "email", "a@x.org"));
        Run run = load("ExternalDataReference,Email\nB,b@x.org\nC,c@x.org\n");
        edits.update(directory.id(), 2, change("email", "a@x.org"));
        merge();
        assertThat(directory.numbers()).containsExactly(1L, 3L);
        long merge =
                jdbc.sql("SELECT MAX(id) FROM contact_merge").query(Long.class).single();

        Run undo = undo(run);

        assertThat(directory.numbers()).containsExactly(1L);
        assertThat(kept(undo))
                .containsExactly(new Kept(
                        2,
                        Kept.Part.CONTACT,
                        "contact",
                        "merged into " + contact(1) + " by " + database.ids().merge(merge)
                                + " since the run; take that merge back first"));
    }

    @Test
    void aNewRuleSinceDoesNotKeepContacts() {
        Run run = load("ExternalDataReference,Email,LastName\nA,a@x.org,Ray\n");
        directory.addRule("lastName", IdentityRule.State.PENDING);
        Run rekeyed = runs.run(new RunRequest.Rekey(directory.id()), Progress.NONE);
        assertThat(rekeyed.status()).isEqualTo(RunStatus.COMPLETED);
        assertThat(directory.contact(1)).containsEntry("version", 2);

        assertThat(report(undo(run))).isEqualTo(new UndoReport(run.id(), 1, 0, 0));
        assertThat(directory.count("claim")).isZero();
    }

    /** Journals of older versions do not say what the run left: the version tells whether anybody came after it. */
    @Test
    void aJournalOfAnOlderVersionIsTakenBackCarefully() {
        load("ExternalDataReference,FirstName,LastName\nA,Ada,Ray\nB,Bo,Ray\n");
        Run run = load("ExternalDataReference,FirstName,LastName\nA,Abe,Ray\nB,Bob,Ray\nC,Cy,Ray\nD,Di,Ray\n");
        edits.update(directory.id(), 2, change("lastName", "Sol"));
        edits.update(directory.id(), 4, change("lastName", "Sol"));
        JournalReader journal = new JournalReader(jdbc);
        RunUndo undo = new RunUndo(jdbc, Clock.systemUTC(), database.ids());
        int deleted = 0;
        int restored = 0;
        StringBuilder kept = new StringBuilder();
        for (JournalReader.Place place : journal.blocks(run.number()).reversed()) {
            JournalBlock old = old(journal.read(run.number(), place));
            UndoneBlock done = new LockRetry(database.transactions())
                    .inTransaction(status -> undo.undo(directory.id(), run.number(), 0, old, Set.of()));
            deleted += done.deleted();
            restored += done.restored();
            done.kept()
                    .forEach(thing -> kept.append(thing.number())
                            .append(' ')
                            .append(thing.field())
                            .append('\n'));
        }

        assertThat(deleted).isOne();
        assertThat(restored).isOne();
        assertThat(directory.contact(1)).containsEntry("first_name", "Ada");
        assertThat(directory.contact(2)).containsEntry("first_name", "Bob");
        assertThat(kept.toString().lines()).containsExactlyInAnyOrder("2 firstName", "2 lastName", "4 contact");
    }

    private static JournalBlock old(JournalBlock block) {
        return new JournalBlock(
                OptionalInt.empty(),
                block.entries().stream()
                        .map(entry -> new JournalEntry(
                                entry.number(),
                                entry.rows(),
                                entry.before(),
                                null,
                                entry.listBefore(),
                                entry.joined(),
                                entry.transactions(),
                                entry.touchpoints(),
                                entry.replaced()))
                        .toList(),
                List.of(),
                List.of());
    }

    @Test
    void anUndoThatWasStoppedGoesOnWhereItIsAskedForAgain() {
        StringBuilder text = new StringBuilder("ExternalDataReference\n");
        for (int row = 0; row < 30; row++) {
            text.append('R').append(row).append('\n');
        }

        Run run = imports.load(
                imports.file(text.toString()), ImportFixture.spec(directory.id()), new ImportTuning(1, 5, 10, null));
        AwaitedRuns stopping = imports.runs(ImportFixture.USUAL);
        Progress stop = new Progress() {
            @Override
            public void step(String name) {}

            @Override
            public void at(long rows, double share) {
                if (rows == 10) {
                    stopping.stopAll();
                }
            }
        };
        Run stopped = stopping.run(new RunRequest.Undo(run.number()), stop);
        assertThat(stopped.status()).isEqualTo(RunStatus.STOPPED);
        assertThat(directory.count("contact")).isEqualTo(20);

        Run resumed = undo(run);

        assertThat(resumed.id()).isEqualTo(stopped.id());
        assertThat(resumed.epoch()).isEqualTo(2);
        assertThat(report(resumed)).isEqualTo(new UndoReport(run.id(), 30, 0, 0));
        assertThat(directory.count("contact")).isZero();
    }

    @Test
    void anUndoThatWasGivenUpMakesRoomForAnother() {
        Run run = load("ExternalDataReference\nA\n");
        Run undo = undo(run);
        jdbc.sql("UPDATE run SET status = 'ABANDONED' WHERE id = ?")
                .param(undo.number())
                .update();

        Run another = undo(run);

        assertThat(another.id()).isNotEqualTo(undo.id());
        assertThat(report(another)).isEqualTo(new UndoReport(run.id(), 0, 0, 0));
    }
}
