package io.muster.automation.contactimport;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.muster.automation.JobsFixture;
import io.muster.automation.Trigger.ByHand;
import io.muster.automation.Trigger.Recovery;
import io.muster.automation.Trigger.Repull;
import io.muster.database.TestDatabase;
import io.muster.directory.Actor;
import io.muster.extract.source.Choice.Reason;
import io.muster.jobs.Automations;
import io.muster.jobs.Deliveries;
import io.muster.jobs.Deliveries.Delivery;
import io.muster.jobs.Deliveries.State;
import io.muster.jobs.Progress;
import io.muster.jobs.Run;
import io.muster.jobs.RunStatus;
import io.muster.jobs.contactimport.ImportReport;
import io.muster.runs.RunRequest;
import io.muster.runs.RunService;
import io.muster.runs.RunService.Force;
import io.muster.support.Refusal;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.sql.SQLTransientConnectionException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.dao.DataAccessResourceFailureException;
import org.springframework.jdbc.core.simple.JdbcClient;
import tools.jackson.databind.json.JsonMapper;

/** What a job does with the files of its source, through whole runs: order, failures, late files, files passed over. */
class ContactImportRunsJobTests {

    @RegisterExtension
    static final TestDatabase database = TestDatabase.create();

    private static final Actor TESTER = Actor.commandLine("tester");

    @TempDir
    private Path folder;

    private final JdbcClient jdbc = database.jdbc();
    private JobsFixture jobs;

    @BeforeEach
    void start() throws IOException {
        jobs = new JobsFixture(database, folder);
    }

    @AfterEach
    void stop() {
        jobs.close();
    }

    private List<String> firstNames() {
        return jdbc.sql("SELECT first_name FROM contact WHERE directory_id = ? ORDER BY number")
                .param(jobs.directory().id())
                .query(String.class)
                .list();
    }

    private List<String> deliveries() {
        return jdbc.sql("""
                SELECT CONCAT(SUBSTRING_INDEX(d.path, '/', -1), ' ', d.state)
                FROM delivery d JOIN automation a ON a.id = d.automation_id
                WHERE a.name = ? ORDER BY d.id
                """).param(jobs.id()).query(String.class).list();
    }

    private long automation() {
        return jobs.bean(Automations.class).number(jobs.id());
    }

    private static List<RunStatus> statuses(Visit visit) {
        return visit.runs().stream().map(Run::status).toList();
    }

    private static List<String> names(List<Delivery> deliveries) {
        return deliveries.stream().map(delivery -> delivery.listed().name()).toList();
    }

    private static Map<String, Reason> passedOver(Visit visit) {
        return visit.passedOver().stream()
                .collect(Collectors.toMap(one -> one.file().name(), one -> one.reason()));
    }

    private Run abandon(Run run) {
        return jobs.bean(RunService.class).abandon(run.id(), TESTER);
    }

    private Run resume(Run run, Force force) {
        RunService runs = jobs.bean(RunService.class);
        return runs.await(runs.resume(run.id(), force, TESTER, Progress.NONE));
    }

    @Test
    void takesEachFileOnceOldestFirst() throws IOException {
        jobs.contact("b.csv", 0, "1", "Ann");
        jobs.contact("a.csv", 1, "1", "Anna");

        assertThat(statuses(jobs.run())).containsExactly(RunStatus.COMPLETED, RunStatus.COMPLETED);
        assertThat(firstNames()).as("the newer file came last").containsExactly("Anna");
        assertThat(jobs.run().isEmpty()).isTrue();
        assertThat(deliveries()).containsExactly("b.csv IMPORTED", "a.csv IMPORTED");
    }

    @Test
    void aFailedFileHoldsBackNewerOnesUntilItIsGivenUp() throws IOException {
        jobs.broken("1.csv", 0);
        jobs.contact("2.csv", 1, "1", "Ann");

        Visit first = jobs.run();
        assertThat(statuses(first)).containsExactly(RunStatus.FAILED);
        Run failed = first.runs().getFirst();
        assertThatThrownBy(jobs::run)
                .isInstanceOf(Refusal.class)
                .hasMessage("Cannot import new files of " + jobs.id() + ": its run " + failed.id()
                        + " of 1.csv is FAILED and holds them back, since files are imported oldest first."
                        + " Resume, reprocess or abandon it.");
        assertThat(firstNames()).isEmpty();

        abandon(failed);
        assertThat(statuses(jobs.run())).containsExactly(RunStatus.COMPLETED);
        assertThat(firstNames()).containsExactly("Ann");
    }

