package io.muster.runs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.muster.database.TestDatabase;
import io.muster.dedup.ContactEdits;
import io.muster.dedup.DirectoryFixture;
import io.muster.dedup.MovableClock;
import io.muster.dedup.merge.MergeScope;
import io.muster.jobs.Automations;
import io.muster.jobs.Deliveries;
import io.muster.jobs.Deliveries.Listed;
import io.muster.jobs.Progress;
import io.muster.jobs.Run;
import io.muster.jobs.RunLedger;
import io.muster.jobs.RunStatus;
import io.muster.jobs.contactimport.DeliverySource;
import io.muster.jobs.contactimport.ImportLimits;
import io.muster.jobs.contactimport.ImportTuning;
import io.muster.support.Refusal;
import io.muster.support.Settings;
import io.muster.support.Spool;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.transaction.support.TransactionTemplate;

/** What runs leave behind, on the real tables and folders, when it is too old. */
class PruningJobTests {

    @RegisterExtension
    static final TestDatabase database = TestDatabase.create();

    private static final HistorySettings SETTINGS =
            new HistorySettings(Duration.ofDays(30), Duration.ofDays(60), Duration.ofDays(30), Duration.ofDays(400));
    private static final List<String> VALUES = List.of("run_journal", "run_reject", "run_block", "run_survey");

    @TempDir
    private Path folder;

    private final JdbcClient jdbc = database.jdbc();
    private final MovableClock clock = new MovableClock();
    private final AtomicInteger otherRecords = new AtomicInteger();
    private ImportFixture imports;
    private AwaitedRuns runs;
    private DirectoryFixture directory;

    @BeforeEach
    void start() {
        imports = new ImportFixture(database, folder);
        runs = imports.runs(new ImportTuning(1, 2, 2, null));
        directory = DirectoryFixture.create(jdbc, "extRef");
        clock.set(Instant.now().toEpochMilli());
        jdbc.sql("UPDATE shared_duty SET done_at = 0").update();
    }

    @AfterEach
    void stop() {
        imports.close();
    }

    private RunHistory history() {
        return new RunHistory(
                jdbc,
                imports.bean(TransactionTemplate.class),
                imports.bean(RunLedger.class),
                imports.bean(Spool.class),
                clock,
                database.ids());
    }

    private Pruning pruning() {
        return new Pruning(jdbc, history(), List.of(before -> otherRecords.incrementAndGet()), SETTINGS, clock);
    }

    private void pruneAfter(int days) {
        clock.set(Instant.now().plus(Duration.ofDays(days)).toEpochMilli());
        pruning().whenDue();
    }

    private Run load(String content) {
        return runs.importFile(imports.file(content), ImportFixture.spec(directory.id()), Progress.NONE);
    }

    /** A run with rejects that failed at a limit. */
    private Run failed() {
        return runs.importFile(
                imports.file("ExternalDataReference,Email\n1,a@x.org\n2,bad\n"),
                ImportFixture.spec(
                        directory.id(),
                        told -> told.limits(new ImportLimits(null, 0L, null, null, null, null, null, null))),
                Progress.NONE);
    }

    private void search(String id, Duration age) {
        jdbc.sql("INSERT INTO contact_search (id, directory_id, actor, question, state, read_to, read_contacts, found,"
                        + " started_at, beat_at) VALUES (?, ?, 'lena', '{}', 'DONE', 0, 0, '', ?, 0)")
                .params(id, directory.id(), Instant.now().minus(age).toEpochMilli())
                .update();
    }

    @Test
    void whatWasSearchedForIsForgottenAfterADayThoughNobodySearchesAgain() {
        search("yesterday", Duration.ofHours(25));
        search("today", Duration.ofHours(23));
        jdbc.sql("UPDATE shared_duty SET done_at = ?")
                .param(Instant.now().toEpochMilli())
                .update();

        imports.bean(Pruning.class).whenDue();

        assertThat(jdbc.sql("SELECT id FROM contact_search").query(String.class).list())
                .containsExactly("today");
    }

