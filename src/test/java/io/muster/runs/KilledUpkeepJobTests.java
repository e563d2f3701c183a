package io.muster.runs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.muster.database.TestDatabase;
import io.muster.dedup.DirectoryFixture;
import io.muster.dedup.IdentityInvariant;
import io.muster.dedup.merge.MergeScope;
import io.muster.dedup.rules.IdentityRule;
import io.muster.jobs.Progress;
import io.muster.jobs.Run;
import io.muster.jobs.RunFilter;
import io.muster.jobs.RunKind;
import io.muster.jobs.RunLedger;
import io.muster.jobs.RunStatus;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.jdbc.core.simple.JdbcClient;

/** Real processes, killed with SIGKILL while they merge or re-key; a resume does the rest. */
class KilledUpkeepJobTests {

    @RegisterExtension
    static final TestDatabase database = TestDatabase.create();

    private static final int PEOPLE = 1_500;

    @TempDir
    private static Path folder;

    private static ImportFixture imports;

    private final JdbcClient jdbc = database.jdbc();
    private DirectoryFixture directory;

    @BeforeAll
    static void open() {
        imports = new ImportFixture(database, folder);
    }

    @AfterAll
    static void close() {
        imports.close();
    }

    /** Each person is there twice, under two references. */
    @BeforeEach
    void fill() {
        directory = DirectoryFixture.create(jdbc, "extRef");
        StringBuilder text = new StringBuilder("ExternalDataReference,Email\n");
        for (int row = 0; row < 2 * PEOPLE; row++) {
            text.append('R').append(row).append(",p").append(row % PEOPLE).append("@x.org\n");
        }

        Run filled =
                imports.load(imports.file(text.toString()), ImportFixture.spec(directory.id()), ImportFixture.USUAL);
        assertThat(filled.status()).as(filled.reason()).isEqualTo(RunStatus.COMPLETED);
        directory.addRule("email", IdentityRule.State.PENDING);
    }

    private MusterProcess start(String... command) throws IOException {
        return MusterProcess.start(database.url(), folder.resolve("home"), folder, command);
    }

    private MusterProcess startRekey() throws IOException {
        return start("directories", "rekey", id());
    }

    private MusterProcess startMerge() throws IOException {
        return start("duplicates", "merge", "--directory", id(), "--json");
    }

    private String id() {
        return TestDatabase.IDS.directory(directory.id());
    }

    /** Kills the process when a condition on its run is true, and lets the run seem dead. */
    private Run killed(MusterProcess process, RunKind kind, String condition) throws InterruptedException {
        await().pollDelay(Duration.ZERO)
                .pollInterval(Duration.ofMillis(2))
                .atMost(Duration.ofSeconds(60))
                .until(() -> !process.isAlive()
                        || jdbc.sql("SELECT COUNT(*) FROM run r WHERE directory_id = ? AND kind = ? AND " + condition)
                                        .params(directory.id(), kind.key())
                                        .query(Integer.class)
                                        .single()
                                > 0);
        process.kill();
        RunLedger runs = imports.bean(RunLedger.class);
        Run run = runs.list(RunFilter.ofDirectory(directory.id(), 1).of(kind)).getFirst();
        jdbc.sql("UPDATE run_heartbeat SET beat_at = beat_at - ? WHERE run_id = ?")
                .params(RunLedger.DEAD_AFTER.toMillis() + 6_000, run.number())
                .update();
        return runs.find(run.number()).orElseThrow();
    }

    private Run resume(Run dead) {
        // It may have been done just before it was killed.
        assertThat(dead.status()).isIn(RunStatus.DEAD, RunStatus.COMPLETED);
        Run resumed = imports.runs(ImportFixture.USUAL).resume(dead.id());
        assertThat(resumed.status()).as(resumed.reason()).isEqualTo(RunStatus.COMPLETED);
        assertThat(resumed.id()).isEqualTo(dead.id());
        assertThat(resumed.epoch()).isEqualTo(dead.status() == RunStatus.DEAD ? 2 : 1);
        assertThat(startedInBatch()).isZero();
        return resumed;
    }

