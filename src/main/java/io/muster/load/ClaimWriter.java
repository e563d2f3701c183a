package io.muster.load;

import io.muster.directory.IdentityKey;
import java.nio.ByteBuffer;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Writes the keys of a block: first what changes hands, under lock and only if it is still as the survey found it, then
 * the new claims. The database has the last word: who meets a key that is taken loses.
 */
final class ClaimWriter {

    private static final int KEYS_PER_STATEMENT = 2_000;

    private static final String OWNERS = """
        SELECT key_hash, number FROM claim
        WHERE directory_id = ? AND rule_id = ? AND key_hash IN (%s)
        """;

    private static final String OWNERS_LOCKED = OWNERS + "ORDER BY key_hash FOR UPDATE";

    private static final String SHADOWS_LOCKED = """
        SELECT key_hash, number FROM claim_shadow
        WHERE directory_id = ? AND rule_id = ? AND key_hash IN (%s)
        ORDER BY key_hash, number FOR UPDATE
        """;

    private static final String DELETE_CLAIMS =
            "DELETE FROM claim WHERE directory_id = ? AND rule_id = ? AND key_hash IN (%s)";

    private static final String DELETE_SHADOW =
            "DELETE FROM claim_shadow WHERE directory_id = ? AND rule_id = ? AND key_hash = ? AND number = ?";

    private final Connection connection;
    private final BulkWriting bulk;
    private final LoadTask task;

    ClaimWriter(Connection connection, BulkWriting bulk, LoadTask task) {
        this.connection = connection;
        this.bulk = bulk;
        this.task = task;
    }

    /** Locks the keys that change hands and tells the references whose keys are not as the survey found them. */
    Set<Long> lockAndCompare(List<KeyChange> changes) throws SQLException {
        Set<Long> losers = new TreeSet<>();
        for (Map.Entry<Integer, List<KeyChange>> rule : byRule(changes).entrySet()) {
            for (List<KeyChange> part : parts(rule.getValue())) {
                List<IdentityKey> keys = part.stream().map(KeyChange::key).toList();
                Map<IdentityKey, List<Long>> owners = holders(OWNERS_LOCKED, rule.getKey(), keys);
                Map<IdentityKey, List<Long>> shadows = holders(SHADOWS_LOCKED, rule.getKey(), keys);
                for (KeyChange change : part) {
                    List<Long> owner = owners.getOrDefault(change.key(), List.of());
                    boolean same =
                            change.ownerBefore() == 0 ? owner.isEmpty() : owner.equals(List.of(change.ownerBefore()));
                    if (!same || !shadows.getOrDefault(change.key(), List.of()).equals(change.shadowsBefore())) {
                        losers.addAll(change.refs());
                    }
                }
            }
        }

        return losers;
    }

    /** Writes new claims and changed ones; the references that met a taken key lose, and nothing may be committed. */
    Set<Long> write(Collection<NetWrite> writes, List<KeyChange> changes) throws SQLException {
        List<NewClaim> claims = new ArrayList<>(2 * writes.size());
        for (NetWrite write : writes) {
            for (IdentityKey key : write.claims()) {
                claims.add(new NewClaim(key, write.ref()));
            }

            if (write.contentKey() != null) {
                claims.add(new NewClaim(write.contentKey(), write.ref()));
            }
        }

        List<KeyChange> moved = changes.stream()
                .filter(change -> change.owner() != change.ownerBefore())
                .toList();
        deleteClaims(moved.stream().filter(change -> change.ownerBefore() != 0).toList());
        for (KeyChange change : moved) {
            if (change.owner() != 0) {
                claims.add(new NewClaim(change.key(), change.owner()));
            }
        }

        writeShadows(changes);
        return insert(claims);
    }

    /** A claim to be written for a reference. */
    record NewClaim(IdentityKey key, long ref) {}

    private Set<Long> insert(List<NewClaim> claims) throws SQLException {
        BulkRows rows = bulk.rows(BulkTable.CLAIM);
        for (NewClaim claim : inOrder(claims)) {
            IdentityKey key = claim.key();
            rows.number(task.directory())
                    .number(key.rule())
                    .key(key.high(), key.low())
                    .number(task.number(claim.ref()));
            rows.end();
        }

        int sent = rows.size();
        if (rows.write(connection, BulkRows.OnDuplicate.LEAVE) == sent) {
            return Set.of();
        }

        return losers(claims);
    }

    /** In the order of the index: the server finds each place beside the last one. */
    static List<NewClaim> inOrder(List<NewClaim> claims) {
        List<NewClaim> sorted = new ArrayList<>(claims.size());
        ofRules(claims).values().forEach(rule -> sort(rule, sorted));
        return sorted;
    }

    private static Map<Integer, List<NewClaim>> ofRules(List<NewClaim> claims) {
        Map<Integer, List<NewClaim>> rules = new TreeMap<>();
        claims.forEach(claim -> rules.computeIfAbsent(claim.key().rule(), ignored -> new ArrayList<>())
                .add(claim));
        return rules;
    }

