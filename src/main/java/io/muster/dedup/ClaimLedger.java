package io.muster.dedup;

import io.muster.directory.IdentityKey;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
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

    private final JdbcClient jdbc;
    private final InstantSource clock;

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
    }

    /** The owner of a key, without a lock. */
    public @Nullable Long owner(int directory, IdentityKey key) {
        return statement(OWNER, directory, key).query(Long.class).optional().orElse(null);
    }

    /** Locks the keys in their order and answers the owners of those that have one. */
    public Map<IdentityKey, Long> lockOwners(int directory, SortedSet<IdentityKey> keys) {
        Map<IdentityKey, Long> owners = new HashMap<>();
        for (IdentityKey key : keys) {
            Long owner = lock(directory, key);
            if (owner != null) {
                owners.put(key, owner);
            }
        }

        return owners;
    }

    /**
     * Carries out the moves within the running transaction.
     *
     * @param exclusiveRules rules under which a key has one holder only
     */
    public Outcome apply(int directory, Collection<KeyMove> moves, Set<Integer> exclusiveRules) {
        Outcome outcome = new Outcome(new ArrayList<>(), new TreeSet<>(), null);
        for (KeyMove move :
                moves.stream().sorted(Comparator.comparing(KeyMove::key)).toList()) {
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
        Long owner = lock(directory, key);
        if (owner == null) {
            if (move.joining().isEmpty()) {
                return null;
            }

            owner = insert(directory, key, firstOwner(move));
        }

        if (exclusive && !move.leaving().contains(owner) && othersThan(owner, move.joining())) {
            return new Owned(key, owner);
        }

        Long next = nextOwner(directory, move, owner);
        if (next == null) {
            statement(DELETE, directory, key).update();
        } else if (!next.equals(owner)) {
            statement(PASS_ON, directory, key).param("number", next).update();
            outcome.reowned().addAll(List.of(owner, next));
        }

        SortedSet<Long> unshadowed = new TreeSet<>(move.leaving());
        SortedSet<Long> shadows = new TreeSet<>(move.joining());
        if (next != null && !next.equals(owner)) {
            unshadowed.add(next);
            if (!move.leaving().contains(owner)) {
                shadows.add(owner);
            }
        }

        if (next != null) {
            shadows.remove(next);
        }

        if (!unshadowed.isEmpty()) {
            statement(DELETE_SHADOWS, directory, key)
                    .param("numbers", unshadowed)
                    .update();
        }

        for (long shadow : shadows) {
            statement(INSERT_SHADOW, directory, key)
                    .param("number", shadow)
                    .param("now", clock.millis())
                    .update();
            if (next != null && move.joining().contains(shadow)) {
                outcome.shadowed().add(new Owned(key, next));
            }
        }

        return null;
    }

    private @Nullable Long nextOwner(int directory, KeyMove move, long owner) {
        boolean leaves = move.leaving().contains(owner);
        Long preferred = move.preferred();
        if (preferred != null
                && preferred != owner
                && (leaves || move.yielding().contains(owner))
                && holds(directory, move, preferred)) {
            return preferred;
        }

        return leaves ? oldestHolder(directory, move) : Long.valueOf(owner);
    }

    private boolean holds(int directory, KeyMove move, long number) {
        return move.joining().contains(number)
                || (!move.leaving().contains(number)
                        && statement(IS_SHADOW, directory, move.key())
                                .param("number", number)
                                .query(Long.class)
                                .optional()
                                .isPresent());
    }

    private @Nullable Long oldestHolder(int directory, KeyMove move) {
        Long oldest = move.joining().isEmpty() ? null : move.joining().first();
        List<Long> shadows = statement(OLDEST_SHADOWS, directory, move.key())
                .param("limit", move.leaving().size() + 1)
                .query(Long.class)
                .list();
        for (Long shadow : shadows) {
            if (!move.leaving().contains(shadow)) {
                return oldest == null ? shadow : Long.valueOf(Math.min(oldest, shadow));
            }
        }

        return oldest;
    }

    private @Nullable Long lock(int directory, IdentityKey key) {
        return statement(LOCK, directory, key).query(Long.class).optional().orElse(null);
    }

    private long insert(int directory, IdentityKey key, long number) {
        statement(INSERT, directory, key).param("number", number).update();
        Long owner = lock(directory, key);
        if (owner == null) {
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

    private static long firstOwner(KeyMove move) {
        Long preferred = move.preferred();
        return preferred != null && move.joining().contains(preferred)
                ? preferred
                : move.joining().first();
    }

    private static boolean othersThan(long owner, SortedSet<Long> numbers) {
        return numbers.size() > 1 || (numbers.size() == 1 && numbers.first() != owner);
    }
}
