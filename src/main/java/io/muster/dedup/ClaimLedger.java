package io.muster.dedup;

import io.muster.dedup.rules.KeyMove;
import io.muster.dedup.rules.Ownership;
import io.muster.directory.IdentityKey;
import io.muster.directory.KeyOwner;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * Who owns a key and who merely holds it. Keeps for every key exactly one owner among its holders and a shadow for
 * each of the others, whatever happens beside it: the claim's row is locked before anything about its key changes,
 * and keys are locked in their order.
 */
public final class ClaimLedger {

    private static final String OWNER = """
        SELECT number
        FROM claim
        WHERE directory_id = :directory AND rule_id = :rule AND key_hash = :key
        """;

    private static final String LOCK = OWNER + "FOR UPDATE";

    // Not IGNORE: on a duplicate this locks the row for writing at once, so that two who meet do not deadlock.
    private static final String INSERT = """
        INSERT INTO claim (directory_id, rule_id, key_hash, number)
        VALUES (:directory, :rule, :key, :number)
        ON DUPLICATE KEY UPDATE number = claim.number
        """;

    private static final String PASS_ON = """
        UPDATE claim
        SET number = :number
        WHERE directory_id = :directory AND rule_id = :rule AND key_hash = :key
        """;

    private static final String DELETE = """
        DELETE FROM claim
        WHERE directory_id = :directory AND rule_id = :rule AND key_hash = :key
        """;

    private static final String OLDEST_SHADOWS = """
        SELECT number
        FROM claim_shadow
        WHERE directory_id = :directory AND rule_id = :rule AND key_hash = :key
        ORDER BY number
        LIMIT :limit
        """;

    private static final String IS_SHADOW = """
        SELECT number
        FROM claim_shadow
        WHERE directory_id = :directory AND rule_id = :rule AND key_hash = :key AND number = :number
        """;

    private static final String INSERT_SHADOW = """
        INSERT IGNORE INTO claim_shadow (directory_id, rule_id, key_hash, number, created_at)
        VALUES (:directory, :rule, :key, :number, :now)
        """;

    private static final String DELETE_SHADOWS = """
        DELETE FROM claim_shadow
        WHERE directory_id = :directory AND rule_id = :rule AND key_hash = :key AND number IN (:numbers)
        """;

    /** From this number of moves on, those that leave a key to nobody are carried out together. */
    private static final int MANY = 50;

    private final JdbcClient jdbc;
    private final InstantSource clock;
    private final ClaimsInBulk bulk;

    /** A key that a contact holds or would hold and another contact owns. */
    public record Owned(IdentityKey key, long owner) {}

    /**
     * What came of the moves.
     *
     * @param shadowed keys that joining contacts hold as possible duplicates
     * @param reowned contacts beside those that move which own a key from now on, or own one no longer
     * @param refused the first key that may have one holder only and has another; when not null, the transaction
     *     must be rolled back
     */
    public record Outcome(
            List<Owned> shadowed,
            Set<Long> reowned,
            @Nullable Owned refused) {}

    /**
     * @param jdbc the store of record
     * @param clock tells when a shadow came to be
     */
    public ClaimLedger(JdbcClient jdbc, InstantSource clock) {
        this.jdbc = jdbc;
        this.clock = clock;
        this.bulk = new ClaimsInBulk(jdbc);
    }

    /** The owner of a key, see {@link KeyOwner}, without a lock. */
    public long owner(int directory, IdentityKey key) {
        return owner(OWNER, directory, key);
    }

    /** Locks the keys in their order and answers the owners of those that have one. */
    public Map<IdentityKey, Long> lockOwners(int directory, SortedSet<IdentityKey> keys) {
        return bulk.lock(directory, keys);
    }

    /**
     * Carries out the moves within the running transaction.
     *
     * @param exclusiveRules rules under which a key has one holder only
     */
    public Outcome apply(int directory, Collection<KeyMove> moves, Set<Integer> exclusiveRules) {
        Outcome outcome = new Outcome(new ArrayList<>(), new TreeSet<>(), null);
        List<KeyMove> inOrder =
                moves.stream().sorted(Comparator.comparing(KeyMove::key)).toList();
        for (KeyMove move : inOrder.size() < MANY ? inOrder : bulk.giveUp(directory, inOrder)) {
            boolean exclusive = exclusiveRules.contains(move.key().rule());
            Owned refused = apply(directory, move, exclusive, outcome);
            if (refused != null) {
                return new Outcome(outcome.shadowed(), outcome.reowned(), refused);
            }
        }

        return outcome;
    }

    private @Nullable Owned apply(int directory, KeyMove move, boolean exclusive, Outcome outcome) {
        IdentityKey key = move.key();
        long owner = owner(LOCK, directory, key);
        if (owner == KeyOwner.NOBODY) {
            if (move.joining().isEmpty()) {
                return null;
            }

            owner = insert(directory, key, Ownership.firstOwner(move));
        }

        Ownership.Next next = Ownership.next(owner, new StoredShadows(directory, key), move, exclusive);
        if (next.refused()) {
            return new Owned(key, owner);
        }

        if (next.owner() == KeyOwner.NOBODY) {
            statement(DELETE, directory, key).update();
        } else if (next.owner() != owner) {
            statement(PASS_ON, directory, key).param("number", next.owner()).update();
            Stream.of(owner, next.owner()).filter(KeyOwner::isContact).forEach(outcome.reowned()::add);
        }

        if (!next.unshadowed().isEmpty()) {
            statement(DELETE_SHADOWS, directory, key)
                    .param("numbers", next.unshadowed())
                    .update();
        }

        for (long shadow : next.shadowed()) {
            statement(INSERT_SHADOW, directory, key)
                    .param("number", shadow)
                    .param("now", clock.millis())
                    .update();
            if (move.joining().contains(shadow)) {
                outcome.shadowed().add(new Owned(key, next.owner()));
            }
        }

        return null;
    }

    /** The shadows of one key as the running transaction sees them. */
    private final class StoredShadows implements Ownership.Shadows {

        private final int directory;
        private final IdentityKey key;

        StoredShadows(int directory, IdentityKey key) {
            this.directory = directory;
            this.key = key;
        }

        @Override
        public boolean have(long contact) {
            return statement(IS_SHADOW, directory, key)
                    .param("number", contact)
                    .query(Long.class)
                    .optional()
                    .isPresent();
        }

        @Override
        public long oldestBut(Set<Long> leaving) {
            return statement(OLDEST_SHADOWS, directory, key)
                    .param("limit", leaving.size() + 1)
                    .query(Long.class)
                    .list()
                    .stream()
                    .filter(shadow -> !leaving.contains(shadow))
                    .findFirst()
                    .orElse(KeyOwner.NOBODY);
        }
    }

    private long owner(String sql, int directory, IdentityKey key) {
        return statement(sql, directory, key).query(Long.class).optional().orElse(KeyOwner.NOBODY);
    }

    private long insert(int directory, IdentityKey key, long number) {
        statement(INSERT, directory, key).param("number", number).update();
        long owner = owner(LOCK, directory, key);
        if (owner == KeyOwner.NOBODY) {
            throw new LockRetry.Stale("The key was given up meanwhile");
        }

        return owner;
    }

    private JdbcClient.StatementSpec statement(String sql, int directory, IdentityKey key) {
        return jdbc.sql(sql)
                .param("directory", directory)
                .param("rule", key.rule())
                .param("key", key.bytes());
    }
}
