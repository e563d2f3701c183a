package io.muster.dedup;

import io.muster.database.PageReads;
import io.muster.dedup.rules.IdentityRule;
import io.muster.directory.store.EmbeddedNames;
import io.muster.support.Refusal;
import java.time.InstantSource;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.transaction.support.TransactionTemplate;
import tools.jackson.databind.json.JsonMapper;

/**
 * The identity rules of the directories. A new rule of a directory that has contacts is PENDING until the re-key job
 * has given every contact its key; a removed rule matches nothing from that moment, and its keys go in small steps.
 */
public final class IdentityRules {

    // Whoever changes the rules of a directory, or gives out its contact numbers, waits here for the other.
    private static final String LOCK = "SELECT next_rule, next_number FROM directory WHERE id = ? FOR UPDATE";

    private static final String HAS_CONTACT = "SELECT 1 FROM contact WHERE directory_id = ? LIMIT 1";

    private static final String ADD = """
        INSERT INTO identity_rule (directory_id, rule_id, position, fields, state, created_at)
        VALUES (?, ?, ?, ?, ?, ?)
        """;

    private static final String NEXT_RULE = "UPDATE directory SET next_rule = ? WHERE id = ?";

    private static final String PLACE = "UPDATE identity_rule SET position = ? WHERE directory_id = ? AND rule_id = ?";

    private static final String RETIRE =
            "UPDATE identity_rule SET state = 'RETIRED' WHERE directory_id = ? AND rule_id = ?";

    private static final String RETIRE_ALL = "UPDATE identity_rule SET state = 'RETIRED' WHERE directory_id = ?";

    private static final String ACTIVATE = """
        UPDATE identity_rule SET state = 'ACTIVE'
        WHERE directory_id = ? AND rule_id = ? AND state = 'PENDING'
        """;

    private static final String RETIRED =
            "SELECT rule_id FROM identity_rule WHERE directory_id = ? AND state = 'RETIRED' ORDER BY rule_id";

    private static final String DROP_SHADOWS =
            "DELETE FROM claim_shadow WHERE directory_id = ? AND rule_id = ? LIMIT " + IdentityRules.BATCH;

    private static final String DROP_CLAIMS =
            "DELETE FROM claim WHERE directory_id = ? AND rule_id = ? LIMIT " + IdentityRules.BATCH;

    private static final String DROP_PROGRESS = "DELETE FROM rekey_progress WHERE directory_id = ? AND rule_id = ?";

    private static final String DROP_RULE =
            "DELETE FROM identity_rule WHERE directory_id = ? AND rule_id = ? AND state = 'RETIRED'";

    private static final int BATCH = 10_000;
    private static final int MAX_RULES = 100;

    private final JdbcClient jdbc;
    private final TransactionTemplate transactions;
    private final IdentityReader identities;
    private final EmbeddedNames names;
    private final InstantSource clock;
    private final PageReads reads;

    private record Of(int directory) {}

    private record Counters(int nextRule, long nextNumber) {}

    /** Stores rules in that database. */
    public IdentityRules(JdbcClient jdbc, TransactionTemplate transactions, EmbeddedNames names, InstantSource clock) {
        this.jdbc = jdbc;
        this.transactions = transactions;
        this.identities = new IdentityReader(jdbc);
        this.names = names;
        this.clock = clock;
        this.reads = PageReads.of(jdbc);
    }

    /** The rules of a directory in the order they are tried, pending ones included. */
    public List<IdentityRule> of(int directory) {
        return reads.once(new Of(directory), () -> identities.rules(directory));
    }

    /** The same of several directories at once, by their numbers; those without rules are left out. */
    public Map<Integer, List<IdentityRule>> of(Collection<Integer> directories) {
        return identities.rules(directories);
    }

    /**
     * Gives a directory exactly these rules in this order. Rules that it has already keep their id, their state and
     * their keys, wherever they stand now; new ones are ACTIVE at once in a directory that never had a contact, else
     * PENDING; all others are removed with their keys. Within a transaction of the caller the keys of removed rules
     * stay until {@link #sweep}.
     *
     * @param rules the fields of every rule as {@link IdentityRule#parse} gives them
     * @return the rules in force
     */
    public List<IdentityRule> set(int directory, List<List<String>> rules) {
        return set(directory, rules, () -> {});
    }

    /**
     * The same with something that is written in the same transaction.
     *
     * @param within is run once the rules are set
     */
    public List<IdentityRule> set(int directory, List<List<String>> rules, Runnable within) {
        Map<List<String>, List<String>> wanted = byMeaning(rules);
        transactions.executeWithoutResult(status -> {
            replace(directory, wanted);
            within.run();
        });
        sweep(directory);
        return of(directory);
    }

