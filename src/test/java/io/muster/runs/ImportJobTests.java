package io.muster.runs;

import static io.muster.dedup.DirectoryFixture.change;
import static io.muster.dedup.DirectoryFixture.record;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.zaxxer.hikari.HikariDataSource;
import io.muster.database.Holding;
import io.muster.database.TestDatabase;
import io.muster.dedup.ContactEdits;
import io.muster.dedup.DirectoryFixture;
import io.muster.dedup.DirectoryState;
import io.muster.dedup.IdentityInvariant;
import io.muster.dedup.MovableClock;
import io.muster.dedup.merge.Duplicates;
import io.muster.dedup.merge.MergeRun;
import io.muster.dedup.merge.MergeScope;
import io.muster.dedup.resolve.KeyMemory;
import io.muster.dedup.rules.IdentityRule;
import io.muster.jobs.Progress;
import io.muster.jobs.Run;
import io.muster.jobs.RunLedger;
import io.muster.jobs.RunStatus;
import io.muster.jobs.contactimport.ImportLimits;
import io.muster.jobs.contactimport.ImportSpec;
import io.muster.jobs.contactimport.ImportTuning;
import io.muster.jobs.contactimport.Limit;
import io.muster.jobs.contactimport.ListTarget;
import io.muster.jobs.contactimport.Mapping;
import io.muster.jobs.contactimport.Target;
import io.muster.load.OutcomeCounts;
import io.muster.load.Rejects;
import io.muster.support.Refusal;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.SortedMap;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.jdbc.core.simple.JdbcClient;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Whole imports: what stands between two rounds, presses of operators, transactions, limits and dry runs. */
class ImportJobTests {

    @RegisterExtension
    static final TestDatabase database = new TestDatabase();

    /** One contact in a block, four blocks in a portion. */
    private static final ImportTuning SMALL = new ImportTuning(1, 1, 3, null);

    private static final Set<String> TIMES = Set.of("created_at", "modified_at", "joined_at", "recorded_at", "run_id");

    @TempDir
    private static Path folder;

    private static ImportFixture imports;

    private final JdbcClient jdbc = database.jdbc();
    private final MovableClock clock = new MovableClock();
    private final ContactEdits edits = new ContactEdits(jdbc, database.transactions(), clock, database.ids());
    private final Duplicates duplicates =
            new Duplicates(database.dataSource(), database.transactions(), clock, database.ids());

    @BeforeAll
    static void start() {
        imports = new ImportFixture(database, folder);
    }

    @AfterAll
    static void stop() {
        imports.close();
    }

    /** Does something once, as soon as a step has come so far. */
    private static Progress once(String step, Runnable action) {
        return new Progress() {
            private String now = "";
            private boolean done;

            @Override
            public void step(String name) {
                now = name;
            }

            @Override
            public void at(long rows, double share) {
                if (now.equals(step) && !done) {
                    done = true;
                    action.run();
                }
            }
        };
    }

    /** Does something before a step, outside of its transactions. */
    private static Progress before(String step, Runnable action) {
        return new Progress() {
            private boolean done;

            @Override
            public void step(String name) {
                if (name.equals(step) && !done) {
                    done = true;
                    action.run();
                }
            }

            @Override
            public void at(long rows, double share) {}
        };
    }

    /** Loads the first four blocks and stops. */
    private Run stopped(Path file, ImportSpec spec) {
        AwaitedRuns runs = imports.runs(SMALL);
        Run run = runs.importFile(file, spec, once("load", runs::stopAll));
        assertThat(run.status()).isEqualTo(RunStatus.STOPPED);
        assertThat(run.reason()).isEqualTo("It was stopped. Resume it to go on where it stopped.");
        return run;
    }

    private Run resume(Run run) {
        return imports.runs(SMALL).resume(run.id());
    }

    private static OutcomeCounts counts(long created, long updated, long unchanged, long rejected, long skipped) {
        return new OutcomeCounts(created, updated, unchanged, rejected, skipped);
    }

    private static void forgetSideFiles(Run run) throws IOException {
        Files.delete(imports.spool(run).resolve("survey-0"));
    }

    @Test
    void aSmallImportIsOneStepOfItsJobAndALargeOneIsFour() throws IOException {
        DirectoryFixture directory = DirectoryFixture.create(jdbc);
        String file = "Email\n" + "a@x.org\n".repeat(50);

        Run small = imports.load(imports.file(file), ImportFixture.spec(directory.id()), ImportFixture.USUAL);
        Run large = imports.load(imports.file(file), ImportFixture.spec(directory.id()), SMALL);

        assertThat(small.imported().counts()).isEqualTo(counts(50, 0, 0, 0, 0));
        assertThat(large.imported().counts()).isEqualTo(counts(0, 0, 50, 0, 0));
        assertThat(steps(small)).containsExactly("import COMPLETED");
        assertThat(steps(large)).containsExactly("fetch COMPLETED", "survey COMPLETED", "settle COMPLETED");
    }