    private long count(String table, Run run) {
        return jdbc.sql("SELECT COUNT(*) FROM " + table + " WHERE run_id = ?")
                .param(run.number())
                .query(Long.class)
                .single();
    }

    @Test
    void keepsTheValuesOfRowsForThirtyDays() {
        Run completed = load("ExternalDataReference,Email\n1,a@x.org\n2,bad\n3,c@x.org\n");
        assertThat(VALUES)
                .allSatisfy(
                        table -> assertThat(count(table, completed)).as(table).isPositive());

        pruneAfter(29);

        assertThat(VALUES)
                .allSatisfy(
                        table -> assertThat(count(table, completed)).as(table).isPositive());
        assertThat(runs.show(completed.id()).isWhole()).isTrue();
    }

    @Test
    void prunesTheValuesOfRowsAndKeepsTheCounts() {
        Run completed = load("ExternalDataReference,Email\n1,a@x.org\n2,bad\n3,c@x.org\n");

        pruneAfter(31);

        assertThat(VALUES)
                .allSatisfy(
                        table -> assertThat(count(table, completed)).as(table).isZero());
        Run now = runs.show(completed.id());
        assertThat(now.isWhole()).isFalse();
        assertThat(now.prunedAt()).isEqualTo(clock.millis());
        assertThat(now.imported().counts()).isEqualTo(completed.imported().counts());
        assertThat(now.imported().read()).isEqualTo(3);
        assertThat(now.report()).isEqualTo(completed.report());
        assertThat(directory.count("contact")).isEqualTo(2);
        assertThatThrownBy(() -> imports.bean(RejectDownload.class)
                        .write(completed.id(), RejectDownload.Format.CSV, new ByteArrayOutputStream()))
                .isInstanceOf(Refusal.class)
                .hasMessage("Cannot write the rejects of run " + completed.id()
                        + ": it ended so long ago that they are not kept any more.");
    }

    @Test
    void prunesFailedRunsWithTheirFilesToo() throws IOException {
        Run failed = failed();
        assertThat(failed.status()).isEqualTo(RunStatus.FAILED);
        assertThat(count("run_reject", failed)).isOne();
        Path input = imports.spool(failed).resolve("input");
        assertThat(input).exists();
        Files.setLastModifiedTime(imports.spool(failed), FileTime.from(clock.instant()));

        pruneAfter(31);

        assertThat(count("run_reject", failed)).isZero();
        assertThat(imports.spool(failed)).doesNotExist();
        assertThat(runs.show(failed.id()).imported().counts().rejected()).isOne();
        assertThatThrownBy(() -> runs.resume(failed.id()))
                .isInstanceOf(Refusal.class)
                .hasMessageStartingWith("Cannot resume run " + failed.id() + ": it ended so long ago")
                .hasMessageEndingWith("Reprocess or abandon it.");
        assertThat(runs.service().allowed(runs.show(failed.id())))
                .containsExactly(RunAction.REPROCESS, RunAction.ABANDON);
    }

    @Test
    void aRunIsNotTakenOverOnceItsValuesArePruned() {
        Run failed = failed();
        RunLedger ledger = imports.bean(RunLedger.class);
        pruneAfter(31);

        assertThat(ledger.takeOver(failed, "somebody who read it before", AwaitedRuns.TESTER))
                .isEmpty();
        assertThat(runs.show(failed.id()).status()).isEqualTo(RunStatus.FAILED);
    }

