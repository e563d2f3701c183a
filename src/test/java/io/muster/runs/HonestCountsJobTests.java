package io.muster.runs;

import static org.assertj.core.api.Assertions.assertThat;

import io.muster.database.TestDatabase;
import io.muster.dedup.DirectoryFixture;
import io.muster.jobs.Progress;
import io.muster.jobs.Run;
import io.muster.jobs.RunLedger;
import io.muster.jobs.RunStatus;
import io.muster.jobs.contactimport.ImportTuning;
import io.muster.load.OutcomeCounts;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.jdbc.core.simple.JdbcClient;

/** What a run that has not come to its end says of its rows and its time. */
class HonestCountsJobTests {

    @RegisterExtension
    static final TestDatabase database = new TestDatabase();

    private static final ImportTuning SMALL = new ImportTuning(1, 2, 2, null);

    @TempDir
    private Path folder;

    private final JdbcClient jdbc = database.jdbc();
    private ImportFixture imports;
    private DirectoryFixture directory;

    @BeforeEach
    void start() {
        imports = new ImportFixture(database, folder);
        directory = DirectoryFixture.create(jdbc, "extRef");
    }

    @AfterEach
    void stop() {
        imports.close();
    }

    /** A run that stops after its first chunk of blocks. */
    private Run stopped(int rows) {
        AwaitedRuns runs = imports.runs(SMALL);
        return runs.importFile(
                imports.file("ExternalDataReference\n"
                        + IntStream.range(0, rows).mapToObj(Integer::toString).collect(Collectors.joining("\n"))
                        + "\n"),
                ImportFixture.spec(directory.id()),
                new Progress() {
                    private boolean loading;

                    @Override
                    public void step(String name) {
                        loading = name.equals("load");
                    }

                    @Override
                    public void at(long done, double share) {
                        if (loading) {
                            runs.stopAll();
                        }
                    }
                });
    }

    /** As if its process had been lost before it could note how far it was. */
    private void lose(Run run) {
        jdbc.sql("UPDATE run SET status = 'RUNNING', ended_at = NULL, reason = NULL, owner = 'process 7 on elsewhere'"
                        + " WHERE id = ?")
                .param(run.number())
                .update();
        jdbc.sql("UPDATE run_import SET rows_created = 0 WHERE run_id = ?")
                .param(run.number())
                .update();
        jdbc.sql("UPDATE run_heartbeat SET beat_at = 1764374400000, worked_ms = 90000 WHERE run_id = ?")
                .param(run.number())
                .update();
    }

    @Test
    void aLostRunShowsEveryRowThatWasCommittedAndWhy() {
        Run stopped = stopped(30);
        assertThat(stopped.status()).isEqualTo(RunStatus.STOPPED);
        long committed = directory.count("contact");
        assertThat(committed).isBetween(1L, 29L);
        lose(stopped);

        Run unnoticed = imports.runs(SMALL).show(stopped.id());
        List<Run> marked = imports.bean(RunLedger.class).markDead();
        Run lost = imports.runs(SMALL).show(stopped.id());

        assertThat(marked).singleElement().extracting(Run::id).isEqualTo(stopped.id());
        assertThat(List.of(unnoticed, lost)).allSatisfy(run -> {
            assertThat(run.status()).isEqualTo(RunStatus.DEAD);
            assertThat(run.imported().counts()).isEqualTo(new OutcomeCounts(committed, 0, 0, 0, 0));
            assertThat(run.reason())
                    .isEqualTo("Nothing has been heard of its process (process 7 on elsewhere) since"
                            + " 2025-11-29T00:00:00Z. Resume it to go on where it stopped.");
        });
        assertThat(jdbc.sql("SELECT rows_created FROM run_import WHERE run_id = ?")
                        .param(stopped.number())
                        .query(Long.class)
                        .single())
                .isEqualTo(committed);
    }

    @Test
    void aRunThatFailsInMidLoadShowsWhatItHadCommitted() {
        jdbc.sql("RENAME TABLE run_journal TO run_journal_away").update();
        Run failed;
        try {
            failed = imports.load(
                    imports.file("ExternalDataReference,Email\n1,a@x.org\n2,bad\n,\n"),
                    ImportFixture.spec(directory.id()),
                    SMALL);
        } finally {
            jdbc.sql("RENAME TABLE run_journal_away TO run_journal").update();
        }

        assertThat(failed.status()).isEqualTo(RunStatus.FAILED);
        assertThat(failed.imported().read()).isEqualTo(3);
        assertThat(failed.imported().counts()).isEqualTo(new OutcomeCounts(0, 0, 0, 1, 1));
    }

    @Test
    void secondsAreThoseOfAllAttempts() {
        Run stopped = stopped(30);
        lose(stopped);
        assertThat(imports.runs(SMALL).show(stopped.id()).workedMillis()).isEqualTo(90_000);

        Run resumed = imports.runs(SMALL).resume(stopped.id());

        assertThat(resumed.status()).isEqualTo(RunStatus.COMPLETED);
        assertThat(resumed.workedMillis()).isBetween(90_000L, 150_000L);
        assertThat(resumed.imported().counts().created()).isEqualTo(30);
    }

    @Test
    void theShareOfTheSurveyMovesWithItsRows() {
        List<Double> shares = new ArrayList<>();
        String rows = IntStream.range(0, 40_000)
                .mapToObj(row -> row + ",Some Name That Is Long Enough " + row)
                .collect(Collectors.joining("\n"));
        imports.runs(new ImportTuning(1, 20_000, 1_000, null))
                .importFile(
                        imports.file("ExternalDataReference,LastName\n" + rows + "\n"),
                        ImportFixture.spec(directory.id()),
                        new Progress() {
                            private boolean surveying;

                            @Override
                            public void step(String name) {
                                surveying = name.equals("survey");
                            }

                            @Override
                            public void at(long done, double share) {
                                if (surveying) {
                                    shares.add(share - done / 40_000.0);
                                }
                            }
                        });

        assertThat(shares)
                .hasSizeGreaterThan(35)
                .allSatisfy(gap -> assertThat(gap).isBetween(-0.05, 0.05));
    }
}