    private long startedInBatch() {
        return jdbc.sql("SELECT COUNT(*) FROM BATCH_JOB_EXECUTION WHERE STATUS IN ('STARTING', 'STARTED')")
                .query(Long.class)
                .single();
    }

    private long merges() {
        return directory.count("contact_merge");
    }

    private void rekey() {
        Run run = imports.runs(ImportFixture.USUAL).run(new RunRequest.Rekey(directory.id()), Progress.NONE);
        assertThat(run.status()).as(run.reason()).isEqualTo(RunStatus.COMPLETED);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "r.status = 'RUNNING'",
                "(SELECT COUNT(*) FROM rekey_progress p WHERE p.directory_id = r.directory_id) > 0"
            })
    void aRekeyThatWasKilledIsResumed(String moment) throws Exception {
        Run dead;
        try (MusterProcess process = startRekey()) {
            dead = killed(process, RunKind.RE_KEY, moment);
        }

        Run resumed = resume(dead);

        assertThat(resumed.report()).contains("\"duplicates\":" + PEOPLE).contains("\"problem\":\"\"");
        assertThat(jdbc.sql("SELECT COUNT(*) FROM identity_rule WHERE directory_id = ? AND state = 'ACTIVE'")
                        .param(directory.id())
                        .query(Long.class)
                        .single())
                .isEqualTo(2);
        assertThat(directory.count("claim_shadow")).isEqualTo(PEOPLE);
        new IdentityInvariant(jdbc).holds(directory.id());
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 300})
    void aMergeThatWasKilledIsResumed(int merges) throws Exception {
        rekey();
        Run dead;
        try (MusterProcess process = startMerge()) {
            dead = killed(
                    process,
                    RunKind.MERGE,
                    "(SELECT COUNT(*) FROM contact_merge m WHERE m.directory_id = r.directory_id) >= " + merges);
        }

        assertThat(merges()).isBetween((long) merges, (long) PEOPLE);
        resume(dead);

        assertThat(directory.count("contact")).isEqualTo(PEOPLE);
        assertThat(merges()).isEqualTo(PEOPLE);
        assertThat(directory.count("claim_shadow")).isZero();
        new IdentityInvariant(jdbc).holds(directory.id());
    }

    @Test
    void theSameCommandGoesOnWithAMergeThatWasKilled() throws Exception {
        rekey();
        Run dead;
        try (MusterProcess process = startMerge()) {
            dead = killed(process, RunKind.MERGE, "r.report IS NOT NULL");
        }

        try (MusterProcess process = startMerge()) {
            assertThat(process.exit()).as(process.toString()).isZero();
            assertThat(process.out()).contains("\"run\":\"" + dead.id() + "\"");
        }

        assertThat(merges()).isEqualTo(PEOPLE);
    }

    @Test
    void executionsThatBatchHasCalledStartedForEverAreLeftAlone() {
        jdbc.sql("INSERT INTO BATCH_JOB_INSTANCE (JOB_INSTANCE_ID, VERSION, JOB_NAME, JOB_KEY)"
                        + " VALUES (999999, 0, 'mergeDuplicates', 'old')")
                .update();
        jdbc.sql("INSERT INTO BATCH_JOB_EXECUTION (JOB_EXECUTION_ID, VERSION, JOB_INSTANCE_ID, CREATE_TIME, START_TIME,"
                        + " STATUS) VALUES (999999, 1, 999999, NOW(6), NOW(6), 'STARTED')")
                .update();
        try {
            rekey();
            Run merged = imports.runs(ImportFixture.USUAL)
                    .run(new RunRequest.Merge(directory.id(), MergeScope.ACTIVE_RULES), Progress.NONE);
            assertThat(merged.status()).as(merged.reason()).isEqualTo(RunStatus.COMPLETED);
            assertThat(merges()).isEqualTo(PEOPLE);
            assertThat(startedInBatch()).isOne();
        } finally {
            jdbc.sql("DELETE FROM BATCH_JOB_EXECUTION WHERE JOB_EXECUTION_ID = 999999")
                    .update();
            jdbc.sql("DELETE FROM BATCH_JOB_INSTANCE WHERE JOB_INSTANCE_ID = 999999")
                    .update();
        }
    }
}
