package io.muster.dedup.merge;

import static io.muster.dedup.DirectoryFixture.change;
import static io.muster.dedup.DirectoryFixture.record;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.muster.database.TestDatabase;
import io.muster.dedup.ContactChange;
import io.muster.dedup.ContactEdits;
import io.muster.dedup.DirectoryFixture;
import io.muster.dedup.DirectoryState;
import io.muster.dedup.EditResult;
import io.muster.dedup.FailingDataSource;
import io.muster.dedup.IdentityInvariant;
import io.muster.dedup.MovableClock;
import io.muster.directory.Actor;
import io.muster.directory.ContactField;
import io.muster.directory.OptOut;
import io.muster.support.Refusal;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.SortedMap;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.RepetitionInfo;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.support.JdbcTransactionManager;

/** Merges of random directories: against a naive oracle, killed at every statement, and beside edits. */
class MergePropertyDbTests {

    private static final Actor TESTER = Actor.commandLine("tester");

    @RegisterExtension
    static final TestDatabase database = new TestDatabase();

    private static final Set<String> UNEVEN = Set.of(
            "version", "modified_at", "created_at", "joined_at", "merge_id", "list_id", "response.id", "project_id");

    private final MovableClock clock = new MovableClock();
    private JdbcClient jdbc;
    private ContactEdits edits;
    private Duplicates duplicates;

    @BeforeEach
    void connect() {
        jdbc = database.jdbc();
        edits = new ContactEdits(jdbc, database.transactions(), clock, database.ids());
        duplicates = new Duplicates(database.dataSource(), database.transactions(), clock, database.ids());
    }

    @RepeatedTest(25)
    void mergesAsTheOracleDoesAndUndoPutsBack(RepetitionInfo seed) {
        DirectoryFixture directory = random(seed.getCurrentRepetition());
        SortedMap<String, List<String>> before =
                DirectoryState.of(jdbc, directory.id(), Set.of("version", "modified_at", "claim_shadow.created_at"));
        MergeOracle oracle = MergeOracle.read(jdbc, directory.id());
        clock.set(1_000_000);

        List<MergeRun.Step> steps = mergeAll(directory);

        oracle.merge(1_000_000);
        assertThat(MergeOracle.read(jdbc, directory.id()).lines()).isEqualTo(oracle.lines());
        new IdentityInvariant(jdbc).holds(directory.id());
        for (MergeRun.Step step : steps.reversed()) {
            duplicates.undo(step.id(), TESTER);
            new IdentityInvariant(jdbc).holds(directory.id());
        }

        assertThat(DirectoryState.of(jdbc, directory.id(), Set.of("version", "modified_at", "claim_shadow.created_at")))
                .isEqualTo(before);
        assertThat(mergeAll(directory)).isEmpty();
    }

    @Test
    void killedAtAnyStatementARerunDoesTheRest() {
        DirectoryFixture undisturbed = random(7);
        List<MergeRun.Step> all = mergeAll(undisturbed);
        SortedMap<String, List<String>> expected = DirectoryState.of(jdbc, undisturbed.id(), UNEVEN);
        assertThat(all).hasSizeGreaterThan(1);

        boolean failed = true;
        for (int statement = 1; failed; statement += 3) {
            DirectoryFixture directory = random(7);
            FailingDataSource failing = new FailingDataSource(database.dataSource(), statement);
            MergeRun killed = new Duplicates(failing, new JdbcTransactionManager(failing), clock, database.ids())
                    .start(directory.id(), MergeScope.ACTIVE_RULES);
            if (statement == 1) {
                assertThatThrownBy(() -> killed.mergeNext(1_000)).hasStackTraceContaining("killed");
            } else {
                attempt(killed);
            }

            failed = failing.hasFailed();
            new IdentityInvariant(jdbc).holds(directory.id());
            mergeAll(directory);
            assertThat(DirectoryState.of(jdbc, directory.id(), UNEVEN))
                    .as("killed at statement %d", statement)
                    .isEqualTo(expected);
            assertThat(directory.count("contact_merge")).isEqualTo(all.size());
        }
    }