    @Test
    void remembersSinceWhenAFailedFileHoldsNewerOnesBack() throws IOException {
        jobs.broken("1.csv", 0);
        jobs.contact("2.csv", 1, "1", "Ann");
        Run failed = jobs.run().runs().getFirst();
        List<LastLooks.Noted> noted = jobs.bean(LastLooks.class).of(automation());
        assertThat(noted).singleElement().satisfies(one -> {
            assertThat(one.name()).isEqualTo("2.csv");
            assertThat(one.reason()).isEqualTo(Reason.HELD_BACK);
        });

        jobs.contact("3.csv", 2, "2", "Bob");
        assertThatThrownBy(jobs::run).hasMessageContaining("holds them back");
        assertThat(jobs.bean(LastLooks.class).of(automation()))
                .extracting(LastLooks.Noted::name)
                .containsExactly("2.csv", "3.csv");
        assertThat(jobs.bean(LastLooks.class).of(automation())).containsAll(noted);

        abandon(failed);
        jobs.run();
        assertThat(jobs.bean(LastLooks.class).of(automation())).isEmpty();
    }

    @Test
    void aFailedFileStaysPendingWhenNothingNewerComes() throws IOException {
        jobs.broken("1.csv", 0);
        Run failed = jobs.run().runs().getFirst();

        Visit again = jobs.run();
        assertThat(again.runs()).isEmpty();
        assertThat(again.pending()).extracting(Run::id).containsExactly(failed.id());

        abandon(failed);
        assertThat(jobs.run().isEmpty()).isTrue();
    }

    @Test
    void newerFilesGoOnAfterAFailureWhereTheJobSaysSo() throws IOException {
        jobs.job("on-failure: continue\n");
        jobs.contact("1.csv", 0, "1", "Ann");
        jobs.broken("2.csv", 1);
        jobs.contact("3.csv", 2, "1", "Anna");

        Visit visit = jobs.run();
        assertThat(statuses(visit)).containsExactly(RunStatus.COMPLETED, RunStatus.FAILED, RunStatus.COMPLETED);
        assertThat(visit.pending()).as("told already").isEmpty();
        assertThat(firstNames()).containsExactly("Anna");
        assertThat(jobs.run().pending())
                .extracting(Run::id)
                .containsExactly(visit.runs().get(1).id());
    }

    @Test
    void holdingBackEndsAfterItsTimeAndIsToldOnce() throws IOException {
        jobs.job("hold-back: 24h\nnotifications: [{when: on-failure, email: [ops@example.com]}]\n");
        jobs.broken("1.csv", 0);
        jobs.contact("2.csv", 1, "1", "Ann");
        Run failed = jobs.run().runs().getFirst();
        startedHoursAgo(failed, 23);
        assertThatThrownBy(jobs::run).hasMessageContaining("holds them back");

        startedHoursAgo(failed, 24);
        Visit visit = jobs.run();
        assertThat(statuses(visit)).containsExactly(RunStatus.COMPLETED);
        assertThat(visit.pending()).extracting(Run::id).containsExactly(failed.id());
        jobs.contact("3.csv", 2, "1", "Anna");
        assertThat(statuses(jobs.run())).containsExactly(RunStatus.COMPLETED);

        assertThat(jdbc.sql(
                                "SELECT message FROM notification WHERE automation = ? AND message LIKE '%hold-back-ended%'")
                        .param(jobs.id())
                        .query(String.class)
                        .list())
                .singleElement()
                .asString()
                .contains(failed.id(), "1.csv", "it held them back for as long as the job says");
        assertThatThrownBy(() -> resume(failed, Force.NO))
                .hasMessageContaining("of a newer file has completed since, and older values would overwrite newer");
    }

    private void startedHoursAgo(Run run, int hours) {
        jdbc.sql("UPDATE run SET started_at = ? WHERE id = ?")
                .params(System.currentTimeMillis() - Duration.ofHours(hours).toMillis(), run.number())
                .update();
    }

    @Test
    void aRunOlderThanTheLastSuccessIsResumedOnPurposeOnly() throws IOException {
        jobs.job("files: {stable-for: 0s, pattern: \"*.csv\", control: \"{stem}.ctl\"}\non-failure: continue\n");
        jobs.contact("1.csv", 0, "1", "Ann");
        jobs.deliver("1.ctl", 0, "rows=7");
        jobs.contact("2.csv", 1, "1", "Anna");
        jobs.deliver("2.ctl", 1, "rows=1");
        Visit visit = jobs.run();
        assertThat(statuses(visit)).containsExactly(RunStatus.FAILED, RunStatus.COMPLETED);
        Run older = visit.runs().getFirst();
        assertThat(older.reason()).contains("states 7 rows, but the file has 1");
        jobs.deliver("1.ctl", 0, "rows=1");

        assertThatThrownBy(() -> resume(older, Force.NO))
                .isInstanceOf(Refusal.class)
                .hasMessage("Cannot resume run " + older.id() + ": run "
                        + visit.runs().getLast().id()
                        + " of a newer file has completed since, and older values would overwrite newer ones. Abandon"
                        + " it, or insist.");
        assertThat(firstNames()).containsExactly("Anna");

        assertThat(resume(older, Force.YES).status()).isEqualTo(RunStatus.COMPLETED);
        assertThat(firstNames()).containsExactly("Ann");
    }

