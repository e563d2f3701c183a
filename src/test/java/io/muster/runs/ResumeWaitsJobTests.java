package io.muster.runs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.muster.database.TestDatabase;
import io.muster.dedup.DirectoryFixture;
import io.muster.jobs.Progress;
import io.muster.jobs.Run;
import io.muster.jobs.RunLedger;
import io.muster.jobs.RunStatus;
import io.muster.support.Refusal;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.jdbc.core.simple.JdbcClient;

/** A run that a process may still hold: who that is, until when, and what becomes of a request to resume it. */
class ResumeWaitsJobTests {

    @RegisterExtension
    static final TestDatabase database = new TestDatabase();

    @TempDir
    private Path folder;

    private final JdbcClient jdbc = database.jdbc();
    private final List<String> notes = new CopyOnWriteArrayList<>();
    private final ExecutorService operator = Executors.newSingleThreadExecutor();
    private ImportFixture imports;
    private RunService service;
    private Run run;

    private final Progress watching = new Progress() {
        @Override
        public void note(String line) {
            notes.add(line);
        }

        @Override
        public void step(String name) {}

        @Override
        public void at(long rows, double share) {}
    };

    /** A run of which only a heartbeat three seconds ago is known. */
    @BeforeEach
    void holdARun() {
        imports = new ImportFixture(database, folder);
        service = imports.runs(ImportFixture.USUAL).service();
        DirectoryFixture directory = DirectoryFixture.create(jdbc, "extRef");
        AwaitedRuns stopped = imports.runs(ImportFixture.USUAL);
        stopped.stopAll();
        run = stopped.importFile(
                imports.file("ExternalDataReference\n1\n2\n"), ImportFixture.spec(directory.id()), Progress.NONE);
        assertThat(run.status()).isEqualTo(RunStatus.STOPPED);
        jdbc.sql("UPDATE run SET status = 'RUNNING', ended_at = NULL, owner = 'process 7 on elsewhere' WHERE id = ?")
                .param(run.number())
                .update();
        silence(3_000);
    }

    @AfterEach
    void stop() {
        operator.shutdownNow();
        imports.close();
    }

    private void silence(long millis) {
        jdbc.sql("UPDATE run_heartbeat SET beat_at = CAST(UNIX_TIMESTAMP(CURRENT_TIMESTAMP(3)) * 1000 AS SIGNED) - ?"
                        + " WHERE run_id = ?")
                .params(millis, run.number())
                .update();
    }

    private Future<Run> resume() {
        return operator.submit(() -> {
            service.awaitRelease(run.id(), RunService.Patience.UNTIL_FREE, watching);
            return service.await(service.resume(run.id(), RunService.Force.NO, AwaitedRuns.TESTER, Progress.NONE));
        });
    }

    private void untilItWaits() {
        await().pollDelay(Duration.ZERO).until(() -> !notes.isEmpty());
    }

    @Test
    void saysWhoHoldsItAndUntilWhenAndGoesOnWhenThatTimeIsOver() throws Exception {
        Future<Run> resumed = resume();
        untilItWaits();
        assertThat(notes)
                .singleElement()
                .asString()
                .matches("Run " + run.id() + ": process 7 on elsewhere holds it for 1[4-8] s more unless it is heard of"
                        + " again; it was last heard of [3-6] s ago\\. Waiting until it is free\\.");

        silence(RunLedger.DEAD_AFTER.toMillis() + 1_000);

        assertThat(resumed.get().status()).isEqualTo(RunStatus.COMPLETED);
        assertThat(resumed.get().imported().counts().created()).isEqualTo(2);
    }

    @Test
    void refusesARunWhoseProcessLives() {
        Future<Run> resumed = resume();
        untilItWaits();

        silence(0);

        assertThatThrownBy(resumed::get)
                .isInstanceOf(ExecutionException.class)
                .cause()
                .isInstanceOf(Refusal.class)
                .hasMessage("Cannot resume run " + run.id()
                        + ": process 7 on elsewhere works on it. Wait for it, or stop it first.");
        assertThat(service.show(run.id()).epoch()).isEqualTo(run.epoch());
    }

    @Test
    void doesNotWaitWhenToldNotTo() {
        assertThatThrownBy(() -> service.awaitRelease(run.id(), RunService.Patience.NONE, watching))
                .isInstanceOf(Refusal.class)
                .hasMessageMatching(
                        "Cannot resume run " + run.id() + ": process 7 on elsewhere holds it for 1\\d s more"
                                + " unless it is heard of again; it was last heard of \\d s ago\\. Ask again when its time is over\\.");
        assertThat(notes).isEmpty();
    }

    @Test
    void stopsWaitingWhenItsOwnProcessIsToStop() {
        Future<Run> resumed = resume();
        untilItWaits();

        service.stopAll();

        assertThatThrownBy(resumed::get).cause().hasMessageContaining("this process was asked to stop");
    }

    @Test
    void doesNotWaitForARunThatIsFree() {
        silence(RunLedger.DEAD_AFTER.toMillis() + 1_000);

        service.awaitRelease(run.id(), RunService.Patience.NONE, watching);

        assertThat(notes).isEmpty();
    }

    @Test
    void oneCommandAfterAKillIsEnough() throws Exception {
        DirectoryFixture directory = DirectoryFixture.create(jdbc, "extRef");
        Path file = imports.file("ExternalDataReference\n"
                + IntStream.range(0, 20_000).mapToObj(Integer::toString).collect(Collectors.joining("\n")) + "\n");
        Path home = folder.resolve("home");
        Run killed;
        try (MusterProcess process = MusterProcess.start(
                database.url(),
                home,
                folder,
                "import",
                file.toString(),
                "--directory",
                TestDatabase.IDS.directory(directory.id()))) {
            await().pollDelay(Duration.ZERO)
                    .pollInterval(Duration.ofMillis(5))
                    .atMost(Duration.ofSeconds(60))
                    .until(() -> !process.isAlive() || committedBlocks(directory) > 1);
            process.kill();
            killed = imports.runs(ImportFixture.USUAL).latest(directory.id(), 1).getFirst();
            assertThat(killed.status()).as(process.toString()).isEqualTo(RunStatus.RUNNING);
        }

        run = killed;
        try (MusterProcess resume =
                MusterProcess.start(database.url(), home, folder, "runs", "resume", killed.id(), "--json")) {
            await().atMost(Duration.ofSeconds(60))
                    .until(() -> !resume.isAlive() || resume.err().contains("Waiting until it is free."));
            assertThat(resume.err()).contains("Run " + killed.id() + ": " + killed.owner() + " holds it for ");
            silence(RunLedger.DEAD_AFTER.toMillis() + 1_000);

            assertThat(resume.exit()).as(resume.toString()).isZero();
            assertThat(resume.out()).contains("\"status\":\"COMPLETED\",\"read\":20000,\"created\":20000");
        }
    }

    private int committedBlocks(DirectoryFixture directory) {
        return jdbc.sql("SELECT COUNT(*) FROM run_block b JOIN run r ON r.id = b.run_id WHERE r.directory_id = ?")
                .param(directory.id())
                .query(Integer.class)
                .single();
    }
}
