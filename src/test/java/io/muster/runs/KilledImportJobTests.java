package io.muster.runs;

import static io.muster.dedup.DirectoryFixture.record;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.muster.database.Holding;
import io.muster.database.TestDatabase;
import io.muster.dedup.ContactEdits;
import io.muster.dedup.DirectoryFixture;
import io.muster.dedup.DirectoryState;
import io.muster.dedup.IdentityInvariant;
import io.muster.dedup.MovableClock;
import io.muster.jobs.Progress;
import io.muster.jobs.Run;
import io.muster.jobs.RunLedger;
import io.muster.jobs.RunStatus;
import io.muster.jobs.contactimport.ImportSpec;
import io.muster.jobs.contactimport.ImportTuning;
import io.muster.jobs.contactimport.ListTarget;
import io.muster.jobs.contactimport.Mapping;
import io.muster.jobs.contactimport.Target;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.SortedMap;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * Real processes, killed with SIGKILL at points spread over every step, and resumed: all rows of all tables and the
 * counts must be those of a run that nobody disturbed.
 */
class KilledImportJobTests {

    @RegisterExtension
    static final TestDatabase database = new TestDatabase();

    private static final int ROWS = 8_000;
    private static final Set<String> TIMES =
            Set.of("created_at", "modified_at", "joined_at", "unsubscribed_at", "recorded_at", "run_id", "list_id");

    @TempDir
    private static Path folder;

    private static ImportFixture imports;
    private static Path file;
    private static Run undisturbed;
    private static SortedMap<String, List<String>> expected;
    private static List<String> expectedRejects;

    private final JdbcClient jdbc = database.jdbc();

    @BeforeAll
    static void runUndisturbed() throws IOException {
        imports = new ImportFixture(database, folder);
        file = write();
        DirectoryFixture directory = directory(database.jdbc());
        undisturbed = imports.runs(new ImportTuning(2, 500, ImportTuning.ROWS_AT_ONCE, null))
                .importFile(file, spec(directory), Progress.NONE);
        assertThat(undisturbed.status()).as(undisturbed.reason()).isEqualTo(RunStatus.COMPLETED);
        assertThat(undisturbed.imported().counts().rejected()).isPositive();
        assertThat(undisturbed.imported().counts().updated()).isPositive();
        expected = DirectoryState.of(database.jdbc(), directory.id(), TIMES);
        // What merges and surveys bring is no matter of imports.
        assertThat(expected)
                .allSatisfy((table, rows) -> assertThat(rows.isEmpty())
                        .as(table)
                        .isEqualTo(Set.of(
                                        "contact_alias",
                                        "response",
                                        "sent_import",
                                        "transaction_batch",
                                        "batch_transaction",
                                        "transaction_list",
                                        "repeated_call")
                                .contains(table)));
        expectedRejects = rejects(undisturbed);
    }

    @AfterAll
    static void stop() {
        imports.close();
    }

    /** Collisions, hand-overs of keys, content keys, transactions, touchpoints, a list, rejects and blank rows. */
    private static Path write() throws IOException {
        Random random = new Random(42);
        StringBuilder text =
                new StringBuilder("ExternalDataReference,Email,LastName,Unsubscribed,plan,When,Amount,Sent,Via,Did\n");
        for (int row = 0; row < ROWS; row++) {
            int who = random.nextInt(ROWS * 3 / 4);
            text.append(
                    switch (random.nextInt(40)) {
                        case 0 -> ",,Same,,,,,,,\n";
                        case 1 -> ",,,,,,,,,\n";
                        case 2 -> "R" + who + ",bad,x,,,,,,,\n";
                        case 3 -> "R" + who + ",p" + random.nextInt(300) + "@x.org,Ray,,,,,,,\n";
                        default ->
                            "R" + who + ",p" + who + "@x.org,Ray," + (who % 17 == 0 ? "yes" : "") + ",gold"
                                    + random.nextInt(3) + (who % 5 == 0 ? ",2024-01-01,1" : ",,")
                                    + (who % 7 == 0 ? ",2024-01-02,email,sent" : ",,,") + "\n";
                    });
        }

        return imports.file(text.toString());
    }

    private static DirectoryFixture directory(JdbcClient jdbc) {
        DirectoryFixture directory = DirectoryFixture.create(jdbc, "extRef", "email,lastName");
        directory.addList("Members");
        ContactEdits edits = new ContactEdits(jdbc, database.transactions(), new MovableClock(), database.ids());
        for (int i = 0; i < 30; i++) {
            edits.upsert(directory.id(), record("extRef", "R" + i * 40, "lastName", "Old", "embedded.plan", "none"));
        }

        return directory;
    }

    private static ImportSpec spec(DirectoryFixture directory) {
        return ImportFixture.spec(
                directory.id(),
                told -> told.list(new ListTarget.Existing("Members"))
                        .mapping(new Mapping(
                                Map.of(
                                        "When",
                                        new Target.TransactionDate(),
                                        "Amount",
                                        new Target.TransactionField("amount"),
                                        "Sent",
                                        new Target.TouchpointPart(Target.TouchpointPart.Part.TIME),
                                        "Via",
                                        new Target.TouchpointPart(Target.TouchpointPart.Part.CHANNEL),
                                        "Did",
                                        new Target.TouchpointPart(Target.TouchpointPart.Part.KIND)),
                                Mapping.Unmapped.EMBED,
                                List.of(),
                                Map.of(),
                                null,
                                List.of())));
    }