    @Test
    void countsOfARunWhoseProcessWasLostUnnoticedAreKept() {
        Run lost = load("ExternalDataReference\n1\n2\n3\n4\n5\n");
        jdbc.sql("UPDATE run SET status = 'RUNNING', ended_at = NULL WHERE id = ?")
                .param(lost.number())
                .update();
        jdbc.sql("UPDATE run_import SET rows_created = 1 WHERE run_id = ?")
                .param(lost.number())
                .update();
        jdbc.sql("UPDATE run_heartbeat SET beat_at = beat_at - 60000 WHERE run_id = ?")
                .param(lost.number())
                .update();

        pruneAfter(31);

        Run now = runs.show(lost.id());
        assertThat(now.status()).isEqualTo(RunStatus.DEAD);
        assertThat(now.imported().counts().created()).isEqualTo(5);
        assertThat(count("run_block", lost)).isZero();
    }

    @Test
    void oneProcessADayDoesIt() {
        Run first = load("ExternalDataReference\n1\n");
        pruneAfter(31);
        assertThat(runs.show(first.id()).isWhole()).isFalse();
        assertThat(otherRecords).hasValue(1);
        Run second = load("ExternalDataReference\n2\n");

        pruning().whenDue();
        clock.set(clock.millis() + Duration.ofHours(23).toMillis());
        pruning().whenDue();

        assertThat(otherRecords).hasValue(1);
        assertThat(runs.show(second.id()).isWhole()).isTrue();
        clock.set(clock.millis() + Duration.ofHours(2).toMillis());
        pruning().whenDue();
        assertThat(otherRecords).hasValue(2);
    }

    @Test
    void goesOnWithWhatAProcessThatWasLostHadBegun() {
        Run half = load("ExternalDataReference,Email\n1,a@x.org\n2,bad\n");
        jdbc.sql("UPDATE run SET pruned_at = 1 WHERE id = ?")
                .param(half.number())
                .update();
        jdbc.sql("DELETE FROM run_journal WHERE run_id = ?")
                .param(half.number())
                .update();

        pruneAfter(2);

        assertThat(VALUES)
                .allSatisfy(table -> assertThat(count(table, half)).as(table).isZero());
    }

    @Test
    void forgetsRunsAfterTheHistoryButNotTheirDeliveries() {
        Run completed = load("ExternalDataReference\n1\n");
        Automations automations = imports.bean(Automations.class);
        long automation = automations.number("forgotten-" + directory.id());
        Path file = imports.file("ExternalDataReference,Email\n2,bad\n");
        Listed listed = Listed.local(file);
        Run failed = runs.run(
                new RunRequest.ImportDelivery(
                        automation,
                        listed,
                        RunRequest.ImportDelivery.Known.LEAVE,
                        ImportFixture.spec(
                                directory.id(),
                                told -> told.limits(new ImportLimits(null, 0L, null, null, null, null, null, null))),
                        DeliverySource.local(file)),
                Progress.NONE);
        assertThat(automations.unfinished(automation)).hasSize(1);

        pruneAfter(399);
        assertThat(runs.show(completed.id()).status()).isEqualTo(RunStatus.COMPLETED);
        pruneAfter(401);

        assertThat(List.of(completed, failed)).allSatisfy(run -> {
            assertThatThrownBy(() -> runs.show(run.id())).hasMessageContaining("there is none with that id");
            assertThat(count("run_import", run)).isZero();
            assertThat(count("run_heartbeat", run)).isZero();
        });
        assertThat(automations.unfinished(automation)).isEmpty();
        assertThat(imports.bean(Deliveries.class)
                        .newest(automation, listed)
                        .orElseThrow()
                        .state())
                .isEqualTo(Deliveries.State.ABANDONED);
        assertThat(directory.count("contact")).isOne();
    }

    @Test
    void aRunThatIsForgottenLeavesNoValuesBehind() {
        Run completed = load("ExternalDataReference,Email\n1,a@x.org\n2,bad\n3,c@x.org\n");

        assertThat(history().forget(Instant.now().plus(Duration.ofDays(1)), 1_000))
                .isPositive();

        assertThat(count("run_import", completed)).isZero();
        assertThat(VALUES)
                .allSatisfy(
                        table -> assertThat(count(table, completed)).as(table).isZero());
    }

