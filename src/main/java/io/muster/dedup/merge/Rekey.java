package io.muster.dedup.merge;

import io.muster.dedup.DirectoryIdentity;
import io.muster.dedup.IdentityReader;
import io.muster.dedup.LockRetry;
import io.muster.dedup.rules.IdentityRule;
import io.muster.dedup.rules.IdentityRule.State;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.transaction.PlatformTransactionManager;

/**
 * Brings the keys of a directory in line with its rules: gives every contact its key under rules that wait, reports
 * the duplicates, activates the rules, and removes the keys of rules that have been retired. Works in blocks beside
 * imports and edits; killed in the middle, it goes on from its last block when it is run again.
 */
public final class Rekey {

    private static final int BLOCK = 5_000;
    private static final int PURGE = 10_000;

    private static final String RETIRED =
            "SELECT rule_id FROM identity_rule WHERE directory_id = :directory AND state = 'RETIRED'";

    private static final List<String> PURGES = List.of(
            "DELETE FROM claim_shadow WHERE directory_id = :directory AND rule_id = :rule LIMIT " + PURGE,
            "DELETE FROM claim WHERE directory_id = :directory AND rule_id = :rule LIMIT " + PURGE,
            "DELETE FROM rekey_progress WHERE directory_id = :directory AND rule_id = :rule LIMIT " + PURGE);

    private static final String ACTIVATE = """
        UPDATE identity_rule
        SET state = 'ACTIVE'
        WHERE directory_id = :directory AND rule_id = :rule AND state = 'PENDING'
        """;

    private static final String DONE = "DELETE FROM rekey_progress WHERE directory_id = :directory AND rule_id = :rule";

    private static final String DUPLICATES =
            "SELECT COUNT(*) FROM claim_shadow WHERE directory_id = :directory AND rule_id = :rule";

    private static final String NEXT_NUMBER = "SELECT next_number FROM directory WHERE id = :directory";

    private final JdbcClient jdbc;
    private final LockRetry transactions;
    private final IdentityReader identities;
    private final RekeyBlock block;
    private final int largestBlock;

    /**
     * How far it has come.
     *
     * @param done contact numbers below this one are done
     * @param end the number at which it is complete
     */
    public record Progress(long done, long end) {}

    /**
     * What became of one rule.
     *
     * @param rule its fields as written
     * @param state the state it has now
     * @param duplicates contacts that hold a key under it which another contact owns
     */
    public record RuleResult(List<String> rule, State state, long duplicates) {}

    /**
     * What came of a re-key.
     *
     * @param rules the rules that were waiting
     * @param problem why a rule still waits and what to do; blank when none does
     */
    public record Result(List<RuleResult> rules, String problem) {}

    /**
     * @param jdbc the store of record
     * @param manager its transactions
     * @param clock tells when something happened
     */
    public Rekey(JdbcClient jdbc, PlatformTransactionManager manager, InstantSource clock) {
        this(jdbc, manager, clock, BLOCK);
    }

    Rekey(JdbcClient jdbc, PlatformTransactionManager manager, InstantSource clock, int largestBlock) {
        this.jdbc = jdbc;
        this.largestBlock = largestBlock;
        transactions = new LockRetry(manager);
        identities = new IdentityReader(jdbc);
        block = new RekeyBlock(jdbc, clock);
    }

    /**
     * Does the whole of it.
     *
     * @param progress told after every block
     */
    public Result run(int directory, Consumer<Progress> progress) {
        // Behind this point every writer sees the present rules and keeps their keys itself.
        transactions.inTransaction(status -> {
            identities.lockExclusive(directory);
            return directory;
        });
        purgeRetired(directory);
        List<IdentityRule> pending = pending(directory);
        if (!pending.isEmpty()) {
            long end = jdbc.sql(NEXT_NUMBER)
                    .param("directory", directory)
                    .query(Long.class)
                    .single();
            keyAll(directory, pending, end, progress);
        }

        return activate(directory, pending);
    }

    private List<IdentityRule> pending(int directory) {
        return identities.read(directory).rules().stream()
                .filter(rule -> rule.state() == State.PENDING)
                .toList();
    }

    private void purgeRetired(int directory) {
        for (int rule : jdbc.sql(RETIRED)
                .param("directory", directory)
                .query(Integer.class)
                .list()) {
            for (String purge : PURGES) {
                while (transactions.inTransaction(status -> jdbc.sql(purge)
                                .param("directory", directory)
                                .param("rule", rule)
                                .update())
                        == PURGE) {
                    // The next some; locks are let go in between.
                }
            }
        }
    }

    private void keyAll(int directory, List<IdentityRule> pending, long end, Consumer<Progress> progress) {
        int size = largestBlock;
        long from = 0;
        while (from < end) {
            int limit = size;
            RekeyBlock.Done done;
            try {
                done = transactions.inTransaction(status -> block.key(directory, pending, limit));
            } catch (LockRetry.Stale e) {
                // Contacts of the block change all the time: fewer of them at once have a quiet moment.
                if (limit == 1) {
                    throw e;
                }

                size = Math.max(1, limit / 8);
                continue;
            }

            size = Math.min(largestBlock, limit * 2);
            from = done.last() ? end : done.next();
            progress.accept(new Progress(Math.min(from, end), end));
        }
    }

    private Result activate(int directory, List<IdentityRule> pending) {
        return transactions.inTransaction(status -> {
            if (!pending.isEmpty()) {
                identities.lockExclusive(directory);
            }

            DirectoryIdentity identity = identities.read(directory);
            List<RuleResult> results = new ArrayList<>();
            StringBuilder problem = new StringBuilder();
            for (IdentityRule rule : pending) {
                if (!identity.rules().contains(rule)) {
                    continue;
                }

                long duplicates = jdbc.sql(DUPLICATES)
                        .param("directory", directory)
                        .param("rule", rule.id())
                        .query(Long.class)
                        .single();
                boolean blocked = rule.ofReferenceAlone() && duplicates > 0;
                if (blocked) {
                    problem.append(problemOf(rule, duplicates));
                } else {
                    for (String sql : List.of(ACTIVATE, DONE)) {
                        jdbc.sql(sql)
                                .param("directory", directory)
                                .param("rule", rule.id())
                                .update();
                    }
                }

                results.add(new RuleResult(rule.fields(), blocked ? State.PENDING : State.ACTIVE, duplicates));
            }

            return new Result(results, problem.toString());
        });
    }

    private static String problemOf(IdentityRule rule, long duplicates) {
        return "Cannot activate the rule " + String.join(",", rule.fields()) + ": " + duplicates
                + (duplicates == 1 ? " contact holds" : " contacts hold")
                + " a reference that an older contact has. Merge them with 'muster duplicates merge --pending', or"
                + " change the references, then run 'muster directories rekey' again.";
    }
}
