package io.muster.runs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.muster.database.DatabaseProxy;
import io.muster.database.Holding;
import io.muster.database.TestDatabase;
import io.muster.dedup.DirectoryFixture;
import io.muster.dedup.DirectoryState;
import io.muster.dedup.IdentityInvariant;
import io.muster.jobs.Run;
import io.muster.jobs.RunLedger;
import io.muster.jobs.RunStatus;
import io.muster.load.OutcomeCounts;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * Real processes that are stopped, or lose their network or their database, with the transaction of a block open. The long
 * form: {@code -Dmuster.stopped.rows=300000 -Dmuster.stopped.session=60}.
 */
class StoppedProcessJobTests {

    @RegisterExtension
    static final TestDatabase database = new TestDatabase();

    private static final int ROWS = Integer.getInteger("muster.stopped.rows", 6_000);
    private static final String SESSION = System.getProperty("muster.stopped.session", "5");

    private static final String LOCKS = """
        SELECT COUNT(*) FROM information_schema.innodb_trx t
        JOIN information_schema.processlist p ON p.id = t.trx_mysql_thread_id
        WHERE p.db = ? AND t.trx_rows_modified > 0
        """;

    @TempDir
    private static Path folder;

    private static ImportFixture imports;
    private static Path file;

    private final JdbcClient jdbc = database.jdbc();
    private DirectoryFixture directory;

    @BeforeAll
    static void open() {
        imports = new ImportFixture(database, folder);
        StringBuilder text = new StringBuilder("ExternalDataReference,Email,LastName\n");
        for (int row = 0; row < ROWS; row++) {
            text.append('R').append(row).append(",p").append(row).append("@x.org,Ray\n");
        }

        file = imports.file(text.toString());
    }

    @AfterAll
    static void close() {
        imports.close();
    }

    @BeforeEach
    void makeADirectory() {
        directory = DirectoryFixture.create(jdbc, "extRef", "email,lastName");
    }

    /** How a process is lost whose sockets nobody closes. */
    enum Lost {
        STOPPED {
            @Override
            void lose(MusterProcess process, DatabaseProxy network) throws Exception {
                process.signal("STOP");
            }

            @Override
            void find(MusterProcess process, DatabaseProxy network) throws Exception {
                process.signal("CONT");
            }
        },
        CUT_OFF {
            @Override
            void lose(MusterProcess process, DatabaseProxy network) {
                network.freeze();
            }

            @Override
            void find(MusterProcess process, DatabaseProxy network) {
                network.mend();
            }
        };

        abstract void lose(MusterProcess process, DatabaseProxy network) throws Exception;

        abstract void find(MusterProcess process, DatabaseProxy network) throws Exception;
    }

    @ParameterizedTest
    @EnumSource
    void anotherProcessGoesOnWithItsRun(Lost lost) throws Exception {
        try (DatabaseProxy network = new DatabaseProxy(database.url());
                Holding holding = Holding.before(database, "INSERT ON run_block", "NEW.block = 3 AND NEW.epoch = 1");
                MusterProcess process = startImport(network.url())) {
            holding.await();
            lost.lose(process, network);
            Run run = run();
            assertThat(run.step()).isEqualTo("load");
            assertThat(run.status()).isEqualTo(RunStatus.RUNNING);
            letItSeemDead(run);

            long began;
            try (MusterProcess other = start(database.url(), "runs", "resume", run.id(), "--json")) {
                await().atMost(Duration.ofMinutes(2))
                        .until(
                                () -> other.err()
                                        .contains(
                                                "load: waiting for rows that another process has locked; the database takes them"));
                assertThat(run().epoch()).isEqualTo(2);
                holding.letGo();
                assertThat(locks()).isPositive();
                began = System.nanoTime();
                assertThat(other.exit()).as(other.toString()).isZero();
                assertThat(other.out()).contains("\"status\":\"COMPLETED\"");
            }

            assertThat(Duration.ofNanos(System.nanoTime() - began)).isLessThan(Duration.ofMinutes(2));
            assertComplete(run);
            SortedMap<String, List<String>> state = DirectoryState.of(jdbc, directory.id(), Set.of());
            Run completed = run();

            lost.find(process, network);

            assertThat(process.exit()).as(process.toString()).isEqualTo(1);
            assertThat(process.err())
                    .contains("Cannot go on with run " + run.id() + ": another process has taken run " + run.id()
                            + " over, and it is COMPLETED there. Nothing more was written here. The command runs show "
                            + run.id() + " shows how it stands.");
            assertThat(process.out()).isEmpty();
            assertThat(run()).isEqualTo(completed);
            assertThat(DirectoryState.of(jdbc, directory.id(), Set.of())).isEqualTo(state);
        }
    }