    @Test
    void keepsARunAsLongAsItsUndoMayGoOn() {
        Run completed = load("ExternalDataReference,FirstName\n1,Ann\n");
        Run undo = runs.run(new RunRequest.Undo(completed.number()), Progress.NONE);
        jdbc.sql("UPDATE run SET status = 'FAILED' WHERE id = ?")
                .param(undo.number())
                .update();

        history().forget(Instant.now().plus(Duration.ofDays(1)), 1_000);

        assertThat(runs.show(completed.id()).imported().undoneBy()).isEqualTo(undo.id());
        assertThat(count("run_journal", completed)).isPositive();
    }

    @Test
    void refusesToKeepRunsForAShorterTimeThanTheirValues() {
        assertThatThrownBy(() -> HistorySettings.of(
                        new Settings(Map.of("muster.history.days", "20", "muster.history.row-days", "21")::get)))
                .isInstanceOf(Refusal.class)
                .hasMessage("Cannot use the setting muster.history.days (MUSTER_HISTORY_DAYS): '20' is less than"
                        + " muster.history.row-days, which is 21. Write for example 400.");
        assertThatThrownBy(() -> HistorySettings.of(new Settings(Map.of("muster.history.row-days", "500")::get)))
                .hasMessage("Cannot use the setting muster.history.days (MUSTER_HISTORY_DAYS): '400' is less than"
                        + " muster.history.row-days, which is 500. Write for example 500.");
        assertThat(HistorySettings.of(new Settings(Map.of("muster.history.days", "20")::get)))
                .as("values go with their runs where nothing else is said")
                .isEqualTo(new HistorySettings(
                        Duration.ofDays(20), Duration.ofDays(60), Duration.ofDays(30), Duration.ofDays(20)));
    }

    @Test
    void forgetsMergesWithTheirBeforeImages() {
        DirectoryFixture merged = DirectoryFixture.create(jdbc, "extRef", "email");
        ContactEdits edits = new ContactEdits(jdbc, database.transactions(), clock, database.ids());
        edits.upsert(merged.id(), DirectoryFixture.record("extRef", "A1", "email", "a@x.org"));
        edits.upsert(merged.id(), DirectoryFixture.record("extRef", "A2"));
        edits.update(merged.id(), 2, DirectoryFixture.change("email", "a@x.org"));
        runs.run(new RunRequest.Merge(merged.id(), MergeScope.ACTIVE_RULES), Progress.NONE);
        assertThat(merged.count("contact_merge")).isOne();
        assertThat(merged.count("contact_merge_image")).isEqualTo(3);
        Pruning pruning = imports.bean(Pruning.class);

        pruning.whenDue();
        assertThat(merged.count("contact_merge_image")).isEqualTo(3);
        jdbc.sql("UPDATE contact_merge SET merged_at = merged_at - ?")
                .param(Duration.ofDays(401).toMillis())
                .update();
        jdbc.sql("UPDATE shared_duty SET done_at = 0").update();
        pruning.whenDue();

        assertThat(merged.count("contact_merge")).isZero();
        assertThat(merged.count("contact_merge_image")).isZero();
        assertThat(merged.count("contact")).isOne();
    }

    @Test
    void leavesRunsThatAreUnderWay() {
        Run running = load("ExternalDataReference\n1\n2\n");
        jdbc.sql("UPDATE run SET status = 'RUNNING', ended_at = NULL WHERE id = ?")
                .param(running.number())
                .update();
        jdbc.sql("UPDATE run_heartbeat SET beat_at = beat_at + 600000 WHERE run_id = ?")
                .param(running.number())
                .update();

        pruneAfter(401);

        assertThat(count("run_survey", running)).isPositive();
        assertThat(runs.show(running.id()).status()).isEqualTo(RunStatus.RUNNING);
    }
}
