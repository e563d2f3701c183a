package io.muster.dedup.merge;

import static io.muster.dedup.DirectoryFixture.change;
import static io.muster.dedup.DirectoryFixture.record;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.muster.database.TestDatabase;
import io.muster.dedup.ContactEdits;
import io.muster.dedup.DirectoryFixture;
import io.muster.dedup.EditResult;
import io.muster.dedup.IdentityInvariant;
import io.muster.dedup.IdentityReader;
import io.muster.dedup.MovableClock;
import io.muster.dedup.rules.IdentityRule.State;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.RepetitionInfo;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.transaction.support.TransactionTemplate;

class RekeyDbTests {

    @RegisterExtension
    static final TestDatabase database = new TestDatabase();

    private final MovableClock clock = new MovableClock();
    private JdbcClient jdbc;
    private ContactEdits edits;
    private DirectoryFixture directory;
    private Rekey rekey;

    @BeforeEach
    void createDirectory() {
        jdbc = database.jdbc();
        edits = new ContactEdits(jdbc, database.transactions(), clock, database.ids());
        directory = DirectoryFixture.create(jdbc, "phone");
        rekey = new Rekey(jdbc, database.transactions(), clock, 4);
    }

    @Test
    void newRuleMatchesOnceEveryContactHasItsKey() {
        for (int i = 0; i < 10; i++) {
            edits.upsert(directory.id(), record("email", "e" + i % 8 + "@example.org", "firstName", "n" + i));
        }

        directory.addRule("email", State.PENDING);
        assertThat(edits.upsert(directory.id(), record("email", "e1@example.org")))
                .isInstanceOf(EditResult.Created.class);

        List<Rekey.Progress> progress = new ArrayList<>();
        Rekey.Result result = rekey.run(directory.id(), progress::add);

        assertThat(result.problem()).isEmpty();
        assertThat(result.rules()).containsExactly(new Rekey.RuleResult(List.of("email"), State.ACTIVE, 3, 0));
        assertThat(progress).hasSize(3).last().isEqualTo(new Rekey.Progress(12, 12));
        new IdentityInvariant(jdbc).holds(directory.id());
        assertThat(edits.upsert(directory.id(), record("email", "E5@example.org", "firstName", "new")))
                .isEqualTo(new EditResult.Updated(6));
        assertThat(directory.count("rekey_progress")).isZero();
    }

    @Test
    void killedInTheMiddleGoesOnFromItsLastBlock() {
        for (int i = 0; i < 10; i++) {
            edits.upsert(directory.id(), record("email", "e" + i + "@example.org"));
        }

        directory.addRule("email", State.PENDING);
        assertThatThrownBy(() -> rekey.run(directory.id(), progress -> {
                    throw new IllegalStateException("killed at " + progress.done());
                }))
                .hasMessage("killed at 5");
        List<Rekey.Progress> progress = new ArrayList<>();

        rekey.run(directory.id(), progress::add);

        assertThat(progress.getFirst()).isEqualTo(new Rekey.Progress(9, 11));
        new IdentityInvariant(jdbc).holds(directory.id());
    }

    @Test
    void ruleOfTheReferenceWaitsUntilReferencesStandOnOneContact() {
        edits.upsert(directory.id(), record("extRef", "R1", "firstName", "a"));
        edits.upsert(directory.id(), record("extRef", "R1", "firstName", "b"));
        edits.upsert(directory.id(), record("extRef", "R2"));
        directory.addRule("extRef", State.PENDING);

        Rekey.Result result = rekey.run(directory.id(), progress -> {});

        assertThat(result.rules()).containsExactly(new Rekey.RuleResult(List.of("extRef"), State.PENDING, 1, 0));
        assertThat(result.problem())
                .isEqualTo("Cannot activate the rule extRef: 1 contact holds a reference that an older contact has."
                        + " Merge them, or change the references, then make the keys again.");
        new IdentityInvariant(jdbc).holds(directory.id());

        Duplicates duplicates = new Duplicates(database.dataSource(), database.transactions(), clock, database.ids());
        assertThat(duplicates.start(directory.id(), MergeScope.ACTIVE_RULES).mergeNext(10))
                .isEmpty();
        assertThat(duplicates
                        .start(directory.id(), MergeScope.PENDING_RULES_TOO)
                        .mergeNext(10))
                .hasSize(1);
        assertThat(rekey.run(directory.id(), progress -> {}).problem()).isEmpty();
        assertThat(edits.upsert(directory.id(), record("extRef", "R1", "firstName", "c")))
                .isEqualTo(new EditResult.Updated(1));
        new IdentityInvariant(jdbc).holds(directory.id());
    }