    @Test
    void allFilesAreTakenAgainAsNewDeliveriesWhereThatIsAskedFor() throws IOException {
        jobs.contact("1.csv", 0, "1", "Ann");
        jobs.run();
        jdbc.sql("UPDATE contact SET first_name = 'Other' WHERE directory_id = ?")
                .param(jobs.directory().id())
                .update();

        assertThat(jobs.byHand(null, Repull.NEW_ONLY).isEmpty()).isTrue();
        assertThat(jobs.byHand(null, Repull.FORCED).isEmpty())
                .as("what was imported is not forced")
                .isTrue();
        Visit forced = jobs.byHand(null, Repull.ALL);
        assertThat(statuses(forced)).containsExactly(RunStatus.COMPLETED);
        assertThat(firstNames()).containsExactly("Ann");
        assertThat(jdbc.sql("SELECT CONCAT(actor_kind, ' ', actor) FROM audit WHERE action = 'run.start'"
                                + " AND subject_kind = 'RUN' AND subject_id = ?")
                        .param(forced.runs().getFirst().number())
                        .query(String.class)
                        .single())
                .as("who forced it")
                .isEqualTo("COMMAND_LINE tester");
        assertThat(deliveries()).containsExactly("1.csv IMPORTED", "1.csv IMPORTED");
    }

    @Test
    void whatCouldNotBeArchivedIsArchivedWithTheNextRun() throws IOException {
        Files.writeString(jobs.inbox().resolve("done"), "a file where the folder should be");
        jobs.job("""
            files: {stable-for: 0s, pattern: "*.csv", marker: "{name}.ok"}
            afterwards: {action: archive, folder: done}
            """);
        jobs.contact("1.csv", 0, "1", "Ann");
        jobs.deliver("1.csv.ok", 0);

        assertThat(statuses(jobs.run())).containsExactly(RunStatus.COMPLETED);
        assertThat(JobsFixture.names(jobs.inbox())).containsExactly("1.csv", "1.csv.ok", "done");

        Files.delete(jobs.inbox().resolve("done"));
        assertThat(jobs.run().isEmpty()).isTrue();
        assertThat(JobsFixture.names(jobs.inbox())).containsExactly("done");
        assertThat(JobsFixture.names(jobs.inbox().resolve("done"))).containsExactly("1.csv", "1.csv.ok");
        assertThat(jdbc.sql("SELECT disposal FROM delivery WHERE automation_id = ?")
                        .param(automation())
                        .query(String.class)
                        .list())
                .containsExactly("ARCHIVED");
    }

    @Test
    void whatTheJobSaysByNowIsDoneWithAPendingFileAndNoted() throws IOException {
        String files = "files: {stable-for: 0s, pattern: \"*.csv\"}\n";
        Files.writeString(jobs.inbox().resolve("done"), "a file where the folder should be");
        jobs.job(files + "afterwards: {action: archive, folder: done}\n");
        jobs.contact("1.csv", 0, "1", "Ann");
        jobs.run();
        assertThat(disposals()).containsExactly("ARCHIVE_PENDING -");

        jobs.job(files + "afterwards: {action: delete}\n");
        jobs.run();
        assertThat(JobsFixture.names(jobs.inbox())).containsExactly("done");
        assertThat(disposals()).containsExactly("DELETED -");

        jobs.job(files + "afterwards: {action: archive, folder: done}\n");
        jobs.contact("2.csv", 1, "2", "Bob");
        jobs.run();
        assertThat(disposals()).containsExactly("DELETED -", "ARCHIVE_PENDING -");
        jobs.job(files);
        jobs.run();
        assertThat(JobsFixture.names(jobs.inbox())).containsExactly("2.csv", "done");
        assertThat(disposals()).containsExactly("DELETED -", "LEFT -");

        jdbc.sql("UPDATE delivery SET disposal = 'DELETE_PENDING' WHERE path LIKE '%2.csv'")
                .update();
        Files.delete(jobs.inbox().resolve("done"));
        jobs.job(files + "afterwards: {action: archive, folder: done}\n");
        jobs.run();
        assertThat(disposals())
                .containsExactly(
                        "DELETED -", "ARCHIVED " + jobs.inbox().resolve("done").resolve("2.csv"));
    }

    private List<String> disposals() {
        return jdbc.sql("""
                SELECT CONCAT(disposal, ' ', COALESCE(archived_as, '-')) FROM delivery WHERE automation_id = ? ORDER BY id
                """).param(automation()).query(String.class).list();
    }