    @Test
    void countsTheRowsThatEachRuleRecognises() throws IOException {
        DirectoryFixture directory = DirectoryFixture.create(jdbc, "extRef", "email", "phone");
        imports.load(
                imports.file("ExternalDataReference,Email,Phone\nA,a@x.org,\n,b@x.org,\n,,+49301234567\n"),
                ImportFixture.spec(directory.id()),
                SMALL);

        Run run = imports.load(imports.file("""
                    ExternalDataReference,Email,Phone
                    A,other@x.org,
                    ,b@x.org,
                    ,A@X.org,
                    C,,
                    C,c@x.org,
                    ,c@x.org,
                    ,,
                    ,nonsense,
                    """), ImportFixture.spec(directory.id()), SMALL);

        // A and C by their references, b and the c of this very file by their addresses. A has given its own up before
        // row 3.
        assertThat(report(run).get("rules")).hasToString("[[\"extRef\"],[\"email\"],[\"phone\"]]");
        assertThat(report(run).get("matched")).hasToString("[2,2,0]");
    }

    private static JsonNode report(Run run) {
        return JsonMapper.shared().readTree(Objects.requireNonNull(run.report()));
    }

    @Test
    void contactsOfManyRowsAreReadTogether() throws IOException {
        DirectoryFixture directory = DirectoryFixture.create(jdbc, "extRef");
        for (String column : List.of("Place", "Seen")) {
            StringBuilder text = new StringBuilder("ExternalDataReference,Email," + column + "\n");
            for (int row = 1; row <= 300; row++) {
                text.append("%d,%d@example.org,2026-01-01%n".formatted(row, row));
            }

            ImportTuning streaming = new ImportTuning(1, 100, 300, KeyMemory.DEFAULT_BYTES, 1, null);
            Mapping mapping = new Mapping(
                    column.equals("Seen") ? Map.of(column, new Target.AsOf()) : Map.of(),
                    Mapping.Unmapped.EMBED,
                    List.of(),
                    Map.of(),
                    null,
                    List.of());
            ImportSpec spec = ImportFixture.spec(directory.id(), builder -> builder.mapping(mapping));
            imports.load(imports.file(text.toString()), spec, streaming);
            long before = selects();
            Run again = imports.load(imports.file(text.toString()), spec, streaming);

            assertThat(again.imported().counts()).as(again.reason()).isEqualTo(counts(0, 0, 300, 0, 0));
            assertThat(selects() - before).as(column).isLessThan(150);
        }
    }

    private long selects() {
        return jdbc.sql("SHOW GLOBAL STATUS LIKE 'Com_select'")
                .query((row, number) -> row.getLong(2))
                .single();
    }

    @Test
    void whatASmallImportFailsAtIsWhatItsStepFailsAt() throws IOException {
        DirectoryFixture directory = DirectoryFixture.create(jdbc);

        Run refused = imports.load(imports.file("Email\n\"a"), ImportFixture.spec(directory.id()), ImportFixture.USUAL);

        assertThat(refused.status()).isEqualTo(RunStatus.FAILED);
        assertThat(refused.step()).isEqualTo("survey");
        assertThat(refused.reason()).contains("quot");
        assertThat(steps(refused)).containsExactly("import FAILED");
    }

    private List<String> steps(Run run) {
        return jdbc.sql("""
                SELECT CONCAT(s.STEP_NAME, ' ', s.STATUS)
                FROM BATCH_STEP_EXECUTION s
                JOIN BATCH_JOB_EXECUTION_PARAMS p ON p.JOB_EXECUTION_ID = s.JOB_EXECUTION_ID
                WHERE p.PARAMETER_NAME = 'run' AND p.PARAMETER_VALUE = ?
                ORDER BY s.STEP_EXECUTION_ID
                """)
                .param(Long.toString(run.number()))
                .query(String.class)
                .list();
    }

    @Test
    void countsEqualRowsOfTheWholeFileWhenTheSideFileIsLost() throws IOException {
        DirectoryFixture directory = DirectoryFixture.create(jdbc);
        Run run = stopped(imports.file("LastName\n" + "Ray\n".repeat(7)), ImportFixture.spec(directory.id()));
        assertThat(directory.numbers()).hasSize(4);
        forgetSideFiles(run);

        Run resumed = resume(run);

        assertThat(resumed.status()).as(resumed.reason()).isEqualTo(RunStatus.COMPLETED);
        assertThat(resumed.imported().counts()).isEqualTo(counts(7, 0, 0, 0, 0));
        assertThat(directory.numbers()).hasSize(7);
        new IdentityInvariant(jdbc).holds(directory.id());
    }

    @Test
    void manyRowsWithoutKeysAreFoundAgain() {
        DirectoryFixture directory = DirectoryFixture.create(jdbc, "extRef");
        Path file = imports.file(
                "ExternalDataReference,LastName,City\n" + ",Ray,Rome\n".repeat(700) + ",Sol,Bonn\n".repeat(500));

        Run first = imports.load(file, ImportFixture.spec(directory.id()), ImportFixture.USUAL);
        Run second = imports.load(file, ImportFixture.spec(directory.id()), ImportFixture.USUAL);

        assertThat(first.imported().counts()).isEqualTo(counts(1_200, 0, 0, 0, 0));
        assertThat(second.imported().counts()).as(second.reason()).isEqualTo(counts(0, 0, 1_200, 0, 0));
    }

