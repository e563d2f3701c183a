package io.muster.dedup;

import static io.muster.dedup.DirectoryFixture.change;
import static io.muster.dedup.DirectoryFixture.record;
import static org.assertj.core.api.Assertions.assertThat;

import io.muster.database.TestDatabase;
import io.muster.directory.ContactField;
import io.muster.directory.OptOut;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.springframework.jdbc.core.simple.JdbcClient;

/** Edits that meet: real threads on a real database, and what they leave behind is checked against the values. */
class ContactEditsRaceDbTests {

    @RegisterExtension
    static final TestDatabase database = new TestDatabase();

    private static final List<ContactField> CLEARABLE =
            List.of(ContactField.EMAIL, ContactField.PHONE, ContactField.EXT_REF);

    private JdbcClient jdbc;
    private ContactEdits edits;
    private DirectoryFixture directory;

    @BeforeEach
    void createDirectory() {
        jdbc = database.jdbc();
        edits = new ContactEdits(jdbc, database.transactions(), new MovableClock(), database.ids());
        directory = DirectoryFixture.create(jdbc, "extRef", "email", "phone,lastName");
    }

    @RepeatedTest(5)
    void createOneContactForOneKey() throws Exception {
        List<EditResult> results = atOnce(
                6,
                thread -> () ->
                        edits.upsert(directory.id(), record("email", "a@example.org", "firstName", "n" + thread)));

        assertThat(results.stream().filter(EditResult.Created.class::isInstance))
                .hasSize(1);
        assertThat(directory.numbers()).hasSize(1);
        new IdentityInvariant(jdbc).holds(directory.id());
    }

    @RepeatedTest(5)
    void giveReferenceToOneContact() throws Exception {
        for (int i = 0; i < 4; i++) {
            edits.upsert(directory.id(), record("firstName", "n" + i));
        }

        List<EditResult> results =
                atOnce(4, thread -> () -> edits.update(directory.id(), thread + 1, change("extRef", "R")));

        assertThat(results.stream().filter(EditResult.Updated.class::isInstance))
                .hasSize(1);
        assertThat(results.stream().filter(EditResult.ReferenceTaken.class::isInstance))
                .hasSize(3);
        new IdentityInvariant(jdbc).holds(directory.id());
    }

    @RepeatedTest(5)
    void loseNoKeyWhenOwnerGivesUpWhileOthersJoin() throws Exception {
        edits.upsert(directory.id(), record("extRef", "R1", "email", "a@example.org"));
        edits.upsert(directory.id(), record("extRef", "R2"));
        edits.upsert(directory.id(), record("extRef", "R3"));

        atOnce(
                3,
                thread -> () -> thread == 0
                        ? edits.update(directory.id(), 1, ContactChange.clearing(Set.of(ContactField.EMAIL)))
                        : edits.update(directory.id(), thread + 1, change("email", "a@example.org")));

        new IdentityInvariant(jdbc).holds(directory.id());
        assertThat(directory.count("claim")).isEqualTo(4);
        assertThat(directory.count("claim_shadow")).isEqualTo(1);
    }

    @RepeatedTest(5)
    void editBesideDeletionLeavesNothingBehind() throws Exception {
        int list = directory.addList("news" + System.nanoTime());
        edits.upsert(directory.id(), record("extRef", "R1", "email", "a@example.org"));

        atOnce(4, thread -> switch (thread) {
            case 0 -> () -> edits.delete(directory.id(), 1);
            case 1 -> () -> edits.update(directory.id(), 1, change("email", "b@example.org"));
            case 2 -> () -> edits.join(directory.id(), 1, list, Map.of(), OptOut.UNSAID);
            default -> () -> edits.update(directory.id(), 1, change("firstName", "Ada"));
        });

        assertThat(directory.numbers()).isEmpty();
        assertThat(directory.count("claim")).isZero();
        new IdentityInvariant(jdbc).holds(directory.id());
    }

    @Test
    void manyEditsOfFewContactsKeepTheInvariant() throws Exception {
        int list = directory.addList("news");
        atOnce(6, thread -> () -> {
            Random random = new Random(thread);
            for (int i = 0; i < 60; i++) {
                edit(random, list);
            }

            return new EditResult.Absent();
        });

        new IdentityInvariant(jdbc).holds(directory.id());
    }

    private void edit(Random random, int list) {
        long number = random.nextLong(1, 13);
        String[] pairs = {
            "extRef", "R" + random.nextInt(8),
            "email", "e" + random.nextInt(4) + "@example.org",
            "phone", "+4312" + random.nextInt(3),
            "lastName", "N" + random.nextInt(2)
        };
        switch (random.nextInt(8)) {
            case 0 -> edits.delete(directory.id(), number);
            case 1 -> edits.join(directory.id(), number, list, Map.of(), OptOut.UNSAID);
            case 2 ->
                edits.update(
                        directory.id(),
                        number,
                        ContactChange.clearing(Set.of(CLEARABLE.get(random.nextInt(CLEARABLE.size())))));
            case 3, 4 -> edits.update(directory.id(), number, change(some(pairs, random)));
            default -> edits.upsert(directory.id(), record(some(pairs, random)));
        }
    }

    private static String[] some(String[] pairs, Random random) {
        List<String> chosen = new ArrayList<>();
        for (int i = 0; i < pairs.length; i += 2) {
            if (random.nextBoolean()) {
                chosen.add(pairs[i]);
                chosen.add(pairs[i + 1]);
            }
        }

        return chosen.toArray(String[]::new);
    }

    private interface Work {
        Callable<EditResult> of(int thread);
    }

    private static List<EditResult> atOnce(int threads, Work work) throws Exception {
        CyclicBarrier start = new CyclicBarrier(threads);
        try (ExecutorService pool = Executors.newFixedThreadPool(threads)) {
            List<Future<EditResult>> futures = new ArrayList<>();
            for (int thread = 0; thread < threads; thread++) {
                Callable<EditResult> task = work.of(thread);
                futures.add(pool.submit(() -> {
                    start.await();
                    return task.call();
                }));
            }

            List<EditResult> results = new ArrayList<>();
            for (Future<EditResult> future : futures) {
                results.add(future.get());
            }

            return results;
        }
    }
}