    @Test
    void keysOfRetiredRulesGo() {
        edits.upsert(directory.id(), record("phone", "+431"));
        jdbc.sql("UPDATE identity_rule SET state = 'RETIRED' WHERE directory_id = ?")
                .param(directory.id())
                .update();

        assertThat(rekey.run(directory.id(), progress -> {}).rules()).isEmpty();

        assertThat(directory.count("claim")).isZero();
        new IdentityInvariant(jdbc).holds(directory.id());
    }

    @Test
    void nothingToDoAnswersAtOnce() {
        assertThat(rekey.run(directory.id(), progress -> {})).isEqualTo(new Rekey.Result(List.of(), ""));
    }

    @Test
    void anEditThatLookedBeforeTheBlockTakesItsKeysBack() throws Exception {
        DirectoryFixture scratch = DirectoryFixture.create(jdbc, "email");
        List<String> emails = inKeyOrder(scratch, "one@example.org", "two@example.org");
        edits.upsert(directory.id(), record("email", emails.getFirst()));
        int rule = directory.addRule("email", State.PENDING);
        TransactionTemplate transactions = new TransactionTemplate(database.transactions());
        try (ExecutorService pool = Executors.newSingleThreadExecutor();
                Connection other = database.dataSource().getConnection()) {
            other.setAutoCommit(false);
            try (PreparedStatement claim = other.prepareStatement("""
                INSERT INTO claim SELECT ?, ?, MAX(key_hash), 99 FROM claim WHERE directory_id = ?
                """)) {
                claim.setInt(1, directory.id());
                claim.setInt(2, rule);
                claim.setInt(3, scratch.id());
                claim.executeUpdate();
            }

            // The edit has seen that nobody owns its old key, and waits for the other transaction's key.
            Future<EditResult> edit =
                    pool.submit(() -> edits.update(directory.id(), 1, change("email", emails.get(1))));
            await().until(() -> jdbc.sql("SELECT COUNT(*) FROM information_schema.innodb_trx"
                                    + " WHERE trx_state = 'LOCK WAIT' AND trx_query LIKE '%claim%'")
                            .query(Integer.class)
                            .single()
                    > 0);
            transactions.executeWithoutResult(status -> new RekeyBlock(jdbc, clock)
                    .key(
                            directory.id(),
                            new IdentityReader(jdbc)
                                    .read(directory.id()).rules().stream()
                                            .filter(waiting -> waiting.state() == State.PENDING)
                                            .toList(),
                            10));
            other.rollback();
            assertThat(edit.get()).isEqualTo(new EditResult.Updated(1));
        }

        new IdentityInvariant(jdbc).holds(directory.id());
    }

    /** Two emails in the order of their keys; the contacts of the scratch directory hold them. */
    private List<String> inKeyOrder(DirectoryFixture scratch, String one, String two) {
        edits.upsert(scratch.id(), record("email", one));
        edits.upsert(scratch.id(), record("email", two));
        return jdbc.sql("""
            SELECT email FROM claim JOIN contact USING (directory_id, number)
            WHERE directory_id = ? ORDER BY key_hash
            """).param(scratch.id()).query(String.class).list();
    }

    @RepeatedTest(3)
    void editsAtTheSameTimeLoseNoKey(RepetitionInfo seed) throws Exception {
        for (int i = 0; i < 40; i++) {
            edits.upsert(directory.id(), record("email", "e" + i % 25 + "@example.org", "firstName", "n" + i));
        }

        CountDownLatch editing = new CountDownLatch(3);
        try (ExecutorService pool = Executors.newFixedThreadPool(4)) {
            List<Future<?>> all = new ArrayList<>();
            for (int i = 0; i < 3; i++) {
                Random random = new Random(seed.getCurrentRepetition() * 10L + i);
                all.add(pool.submit(() -> {
                    for (int n = 0; n < 60; n++) {
                        edit(random);
                        if (n == 5) {
                            editing.countDown();
                        }
                    }
                }));
            }

            all.add(pool.submit(() -> {
                editing.await();
                directory.addRule("email", State.PENDING);
                directory.addRule("email,lastName", State.PENDING);
                return rekey.run(directory.id(), progress -> {});
            }));
            for (Future<?> future : all) {
                future.get();
            }
        }

        new IdentityInvariant(jdbc).holds(directory.id());
        assertThat(jdbc.sql("SELECT COUNT(*) FROM identity_rule WHERE directory_id = ? AND state = 'ACTIVE'")
                        .param(directory.id())
                        .query(Integer.class)
                        .single())
                .isEqualTo(3);
    }

    private void edit(Random random) {
        String email = "e" + random.nextInt(30) + "@example.org";
        long number = random.nextLong(1, 45);
        switch (random.nextInt(4)) {
            case 0 -> edits.delete(directory.id(), number);
            case 1 -> edits.upsert(directory.id(), record("email", email, "lastName", "N" + random.nextInt(2)));
            default -> edits.update(directory.id(), number, change("email", email));
        }
    }
}