    @Test
    void goesOnWithoutSpoolAndSideFile() throws IOException {
        DirectoryFixture directory = DirectoryFixture.create(jdbc, "extRef");
        Run run = stopped(
                imports.file("ExternalDataReference,Email\n1,a@x.org\n2,bad\n3,\n4,\n5,\n6,\n7,\n,\n"),
                ImportFixture.spec(directory.id()));
        assertThat(directory.numbers()).hasSize(4);
        forgetSideFiles(run);
        Files.delete(imports.spool(run).resolve("input"));

        Run resumed = resume(run);

        assertThat(resumed.imported().counts()).isEqualTo(counts(6, 0, 0, 1, 1));
        assertThat(directory.numbers()).hasSize(6);
        assertThat(imports.spool(run)).doesNotExist();
    }

    @Test
    void aRowWithMoreThanCanBeStoredIsRejected() {
        DirectoryFixture directory = DirectoryFixture.create(jdbc, "email");
        String header =
                "Email" + IntStream.range(0, 2_100).mapToObj(i -> ",C" + i).collect(Collectors.joining());
        String full = ("," + "x".repeat(1_000)).repeat(2_090);
        String more = ("," + "x".repeat(1_000)).repeat(2_100);
        Path file = imports.file(header + "\na@x.org" + full + ",".repeat(10) + "\nb@x.org" + more + "\n");

        Run run = imports.load(file, ImportFixture.spec(directory.id()), ImportFixture.USUAL);

        assertThat(run.imported().counts()).as(run.reason()).isEqualTo(counts(1, 0, 0, 1, 0));
        assertThat(jdbc.sql("SELECT code, reason FROM run_reject WHERE run_id = ?")
                        .param(run.number())
                        .query((row, ignored) -> row.getString(1) + ": " + row.getString(2))
                        .list())
                .containsExactly("VALUES_TOO_LARGE: The row's values have more than 2,097,152 characters together.");
    }

    @Test
    void aRejectedRowLargerThanTheDatabaseTakesIsKeptWithMarksWhereItWasCut() {
        DirectoryFixture directory = DirectoryFixture.create(jdbc, "email");
        String quotes = "\"\"".repeat(5_000_000);
        String accents = "\u00e9".repeat(3_000_000);
        Path file = imports.file("Email,LastName\na@x.org,A\nbad,\"" + quotes + "\"\nb@x.org,B\nworse," + accents
                + "\nx" + ",".repeat(9_000) + "\n");

        Run run = imports.load(file, ImportFixture.spec(directory.id()), ImportFixture.USUAL);

        assertThat(run.status()).as(run.reason()).isEqualTo(RunStatus.COMPLETED);
        assertThat(run.imported().counts()).isEqualTo(counts(2, 0, 0, 3, 0));
        List<Rejects.Reject> rejects = new ArrayList<>();
        new Rejects(jdbc).forEach(run.number(), rejects::add);
        assertThat(rejects).extracting(Rejects.Reject::row).containsExactly(2L, 4L, 5L);
        assertThat(rejects.get(0).cells().get(0)).isEqualTo("bad");
        assertThat(rejects.get(0).cells().get(1))
                .startsWith("\"\"\"")
                .endsWith("\" [cut off: 5,000,000 characters in all]");
        assertThat(rejects.get(1).cells().get(1))
                .startsWith("\u00e9\u00e9")
                .endsWith(" [cut off: 3,000,000 characters in all]");
        assertThat(rejects.get(2).cells()).hasSize(9_001);
    }

    @Test
    void saysThatTheDiskIsTooSmallForAFile() throws IOException {
        DirectoryFixture directory = DirectoryFixture.create(jdbc, "email");
        Path file = imports.file("Email\na@x.org\n");
        try (RandomAccessFile huge = new RandomAccessFile(file.toFile(), "rw")) {
            // Without content it takes no room itself.
            huge.setLength(Files.getFileStore(file).getUsableSpace() + (1L << 40));
        }

        Run run = imports.load(file, ImportFixture.spec(directory.id()), ImportFixture.USUAL);

        assertThat(run.status()).isEqualTo(RunStatus.FAILED);
        assertThat(run.reason())
                .startsWith("Cannot fetch a file of %,d bytes to %s: the disk is full, only "
                        .formatted(Files.size(file), imports.spool(run)))
                .endsWith(" bytes are free there. Make room on the disk.");
        Files.delete(file);
    }

    @Test
    void namesOnlySomeOfManyColumnsInAMessage() {
        DirectoryFixture directory = DirectoryFixture.create(jdbc, "email");
        String header = "Email" + ",a".repeat(30);
        Mapping mapping = new Mapping(
                Map.of("E-Mail", Target.parse("email")), Mapping.Unmapped.EMBED, List.of(), Map.of(), null, List.of());

        Run run = imports.load(
                imports.file(header + "\n"),
                ImportFixture.spec(directory.id(), spec -> spec.mapping(mapping)),
                ImportFixture.USUAL);

        assertThat(run.reason())
                .contains("it lacks the mapped column E-Mail.")
                .endsWith("the header has Email" + ", a".repeat(19) + " and 11 more. 'Email' is nearly the same.");
    }