    @Test
    void aFileThatVanishesHoldsNothingBackAndIsTakenWhenItIsThereAgain() throws IOException {
        jobs.contact("1.csv", 0, "1", "Ann");
        Path vanishing = jobs.contact("2.csv", 1, "2", "Bob");
        jobs.contact("3.csv", 2, "3", "Cem");
        Path aside = folder.resolve("aside.csv");
        AtomicBoolean moved = new AtomicBoolean();
        Progress meanwhile = new Progress() {
            @Override
            public void step(String step) {
                move();
            }

            @Override
            public void at(long done, double share) {
                move();
            }

            private void move() {
                if (moved.compareAndSet(false, true)) {
                    try {
                        Files.move(vanishing, aside);
                    } catch (IOException e) {
                        throw new java.io.UncheckedIOException(e);
                    }
                }
            }
        };

        Visit visit = jobs.bean(ContactImportRuns.class).run(jobs.job(), new Recovery(), meanwhile);

        assertThat(statuses(visit)).containsExactly(RunStatus.COMPLETED, RunStatus.ABANDONED, RunStatus.COMPLETED);
        assertThat(visit.runs().get(1).reason()).contains("it changed or went away since it was listed");
        assertThat(firstNames()).containsExactly("Ann", "Cem");
        assertThat(visit.pending()).isEmpty();

        jobs.job("order: any\n");
        Files.move(aside, vanishing);
        assertThat(statuses(jobs.run())).containsExactly(RunStatus.COMPLETED);
        assertThat(firstNames()).containsExactly("Ann", "Cem", "Bob");
        assertThat(jobs.run().isEmpty()).isTrue();
    }

    @Test
    void aFileThatNeverOpensIsLookedAtWithGrowingPauses() throws IOException {
        jobs.contact("1.csv", 0, "1", "Ann");
        jobs.run();
        jdbc.sql("UPDATE delivery SET state = 'GONE', generation = 3 WHERE automation_id = ?")
                .param(automation())
                .update();

        assertThat(passedOver(jobs.run())).isEqualTo(Map.of("1.csv", Reason.NOT_OPENED));
        jdbc.sql("UPDATE delivery SET created_at = created_at - 5 * 60000 WHERE automation_id = ?")
                .param(automation())
                .update();
        assertThat(statuses(jobs.run())).containsExactly(RunStatus.COMPLETED);
    }

    private JobTrial.Tried tryNext() {
        return jobs.bean(JobTrial.class).run(jobs.job(), null, 1, TESTER, Progress.NONE);
    }

    @Test
    void triesTheFileThatTheNextRunWouldTake() throws IOException {
        jobs.contact("2.csv", 2, "1", "Ann");
        jobs.run();
        jobs.contact("1.csv", 1, "1", "Anna");
        assertThatThrownBy(this::tryNext)
                .as("it comes late")
                .hasMessage("Cannot try " + jobs.id() + ": its source has no new file. Name one to try.");
        assertThat(deliveries()).as("nothing is noted").containsExactly("2.csv IMPORTED");

        jdbc.sql("UPDATE delivery SET state = 'GONE', created_at = 0 WHERE automation_id = ?")
                .param(automation())
                .update();
        Run tried = tryNext().run();
        assertThat(tried.status()).isEqualTo(RunStatus.COMPLETED);
        assertThat(tried.imported().file()).as("no file is newer now").endsWith("1.csv");
        Files.delete(jobs.inbox().resolve("1.csv"));
        assertThat(tryNext().run().imported().file())
                .as("to be looked at again")
                .endsWith("2.csv");
    }

    @Test
    void takesTheNewestOnlyAndNoOlderOneAfterwards() throws IOException {
        jobs.job("files: {stable-for: 0s, take: newest-only}\n");
        jobs.contact("1.csv", 0, "1", "Ann");
        jobs.contact("2.csv", 1, "1", "Anna");

        assertThat(statuses(jobs.run())).containsExactly(RunStatus.COMPLETED);
        assertThat(deliveries()).containsExactly("2.csv IMPORTED");
        assertThat(jobs.run().isEmpty()).isTrue();

        Files.delete(jobs.inbox().resolve("2.csv"));
        assertThat(names(jobs.run().waiting()))
                .as("older than what was imported")
                .containsExactly("1.csv");
        assertThat(firstNames()).containsExactly("Anna");
    }