    private static List<String> rejects(Run run) {
        return database.jdbc()
                .sql("SELECT CONCAT_WS('|', row_no, line_no, code, field, reason, cells) FROM run_reject"
                        + " WHERE run_id = ? ORDER BY row_no")
                .param(run.number())
                .query(String.class)
                .list();
    }

    private MusterProcess start(DirectoryFixture directory) throws IOException {
        return start(directory, Map.of());
    }

    private MusterProcess start(DirectoryFixture directory, Map<String, String> environment) throws IOException {
        return MusterProcess.start(
                database.url(),
                folder.resolve("home"),
                folder,
                environment,
                "import",
                file.toString(),
                "--directory",
                TestDatabase.IDS.directory(directory.id()),
                "--list",
                "Members",
                "--map",
                "When=transaction.date",
                "--map",
                "Amount=transaction.field.amount",
                "--map",
                "Sent=touchpoint.time",
                "--map",
                "Via=touchpoint.channel",
                "--map",
                "Did=touchpoint.kind",
                "--json");
    }

    /** Waits until a condition on the run is true, as closely as a poll can. */
    private Run reach(DirectoryFixture directory, MusterProcess process, String condition) {
        await().pollDelay(Duration.ZERO)
                .pollInterval(Duration.ofMillis(2))
                .atMost(Duration.ofSeconds(60))
                .until(() -> !process.isAlive()
                        || jdbc.sql("SELECT COUNT(*) FROM run r WHERE directory_id = ? AND " + condition)
                                        .param(directory.id())
                                        .query(Integer.class)
                                        .single()
                                > 0);
        List<Run> runs = imports.runs(ImportFixture.USUAL).latest(directory.id(), 1);
        assertThat(runs).as(process.toString()).isNotEmpty();
        assertThat(process.isAlive()).as(process.toString()).isTrue();
        return runs.getFirst();
    }

    /** Makes a lost process count as dead at once, as twenty seconds of silence would. */
    private void letItSeemDead(Run run) {
        jdbc.sql("UPDATE run_heartbeat SET beat_at = beat_at - ? WHERE run_id = ?")
                .params(RunLedger.DEAD_AFTER.toMillis() + 6_000, run.number())
                .update();
    }

    private Run resume(Run run) {
        return imports.runs(new ImportTuning(2, 500, ImportTuning.ROWS_AT_ONCE, null))
                .resume(run.id());
    }

    private static String blocks(int least) {
        return "(SELECT COUNT(*) FROM run_block b WHERE b.run_id = r.id) >= " + least;
    }

    private void assertAsUndisturbed(DirectoryFixture directory, Run resumed) {
        assertThat(resumed.status()).as(resumed.reason()).isEqualTo(RunStatus.COMPLETED);
        assertThat(resumed.imported().read()).isEqualTo(ROWS);
        assertThat(resumed.imported().counts()).isEqualTo(undisturbed.imported().counts());
        assertThat(rejects(resumed)).isEqualTo(expectedRejects);
        new IdentityInvariant(jdbc).holds(directory.id());
        SortedMap<String, List<String>> state = DirectoryState.of(jdbc, directory.id(), TIMES);
        state.forEach((table, rows) -> assertThat(rows).as(table).isEqualTo(expected.get(table)));
    }

    /** A statement at which a process is held and killed, and the step that the database names then. */
    record Moment(String step, String event, String condition) {}

    /** Every step, the load after each tenth of its blocks and, with {@code -Dmuster.rounds=N}, at N further random ones. */
    static Stream<Moment> moments() {
        Moment fetched = new Moment("fetch", "UPDATE ON delivery", "OLD.sha256 IS NULL AND NEW.sha256 IS NOT NULL");
        Moment rejected = new Moment("survey", "INSERT ON run_reject", "TRUE");
        Moment sealed = new Moment("survey", "INSERT ON run_survey", "TRUE");
        Moment settled = new Moment("settle", "UPDATE ON delivery", "NEW.state = 'IMPORTED' AND OLD.state = 'TAKEN'");
        Random random = new Random();
        IntStream blocks = IntStream.concat(
                IntStream.of(0, 1, 6, 9),
                IntStream.range(0, Integer.getInteger("muster.rounds", 0)).map(round -> random.nextInt(10)));
        return Stream.concat(
                Stream.of(fetched, rejected, sealed, settled),
                // By its number: how many blocks one lane sees as done may leave a number out, as two lanes commit.
                blocks.mapToObj(block -> new Moment("load", "INSERT ON run_block", "NEW.block = " + block)));
    }