    @Test
    void refusesToGoOnWithAnotherFile() throws IOException {
        DirectoryFixture directory = DirectoryFixture.create(jdbc, "extRef");
        Path file = imports.file("ExternalDataReference\n1\n2\n3\n4\n5\n6\n");
        Run run = stopped(file, ImportFixture.spec(directory.id()));
        Files.delete(imports.spool(run).resolve("input"));
        Files.writeString(file, "ExternalDataReference\n9\n");

        Run resumed = resume(run);

        assertThat(resumed.status()).isEqualTo(RunStatus.FAILED);
        assertThat(resumed.reason()).contains("the file on the source is not the one the run began with");
        assertThat(directory.numbers()).hasSize(4);
    }

    @Test
    void pressesAreSafeTwice() {
        DirectoryFixture directory = DirectoryFixture.create(jdbc, "extRef");
        Path file = imports.file("ExternalDataReference\n1\n2\n3\n4\n5\n6\n");
        Run run = stopped(file, ImportFixture.spec(directory.id()));
        AwaitedRuns runs = imports.runs(SMALL);
        assertThat(runs.stop(run.id())).isEqualTo(runs.show(run.id()));

        Run resumed = resume(run);
        SortedMap<String, List<String>> state = DirectoryState.of(jdbc, directory.id(), Set.of());
        assertThat(resume(run)).isEqualTo(resumed);
        assertThat(runs.stop(run.id())).isEqualTo(resumed);
        Run again = runs.reprocess(run.id());
        assertThat(again.imported().counts()).isEqualTo(counts(0, 0, 6, 0, 0));
        assertThat(runs.reprocess(run.id())).isEqualTo(again);
        assertThatThrownBy(() -> runs.abandon(run.id()))
                .isInstanceOf(Refusal.class)
                .hasMessage("Cannot abandon run %s: it has completed; there is nothing left to give up.", run.id());
        assertThat(DirectoryState.of(jdbc, directory.id(), Set.of())).isEqualTo(state);
        assertThat(jdbc.sql("SELECT action FROM audit WHERE subject_kind = 'RUN' AND subject_id = ? ORDER BY id")
                        .param(run.number())
                        .query(String.class)
                        .list())
                .containsExactly("run.start", "run.resume", "run.reprocess");
    }

    @Test
    void twoPressesAtTheSameMomentStartOneRun() throws Exception {
        DirectoryFixture directory = DirectoryFixture.create(jdbc, "extRef");
        Run run =
                stopped(imports.file("ExternalDataReference\n1\n2\n3\n4\n5\n6\n"), ImportFixture.spec(directory.id()));
        int pressing = 4;
        CyclicBarrier together = new CyclicBarrier(pressing);
        List<Future<Run>> presses = new ArrayList<>();
        try (ExecutorService operators = Executors.newFixedThreadPool(pressing)) {
            for (int i = 0; i < pressing; i++) {
                presses.add(operators.submit(() -> {
                    AwaitedRuns runs = imports.runs(SMALL);
                    together.await();
                    return runs.reprocess(run.id());
                }));
            }
        }

        Set<String> started = new HashSet<>();
        for (Future<Run> press : presses) {
            started.add(press.get().id());
        }

        assertThat(started).hasSize(1).doesNotContain(run.id());
        assertThat(imports.runs(SMALL).latest(directory.id(), 10))
                .extracting(Run::status)
                .containsExactly(RunStatus.COMPLETED, RunStatus.STOPPED);
        assertThat(imports.runs(SMALL).show(run.id()).imported().settledBy())
                .isEqualTo(started.iterator().next());
        assertThat(jdbc.sql("SELECT COUNT(*) FROM delivery WHERE path = (SELECT path FROM delivery WHERE id = ?)")
                        .param(run.imported().delivery())
                        .query(Long.class)
                        .single())
                .isEqualTo(2);
        assertThat(imports.spool(run)).doesNotExist();
    }

    @Test
    void aRunThatWasUndoneAnswersNoLonger() {
        DirectoryFixture directory = DirectoryFixture.create(jdbc, "extRef");
        Run run =
                stopped(imports.file("ExternalDataReference\n1\n2\n3\n4\n5\n6\n"), ImportFixture.spec(directory.id()));
        AwaitedRuns runs = imports.runs(SMALL);
        Run undone = runs.reprocess(run.id());
        assertThat(runs.reprocess(run.id())).isEqualTo(runs.show(undone.id()));
        assertThat(runs.run(new RunRequest.Undo(undone.number()), Progress.NONE).status())
                .isEqualTo(RunStatus.COMPLETED);

        Run again = runs.reprocess(run.id());

        assertThat(again.id()).isNotEqualTo(undone.id());
        assertThat(again.status()).isEqualTo(RunStatus.COMPLETED);
        assertThat(runs.show(run.id()).imported().settledBy()).isEqualTo(again.id());
        assertThat(directory.numbers()).hasSize(6);
    }