    @Test
    void aDatabaseThatComesBackCostsNothing() throws Exception {
        try (DatabaseProxy network = new DatabaseProxy(database.url());
                Holding holding = Holding.before(database, "INSERT ON run_block", "NEW.block = 3", 1);
                MusterProcess process = startImport(network.url())) {
            holding.await();
            network.cut();
            await().until(() -> !holding.isHolding());
            network.mend();

            assertThat(process.exit()).as(process.toString()).isZero();
            assertThat(run().epoch()).isEqualTo(1);
            assertComplete(run());
        }
    }

    @Test
    void aDatabaseThatIsLostIsReportedInPlainWordsAndTheRunIsResumed() throws Exception {
        Run run;
        try (DatabaseProxy network = new DatabaseProxy(database.url());
                Holding holding = Holding.before(database, "INSERT ON run_block", "NEW.block = 3", 1);
                MusterProcess process = startImport(network.url())) {
            holding.await();
            network.cut();
            assertThat(process.exit()).as(process.toString()).isEqualTo(1);

            run = run();
            assertThat(process.err().lines().filter(line -> !line.contains(" rows/s")))
                    .as("beside the progress of a long run")
                    .containsExactly("Cannot finish run " + run.id()
                            + ": the database was lost or does not answer. What the run has done so far is kept; resume"
                            + " it once the database answers again. The command runs resume " + run.id()
                            + " goes on with it.");
        }

        letItSeemDead(run);
        assertThat(run().status()).isEqualTo(RunStatus.DEAD);
        Run resumed = imports.runs(ImportFixture.USUAL).resume(run.id());
        assertThat(resumed.status()).as(resumed.reason()).isEqualTo(RunStatus.COMPLETED);
        assertComplete(resumed);
    }

    private MusterProcess startImport(String url) throws IOException {
        return start(
                url, "import", file.toString(), "--directory", TestDatabase.IDS.directory(directory.id()), "--json");
    }

    private MusterProcess start(String url, String... arguments) throws IOException {
        return MusterProcess.start(
                url,
                folder.resolve("home"),
                folder,
                Map.of("MUSTER_DATABASE_SESSION_SECONDS", SESSION, "MUSTER_DATABASE_WAIT", "5s"),
                arguments);
    }

    private long locks() {
        return jdbc.sql(LOCKS).param(database.schemaName()).query(Long.class).single();
    }

    private Run run() {
        return imports.runs(ImportFixture.USUAL).latest(directory.id(), 1).getFirst();
    }

    /** Makes a lost process count as dead at once, as twenty seconds of silence would. */
    private void letItSeemDead(Run run) {
        jdbc.sql("UPDATE run_heartbeat SET beat_at = beat_at - ? WHERE run_id = ?")
                .params(RunLedger.DEAD_AFTER.toMillis() + 6_000, run.number())
                .update();
    }

    private void assertComplete(Run run) {
        assertThat(run().status()).isEqualTo(RunStatus.COMPLETED);
        assertThat(run().imported().read()).isEqualTo(ROWS);
        assertThat(run().imported().counts()).isEqualTo(new OutcomeCounts(ROWS, 0, 0, 0, 0));
        assertThat(jdbc.sql("SELECT SUM(rows_created) FROM run_block WHERE run_id = ?")
                        .param(run.number())
                        .query(Long.class)
                        .single())
                .isEqualTo(ROWS);
        assertThat(directory.count("contact")).isEqualTo(ROWS);
        assertThat(directory.count("claim")).isEqualTo(2L * ROWS);
        new IdentityInvariant(jdbc).holds(directory.id());
    }
}