    /** Sorts by the first bits of the keys, with places in the list behind them: numbers sort faster than objects. */
    private static void sort(List<NewClaim> claims, List<NewClaim> sorted) {
        int placeBits = Long.SIZE - Long.numberOfLeadingZeros(claims.size());
        long[] order = new long[claims.size()];
        for (int i = 0; i < order.length; i++) {
            long high = claims.get(i).key().high() ^ Long.MIN_VALUE;
            order[i] = high >>> placeBits << placeBits | i;
        }

        Arrays.sort(order);
        int start = sorted.size();
        for (long entry : order) {
            NewClaim claim = claims.get((int) (entry & ((1L << placeBits) - 1)));
            int at = sorted.size();
            // Keys that begin alike are told apart by the rest.
            while (at > start && sorted.get(at - 1).key().compareTo(claim.key()) > 0) {
                at--;
            }

            sorted.add(at, claim);
        }
    }

    private Set<Long> losers(List<NewClaim> claims) throws SQLException {
        Set<Long> losers = new TreeSet<>();
        for (Map.Entry<Integer, List<NewClaim>> rule : ofRules(claims).entrySet()) {
            for (List<NewClaim> part : parts(rule.getValue())) {
                Map<IdentityKey, List<Long>> owners = holders(
                        OWNERS, rule.getKey(), part.stream().map(NewClaim::key).toList());
                for (NewClaim claim : part) {
                    if (!owners.getOrDefault(claim.key(), List.of()).equals(List.of(task.number(claim.ref())))) {
                        losers.add(claim.ref());
                    }
                }
            }
        }

        return losers;
    }

    private void deleteClaims(List<KeyChange> changes) throws SQLException {
        for (Map.Entry<Integer, List<KeyChange>> rule : byRule(changes).entrySet()) {
            for (List<KeyChange> part : parts(rule.getValue())) {
                try (PreparedStatement statement =
                        connection.prepareStatement(DELETE_CLAIMS.formatted(marks(part.size())))) {
                    bind(
                            statement,
                            rule.getKey(),
                            part.stream().map(KeyChange::key).toList());
                    statement.executeUpdate();
                }
            }
        }
    }

    private void writeShadows(List<KeyChange> changes) throws SQLException {
        BulkRows rows = bulk.rows(BulkTable.CLAIM_SHADOW);
        try (PreparedStatement delete = connection.prepareStatement(DELETE_SHADOW)) {
            int deletes = 0;
            for (KeyChange change : changes) {
                IdentityKey key = change.key();
                for (long ref : change.shadows()) {
                    if (!change.shadowsBefore().contains(ref)) {
                        rows.number(task.directory())
                                .number(key.rule())
                                .key(key.high(), key.low())
                                .number(task.number(ref))
                                .number(task.asOf());
                        rows.end();
                    }
                }

                for (long number : change.shadowsBefore()) {
                    if (!change.shadows().contains(number)) {
                        delete.setInt(1, task.directory());
                        delete.setInt(2, key.rule());
                        delete.setBytes(3, key.bytes());
                        delete.setLong(4, number);
                        delete.addBatch();
                        deletes++;
                    }
                }
            }

            if (deletes > 0) {
                delete.executeBatch();
            }
        }

        rows.write(connection, BulkRows.OnDuplicate.LEAVE);
    }

    private Map<IdentityKey, List<Long>> holders(String sql, int rule, List<IdentityKey> keys) throws SQLException {
        Map<IdentityKey, List<Long>> holders = new HashMap<>();
        try (PreparedStatement statement = connection.prepareStatement(sql.formatted(marks(keys.size())))) {
            bind(statement, rule, keys);
            try (ResultSet result = statement.executeQuery()) {
                while (result.next()) {
                    ByteBuffer key = ByteBuffer.wrap(result.getBytes(1));
                    holders.computeIfAbsent(
                                    new IdentityKey(rule, key.getLong(), key.getLong()), ignored -> new ArrayList<>())
                            .add(result.getLong(2));
                }
            }
        }

        return holders;
    }

    private void bind(PreparedStatement statement, int rule, List<IdentityKey> keys) throws SQLException {
        statement.setInt(1, task.directory());
        statement.setInt(2, rule);
        for (int i = 0; i < keys.size(); i++) {
            statement.setBytes(3 + i, keys.get(i).bytes());
        }
    }

    private static Map<Integer, List<KeyChange>> byRule(List<KeyChange> changes) {
        Map<Integer, List<KeyChange>> byRule = new TreeMap<>();
        changes.stream()
                .sorted((a, b) -> a.key().compareTo(b.key()))
                .forEach(change -> byRule.computeIfAbsent(change.key().rule(), ignored -> new ArrayList<>())
                        .add(change));
        return byRule;
    }

    private static <T> List<List<T>> parts(List<T> all) {
        List<List<T>> parts = new ArrayList<>();
        for (int from = 0; from < all.size(); from += KEYS_PER_STATEMENT) {
            parts.add(all.subList(from, Math.min(from + KEYS_PER_STATEMENT, all.size())));
        }

        return parts;
    }

    private static String marks(int count) {
        return "?, ".repeat(count - 1) + "?";
    }
}