    /**
     * Gives every rule a new id and thereby new keys: for changes of what makes a key. As new rules they are ACTIVE at
     * once in a directory that never had a contact, else PENDING. Within a transaction of the caller, who sweeps the
     * keys of the former rules afterwards.
     */
    void renew(int directory) {
        Map<List<String>, List<String>> same = new LinkedHashMap<>();
        of(directory).forEach(rule -> same.put(IdentityRule.meaning(rule.fields()), rule.fields()));
        jdbc.sql(RETIRE_ALL).param(directory).update();
        replace(directory, same);
    }

    /** Makes a pending rule match, once every contact has its key. */
    public void activate(int directory, int rule) {
        jdbc.sql(ACTIVATE).params(directory, rule).update();
    }

    /** Removes the keys of removed rules, in steps of one short transaction each; goes on where another left off. */
    public void sweep(int directory) {
        List<Integer> retired =
                jdbc.sql(RETIRED).param(directory).query(Integer.class).list();
        if (retired.isEmpty()) {
            return;
        }

        // Whoever still writes keys of these rules has read them before they were removed: let them end first.
        transactions.executeWithoutResult(status -> identities.lockExclusive(directory));
        for (int rule : retired) {
            // A shadow never stands without an owner, so the shadows go first.
            drop(DROP_SHADOWS, directory, rule);
            drop(DROP_CLAIMS, directory, rule);
            jdbc.sql(DROP_PROGRESS).params(directory, rule).update();
            jdbc.sql(DROP_RULE).params(directory, rule).update();
        }
    }

    private void drop(String statement, int directory, int rule) {
        int dropped;
        do {
            dropped = jdbc.sql(statement).params(directory, rule).update();
        } while (dropped == BATCH);
    }

    private void replace(int directory, Map<List<String>, List<String>> wanted) {
        Counters counters = jdbc.sql(LOCK)
                .param(directory)
                .query((row, index) -> new Counters(row.getInt(1), row.getLong(2)))
                .single();
        Map<List<String>, IdentityRule> present = new LinkedHashMap<>();
        of(directory).forEach(rule -> present.put(IdentityRule.meaning(rule.fields()), rule));
        int nextRule = counters.nextRule();
        int position = 1;
        for (Map.Entry<List<String>, List<String>> rule : wanted.entrySet()) {
            IdentityRule kept = present.remove(rule.getKey());
            if (kept != null) {
                jdbc.sql(PLACE).params(position, directory, kept.id()).update();
            } else {
                add(directory, nextRule, position, rule.getValue(), firstState(directory, counters));
                nextRule++;
            }

            position++;
        }

        jdbc.sql(NEXT_RULE).params(nextRule, directory).update();
        present.values()
                .forEach(rule -> jdbc.sql(RETIRE).params(directory, rule.id()).update());
    }

    private void add(int directory, int id, int position, List<String> fields, IdentityRule.State state) {
        names.register(directory, IdentityRule.embeddedNames(fields));
        jdbc.sql(ADD)
                .params(
                        directory,
                        id,
                        position,
                        JsonMapper.shared().writeValueAsString(fields),
                        state.name(),
                        clock.millis())
                .update();
    }

    /** Numbers that were given out may stand for contacts that are being written this moment. */
    private IdentityRule.State firstState(int directory, Counters counters) {
        boolean untouched = counters.nextNumber() == 1
                && jdbc.sql(HAS_CONTACT)
                        .param(directory)
                        .query(Integer.class)
                        .optional()
                        .isEmpty();
        return untouched ? IdentityRule.State.ACTIVE : IdentityRule.State.PENDING;
    }

    /** The rules in order by what they mean; a refusal when two mean the same. */
    private static Map<List<String>, List<String>> byMeaning(List<List<String>> rules) {
        if (rules.size() > MAX_RULES) {
            throw Refusal.invalid(
                    "TOO_MANY_RULES",
                    "Cannot set " + rules.size() + " identity rules: a directory has at most " + MAX_RULES
                            + ". Remove some.");
        }

        Map<List<String>, List<String>> wanted = new LinkedHashMap<>();
        for (List<String> rule : rules) {
            String text = String.join(",", rule);
            if (wanted.put(IdentityRule.meaning(IdentityRule.parse(text)), rule) != null) {
                throw Refusal.invalid(
                        "RULE_TWICE",
                        "Cannot set the identity rule '" + text
                                + "' twice: each would find the same contacts. Name it once.");
            }
        }

        return wanted;
    }
}