    @ParameterizedTest
    @MethodSource("moments")
    void goesOnWhereItWasKilled(Moment moment) throws Exception {
        DirectoryFixture directory = directory(jdbc);
        try (Holding holding = Holding.before(database, moment.event(), moment.condition());
                MusterProcess process = start(directory)) {
            holding.await();
            process.kill();
        }

        Run killed = imports.runs(ImportFixture.USUAL).latest(directory.id(), 1).getFirst();
        assertThat(killed.step()).isEqualTo(moment.step());
        assertThat(killed.status()).isEqualTo(RunStatus.RUNNING);
        letItSeemDead(killed);
        assertThat(imports.runs(ImportFixture.USUAL).show(killed.id()).status()).isEqualTo(RunStatus.DEAD);
        Run resumed = resume(killed);
        assertThat(resumed.epoch()).isEqualTo(2);
        assertAsUndisturbed(directory, resumed);
        assertThat(imports.spool(resumed)).doesNotExist();
    }

    @Test
    void goesOnAfterTwoKillsAndWithoutItsFiles() throws Exception {
        DirectoryFixture directory = directory(jdbc);
        Run killed;
        try (MusterProcess process = start(directory)) {
            killed = reach(directory, process, blocks(3));
            process.kill();
        }

        letItSeemDead(killed);
        try (MusterProcess again = MusterProcess.start(
                database.url(), folder.resolve("home"), folder, "runs", "resume", killed.id(), "--json")) {
            reach(directory, again, blocks(7));
            again.kill();
        }

        letItSeemDead(killed);
        Files.deleteIfExists(imports.spool(killed).resolve("input"));
        assertAsUndisturbed(directory, resume(killed));
    }

    @Test
    void aLostSideFileIsSurveyedAgain() throws Exception {
        DirectoryFixture directory = directory(jdbc);
        Run killed;
        try (MusterProcess process = start(directory)) {
            killed = reach(directory, process, blocks(2));
            process.kill();
        }

        letItSeemDead(killed);
        Files.deleteIfExists(imports.spool(killed).resolve("survey-0"));
        Run resumed = resume(killed);

        assertThat(resumed.status()).as(resumed.reason()).isEqualTo(RunStatus.COMPLETED);
        assertThat(resumed.imported().counts()).isEqualTo(undisturbed.imported().counts());
        new IdentityInvariant(jdbc).holds(directory.id());
        // Contacts of the second survey have other numbers.
        List<String> rows =
                new ArrayList<>(DirectoryState.of(jdbc, directory.id(), TIMES).get("contact"));
        List<String> wanted = new ArrayList<>(expected.get("contact"));
        rows.replaceAll(row -> row.replaceFirst("number=\\d+", ""));
        wanted.replaceAll(row -> row.replaceFirst("number=\\d+", ""));
        assertThat(rows).containsExactlyInAnyOrderElementsOf(wanted);
    }

    @Test
    void aPausedProcessCanNoLongerWriteAfterATakeover() throws Exception {
        DirectoryFixture directory = directory(jdbc);
        // One lane, whose transaction is ended while it is paused: nobody has to wait for its locks.
        try (Holding holding = Holding.before(database, "INSERT ON run_block", "NEW.block = 3");
                MusterProcess process = start(directory, Map.of("MUSTER_LOAD_THREADS", "1"))) {
            holding.await();
            process.signal("STOP");
            holding.end();
            Run paused =
                    imports.runs(ImportFixture.USUAL).latest(directory.id(), 1).getFirst();
            assertThat(paused.status()).isEqualTo(RunStatus.RUNNING);
            letItSeemDead(paused);
            Run resumed = resume(paused);
            SortedMap<String, List<String>> before = DirectoryState.of(jdbc, directory.id(), Set.of());
            process.signal("CONT");
            int exit = process.exit();

            assertAsUndisturbed(directory, resumed);
            assertThat(DirectoryState.of(jdbc, directory.id(), Set.of())).isEqualTo(before);
            assertThat(imports.runs(ImportFixture.USUAL).show(paused.id())).isEqualTo(resumed);
            assertThat(exit).as(process.toString()).isEqualTo(1);
            assertThat(process.err())
                    .contains("Cannot go on with run " + paused.id() + ": another process has taken run " + paused.id()
                            + " over, and it is COMPLETED there.");
        }
    }

    @Test
    void stopsCleanlyOnSigterm() throws Exception {
        DirectoryFixture directory = directory(jdbc);
        try (MusterProcess process = start(directory)) {
            Run running = reach(directory, process, blocks(1));
            process.signal("TERM");
            int exit = process.exit();

            assertThat(imports.runs(ImportFixture.USUAL).show(running.id()).status())
                    .as(process.toString())
                    .isEqualTo(RunStatus.STOPPED);
            assertThat(process.out()).contains("\"status\":\"STOPPED\"");
            assertThat(process.err().lines().filter(line -> !line.startsWith("load:")))
                    .containsExactly("Cannot complete run " + running.id()
                            + ": it is STOPPED. It was stopped. Resume it to go on where it stopped.");
            assertThat(exit).isEqualTo(1);
            assertAsUndisturbed(directory, resume(running));
        }
    }
}