    @Test
    void aFileWaitsForItsControlFileAndIsComparedWithIt() throws IOException {
        jobs.job("files: {stable-for: 0s, pattern: \"*.csv\", control: \"{stem}.ctl\"}\n");
        jobs.contact("1.csv", 0, "1", "Ann");
        Visit without = jobs.run();
        assertThat(without.runs()).isEmpty();
        assertThat(passedOver(without)).isEqualTo(Map.of("1.csv", Reason.NO_CONTROL_FILE));

        jobs.deliver("1.ctl", 0, "rows=2");
        Visit wrong = jobs.run();
        assertThat(statuses(wrong)).containsExactly(RunStatus.FAILED);
        assertThat(wrong.runs().getFirst().reason()).contains("states 2 rows, but the file has 1");
        assertThat(firstNames()).isEmpty();

        jobs.deliver("1.ctl", 0, "rows=1");
        assertThat(resume(wrong.runs().getFirst(), Force.NO).status()).isEqualTo(RunStatus.COMPLETED);
        assertThat(firstNames()).containsExactly("Ann");
    }

    @Test
    void repeatedContentIsImportedAndPointedOut() throws IOException {
        jobs.contact("1.csv", 0, "1", "Ann");
        jobs.run();
        jobs.contact("2.csv", 1, "1", "Ann");

        Run repeated = jobs.run().runs().getFirst();
        assertThat(repeated.status()).isEqualTo(RunStatus.COMPLETED);
        assertThat(repeated.imported().counts().unchanged()).isOne();
        assertThat(warnings(repeated))
                .containsExactly("The file has the same content as "
                        + jobs.inbox().resolve("1.csv") + ", which was imported before.");
    }

    @Test
    void aGrowingFileIsLeftAlone() throws Exception {
        jobs.job("files: {stable-for: 1s}\n");
        Path file = jobs.contact("1.csv", 0, "1", "Ann");
        AtomicBoolean done = new AtomicBoolean();
        Thread sender = Thread.ofVirtual().start(() -> {
            try {
                while (!done.get()) {
                    Files.writeString(file, "2,Bob\n", StandardCharsets.UTF_8, StandardOpenOption.APPEND);
                    Thread.sleep(20);
                }
            } catch (IOException | InterruptedException e) {
                throw new IllegalStateException(e);
            }
        });
        Visit growing = jobs.run();
        done.set(true);
        sender.join();

        assertThat(growing.runs()).isEmpty();
        assertThat(passedOver(growing)).isEqualTo(Map.of("1.csv", Reason.GROWING));
        assertThat(statuses(jobs.run())).containsExactly(RunStatus.COMPLETED);
        assertThat(firstNames()).containsExactly("Ann", "Bob");
        assertThat(jobs.bean(LastLooks.class).of(automation())).isEmpty();
    }

    @Test
    void anOlderFileThatComesLateWaits() throws IOException {
        jobs.contact("new.csv", 2, "1", "Anna");
        jobs.run();
        jobs.contact("old.csv", 1, "1", "Ann");

        Visit late = jobs.run();
        assertThat(late.runs()).isEmpty();
        assertThat(names(late.waiting())).containsExactly("old.csv");
        assertThat(names(jobs.run().waiting())).as("a second look").containsExactly("old.csv");
        assertThat(deliveries()).containsExactly("new.csv IMPORTED", "old.csv WAITING");
        assertThat(firstNames()).containsExactly("Anna");

        jobs.contact("newest.csv", 3, "1", "Annie");
        Visit newest = jobs.run();
        assertThat(statuses(newest)).as("a late file holds nothing back").containsExactly(RunStatus.COMPLETED);
        assertThat(names(newest.waiting())).containsExactly("old.csv");

        Visit onPurpose = jobs.byHand("old.csv", Repull.NEW_ONLY);
        assertThat(statuses(onPurpose)).containsExactly(RunStatus.COMPLETED);
        assertThat(onPurpose.waiting()).isEmpty();
        assertThat(firstNames()).containsExactly("Ann");
        assertThat(jobs.run().isEmpty()).isTrue();
        assertThat(deliveries()).containsExactly("new.csv IMPORTED", "old.csv IMPORTED", "newest.csv IMPORTED");
    }

    @Test
    void anOlderFileThatWasImportedOnPurposeGoesOnAfterItsProcessEnded() throws IOException {
        jobs.contact("new.csv", 2, "1", "Anna");
        jobs.run();
        jobs.contact("old.csv", 1, "1", "Ann");
        assertThat(names(jobs.run().waiting())).containsExactly("old.csv");
        jobs.contact("newer.csv", 3, "1", "Annie");
        assertThat(statuses(jobs.run())).containsExactly(RunStatus.COMPLETED);
        Visit cut = jobs.run(new ByHand(TESTER, Path.of("old.csv"), Repull.NEW_ONLY), endingTheProcess());
        assertThat(statuses(cut)).containsExactly(RunStatus.STOPPED);
        assertThat(firstNames()).containsExactly("Annie");
        jobs.restart();
        jobs.contact("newest.csv", 4, "2", "Bob");

        Visit next = jobs.run();

        assertThat(statuses(next)).containsExactly(RunStatus.COMPLETED, RunStatus.COMPLETED);
        assertThat(next.runs().getFirst().id()).isEqualTo(cut.runs().getFirst().id());
        assertThat(firstNames()).containsExactly("Ann", "Bob");
    }

