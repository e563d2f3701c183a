package io.muster.runs;

import static io.muster.dedup.DirectoryFixture.record;
import static org.assertj.core.api.Assertions.assertThat;

import io.muster.database.Holding;
import io.muster.database.TestDatabase;
import io.muster.dedup.ContactEdits;
import io.muster.dedup.DirectoryFixture;
import io.muster.dedup.DirectoryState;
import io.muster.dedup.IdentityInvariant;
import io.muster.dedup.MovableClock;
import io.muster.dedup.resolve.KeyMemory;
import io.muster.jobs.Progress;
import io.muster.jobs.Run;
import io.muster.jobs.RunLedger;
import io.muster.jobs.RunStatus;
import io.muster.jobs.contactimport.ImportSpec;
import io.muster.jobs.contactimport.ImportTuning;
import io.muster.jobs.contactimport.ListTarget;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.SortedMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.RepetitionInfo;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Surveys that are interrupted go on behind the last row that they noted, or start over where that does not hold. */
class InterruptedSurveyJobTests {

    @RegisterExtension
    static final TestDatabase database = new TestDatabase();

    private static final Set<String> TIMES =
            Set.of("created_at", "modified_at", "joined_at", "unsubscribed_at", "recorded_at", "run_id", "list_id");

    @TempDir
    private static Path folder;

    private static ImportFixture imports;

    private final List<String> notes = new CopyOnWriteArrayList<>();

    @BeforeAll
    static void start() {
        imports = new ImportFixture(database, folder);
    }

    @AfterAll
    static void stop() {
        imports.close();
    }

    /** Ends the work of its process behind some row of the survey, and keeps notes. */
    private final class Watching implements Progress {

        private final long most;
        private final Runnable stop;
        private String step = "";

        Watching(long most, Runnable stop) {
            this.most = most;
            this.stop = stop;
        }

        @Override
        public void note(String line) {
            notes.add(line);
        }

        @Override
        public void step(String name) {
            step = name;
        }

        @Override
        public void at(long rows, double share) {
            if (step.equals("survey") && rows >= most) {
                stop.run();
            }
        }
    }

    private static ImportTuning tuning(int rowsAtOnce, long checkpointRows, long streamedFrom) {
        return new ImportTuning(2, 5, rowsAtOnce, KeyMemory.DEFAULT_BYTES, streamedFrom, checkpointRows, null);
    }

    private Run begin(Path file, ImportSpec spec, ImportTuning tuning, long stopBehind) {
        AwaitedRuns runs = imports.runs(tuning);
        return runs.importFile(file, spec, new Watching(stopBehind, runs::stopAll));
    }

    private Run resume(Run run, ImportTuning tuning) {
        RunService service = imports.runs(tuning).service();
        return service.await(service.resume(
                run.id(), RunService.Force.NO, AwaitedRuns.TESTER, new Watching(Long.MAX_VALUE, () -> {})));
    }

    private static List<String> rejects(Run run) {
        return database.jdbc()
                .sql("SELECT CONCAT_WS('|', row_no, line_no, code, field, reason, cells) FROM run_reject"
                        + " WHERE run_id = ? ORDER BY row_no")
                .param(run.number())
                .query(String.class)
                .list();
    }

    private static ContactEdits edits() {
        return new ContactEdits(database.jdbc(), database.transactions(), new MovableClock(), database.ids());
    }

    private static DirectoryFixture directory(long seed) {
        Random random = new Random(seed);
        DirectoryFixture directory = DirectoryFixture.create(database.jdbc(), "extRef", "email,lastName");
        directory.addList("Members");
        if (random.nextInt(3) == 0) {
            directory.settings("{\"protectReference\":true}");
        }

        for (int i = 0; i < 15; i++) {
            edit(directory, random);
        }

        return directory;
    }

    private static void edit(DirectoryFixture directory, Random random) {
        if (random.nextInt(4) == 0 && !directory.numbers().isEmpty()) {
            List<Long> numbers = directory.numbers();
            var ignored = edits().delete(directory.id(), numbers.get(random.nextInt(numbers.size())));
        } else {
            var ignored = edits().upsert(
                            directory.id(),
                            record(
                                    "extRef",
                                    "R" + random.nextInt(25),
                                    "email",
                                    "p" + random.nextInt(12) + "@x.org",
                                    "lastName",
                                    "Ray",
                                    "embedded.plan",
                                    "old"));
        }
    }

    private static ImportSpec spec(DirectoryFixture directory) {
        return ImportFixture.spec(directory.id(), told -> told.list(new ListTarget.Existing("Members")));
    }