    @Test
    void abandonedRunsStayAbandoned() {
        DirectoryFixture directory = DirectoryFixture.create(jdbc, "extRef");
        Run run =
                stopped(imports.file("ExternalDataReference\n1\n2\n3\n4\n5\n6\n"), ImportFixture.spec(directory.id()));
        AwaitedRuns runs = imports.runs(SMALL);

        Run abandoned = runs.abandon(run.id());

        assertThat(abandoned.status()).isEqualTo(RunStatus.ABANDONED);
        assertThat(runs.abandon(run.id())).isEqualTo(abandoned);
        assertThatThrownBy(() -> resume(run))
                .isInstanceOf(Refusal.class)
                .hasMessage("Cannot resume run %s: it was abandoned. Start it anew.", run.id());
        assertThat(directory.numbers()).hasSize(4);
        Run again = runs.reprocess(run.id());
        assertThat(again.imported().counts()).isEqualTo(counts(2, 0, 4, 0, 0));
    }

    @Test
    void stopOfARunningRunIsHeard() {
        DirectoryFixture directory = DirectoryFixture.create(jdbc, "extRef");
        AwaitedRuns runs = imports.runs(SMALL);
        Path file = imports.file("ExternalDataReference\n1\n2\n3\n4\n5\n6\n");

        Run run = runs.importFile(file, ImportFixture.spec(directory.id()), before("load", () -> {
            Run running = runs.latest(directory.id(), 1).getFirst();
            assertThat(runs.stop(running.id()).status()).isEqualTo(RunStatus.RUNNING);
            assertThatThrownBy(() -> runs.abandon(running.id()))
                    .hasMessageContaining("it is still running. Stop it first");
            assertThatThrownBy(() -> runs.reprocess(running.id())).hasMessageContaining("it is still running.");
            assertThat(runs.service()
                            .resume(running.id(), RunService.Force.NO, AwaitedRuns.TESTER, Progress.NONE)
                            .status())
                    .isEqualTo(RunStatus.RUNNING);
            RunLeaseTime.untilHeard();
        }));

        assertThat(run.status()).isEqualTo(RunStatus.STOPPED);
        assertThat(resume(run).imported().counts()).isEqualTo(counts(6, 0, 0, 0, 0));
    }

    @Test
    void whoLostARunStoresNothingMore() {
        DirectoryFixture directory = DirectoryFixture.create(jdbc, "email");
        Path file = imports.file("Email,City\na@x.org,Rome\n" + "bad,\n".repeat(30));
        RunLedger ledger = imports.bean(RunLedger.class);
        AwaitedRuns runs = imports.runs(SMALL);

        Progress taking = once("survey", () -> {
            Run running = runs.latest(directory.id(), 1).getFirst();
            assertThat(ledger.takeOver(running, "somebody else", AwaitedRuns.TESTER))
                    .isPresent();
        });
        assertThatThrownBy(() -> runs.importFile(file, ImportFixture.spec(directory.id()), taking))
                .hasMessageContaining("another process has taken run")
                .hasMessageContaining("Nothing more was written here.");

        Run run = runs.latest(directory.id(), 1).getFirst();
        assertThat(run.status()).isEqualTo(RunStatus.QUEUED);
        assertThat(directory.count("contact")).isZero();
        assertThat(jdbc.sql("SELECT COUNT(*) FROM run_reject WHERE run_id = ?")
                        .param(run.number())
                        .query(Long.class)
                        .single())
                .isLessThan(5);
        assertThat(imports.spool(run)).exists();
    }

    @Test
    void failedRunsGiveTheirConnectionsBack() throws SQLException {
        DirectoryFixture directory = DirectoryFixture.create(jdbc, "email");
        edits.upsert(directory.id(), record("email", "a@x.org"));
        Path file = imports.file("Email\nbad\nb@x.org\n");
        ImportLimits none = new ImportLimits(Limit.parse("0%"), null, null, null, null, null, null, null);

        Run run = imports.load(file, ImportFixture.spec(directory.id(), told -> told.limits(none)), SMALL);

        assertThat(run.status()).isEqualTo(RunStatus.FAILED);
        assertThat(run.reason())
                .startsWith("Cannot load run " + run.id() + ", file " + file.getFileName()
                        + ": 1 of 2 rows rejected, more than the 0 % allowed (max-rejected). Nothing was loaded.");
        assertThat(directory.count("contact")).isEqualTo(1);
        assertThat(database.dataSource()
                        .unwrap(HikariDataSource.class)
                        .getHikariPoolMXBean()
                        .getActiveConnections())
                .isZero();
    }