    private Run undo(Run run) {
        return jobs.bean(RunService.class).run(new RunRequest.Undo(run.number()), TESTER, Progress.NONE);
    }

    /** As an undo is that was given up before it took anything back. */
    private void giveUp(Run undo) {
        jdbc.sql("UPDATE run SET status = 'ABANDONED' WHERE id = ?")
                .param(undo.number())
                .update();
    }

    @Test
    void anUndoneImportMakesNoOlderFileLate() throws IOException {
        jobs.contact("new.csv", 2, "1", "Anna");
        Run undo = undo(jobs.run().runs().getFirst());
        assertThat(undo.status()).isEqualTo(RunStatus.COMPLETED);
        jobs.contact("old.csv", 1, "1", "Ann");

        giveUp(undo);
        assertThat(names(jobs.run().waiting())).containsExactly("old.csv");
        jdbc.sql("UPDATE run SET status = 'COMPLETED' WHERE id = ?")
                .param(undo.number())
                .update();
        assertThat(statuses(jobs.run())).containsExactly(RunStatus.COMPLETED);
        assertThat(firstNames()).containsExactly("Ann");
    }

    @Test
    void anUndoneImportKeepsNoOlderRunFromBeingResumed() throws IOException {
        jobs.job("files: {stable-for: 0s, pattern: \"*.csv\", control: \"{stem}.ctl\"}\non-failure: continue\n");
        jobs.contact("1.csv", 0, "1", "Ann");
        jobs.deliver("1.ctl", 0, "rows=7");
        jobs.contact("2.csv", 1, "1", "Anna");
        jobs.deliver("2.ctl", 1, "rows=1");
        List<Run> both = jobs.run().runs();
        jobs.deliver("1.ctl", 0, "rows=1");
        Run undo = undo(both.getLast());

        giveUp(undo);
        assertThatThrownBy(() -> resume(both.getFirst(), Force.NO))
                .hasMessageContaining("of a newer file has completed");
        jdbc.sql("UPDATE run SET status = 'COMPLETED' WHERE id = ?")
                .param(undo.number())
                .update();
        assertThat(resume(both.getFirst(), Force.NO).status()).isEqualTo(RunStatus.COMPLETED);
    }

    @Test
    void anUndoneImportIsNotWhatTheNextFileIsComparedWith() throws IOException {
        jobs.job("file: full\nlimits: {max-shrinkage: 50 %}\n");
        jobs.contact("1.csv", 0, "1", "Ann");
        jobs.run();
        jobs.deliver("2.csv", 1, "ExternalDataReference,FirstName,Colour", "2,Bob,red", "3,Cem,blue", "4,Dora,pink");
        undo(jobs.run().runs().getFirst());
        jobs.contact("3.csv", 2, "5", "Eve");
        jobs.deliver("4.csv", 3, "ExternalDataReference,FirstName,Colour", "2,Bob,red", "3,Cem,blue", "4,Dora,pink");

        Visit visit = jobs.run();

        assertThat(statuses(visit)).containsExactly(RunStatus.COMPLETED, RunStatus.COMPLETED);
        assertThat(warnings(visit.runs().getFirst()))
                .as("columns and rows of the last file that is still imported")
                .isEmpty();
        assertThat(warnings(visit.runs().getLast()))
                .as("not the content of a file that was undone")
                .noneMatch(warning -> warning.contains("same content"))
                .isNotEmpty();
    }

    private List<String> warnings(Run run) {
        return jobs.bean(JsonMapper.class)
                .readValue(run.report(), ImportReport.class)
                .warnings();
    }

    @Test
    void aRunThatAPersonStoppedIsNotTakenUpWhenItsProcessWasLostBeforeItStopped() throws IOException {
        jobs.contact("1.csv", 0, "1", "Ann");
        Run stopped = jobs.run(new Recovery(), endingTheProcess()).runs().getFirst();
        jobs.restart();
        jdbc.sql("UPDATE run SET status = 'RUNNING', ended_at = NULL, stop_requested = 1 WHERE id = ?")
                .param(stopped.number())
                .update();
        jdbc.sql("UPDATE run_heartbeat SET beat_at = beat_at - 60000 WHERE run_id = ?")
                .param(stopped.number())
                .update();

        Visit visit = jobs.run();

        assertThat(visit.runs()).isEmpty();
        assertThat(visit.pending()).extracting(Run::status).containsExactly(RunStatus.DEAD);
        assertThat(resume(stopped, Force.NO).status()).isEqualTo(RunStatus.COMPLETED);
    }