    /** Contacts that take keys of one another, are touched again and are rejected; a rule recognises every row. */
    private static String file(Random random, int rows, int people) {
        StringBuilder text = new StringBuilder("ExternalDataReference,Email,LastName,Unsubscribed,plan\n");
        for (int row = 0; row < rows; row++) {
            int who = random.nextInt(people);
            text.append(
                    switch (random.nextInt(12)) {
                        case 0 -> "R" + who + ",bad,x,,\n";
                        case 1 -> ",,,,\n";
                        case 2 -> ",p" + random.nextInt(people) + "@x.org,Ray,,silver\n";
                        case 3, 4 -> "R" + who + ",p" + random.nextInt(people) + "@x.org,Ray,,\n";
                        default ->
                            "R" + who + ",p" + who + "@x.org,Ray," + (who % 5 == 0 ? "yes" : "") + ",gold"
                                    + random.nextInt(2) + "\n";
                    });
        }

        return text.toString();
    }

    private void assertAlike(Run actual, Run expected) {
        assertThat(actual.status()).as(actual.reason()).isEqualTo(RunStatus.COMPLETED);
        assertThat(actual.imported().read()).isEqualTo(expected.imported().read());
        assertThat(actual.imported().counts()).isEqualTo(expected.imported().counts());
        assertThat(rejects(actual)).isEqualTo(rejects(expected));
        new IdentityInvariant(database.jdbc()).holds(actual.directory());
        SortedMap<String, List<String>> state = DirectoryState.of(database.jdbc(), actual.directory(), TIMES);
        assertThat(state).isEqualTo(DirectoryState.of(database.jdbc(), expected.directory(), TIMES));
    }

    @RepeatedTest(8)
    void goesOnAndEndsAsIfItHadNotBeenInterrupted(RepetitionInfo repetition) {
        long seed = repetition.getCurrentRepetition();
        Random random = new Random(seed);
        Path file = imports.file(file(random, 60 + random.nextInt(60), 10 + random.nextInt(30)));
        ImportTuning tuning = tuning(1 + random.nextInt(7), 1 + random.nextInt(15), random.nextBoolean() ? 1 : 1_000);
        Run expected = imports.load(file, spec(directory(seed)), tuning);

        Run stopped = begin(file, spec(directory(seed)), tuning, 20 + random.nextInt(40));
        assertThat(stopped.status()).as(stopped.reason()).isEqualTo(RunStatus.STOPPED);
        assertThat(notes).isEmpty();
        Run resumed = resume(stopped, tuning);

        assertThat(notes).singleElement().asString().matches("The survey goes on after row [1-9]\\d*\\.");
        assertAlike(resumed, expected);
        assertThat(imports.spool(resumed)).doesNotExist();
    }

    /** Contacts that it has met are changed, deleted and made while nobody works on it. */
    @RepeatedTest(12)
    void whatOthersChangeMeanwhileIsSeenByTheLoad(RepetitionInfo repetition) {
        long seed = repetition.getCurrentRepetition();
        Random random = new Random(seed);
        Path file = imports.file(file(random, 80, 25));
        ImportTuning tuning = tuning(1 + random.nextInt(7), 1 + random.nextInt(15), random.nextBoolean() ? 1 : 1_000);
        DirectoryFixture directory = directory(seed);
        Run stopped = begin(file, spec(directory), tuning, 20 + random.nextInt(40));
        assertThat(stopped.status()).as(stopped.reason()).isEqualTo(RunStatus.STOPPED);
        for (int i = random.nextInt(8); i >= 0; i--) {
            edit(directory, random);
        }

        Run resumed = resume(stopped, tuning);

        assertThat(resumed.status()).as(resumed.reason()).isEqualTo(RunStatus.COMPLETED);
        assertThat(resumed.imported().counts().total()).isEqualTo(80);
        new IdentityInvariant(database.jdbc()).holds(directory.id());
    }

    /** The view that it goes on with says otherwise of a key than the one with which a row has gained it. */
    @Test
    void aKeyThatAnotherHasGainedMeanwhileAndGivesUpLaterIsSettledForBoth() {
        DirectoryFixture directory = DirectoryFixture.create(database.jdbc(), "extRef", "email,lastName");
        directory.addList("Members");
        var ignored = edits().create(directory.id(), record("extRef", "other", "email", "o@x.org", "lastName", "Ray"));
        Path file = imports.file("ExternalDataReference,Email,LastName\nnew,k@x.org,Ray\n"
                + "filler,f@x.org,Ray\n".repeat(4) + "other,z@x.org,Ray\n");
        ImportTuning tuning = tuning(1, 1, 1_000);
        Run stopped = begin(file, spec(directory), tuning, 4);
        var unused = edits().upsert(directory.id(), record("extRef", "other", "email", "k@x.org", "lastName", "Ray"));

        Run resumed = resume(stopped, tuning);

        assertThat(notes).singleElement().asString().matches("The survey goes on after row [1-3]\\.");
        assertThat(resumed.status()).as(resumed.reason()).isEqualTo(RunStatus.COMPLETED);
        assertThat(resumed.imported().counts().total()).isEqualTo(6);
        new IdentityInvariant(database.jdbc()).holds(directory.id());
        // As if the whole file had come after the change.
        assertThat(database.jdbc()
                        .sql("SELECT CONCAT(ext_ref, ' ', email) FROM contact WHERE directory_id = ?")
                        .param(directory.id())
                        .query(String.class)
                        .list())
                .containsExactlyInAnyOrder("new k@x.org", "other z@x.org", "filler f@x.org");
    }

