package io.muster.dedup;

import io.muster.dedup.rules.KeyMove;
import io.muster.directory.IdentityKey;
import io.muster.directory.KeyOwner;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import org.springframework.jdbc.core.simple.JdbcClient;

/** Locks many keys at once, and gives up those that nobody but the contacts that leave them holds. */
final class ClaimsInBulk {

    private static final int AT_A_TIME = 1_000;

    private static final String LOCK = """
        SELECT key_hash, number
        FROM claim
        WHERE directory_id = :directory AND rule_id = :rule AND key_hash IN (:keys)
        ORDER BY key_hash
        FOR UPDATE
        """;

    private static final String SHADOWED = """
        SELECT DISTINCT key_hash
        FROM claim_shadow
        WHERE directory_id = :directory AND rule_id = :rule AND key_hash IN (:keys)
        """;

    private static final String DELETE = """
        DELETE FROM claim
        WHERE directory_id = :directory AND rule_id = :rule AND key_hash IN (:keys)
        """;

    private final JdbcClient jdbc;

    ClaimsInBulk(JdbcClient jdbc) {
        this.jdbc = jdbc;
    }

    /** Locks the keys in their order and answers the owners of those that have one. */
    Map<IdentityKey, Long> lock(int directory, Collection<IdentityKey> keys) {
        Map<IdentityKey, Long> owners = new HashMap<>();
        inParts(
                keys,
                (rule, part) -> statement(LOCK, directory, rule, part)
                        .query((row, index) -> owners.put(IdentityKey.of(rule, row.getBytes(1)), row.getLong(2)))
                        .list());
        return owners;
    }

    /**
     * Locks the keys of all moves, in their order, and carries out those that leave a key without any holder.
     *
     * @return the moves that remain, in their order
     */
    List<KeyMove> giveUp(int directory, List<KeyMove> moves) {
        Map<IdentityKey, Long> owners =
                lock(directory, moves.stream().map(KeyMove::key).toList());
        List<KeyMove> leaving = moves.stream()
                .filter(move -> move.joining().isEmpty()
                        && move.leaving().contains(owners.getOrDefault(move.key(), KeyOwner.NOBODY)))
                .toList();
        Set<IdentityKey> shadowed = shadowed(directory, leaving);
        Set<IdentityKey> given = new HashSet<>();
        leaving.forEach(move -> {
            if (!shadowed.contains(move.key())) {
                given.add(move.key());
            }
        });
        inParts(given, (rule, part) -> statement(DELETE, directory, rule, part).update());
        return moves.stream().filter(move -> !given.contains(move.key())).toList();
    }

    private Set<IdentityKey> shadowed(int directory, List<KeyMove> moves) {
        Set<IdentityKey> shadowed = new HashSet<>();
        inParts(
                moves.stream().map(KeyMove::key).toList(),
                (rule, part) -> statement(SHADOWED, directory, rule, part)
                        .query((row, index) -> shadowed.add(IdentityKey.of(rule, row.getBytes(1))))
                        .list());
        return shadowed;
    }

    private interface Part {

        /** Works on some keys of one rule, in their order. */
        void accept(int rule, List<byte[]> keys);
    }

    private static void inParts(Collection<IdentityKey> keys, Part work) {
        SortedMap<Integer, List<byte[]>> byRule = new TreeMap<>();
        keys.stream()
                .sorted()
                .forEach(key -> byRule.computeIfAbsent(key.rule(), absent -> new ArrayList<>())
                        .add(key.bytes()));
        byRule.forEach((rule, all) -> {
            for (int from = 0; from < all.size(); from += AT_A_TIME) {
                work.accept(rule, all.subList(from, Math.min(all.size(), from + AT_A_TIME)));
            }
        });
    }

    private JdbcClient.StatementSpec statement(String sql, int directory, int rule, List<byte[]> keys) {
        return jdbc.sql(sql).param("directory", directory).param("rule", rule).param("keys", keys);
    }
}