    /** Asks the process to stop as soon as a run begins. */
    private Progress endingTheProcess() {
        RunService runs = jobs.bean(RunService.class);
        return new Progress() {
            @Override
            public void step(String step) {
                runs.stopAll();
            }

            @Override
            public void at(long done, double share) {
                // nothing to do
            }
        };
    }

    @Test
    void aDatabaseThatIsAwayForAMomentFailsNoRunAndHoldsNothingBack() throws IOException {
        jobs.contact("1.csv", 0, "1", "Ann");
        jobs.contact("2.csv", 1, "2", "Bob");

        assertThatThrownBy(() -> jobs.run(new Recovery(), losingTheDatabase()))
                .isInstanceOfSatisfying(
                        Refusal.class, refusal -> assertThat(refusal.code()).isEqualTo("DATABASE_LOST"))
                .hasMessageEndingWith(
                        ": the database was lost or does not answer. What the run has done so far is kept;"
                                + " resume it once the database answers again.");
        Run lost = jobs.bean(Automations.class).pending(automation()).getFirst();
        assertThat(lost.status()).isEqualTo(RunStatus.STOPPED);
        assertThat(lost.reason())
                .isEqualTo("Cannot finish run " + lost.id() + ": the database was lost or does not answer. What the run"
                        + " has done so far is kept; resume it once the database answers again.");

        Visit next = jobs.run();
        assertThat(statuses(next)).containsExactly(RunStatus.COMPLETED, RunStatus.COMPLETED);
        assertThat(next.runs().getFirst().id()).isEqualTo(lost.id());
        assertThat(firstNames()).containsExactly("Ann", "Bob");
    }

    @Test
    void aRunThatLosesTheDatabaseAgainAndAgainIsLeftToAPerson() throws IOException {
        jobs.contact("1.csv", 0, "1", "Ann");
        assertThatThrownBy(() -> jobs.run(new Recovery(), losingTheDatabase())).isInstanceOf(Refusal.class);
        jdbc.sql("UPDATE run SET epoch = 9 WHERE automation_id = ?")
                .param(automation())
                .update();

        assertThat(statuses(jobs.run(new Recovery(), losingTheDatabase()))).containsExactly(RunStatus.FAILED);
        assertThat(jobs.run().runs()).isEmpty();
    }

    private static Progress losingTheDatabase() {
        return new Progress() {
            @Override
            public void step(String step) {
                if (step.equals("load")) {
                    throw new DataAccessResourceFailureException(
                            "No connection", new SQLTransientConnectionException("Connection is not available"));
                }
            }

            @Override
            public void at(long done, double share) {
                // nothing to do
            }
        };
    }

    @Test
    void theDateInTheNameSaysWhichFileIsOlder() throws IOException {
        jobs.job("files: {stable-for: 0s, dated: \"c-{yyyyMMdd}.csv\"}\n");
        jobs.contact("c-20260302.csv", 0, "1", "Anna");
        jobs.run();
        jobs.contact("c-20260301.csv", 9, "1", "Ann");
        assertThat(names(jobs.run().waiting())).containsExactly("c-20260301.csv");

        jobs.contact("c-20260302.csv", 10, "1", "Annie");
        assertThat(statuses(jobs.run())).as("corrected, with the same date").containsExactly(RunStatus.COMPLETED);
        assertThat(firstNames()).containsExactly("Annie");
    }

    @Test
    void aLocalFileMakesNoOtherOneLate() throws IOException {
        Path local = Files.writeString(folder.resolve("mended.csv"), "ExternalDataReference,FirstName\n1,Mended\n");
        assertThat(statuses(jobs.byHand(local.toString(), Repull.NEW_ONLY))).containsExactly(RunStatus.COMPLETED);
        jobs.contact("tonight.csv", 0, "1", "Ann");

        assertThat(statuses(jobs.run())).containsExactly(RunStatus.COMPLETED);
    }

    @Test
    void lateFilesAreImportedWhereTheJobTakesAnyOrder() throws IOException {
        jobs.contact("new.csv", 2, "1", "Anna");
        jobs.run();
        jobs.contact("old.csv", 1, "1", "Ann");
        assertThat(names(jobs.run().waiting())).containsExactly("old.csv");

        jobs.job("order: any\n");
        Visit any = jobs.run();
        assertThat(statuses(any)).containsExactly(RunStatus.COMPLETED);
        assertThat(any.waiting()).isEmpty();
        assertThat(firstNames()).containsExactly("Ann");
    }

    @Test
    void aLateFileThatItsSenderTakesAwayWaitsNoLonger() throws IOException {
        jobs.contact("new.csv", 2, "1", "Anna");
        jobs.run();
        Path old = jobs.contact("old.csv", 1, "1", "Ann");
        jobs.run();

        Files.delete(old);
        assertThat(jobs.run().isEmpty()).isTrue();
        assertThat(deliveries()).containsExactly("new.csv IMPORTED", "old.csv GONE");
    }