    @RepeatedTest(3)
    void mergesUndosAndEditsAtOnceKeepTheInvariant(RepetitionInfo seed) throws Exception {
        DirectoryFixture directory = random(100 + seed.getCurrentRepetition());
        List<Callable<Integer>> work = new ArrayList<>();
        for (int i = 0; i < 2; i++) {
            work.add(() -> mergeAndUndo(directory, 4));
        }

        for (int i = 0; i < 3; i++) {
            Random random = new Random(seed.getCurrentRepetition() * 10L + i);
            work.add(() -> edit(directory, random, 40));
        }

        try (ExecutorService pool = Executors.newFixedThreadPool(work.size())) {
            for (Future<Integer> done : pool.invokeAll(work)) {
                done.get();
            }
        }

        new IdentityInvariant(jdbc).holds(directory.id());
        assertThat(directory.count("contact_transaction")).isEqualTo(directory.count("transaction_claim"));
        assertThat(directory.count("touchpoint")).isEqualTo(directory.count("touchpoint_claim"));
    }

    private int mergeAndUndo(DirectoryFixture directory, int rounds) {
        int undone = 0;
        for (int i = 0; i < rounds; i++) {
            List<MergeRun.Step> steps = mergeAll(directory);
            if (!steps.isEmpty()) {
                try {
                    duplicates.undo(steps.getLast().id(), TESTER);
                    undone++;
                } catch (Refusal e) {
                    assertThat(e.getMessage()).startsWith("Cannot undo MG_");
                }
            }
        }

        return undone;
    }

    private int edit(DirectoryFixture directory, Random random, int times) {
        for (int i = 0; i < times; i++) {
            long number = random.nextLong(1, 15);
            switch (random.nextInt(6)) {
                case 0 -> edits.delete(directory.id(), number);
                case 1 -> edits.update(directory.id(), number, ContactChange.clearing(Set.of(ContactField.EMAIL)));
                case 2, 3 -> edits.update(directory.id(), number, change(values(random)));
                default -> edits.upsert(directory.id(), record(values(random)));
            }
        }

        return times;
    }

    private static void attempt(MergeRun killed) {
        try {
            killed.mergeNext(1_000);
        } catch (RuntimeException e) {
            assertThat(e).hasStackTraceContaining("killed");
        }
    }

    private List<MergeRun.Step> mergeAll(DirectoryFixture directory) {
        MergeRun run = duplicates.start(directory.id(), MergeScope.ACTIVE_RULES);
        List<MergeRun.Step> all = new ArrayList<>(run.mergeNext(3));
        List<MergeRun.Step> steps = List.copyOf(all);
        while (!steps.isEmpty()) {
            steps = run.mergeNext(3);
            all.addAll(steps);
        }

        return all;
    }

    private DirectoryFixture random(int seed) {
        Random random = new Random(seed);
        DirectoryFixture directory = DirectoryFixture.create(jdbc, "extRef", "email", "phone,lastName");
        int list = directory.addList("list");
        for (int i = 0; i < 14; i++) {
            clock.set(1_000 + random.nextInt(5));
            long number = ((EditResult.Created) edits.upsert(directory.id(), record("language", "en"))).number();
            edits.update(directory.id(), number, ContactChange.clearing(Set.of(ContactField.LANGUAGE)));
            edits.update(directory.id(), number, change(values(random)));
            if (random.nextInt(3) == 0) {
                edits.join(
                        directory.id(),
                        number,
                        list,
                        Map.of("seat", "s" + random.nextInt(3)),
                        random.nextBoolean() ? OptOut.OUT : OptOut.UNSAID);
            }

            if (random.nextInt(3) == 0) {
                directory.addTransaction(number, "t" + number);
            }

            if (number % 3 == 0) {
                directory.addTouchpoint(number, "p" + number);
                directory.addResponse(number, "r" + number);
            }
        }

        return directory;
    }

    private static String[] values(Random random) {
        String[] pairs = {
            "extRef", "R" + random.nextInt(30),
            "email", "e" + random.nextInt(6) + "@example.org",
            "phone", "+4312" + random.nextInt(4),
            "lastName", "N" + random.nextInt(3),
            "firstName", "F" + random.nextInt(9),
            "embedded.plan", "p" + random.nextInt(3)
        };
        List<String> chosen = new ArrayList<>();
        for (int i = 0; i < pairs.length; i += 2) {
            if (random.nextBoolean()) {
                chosen.add(pairs[i]);
                chosen.add(pairs[i + 1]);
            }
        }

        return chosen.toArray(String[]::new);
    }
}
