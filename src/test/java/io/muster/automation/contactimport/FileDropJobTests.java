package io.muster.automation.contactimport;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.muster.automation.JobsFixture;
import io.muster.automation.Trigger.Repull;
import io.muster.automation.attention.Attention;
import io.muster.automation.attention.Concern;
import io.muster.database.TestDatabase;
import io.muster.directory.Actor;
import io.muster.extract.drop.DroppedFile;
import io.muster.extract.drop.DroppedFile.State;
import io.muster.extract.drop.DroppedFiles;
import io.muster.extract.drop.DroppedFiles.Dropped;
import io.muster.extract.drop.DroppedFiles.Upload;
import io.muster.jobs.Automations;
import io.muster.jobs.Progress;
import io.muster.jobs.Run;
import io.muster.jobs.RunStatus;
import io.muster.runs.RunService;
import io.muster.runs.RunService.Force;
import io.muster.support.Refusal;
import io.muster.support.Sha256;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.jdbc.core.simple.JdbcClient;

/** Files that are sent for an automation, through whole runs. */
class FileDropJobTests {

    @RegisterExtension
    static final TestDatabase database = TestDatabase.create();

    private static final Actor TESTER = Actor.token("sender");
    private static final long LIMIT = 1_000_000;

    @TempDir
    private Path folder;

    private final JdbcClient jdbc = database.jdbc();
    private JobsFixture jobs;

    @BeforeEach
    void start() throws IOException {
        jobs = new JobsFixture(database, folder);
        jobs.job("{type: drop}", "files: {pattern: \"*.csv\"}\n");
    }

    @AfterEach
    void stop() {
        jobs.close();
    }

    private DroppedFiles drops() {
        return jobs.bean(DroppedFiles.class);
    }

    private long automation() {
        return jobs.bean(Automations.class).number(jobs.id());
    }

    private Upload upload(String name) {
        return new Upload(automation(), name, LIMIT, Instant.now().plus(Duration.ofDays(60)), TESTER);
    }

    private Dropped drop(String name, String text) throws IOException {
        return drops().take(upload(name), bytes(text), 0);
    }

    private Dropped dropContact(String name, String firstName) throws IOException {
        return drop(name, "ExternalDataReference,FirstName\n1," + firstName + "\n");
    }