    @Test
    void aSkippedFileIsSettledOnceWithItsActor() throws IOException {
        jobs.contact("new.csv", 2, "1", "Anna");
        jobs.run();
        jobs.contact("old.csv", 1, "1", "Ann");
        jobs.run();
        SkippedFiles skipping = jobs.bean(SkippedFiles.class);

        Delivery skipped = skipping.skip(jobs.job(), "old.csv", TESTER);
        assertThat(skipped.state()).isEqualTo(State.SKIPPED);
        assertThat(skipping.skip(jobs.job(), "old.csv", TESTER)).isEqualTo(skipped);
        assertThat(jdbc.sql("SELECT CONCAT(actor, ' ', detail) FROM audit WHERE action = 'delivery.skip'"
                                + " AND subject_kind = 'AUTOMATION' AND subject_id = ?")
                        .param(automation())
                        .query(String.class)
                        .list())
                .containsExactly("tester {\"file\":\"old.csv\"}");
        assertThat(jobs.run().isEmpty()).isTrue();

        Visit named = jobs.byHand("old.csv", Repull.NEW_ONLY);
        assertThat(named.runs()).isEmpty();
        assertThat(passedOver(named)).isEqualTo(Map.of("old.csv", Reason.ALREADY_TAKEN));
        assertThat(statuses(jobs.byHand("old.csv", Repull.FORCED))).containsExactly(RunStatus.COMPLETED);
        assertThatThrownBy(() -> skipping.skip(jobs.job(), "new.csv", TESTER))
                .hasMessage("Cannot skip 'new.csv': a run has taken it. Abandon that run where it has failed.");
        assertThatThrownBy(() -> skipping.skip(jobs.job(), "none.csv", TESTER))
                .hasMessageStartingWith(
                        "Cannot find the file 'none.csv': there is none here, and none of that name at ");
    }

    @Test
    void aFileThatNobodyHasTakenCanBeSkippedBeforeItIsLookedAt() throws IOException {
        jobs.contact("1.csv", 0, "1", "Ann");
        jobs.bean(SkippedFiles.class).skip(jobs.job(), "1.csv", TESTER);

        assertThat(jobs.run().isEmpty()).isTrue();
        assertThat(deliveries()).containsExactly("1.csv SKIPPED");
    }

    @Test
    void remembersWhatTheLastLookPassedOver() throws Exception {
        jobs.job("files: {stable-for: 0s, dated: \"c{yyyyMMdd}*.csv\", marker: \"{name}.done\"}\n");
        jobs.contact("c20260301.csv", 0, "1", "Ann");
        jobs.contact("cnever.csv", 0, "1", "Ann");
        jobs.contact("c20260302\u001b[31m.csv", 0, "1", "Ann");
        Process touch = new ProcessBuilder(
                        "bash",
                        "-c",
                        "touch \"$0\"/$'c20260303\\xff.csv'",
                        jobs.inbox().toString())
                .start();
        assertThat(touch.waitFor()).isZero();

        Visit visit = jobs.run();
        assertThat(visit.runs()).isEmpty();
        assertThat(passedOver(visit))
                .isEqualTo(Map.of(
                        "c20260301.csv", Reason.NO_MARKER,
                        "cnever.csv", Reason.NO_DATE,
                        "c20260302\u001b[31m.csv", Reason.UNSAFE_NAME,
                        "c20260303\uFFFD.csv", Reason.UNREADABLE_NAME));
        List<LastLooks.Noted> noted = jobs.bean(LastLooks.class).of(automation());
        assertThat(noted).hasSize(4);
        jobs.run();
        assertThat(jobs.bean(LastLooks.class).of(automation()))
                .as("the same look again")
                .isEqualTo(noted);

        jobs.deliver("c20260301.csv.done", 0);
        assertThat(statuses(jobs.run())).containsExactly(RunStatus.COMPLETED);
        assertThat(jobs.bean(LastLooks.class).of(automation())).hasSize(3);
    }

    @Test
    void aNamedFileIsFoundHereFirstAndElseOnTheSource() throws IOException {
        jobs.contact("1.csv", 0, "1", "Ann");
        assertThat(statuses(jobs.byHand("1.csv", Repull.NEW_ONLY))).containsExactly(RunStatus.COMPLETED);
        assertThat(deliveries()).containsExactly("1.csv IMPORTED");
        assertThatThrownBy(() -> jobs.byHand("none/1.csv", Repull.NEW_ONLY))
                .hasMessageStartingWith("Cannot import none/1.csv: there is no such file, or it may not be read.");
        assertThat(jobs.bean(Deliveries.class).waiting(automation())).isEmpty();
    }
}
