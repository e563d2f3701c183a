package io.muster.dedup.merge;

import io.muster.dedup.DirectoryIdentity;
import io.muster.dedup.IdentityReader;
import io.muster.dedup.IdentityRules;
import io.muster.dedup.LockRetry;
import io.muster.dedup.rules.IdentityRule;
import io.muster.dedup.rules.IdentityRule.State;
import io.muster.directory.store.EmbeddedNames;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * Brings the keys of a directory in line with its rules: gives every contact its key under rules that wait, reports
 * the duplicates, activates the rules, and removes the keys of rules that have been retired. Works in blocks beside
 * imports and edits; killed in the middle, it goes on from its last block when it is run again.
 */
public final class Rekey {

    private static final int BLOCK = 5_000;

    private static final String DONE = "DELETE FROM rekey_progress WHERE directory_id = :directory AND rule_id = :rule";

    private static final String DUPLICATES =
            "SELECT COUNT(*) FROM claim_shadow WHERE directory_id = :directory AND rule_id = :rule";

    private static final String TAKEN =
            "SELECT COUNT(*) FROM claim WHERE directory_id = :directory AND rule_id = :rule AND number < 0";

    private static final String NEXT_NUMBER = "SELECT next_number FROM directory WHERE id = :directory";

    private final JdbcClient jdbc;
    private final LockRetry transactions;
    private final IdentityReader identities;
    private final IdentityRules rules;
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
     * @param duplicates contacts that hold a key under it which another contact owns, or a run has taken
     * @param taken keys under it that runs have taken: they are left to the runs
     */
    public record RuleResult(List<String> rule, State state, long duplicates, long taken) {}

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
        rules = new IdentityRules(jdbc, new TransactionTemplate(manager), new EmbeddedNames(jdbc, clock), clock);
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
        rules.sweep(directory);
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

                long duplicates = count(DUPLICATES, directory, rule);
                long taken = count(TAKEN, directory, rule);
                boolean blocked = rule.ofReferenceAlone() && duplicates > 0;
                if (blocked) {
                    problem.append(problemOf(rule, duplicates, taken));
                } else {
                    rules.activate(directory, rule.id());
                    jdbc.sql(DONE)
                            .param("directory", directory)
                            .param("rule", rule.id())
                            .update();
                }

                results.add(new RuleResult(rule.fields(), blocked ? State.PENDING : State.ACTIVE, duplicates, taken));
            }

            return new Result(results, problem.toString());
        });
    }

    private long count(String sql, int directory, IdentityRule rule) {
        return jdbc.sql(sql)
                .param("directory", directory)
                .param("rule", rule.id())
                .query(Long.class)
                .single();
    }

    private static String problemOf(IdentityRule rule, long duplicates, long taken) {
        return "Cannot activate the rule " + String.join(",", rule.fields()) + ": " + duplicates
                + (duplicates == 1 ? " contact holds" : " contacts hold")
                + (taken > 0
                        ? " a reference that an older contact has or a run has taken. Wait until the run has ended."
                        : " a reference that an older contact has.")
                + " Merge them, or change the references, then make the keys again.";
    }
}