    @Test
    void referencesAreUniqueUnderPendingRulesToo() {
        DirectoryFixture directory = DirectoryFixture.create(jdbc, "email");
        directory.addRule("extRef", IdentityRule.State.PENDING);
        Path file = imports.file("Email,ExternalDataReference\na@x.org,R1\nb@x.org,R1\nc@x.org,R2\nc@x.org,R1\n");

        Run run = imports.load(file, ImportFixture.spec(directory.id()), SMALL);

        assertThat(run.imported().counts()).isEqualTo(counts(2, 0, 0, 2, 0));
        assertThat(jdbc.sql("SELECT code FROM run_reject WHERE run_id = ?")
                        .param(run.number())
                        .query(String.class)
                        .list())
                .containsExactly("REFERENCE_TAKEN", "REFERENCE_TAKEN");
        new IdentityInvariant(jdbc).holds(directory.id());
    }

    /** Two contacts of one address become one: R1 with the alias R2. */
    private DirectoryFixture merged(String referenceRule) {
        DirectoryFixture directory = DirectoryFixture.create(jdbc, referenceRule, "email");
        edits.upsert(directory.id(), record("extRef", "R1", "email", "a@x.org"));
        edits.upsert(directory.id(), record("extRef", "R2", "firstName", "Ada"));
        edits.update(directory.id(), 2, change("email", "a@x.org"));
        merge(directory);
        assertThat(directory.numbers()).containsExactly(1L);
        return directory;
    }

    private void merge(DirectoryFixture directory) {
        MergeRun merging = duplicates.start(directory.id(), MergeScope.ACTIVE_RULES);
        while (!merging.mergeNext(10).isEmpty()) {
            // on
        }
    }

    @Test
    void aliasesKeepTheirKeysWhenTheReferenceThatEqualsThemGoes() {
        DirectoryFixture directory = merged("extRef");
        edits.update(directory.id(), 1, change("extRef", "R2"));

        imports.load(
                imports.file("Email,ExternalDataReference\na@x.org,R3\n"), ImportFixture.spec(directory.id()), SMALL);

        assertThat(directory.contact(1)).containsEntry("ext_ref", "R3");
        new IdentityInvariant(jdbc).holds(directory.id());
    }

    @Test
    void aliasesNeverReplaceTheReferenceInWhateverCase() {
        DirectoryFixture directory = merged("extRef:folded");

        Run run = imports.load(
                imports.file("ExternalDataReference,FirstName\nr2,Bo\n"), ImportFixture.spec(directory.id()), SMALL);

        assertThat(run.imported().counts()).isEqualTo(counts(0, 1, 0, 0, 0));
        assertThat(directory.contact(1)).containsEntry("ext_ref", "R1").containsEntry("first_name", "Bo");
    }

    private static Mapping orders() {
        return new Mapping(
                Map.of("When", new Target.TransactionDate(), "Amount", new Target.TransactionField("amount")),
                Mapping.Unmapped.EMBED,
                List.of(),
                Map.of(),
                null,
                List.of());
    }

    @Test
    void recordsEveryTransactionOnceHoweverOftenAFileComes() {
        DirectoryFixture directory = DirectoryFixture.create(jdbc, "email");
        String twice = "a@x.org,2024-01-01,10\n".repeat(2);
        Path file = imports.file("Email,When,Amount\n" + twice + "a@x.org,2024-01-01,20\nb@x.org,2024-01-01,10\n");
        ImportSpec spec = ImportFixture.spec(directory.id(), told -> told.mapping(orders()));

        assertThat(imports.load(file, spec, SMALL).imported().counts()).isEqualTo(counts(2, 2, 0, 0, 0));
        assertThat(directory.count("contact_transaction")).isEqualTo(4);
        assertThat(imports.load(file, spec, SMALL).imported().counts()).isEqualTo(counts(0, 0, 4, 0, 0));
        Path more = imports.file("Email,When,Amount\n" + twice + "a@x.org,2024-01-01,10\n");
        assertThat(imports.load(more, spec, SMALL).imported().counts()).isEqualTo(counts(0, 1, 2, 0, 0));
        assertThat(directory.count("contact_transaction")).isEqualTo(5);
    }

    @Test
    void equalTransactionsAreToldApartWhenOneOfThemLosesARace() {
        DirectoryFixture directory = DirectoryFixture.create(jdbc, "email");
        ImportSpec spec = ImportFixture.spec(directory.id(), told -> told.mapping(orders()));
        imports.load(imports.file("Email,When,Amount\na@x.org,2024-01-01,10\n"), spec, SMALL);
        Path twice = imports.file("Email,When,Amount\n" + "a@x.org,2024-01-01,10\n".repeat(2));

        Run run = imports.runs(SMALL)
                .importFile(
                        twice,
                        spec,
                        before("load", () -> edits.update(directory.id(), 1, change("lastName", "Meanwhile"))));

        assertThat(run.imported().counts()).isEqualTo(counts(0, 1, 1, 0, 0));
        assertThat(directory.count("contact_transaction")).isEqualTo(2);
    }

