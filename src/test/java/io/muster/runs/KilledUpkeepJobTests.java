package io.muster.runs;

import static org.assertj.core.api.Assertions.assertThat;

import io.muster.database.Holding;
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
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
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

    private String[] rekeying() {
        return new String[] {"directories", "rekey", id()};
    }

    private String[] merging() {
        return new String[] {"duplicates", "merge", "--directory", id(), "--json"};
    }

    private Run killedInMerge(int merges) throws Exception {
        return killed(
                RunKind.MERGE,
                "merge",
                "INSERT ON contact_merge",
                "(SELECT COUNT(*) FROM contact_merge WHERE directory_id = NEW.directory_id) = " + merges,
                merging());
    }

    private String id() {
        return TestDatabase.IDS.directory(directory.id());
    }

    /** Starts a command, kills it where it is held, and lets its run seem dead; that the kill has hit is asserted. */
    private Run killed(RunKind kind, String step, String event, String condition, String... command) throws Exception {
        try (Holding holding = Holding.before(database, event, condition);
                MusterProcess process = start(command)) {
            holding.await();
            process.kill();
        }

        RunLedger runs = imports.bean(RunLedger.class);
        Run run = runs.list(RunFilter.ofDirectory(directory.id(), 1).of(kind)).getFirst();
        assertThat(run.step()).isEqualTo(step);
        assertThat(run.status()).isEqualTo(RunStatus.RUNNING);
        jdbc.sql("UPDATE run_heartbeat SET beat_at = beat_at - ? WHERE run_id = ?")
                .params(RunLedger.DEAD_AFTER.toMillis() + 6_000, run.number())
                .update();
        return runs.find(run.number()).orElseThrow();
    }

    private Run resume(Run dead) {
        assertThat(dead.status()).isEqualTo(RunStatus.DEAD);
        Run resumed = imports.runs(ImportFixture.USUAL).resume(dead.id());
        assertThat(resumed.status()).as(resumed.reason()).isEqualTo(RunStatus.COMPLETED);
        assertThat(resumed.id()).isEqualTo(dead.id());
        assertThat(resumed.epoch()).isEqualTo(2);
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
    @ValueSource(strings = {"INSERT ON rekey_progress", "INSERT ON claim_shadow", "UPDATE ON identity_rule"})
    void aRekeyThatWasKilledIsResumed(String moment) throws Exception {
        Run dead = killed(RunKind.RE_KEY, "rekey", moment, "TRUE", rekeying());

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

    /** With {@code -Dmuster.rounds=N} N further random ones. */
    static IntStream mergesDone() {
        Random random = new Random();
        return IntStream.concat(
                IntStream.of(0, 1, 300),
                IntStream.range(0, Integer.getInteger("muster.rounds", 0)).map(round -> random.nextInt(PEOPLE)));
    }

    @ParameterizedTest
    @MethodSource("mergesDone")
    void aMergeThatWasKilledIsResumed(int merges) throws Exception {
        rekey();
        Run dead = killedInMerge(merges);

        assertThat(merges()).isEqualTo(merges);
        resume(dead);

        assertThat(directory.count("contact")).isEqualTo(PEOPLE);
        assertThat(merges()).isEqualTo(PEOPLE);
        assertThat(directory.count("claim_shadow")).isZero();
        new IdentityInvariant(jdbc).holds(directory.id());
    }

    @Test
    void theSameCommandGoesOnWithAMergeThatWasKilled() throws Exception {
        rekey();
        Run dead = killedInMerge(1);

        try (MusterProcess process = start(merging())) {
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
