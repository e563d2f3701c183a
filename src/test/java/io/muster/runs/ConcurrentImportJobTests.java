package io.muster.runs;

import static io.muster.dedup.DirectoryFixture.change;
import static io.muster.dedup.DirectoryFixture.record;
import static org.assertj.core.api.Assertions.assertThat;

import io.muster.database.TestDatabase;
import io.muster.dedup.ContactEdits;
import io.muster.dedup.DirectoryFixture;
import io.muster.dedup.EditResult;
import io.muster.dedup.IdentityInvariant;
import io.muster.dedup.MovableClock;
import io.muster.dedup.merge.Duplicates;
import io.muster.dedup.merge.MergeRun;
import io.muster.dedup.merge.MergeScope;
import io.muster.intake.VisitorFixture;
import io.muster.intake.VisitorOutcome;
import io.muster.intake.Visitors;
import io.muster.jobs.Progress;
import io.muster.jobs.Run;
import io.muster.jobs.RunStatus;
import io.muster.jobs.contactimport.ImportTuning;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.jdbc.core.simple.JdbcClient;

/** Imports beside imports, edits, deletions and merges: nothing is lost, nothing doubled. */
class ConcurrentImportJobTests {

    @RegisterExtension
    static final TestDatabase database = new TestDatabase();

    private static final int PEOPLE = 3_000;

    @TempDir
    private static Path folder;

    private static ImportFixture imports;

    private final JdbcClient jdbc = database.jdbc();
    private final ContactEdits edits =
            new ContactEdits(jdbc, database.transactions(), new MovableClock(), database.ids());

    @BeforeAll
    static void start() {
        imports = new ImportFixture(database, folder);
    }

    @AfterAll
    static void stop() {
        imports.close();
    }

    /** People from one number to another, shuffled; each file says something of its own. */
    private static Path people(int from, int to, String column, long seed) {
        List<String> rows = new ArrayList<>();
        Random random = new Random(seed);
        for (int who = from; who < to; who++) {
            rows.add("R" + who + ",p" + who + "@x.org,Ray," + column + who);
            if (random.nextInt(10) == 0) {
                rows.add(",P" + who + "@X.org,ray," + column + who);
            }
        }

        java.util.Collections.shuffle(rows, random);
        return imports.file("ExternalDataReference,Email,LastName," + column + "\n" + String.join("\n", rows) + "\n");
    }

    private static void assertBalanced(Run run) {
        assertThat(run.status()).as(run.reason()).isEqualTo(RunStatus.COMPLETED);
        assertThat(run.imported().counts().total()).isEqualTo(run.imported().read());
        assertThat(run.imported().counts().rejected()).isZero();
    }

    private void assertUnion(DirectoryFixture directory, Run first, Run second) {
        assertBalanced(first);
        assertBalanced(second);
        assertThat(first.imported().counts().created()
                        + second.imported().counts().created())
                .isEqualTo(PEOPLE);
        assertThat(directory.count("contact")).isEqualTo(PEOPLE);
        assertThat(jdbc.sql("SELECT COUNT(DISTINCT ext_ref) FROM contact WHERE directory_id = ?")
                        .param(directory.id())
                        .query(Integer.class)
                        .single())
                .isEqualTo(PEOPLE);
        assertThat(with(directory, "first")).isEqualTo(PEOPLE * 2 / 3);
        assertThat(with(directory, "second")).isEqualTo(PEOPLE * 2 / 3);
        new IdentityInvariant(jdbc).holds(directory.id());
    }