    @Test
    void mergedContactsBringTheirTransactionsAlong() {
        DirectoryFixture directory = DirectoryFixture.create(jdbc, "extRef", "email");
        ImportSpec spec = ImportFixture.spec(directory.id(), told -> told.mapping(orders()));
        Path file = imports.file("""
            ExternalDataReference,Email,When,Amount
            R1,,2024-01-01,10
            R2,,2024-01-01,10
            R2,,2024-01-02,10
            R3,,2024-01-01,10
            """);
        imports.load(file, spec, SMALL);
        edits.update(directory.id(), 2, change("email", "a@x.org"));
        edits.update(directory.id(), 3, change("email", "a@x.org"));
        merge(directory);
        edits.update(directory.id(), 1, change("email", "a@x.org"));
        merge(directory);
        assertThat(directory.numbers()).containsExactly(1L);

        Run run = imports.load(file, spec, SMALL);

        assertThat(run.imported().counts()).isEqualTo(counts(0, 0, 4, 0, 0));
        assertThat(directory.count("contact_transaction")).isEqualTo(4);
        Path more = imports.file("ExternalDataReference,When,Amount\n" + "R3,2024-01-01,10\n".repeat(4));
        assertThat(imports.load(more, spec, SMALL).imported().counts()).isEqualTo(counts(0, 1, 3, 0, 0));
        assertThat(imports.load(more, spec, SMALL).imported().counts()).isEqualTo(counts(0, 0, 4, 0, 0));
        assertThat(directory.count("contact_transaction")).isEqualTo(5);
        new IdentityInvariant(jdbc).holds(directory.id());
    }

    @Test
    void dryRunsChangeNothingAndForecastExactly() {
        DirectoryFixture directory = DirectoryFixture.create(jdbc, "extRef", "email");
        edits.upsert(directory.id(), record("extRef", "R1", "email", "a@x.org"));
        Path file = imports.file("""
            ExternalDataReference,Email,When,Amount,NewName
            R1,,2024-01-01,10,
            R1,a@x.org,,,
            R2,bad,,,
            R3,b@x.org,,,x
            ,,,,
            R4,b@x.org,,,
            R1,c@x.org,2024-01-01,10,
            ,,,20,
            """);
        List<SortedMap<String, List<String>>> states = List.of(DirectoryState.of(jdbc, directory.id(), Set.of()));
        ListTarget list = new ListTarget.NewPerRun("Forecast");

        Run dry = imports.load(
                file,
                ImportFixture.spec(
                        directory.id(),
                        told -> told.mapping(orders()).list(list).dryRun()),
                SMALL);

        assertThat(dry.status()).isEqualTo(RunStatus.COMPLETED);
        assertThat(DirectoryState.of(jdbc, directory.id(), Set.of())).isEqualTo(states.getFirst());
        assertThat(directory.count("embedded_name")).isZero();
        assertThat(directory.count("mailing_list")).isZero();
        assertThat(imports.spool(dry)).doesNotExist();
        Run real = imports.load(
                file,
                ImportFixture.spec(
                        directory.id(), told -> told.mapping(orders()).list(list)),
                SMALL);
        assertThat(real.status()).isEqualTo(RunStatus.COMPLETED);
        assertThat(real.imported().counts()).isEqualTo(dry.imported().counts());
        assertThat(real.imported().read()).isEqualTo(dry.imported().read());
    }

    @Test
    void limitsHoldBeforeAnythingIsLoaded() {
        DirectoryFixture directory = DirectoryFixture.create(jdbc, "extRef");
        Path file = imports.file("ExternalDataReference,FirstName\n1,A\n2,B\n2,C\n2,D\n");
        imports.load(file, ImportFixture.spec(directory.id()), SMALL);
        SortedMap<String, List<String>> state = DirectoryState.of(jdbc, directory.id(), Set.of());
        Path changing = imports.file("ExternalDataReference,FirstName,Email\n1,X,\n2,Y,\n2,Z,\n2,W,bad\n");

        assertRefused(
                directory,
                changing,
                new ImportLimits(Limit.parse("20%"), null, null, null, null, null, null, null),
                "1 of 4 rows rejected, more than the 20 % allowed");
        assertRefused(
                directory,
                changing,
                new ImportLimits(null, 0L, null, null, null, null, null, null),
                "1 of 4 rows rejected, more than the 0 allowed");
        assertRefused(
                directory,
                changing,
                new ImportLimits(null, null, null, Limit.parse("50%"), null, null, null, null),
                "2 of 2 contacts of the directory would change, more than the 50 % allowed");
        assertRefused(
                directory,
                changing,
                new ImportLimits(null, null, null, null, null, null, 1, null),
                "more than 1 rows share one value under the rule extRef");
        assertRefused(
                directory,
                changing,
                new ImportLimits(null, null, null, null, null, null, null, 5L),
                "it has 4 rows, fewer than the 5 it must have");
        assertThat(DirectoryState.of(jdbc, directory.id(), Set.of())).isEqualTo(state);
        Run enough = imports.load(
                changing,
                ImportFixture.spec(
                        directory.id(),
                        told -> told.limits(new ImportLimits(
                                Limit.parse("25%"), 1L, null, Limit.parse("100%"), null, null, 3, 4L))),
                SMALL);
        assertThat(enough.imported().counts()).isEqualTo(counts(0, 3, 0, 1, 0));
    }