    private static InputStream bytes(String text) {
        return new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8));
    }

    private List<String> names(State state) {
        return drops().list(automation(), state, 0, 100).stream()
                .map(DroppedFile::name)
                .toList();
    }

    private DroppedFile now(Dropped dropped) {
        return drops().find(automation(), dropped.file().number()).orElseThrow();
    }

    private List<String> firstNames() {
        return jdbc.sql("SELECT first_name FROM contact WHERE directory_id = ? ORDER BY number")
                .param(jobs.directory().id())
                .query(String.class)
                .list();
    }

    /** Content in the spool, and what is half done there. */
    private List<String> spooled() throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            return files.filter(file -> file.toString().contains("/spool/drop/") && Files.isRegularFile(file))
                    .map(file -> file.getFileName().toString())
                    .filter(name -> !name.equals("spool-id") && !name.endsWith(".lock"))
                    .toList();
        }
    }

    private static List<RunStatus> statuses(Visit visit) {
        return visit.runs().stream().map(Run::status).toList();
    }

    @Test
    void importsSentFilesInTheOrderInWhichTheyCame() throws IOException {
        Dropped first = dropContact("b.csv", "Ann");
        Dropped second = dropContact("a.csv", "Anna");
        assertThat(now(first).state()).isEqualTo(State.WAITING);

        Visit visit = jobs.run();

        assertThat(statuses(visit)).containsExactly(RunStatus.COMPLETED, RunStatus.COMPLETED);
        assertThat(firstNames()).containsExactly("Anna");
        assertThat(names(State.ARCHIVED)).containsExactly("b.csv", "a.csv");
        DroppedFile archived = now(second);
        assertThat(archived.run()).isEqualTo(visit.runs().getLast().number());
        assertThat(archived.processed()).isNotNull();
        assertThat(archived.uploader()).isEqualTo(TESTER);
        assertThat(jobs.run().isEmpty()).as("each delivery once").isTrue();
    }

    @Test
    void aFileIsKeptWithItsHashAndTheBytesAsTheyWereSent() throws IOException {
        String text = "ExternalDataReference;FirstName\r\n1;Zo\u00eb\r\n";
        Dropped dropped = drop("a.csv", text);

        assertThat(dropped.file().size()).isEqualTo(text.getBytes(StandardCharsets.UTF_8).length);
        assertThat(dropped.file().sha256())
                .isEqualTo(HexFormat.of().formatHex(Sha256.digest().digest(text.getBytes(StandardCharsets.UTF_8))));
        try (InputStream content = drops().open(dropped.file())) {
            assertThat(new String(content.readAllBytes(), StandardCharsets.UTF_8))
                    .isEqualTo(text);
        }
    }

    @Test
    void theSameNameAndContentWhileItWaitsIsOneFile() throws IOException {
        Dropped first = dropContact("a.csv", "Ann");
        Dropped again = dropContact("a.csv", "Ann");

        assertThat(again.repeated()).isTrue();
        assertThat(again.file().id()).isEqualTo(first.file().id()).startsWith("AFL_");
        assertThat(spooled()).hasSize(1);
        assertThat(statuses(jobs.run())).containsExactly(RunStatus.COMPLETED);

        Dropped later = dropContact("a.csv", "Ann");
        assertThat(later.repeated()).as("the first is imported by now").isFalse();
        assertThat(jobs.run().runs()).hasSize(1);
    }

    @Test
    void callersWhoSendTheSameAtOnceGetTheSameFile() throws Exception {
        try (ExecutorService callers = Executors.newFixedThreadPool(8)) {
            List<Callable<Dropped>> calls = IntStream.range(0, 24)
                    .mapToObj(n -> (Callable<Dropped>) () -> dropContact("a.csv", "Ann"))
                    .toList();
            List<String> ids = new ArrayList<>();
            for (Future<Dropped> answer : callers.invokeAll(calls)) {
                ids.add(answer.get().file().id());
            }

            assertThat(ids.stream().distinct()).hasSize(1);
        }

        assertThat(names(State.WAITING)).containsExactly("a.csv");
        assertThat(spooled()).hasSize(1);
    }

    @Test
    void otherContentUnderTheNameOfAWaitingFileReplacesIt() throws IOException {
        Dropped first = dropContact("a.csv", "Ann");
        Dropped second = dropContact("a.csv", "Berta");

        assertThat(second.replaced()).isEqualTo(first.file());
        assertThat(drops().find(automation(), first.file().number())).isEmpty();
        assertThat(spooled()).hasSize(1);
        jobs.run();
        assertThat(firstNames()).containsExactly("Berta");
    }

    @Test
    void aNameThatTheJobDoesNotChooseWaitsAndIsNeverRun() throws IOException {
        drop("notes.txt", "hello");

        assertThat(jobs.run().runs()).isEmpty();
        assertThat(names(State.WAITING)).containsExactly("notes.txt");
    }

    @Test
    void aFailedFileSaysSoAndComesBackWhenItsRunIsReprocessed() throws IOException {
        Dropped broken = drop("a.csv", "FirstName,FirstName\na,b\n");
        Run failed = jobs.run().runs().getFirst();
        assertThat(failed.status()).isEqualTo(RunStatus.FAILED);
        assertThat(now(broken).state()).isEqualTo(State.FAILED);
        assertThat(now(broken).run()).isEqualTo(failed.number());

        Dropped next = dropContact("b.csv", "Ann");
        assertThatThrownBy(jobs::run).isInstanceOf(Refusal.class).hasMessageContaining("holds them back");
        jobs.bean(RunService.class).abandon(failed.id(), TESTER);
        assertThat(statuses(jobs.run())).containsExactly(RunStatus.COMPLETED);
        assertThat(now(next).state()).isEqualTo(State.ARCHIVED);
        assertThat(now(broken).state()).isEqualTo(State.FAILED);
    }

    @Test
    void anImportedFileIsRunAgainWhenAPersonSaysSo() throws IOException {
        dropContact("a.csv", "Ann");
        Run first = jobs.run().runs().getFirst();
        jdbc.sql("UPDATE contact SET first_name = 'X' WHERE directory_id = ?")
                .param(jobs.directory().id())
                .update();

        assertThat(statuses(jobs.byHand("a.csv", Repull.ALL))).containsExactly(RunStatus.COMPLETED);
        assertThat(firstNames()).containsExactly("Ann");
        RunService runs = jobs.bean(RunService.class);
        assertThat(runs.await(runs.reprocess(first.id(), Force.YES, TESTER, Progress.NONE))
                        .status())
                .isEqualTo(RunStatus.COMPLETED);
    }

    @Test
    void aJobMayDeleteWhatItHasImported() throws IOException {
        jobs.job("{type: drop}", "afterwards: {action: delete}\n");
        Dropped dropped = dropContact("a.csv", "Ann");
        jobs.run();

        assertThat(drops().find(automation(), dropped.file().number())).isEmpty();
        assertThat(spooled()).isEmpty();
        assertThat(firstNames()).containsExactly("Ann");
    }

    @Test
    void tooManyBytesAreRefusedAndLeaveNothing() throws IOException {
        String large = "x".repeat((int) LIMIT + 1);
        for (long expected : List.of(0L, LIMIT + 1)) {
            assertThatThrownBy(() -> drops().take(upload("a.csv"), bytes(large), expected))
                    .isInstanceOf(Refusal.class)
                    .hasMessage("Cannot take the file: it has more than the 1,000,000 bytes that its job allows."
                            + " Send a smaller one, or raise format.max-size of the job.");
        }

        assertThat(spooled()).isEmpty();
        assertThat(names(State.WAITING)).isEmpty();
    }

    @Test
    void aSenderWhoIsCutOffLeavesNothing() throws IOException {
        InputStream cut = new SequenceInputStream(bytes("ExternalDataReference\n1"), new InputStream() {
            @Override
            public int read() throws IOException {
                throw new IOException("connection reset");
            }

            @Override
            public int read(byte[] bytes, int from, int length) throws IOException {
                throw new IOException("connection reset");
            }
        });

        assertThatThrownBy(() -> drops().take(upload("a.csv"), cut, 100)).hasMessage("connection reset");
        assertThat(spooled()).isEmpty();
        assertThat(names(State.WAITING)).isEmpty();
    }

    @Test
    void whatALostProcessHasLeftIsRemovedAndWhatWasTakenStays() throws IOException {
        dropContact("a.csv", "Ann");
        Path spool = folder("drop");
        String lost = "00000000-0000-4000-8000-000000000000";
        Files.writeString(spool.resolve(lost + ".lock"), "");
        Files.writeString(spool.resolve(lost + ".1.123.part"), "half");
        Path old = Files.writeString(spool.resolve(lost + ".2"), "without a record");
        Files.setLastModifiedTime(old, FileTime.from(Instant.now().minusSeconds(120)));
        jobs.restart();

        drops().tidy();

        assertThat(spooled()).hasSize(1).noneMatch(name -> name.startsWith(lost));
        assertThat(spool.resolve(lost + ".lock")).doesNotExist();
        assertThat(statuses(jobs.run())).containsExactly(RunStatus.COMPLETED);
    }

    private Path folder(String name) throws IOException {
        try (Stream<Path> all = Files.walk(folder)) {
            return all.filter(one -> one.endsWith("spool/" + name)).findFirst().orElseThrow();
        }
    }

    private List<Concern> concerns() {
        return jobs.bean(Attention.class).concerns().stream()
                .filter(concern -> jobs.id().equals(concern.automation()))
                .toList();
    }

    private void liesElsewhere(Dropped dropped) {
        jdbc.sql("UPDATE dropped_file SET spool = 'another', host = 'machine-2' WHERE id = ?")
                .param(dropped.file().number())
                .update();
    }

    @Test
    void aFileInTheSpoolOfAnotherMachineIsLeftToItAndHoldsNewerOnesBack() throws IOException {
        dropContact("0.csv", "First");
        Dropped dropped = dropContact("a.csv", "Ann");
        liesElsewhere(dropped);
        Dropped newer = dropContact("b.csv", "Newer");

        Visit visit = jobs.run();

        assertThat(statuses(visit)).containsExactly(RunStatus.COMPLETED);
        assertThat(firstNames()).containsExactly("First");
        assertThat(visit.elsewhere())
                .hasMessage("Cannot import new files of " + jobs.id()
                        + " here: a.csv lies in the spool of machine-2, where no server runs. Start that server, which takes"
                        + " it up by itself. If it is lost for good, send it again, or settle it with jobs skip.");
        assertThat(now(newer).state()).isEqualTo(State.WAITING);
        assertThatThrownBy(() -> drops().open(now(dropped)))
                .isInstanceOf(Refusal.class)
                .hasMessage("Cannot read the file " + dropped.file().id()
                        + " here: it lies in the spool of machine-2. Ask the server there, or have the servers share one"
                        + " spool.");
        assertThat(concerns()).singleElement().satisfies(concern -> {
            assertThat(concern.kind()).isEqualTo(Concern.Kind.FILE_ELSEWHERE);
            assertThat(concern.file()).isEqualTo("a.csv");
            assertThat(concern.reason())
                    .isEqualTo(
                            "It lies in the spool of machine-2, where no server runs: start that server, or send the file"
                                    + " again.");
        });
    }

    @Test
    void aLivingServerThatHasTheFileIsNamed() throws IOException {
        liesElsewhere(dropContact("a.csv", "Ann"));
        jdbc.sql("""
            INSERT INTO known_server (id, name, version, since, beat_at, spool, job_hash, job_list, jobs_since)
            VALUES ('1', 'machine-2-3f2a', '1', 0, UNIX_TIMESTAMP() * 1000, 'another', '', '', 0)
            """).update();

        assertThat(jobs.run().elsewhere())
                .hasMessage("Cannot import new files of " + jobs.id()
                        + " here: a.csv lies in the spool of server machine-2-3f2a. That server takes it up by itself; with a"
                        + " spool that servers share, any would.");
        assertThat(concerns()).isEmpty();
        jdbc.sql("DELETE FROM known_server").update();
    }

    @Test
    void aFileThatIsSentAgainWhileAnotherMachineHasItLiesHere() throws IOException {
        Dropped dropped = dropContact("a.csv", "Ann");
        liesElsewhere(dropped);

        Dropped again = dropContact("a.csv", "Ann");

        assertThat(again.repeated()).isTrue();
        assertThat(again.file().id()).isEqualTo(dropped.file().id());
        Visit visit = jobs.run();
        assertThat(statuses(visit)).containsExactly(RunStatus.COMPLETED);
        assertThat(visit.elsewhere()).isNull();
        assertThat(concerns()).isEmpty();
    }

    @Test
    void aFileElsewhereIsPassedOverWhereFailuresHoldNothingBack() throws IOException {
        jobs.job("{type: drop}", "files: {pattern: \"*.csv\"}\non-failure: continue\n");
        liesElsewhere(dropContact("a.csv", "Ann"));
        dropContact("b.csv", "Newer");

        Visit visit = jobs.run();

        assertThat(statuses(visit)).containsExactly(RunStatus.COMPLETED);
        assertThat(visit.elsewhere()).isNull();
        assertThat(visit.passedOver()).extracting(one -> one.file().name()).containsExactly("a.csv");
    }

    @Test
    void aFileThatARunWorksOnIsNotDeletedAndOthersAre() throws IOException {
        Dropped busy = dropContact("a.csv", "Ann");
        jobs.run();
        jdbc.sql("UPDATE delivery SET state = 'TAKEN' WHERE automation_id = ?")
                .param(automation())
                .update();
        jdbc.sql("UPDATE run SET status = 'RUNNING' WHERE automation_id = ?")
                .param(automation())
                .update();
        assertThat(now(busy).state()).isEqualTo(State.PROCESSING);
        assertThatThrownBy(() -> drops().delete(now(busy), TESTER))
                .isInstanceOf(Refusal.class)
                .hasMessage(
                        "Cannot delete the file " + busy.file().id() + ": a run works on it. Wait until it has ended.");

        Dropped waiting = dropContact("b.csv", "Ann");
        drops().delete(waiting.file(), TESTER);
        assertThat(drops().find(automation(), waiting.file().number())).isEmpty();
        assertThat(jdbc.sql("SELECT action FROM audit WHERE actor = 'sender' ORDER BY id DESC LIMIT 2")
                        .query(String.class)
                        .list())
                .containsExactly("file.delete", "file.drop");
    }

    @Test
    void filesArePrunedWhenTheirTimeIsOver() throws IOException {
        Dropped old = dropContact("a.csv", "Ann");
        dropContact("b.csv", "Ann");
        jdbc.sql("UPDATE dropped_file SET keep_until = 1 WHERE id = ?")
                .param(old.file().number())
                .update();

        assertThat(drops().prune()).isEqualTo(1);
        assertThat(names(State.WAITING)).containsExactly("b.csv");
        assertThat(spooled()).hasSize(1);
    }
}