    /** What happens to a run's folder or its circumstances while nobody works on it. */
    record Damage(String what, Doing doing) {

        /** Does it. */
        interface Doing {

            void to(Path run, DirectoryFixture directory) throws IOException;
        }

        @Override
        public String toString() {
            return what;
        }
    }

    static Stream<Damage> damages() {
        return Stream.of(
                new Damage("lost checkpoint", (run, directory) -> Files.delete(run.resolve("survey-0.checkpoint"))),
                new Damage("damaged checkpoint", (run, directory) -> flip(run.resolve("survey-0.checkpoint"), 50)),
                new Damage("cut checkpoint", (run, directory) -> cut(run.resolve("survey-0.checkpoint"), 5)),
                new Damage("lost side file", (run, directory) -> Files.delete(run.resolve("survey-0"))),
                new Damage("damaged side file", (run, directory) -> flip(run.resolve("survey-0"), 50)),
                new Damage("cut side file", (run, directory) -> cut(run.resolve("survey-0"), 50)),
                new Damage("other settings", (run, directory) -> directory.settings("{\"nullTokens\":[\"none\"]}")));
    }

    private static void flip(Path file, long at) throws IOException {
        byte[] bytes = Files.readAllBytes(file);
        bytes[(int) at] ^= 1;
        Files.write(file, bytes);
    }

    private static void cut(Path file, long length) throws IOException {
        try (RandomAccessFile open = new RandomAccessFile(file.toFile(), "rw")) {
            open.setLength(length);
        }
    }

    @ParameterizedTest
    @MethodSource("damages")
    void startsOverWhereItsNoteDoesNotHold(Damage damage) throws IOException {
        Path file = imports.file(file(new Random(1), 60, 20));
        ImportTuning tuning = tuning(5, 10, 1_000);
        Run expected = imports.load(file, spec(directory(2)), tuning);
        DirectoryFixture directory = directory(2);
        Run stopped = begin(file, spec(directory), tuning, 40);
        assertThat(imports.spool(stopped)).isDirectoryContaining("glob:**.checkpoint");

        damage.doing().to(imports.spool(stopped), directory);
        Run resumed = resume(stopped, tuning);

        assertThat(notes).isEmpty();
        assertAlike(resumed, expected);
    }

    @Test
    void surveysThatAreNotKeptWholeStartOver() {
        String text = file(new Random(1), 40, 20);
        ImportTuning tuning = tuning(5, 1, 1_000);
        Run stopped =
                begin(imports.file(text.replaceFirst("\n", "\n,,Only a name,,\n")), spec(directory(2)), tuning, 30);
        assertThat(imports.spool(stopped)).isDirectoryNotContaining("glob:**.checkpoint");

        assertThat(resume(stopped, tuning).status()).isEqualTo(RunStatus.COMPLETED);
        assertThat(notes).isEmpty();
    }

    @Test
    void aProcessThatIsKilledCostsTheRowsSinceItsLastNote() throws Exception {
        Path file = imports.file(file(new Random(3), 34_000, 20_000));
        Run expected = imports.load(file, spec(directory(2)), ImportFixture.USUAL);
        long later = Long.parseLong(rejects(expected).stream()
                .map(reject -> reject.substring(0, reject.indexOf('|')))
                .filter(row -> Long.parseLong(row) > 22_000)
                .findFirst()
                .orElseThrow());
        DirectoryFixture directory = directory(2);
        try (Holding holding = Holding.before(database, "INSERT ON run_reject", "NEW.row_no = " + later);
                MusterProcess process = MusterProcess.start(
                        database.url(),
                        folder.resolve("home"),
                        folder,
                        Map.of("MUSTER_SURVEY_CHECKPOINT", "1"),
                        "import",
                        file.toString(),
                        "--directory",
                        TestDatabase.IDS.directory(directory.id()),
                        "--list",
                        "Members",
                        "--json")) {
            holding.await();
            process.kill();
        }

        Run killed = imports.runs(ImportFixture.USUAL).latest(directory.id(), 1).getFirst();
        assertThat(killed.step()).isEqualTo("survey");
        database.jdbc()
                .sql("UPDATE run_heartbeat SET beat_at = beat_at - ? WHERE run_id = ?")
                .params(RunLedger.DEAD_AFTER.toMillis() + 6_000, killed.number())
                .update();
        Run resumed = resume(killed, ImportFixture.USUAL);

        // The second note waits until the first one was cheap enough.
        assertThat(notes).singleElement().asString().matches("The survey goes on after row [12]0,000\\.");
        assertAlike(resumed, expected);
        assertThat(imports.spool(resumed)).doesNotExist();
    }
}