    private void assertRefused(DirectoryFixture directory, Path file, ImportLimits limits, String reason) {
        Run run = imports.load(file, ImportFixture.spec(directory.id(), told -> told.limits(limits)), SMALL);
        assertThat(run.status()).isEqualTo(RunStatus.FAILED);
        assertThat(run.reason()).startsWith("Cannot load ").contains(reason);
    }

    @Test
    void rowsThatLostARaceAreResolvedAgain() {
        DirectoryFixture directory = DirectoryFixture.create(jdbc, "extRef", "email");
        edits.upsert(directory.id(), record("extRef", "R1", "firstName", "Old"));
        edits.upsert(directory.id(), record("extRef", "R2", "email", "b@x.org"));
        Path file =
                imports.file("ExternalDataReference,Email,FirstName\nR1,,New\nR9,,Nine\n,b@x.org,Bo\nR3,c@x.org,\n");

        Run run = imports.runs(SMALL).importFile(file, ImportFixture.spec(directory.id()), before("load", () -> {
            edits.update(directory.id(), 1, change("lastName", "Meanwhile"));
            edits.upsert(directory.id(), record("extRef", "R9", "lastName", "Faster"));
            edits.delete(directory.id(), 2);
        }));

        assertThat(run.status()).isEqualTo(RunStatus.COMPLETED);
        assertThat(run.imported().counts()).isEqualTo(counts(2, 2, 0, 0, 0));
        assertThat(directory.contact(1)).containsEntry("first_name", "New").containsEntry("last_name", "Meanwhile");
        assertThat(jdbc.sql("SELECT first_name FROM contact WHERE directory_id = ? AND last_name = 'Faster'")
                        .param(directory.id())
                        .query(String.class)
                        .single())
                .isEqualTo("Nine");
        new IdentityInvariant(jdbc).holds(directory.id());
    }

    @Test
    void theServersPurgeWaitsWhileBlocksAreLoaded() throws Exception {
        DirectoryFixture directory = DirectoryFixture.create(jdbc, "extRef");
        Path file = imports.file("ExternalDataReference\n"
                + "R%d\n".repeat(12).formatted(IntStream.range(0, 12).boxed().toArray()));
        try (ExecutorService thread = Executors.newSingleThreadExecutor();
                Holding holding = Holding.before(database, "INSERT ON run_block", "NEW.block = 9")) {
            Future<Run> run = thread.submit(() -> imports.load(file, ImportFixture.spec(directory.id()), SMALL));
            holding.await();
            await().until(() -> snapshots() == 1);
            holding.end();
            assertThat(run.get().imported().counts()).isEqualTo(counts(12, 0, 0, 0, 0));
        }

        await().until(() -> snapshots() == 0);
    }

    /** How many sessions read a moment of this database. */
    private int snapshots() {
        return jdbc.sql("SELECT COUNT(*) FROM information_schema.innodb_trx t"
                        + " JOIN information_schema.processlist p ON p.id = t.trx_mysql_thread_id"
                        + " WHERE p.db = DATABASE() AND t.trx_isolation_level = 'REPEATABLE READ'")
                .query(Integer.class)
                .single();
    }

    @Test
    void oneRowThatLostARaceAmongManyIsResolvedAgain() {
        DirectoryFixture directory = DirectoryFixture.create(jdbc, "extRef");
        edits.upsert(directory.id(), record("extRef", "R6", "firstName", "Old"));
        Path file = imports.file("ExternalDataReference,FirstName\nR1,\nR2,\nR3,\nR4,\nR5,\nR6,New\nR7,\nR8,\n");

        // With a row at a time, most portions of the second round have none that is open.
        Run run = imports.runs(new ImportTuning(1, 2, 1, null))
                .importFile(
                        file,
                        ImportFixture.spec(directory.id()),
                        before("load", () -> edits.update(directory.id(), 1, change("lastName", "Meanwhile"))));

        assertThat(run.status()).as(run.reason()).isEqualTo(RunStatus.COMPLETED);
        assertThat(run.imported().counts()).isEqualTo(counts(7, 1, 0, 0, 0));
        assertThat(directory.contact(1)).containsEntry("first_name", "New").containsEntry("last_name", "Meanwhile");
    }

    @Test
    void newAndFewerRulesBetweenStopAndResumeAreKept() {
        DirectoryFixture directory = DirectoryFixture.create(jdbc, "extRef", "email");
        Run run = stopped(
                imports.file("ExternalDataReference,Email\n1,a@x.org\n2,\n3,\n4,\n5,e@x.org\n6,e@x.org\n"),
                ImportFixture.spec(directory.id()));
        jdbc.sql("UPDATE identity_rule SET state = 'RETIRED' WHERE directory_id = ? AND rule_id = 2")
                .param(directory.id())
                .update();

        Run resumed = resume(run);

        assertThat(resumed.reason()).isNull();
        assertThat(resumed.imported().counts()).isEqualTo(counts(6, 0, 0, 0, 0));
        assertThat(DirectoryState.of(jdbc, directory.id(), TIMES).get("contact"))
                .hasSize(6);
    }
}