    private int with(DirectoryFixture directory, String name) {
        return jdbc.sql("SELECT COUNT(*) FROM contact WHERE directory_id = ?"
                        + " AND embedded LIKE CONCAT('%\"', ?, '\":\"', ?, SUBSTR(ext_ref, 2), '\"%')")
                .params(directory.id(), name, name)
                .query(Integer.class)
                .single();
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 8})
    void twoImportsAtOnceMakeTheUnion(int lanes) throws Exception {
        DirectoryFixture directory = DirectoryFixture.create(jdbc, "extRef", "email,lastName");
        Path first = people(0, PEOPLE * 2 / 3, "first", 1);
        Path second = people(PEOPLE / 3, PEOPLE, "second", 2);
        ImportTuning pace = new ImportTuning(lanes, 250, 500, null);
        try (ExecutorService threads = Executors.newFixedThreadPool(2)) {
            Future<Run> one = threads.submit(() -> imports.load(first, ImportFixture.spec(directory.id()), pace));
            Future<Run> two = threads.submit(() -> imports.load(second, ImportFixture.spec(directory.id()), pace));
            assertUnion(directory, one.get(), two.get());
        }
    }

    @Test
    void twoProcessesAtOnceMakeTheUnion() throws Exception {
        DirectoryFixture directory = DirectoryFixture.create(jdbc, "extRef", "email,lastName");
        String id = TestDatabase.IDS.directory(directory.id());
        Path first = people(0, PEOPLE * 2 / 3, "first", 3);
        Path second = people(PEOPLE / 3, PEOPLE, "second", 4);
        try (MusterProcess one = MusterProcess.start(
                        database.url(), folder.resolve("one"), folder, "import", first.toString(), "-d", id, "--json");
                MusterProcess two = MusterProcess.start(
                        database.url(),
                        folder.resolve("two"),
                        folder,
                        "import",
                        second.toString(),
                        "-d",
                        id,
                        "--json")) {
            assertThat(one.exit()).as(one.toString()).isZero();
            assertThat(two.exit()).as(two.toString()).isZero();
        }

        List<Run> runs = imports.runs(ImportFixture.USUAL).latest(directory.id(), 2);
        assertUnion(directory, runs.getFirst(), runs.getLast());
    }

    @Test
    void visitorsBesideAnImportAreCreatedOnce() throws Exception {
        AtomicBoolean done = new AtomicBoolean();
        try (VisitorFixture fixture = new VisitorFixture(database, folder, "extRef", "email,lastName");
                ExecutorService threads = Executors.newFixedThreadPool(3)) {
            int directory = fixture.directory().id();
            String project = fixture.publish(31, draft -> draft);
            Visitors visitors = fixture.visitors();
            Path file = people(0, PEOPLE, "first", 9);
            Future<Run> run = threads.submit(
                    () -> imports.load(file, ImportFixture.spec(directory), new ImportTuning(2, 250, 500, null)));
            List<Future<Integer>> visits = new ArrayList<>();
            for (int thread = 0; thread < 2; thread++) {
                int seed = thread;
                visits.add(threads.submit(() -> visit(visitors, project, new Random(seed), done)));
            }

            assertBalanced(run.get());
            done.set(true);
            int created = visits.get(0).get() + visits.get(1).get();
            assertThat(created).isPositive();
            assertThat(fixture.directory().count("contact"))
                    .isEqualTo(run.get().imported().counts().created() + created);
            assertThat(jdbc.sql("SELECT COUNT(*) FROM contact WHERE directory_id = ?"
                                    + " AND ext_ref LIKE 'R%' AND embedded LIKE '%first%'")
                            .param(directory)
                            .query(Integer.class)
                            .single())
                    .as("all rows arrive")
                    .isEqualTo(PEOPLE);
            assertThat(fixture.directory().count("claim_shadow")).isZero();
            new IdentityInvariant(jdbc).holds(directory);
        }
    }

    /** People of the file and some others; how many became contacts by it. */
    private static int visit(Visitors visitors, String project, Random random, AtomicBoolean done) {
        int created = 0;
        while (!done.get()) {
            int who = random.nextInt(PEOPLE + 100);
            String more = "'ref':'%s%d','email':'p%d@x.org','lastName':'RAY'"
                    .formatted(random.nextInt(10) == 0 ? "S" : "R", who, who);
            VisitorOutcome outcome = visitors.receive(
                            VisitorFixture.visitor(project, more), "caller", Visitors.Purpose.VISIT)
                    .outcome();
            assertThat(outcome)
                    .isIn(
                            VisitorOutcome.CREATED,
                            VisitorOutcome.EXISTS,
                            VisitorOutcome.MATCHES_ANOTHER,
                            VisitorOutcome.IN_WORK);
            created += outcome == VisitorOutcome.CREATED ? 1 : 0;
        }

        return created;
    }

    @Test
    void theSameFileTwiceAtOnceCreatesEverybodyOnce() throws Exception {
        DirectoryFixture directory = DirectoryFixture.create(jdbc);
        Path file = imports.file("LastName,City\n" + "Ray,Rome\n".repeat(400) + "Sol,Bonn\n".repeat(300));
        ImportTuning pace = new ImportTuning(2, 50, 100, null);
        try (ExecutorService threads = Executors.newFixedThreadPool(2)) {
            Future<Run> one = threads.submit(() -> imports.load(file, ImportFixture.spec(directory.id()), pace));
            Future<Run> two = threads.submit(() -> imports.load(file, ImportFixture.spec(directory.id()), pace));
            assertBalanced(one.get());
            assertBalanced(two.get());
            assertThat(one.get().imported().counts().created()
                            + two.get().imported().counts().created())
                    .isEqualTo(700);
        }

        assertThat(directory.count("contact")).isEqualTo(700);
        new IdentityInvariant(jdbc).holds(directory.id());
    }

    @Test
    void importsBesideEditsDeletionsAndMergesLoseNothing() throws Exception {
        DirectoryFixture directory = DirectoryFixture.create(jdbc, "extRef", "email,lastName");
        ImportTuning pace = new ImportTuning(2, 100, 200, null);
        Run filled = imports.load(people(0, PEOPLE / 3, "first", 5), ImportFixture.spec(directory.id()), pace);
        assertBalanced(filled);
        Duplicates duplicates =
                new Duplicates(database.dataSource(), database.transactions(), new MovableClock(), database.ids());
        AtomicBoolean over = new AtomicBoolean();
        Set<Long> deleted = new TreeSet<>();
        Set<Long> edited = new HashSet<>();
        Path second = people(0, PEOPLE / 2, "second", 6);
        Run run;
        try (ExecutorService threads = Executors.newFixedThreadPool(3)) {
            Future<?> editing = threads.submit(() -> {
                Random random = new Random(7);
                while (!over.get()) {
                    long number = 1L + random.nextInt(PEOPLE / 3);
                    if (random.nextInt(6) == 0) {
                        if (edits.delete(directory.id(), number) instanceof EditResult.Deleted) {
                            deleted.add(number);
                        }
                    } else if (random.nextInt(4) == 0) {
                        edits.update(
                                directory.id(), number, change("email", "p" + random.nextInt(PEOPLE / 3) + "@x.org"));
                    } else if (edits.update(directory.id(), number, change("embedded.edited", "e" + number))
                            instanceof EditResult.Updated) {
                        edited.add(number);
                    }
                }

                return null;
            });
            Future<?> adding = threads.submit(() -> {
                for (int who = PEOPLE / 3; !over.get() && who < PEOPLE / 2; who += 3) {
                    edits.upsert(directory.id(), record("extRef", "R" + who, "embedded.added", "a" + who));
                }

                return null;
            });
            Future<?> merging = threads.submit(() -> {
                while (!over.get()) {
                    MergeRun merge = duplicates.start(directory.id(), MergeScope.ACTIVE_RULES);
                    while (!merge.mergeNext(5).isEmpty()) {
                        // on
                    }
                }

                return null;
            });
            try {
                run = imports.runs(pace).importFile(second, ImportFixture.spec(directory.id()), Progress.NONE);
            } finally {
                over.set(true);
            }

            editing.get();
            adding.get();
            merging.get();
        }

        assertBalanced(run);
        new IdentityInvariant(jdbc).holds(directory.id());
        assertThat(edited).isNotEmpty();
        assertThat(deleted).isNotEmpty();
        for (long number : edited) {
            long now = duplicates.survivorOf(directory.id(), number).orElse(number);
            if (!deleted.contains(number) && !deleted.contains(now)) {
                assertThat(String.valueOf(directory.contact(now).get("embedded")))
                        .as("the edit of contact %s", number)
                        .contains("\"edited\"");
            }
        }

        // Everybody in the file is there, under the own reference or as an alias, unless deleted after its row.
        assertThat(directory.count("contact") + directory.count("contact_alias") + deleted.size())
                .isGreaterThanOrEqualTo(PEOPLE / 2);
    }
}
