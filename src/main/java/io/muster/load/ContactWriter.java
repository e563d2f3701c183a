package io.muster.load;

import io.muster.support.PublicId;
import io.muster.support.Refusal;
import java.nio.ByteBuffer;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/** Writes the contacts of a block, their memberships and transactions. */
final class ContactWriter {

    private static final int NUMBERS_PER_STATEMENT = 5_000;

    private static final String VERSIONS_LOCKED = """
            SELECT number, version FROM contact
            WHERE directory_id = %d AND number IN (%s)
            ORDER BY number FOR UPDATE
            """;

    private static final String TRANSACTION_HOLDERS =
            "SELECT transaction_key, number FROM transaction_claim WHERE directory_id = %d AND transaction_key IN (%s)";

    private final Connection connection;
    private final BulkWriting bulk;
    private final LoadTask task;

    ContactWriter(Connection connection, BulkWriting bulk, LoadTask task) {
        this.connection = connection;
        this.bulk = bulk;
        this.task = task;
    }

    /** Locks the contacts that change; who is gone or has moved on since the survey loses. */
    Set<Long> lockAndCompare(Collection<NetWrite> writes) throws SQLException {
        Map<Long, Integer> expected = new HashMap<>();
        TreeSet<Long> numbers = new TreeSet<>();
        for (NetWrite write : writes) {
            if (write.before() != null) {
                expected.put(write.ref(), write.before().version());
                numbers.add(write.ref());
            }
        }

        try (Statement statement = connection.createStatement()) {
            List<Long> all = new ArrayList<>(numbers);
            for (int from = 0; from < all.size(); from += NUMBERS_PER_STATEMENT) {
                String part = join(all.subList(from, Math.min(from + NUMBERS_PER_STATEMENT, all.size())));
                try (ResultSet result = statement.executeQuery(VERSIONS_LOCKED.formatted(task.directory(), part))) {
                    while (result.next()) {
                        expected.remove(result.getLong(1), result.getInt(2));
                    }
                }
            }
        }

        return new TreeSet<>(expected.keySet());
    }

    /** Writes everything but keys; references whose transaction was recorded by somebody else meanwhile lose. */
    Set<Long> write(Collection<NetWrite> writes) throws SQLException {
        Set<Long> losers = writeTransactions(writes);
        if (!losers.isEmpty()) {
            return losers;
        }

        writeContacts(writes);
        writeMemberships(writes);
        return Set.of();
    }

    private void writeContacts(Collection<NetWrite> writes) throws SQLException {
        BulkRows created = bulk.rows(BulkTable.CONTACT);
        BulkRows changed = bulk.rows(BulkTable.CONTACT);
        BulkRows contentKeys = bulk.rows(BulkTable.CONTENT_CLAIM);
        for (NetWrite write : writes) {
            contact(write, write.before() == null ? created : changed);
            ClaimKey content = write.contentKey();
            if (content != null) {
                contentKeys
                        .number(task.directory())
                        .number(task.number(write.ref()))
                        .key(content.high(), content.low());
                contentKeys.end();
            }
        }

        int sent = created.size();
        int written = created.write(connection, BulkRows.OnDuplicate.LEAVE);
        if (written != sent) {
            throw Refusal.failed("Cannot load a block of run " + PublicId.RUN.of(task.run()) + ": "
                    + (sent - written) + " of its contact numbers are taken already, though they were given to this"
                    + " run alone. Check whether the database was restored from a backup, then abandon the run.");
        }

        changed.write(connection, BulkRows.OnDuplicate.REPLACE);
        contentKeys.write(connection, BulkRows.OnDuplicate.LEAVE);
    }

    private void contact(NetWrite write, BulkRows rows) {
        ContactImage image = write.after();
        NetWrite.Before before = write.before();
        rows.number(task.directory())
                .number(task.number(write.ref()))
                .text(image.firstName())
                .text(image.lastName())
                .text(image.email())
                .text(image.phone())
                .text(image.extRef())
                .text(image.language())
                .number(image.unsubscribed() ? 1 : 0)
                .text(image.embedded())
                .number(before == null ? task.asOf() : before.createdAt())
                .number(before == null ? task.asOf() : Math.max(task.asOf(), before.modifiedAt()))
                .number(before == null ? 1 : before.version() + 1L);
        rows.end();
    }

    private void writeMemberships(Collection<NetWrite> writes) throws SQLException {
        BulkRows joined = bulk.rows(BulkTable.LIST_MEMBER);
        BulkRows changed = bulk.rows(BulkTable.LIST_MEMBER);
        for (NetWrite write : writes) {
            ListChange change = write.list();
            if (change != null) {
                // Only members of contacts that nobody else knows yet cannot be there already.
                BulkRows rows = write.creates() ? joined : changed;
                rows.number(task.directory())
                        .number(task.list())
                        .number(task.number(write.ref()))
                        .number(change.after().unsubscribed() ? 1 : 0)
                        .text(change.after().embedded())
                        .number(change.after().joinedAt());
                rows.end();
            }
        }

        joined.write(connection, BulkRows.OnDuplicate.LEAVE);
        changed.write(connection, BulkRows.OnDuplicate.REPLACE);
    }

    private Set<Long> writeTransactions(Collection<NetWrite> writes) throws SQLException {
        Map<ClaimKey, Long> keys = new java.util.TreeMap<>();
        BulkRows claims = bulk.rows(BulkTable.TRANSACTION_CLAIM);
        BulkRows transactions = bulk.rows(BulkTable.TRANSACTION);
        for (NetWrite write : writes) {
            for (TransactionWrite surveyed : write.transactions()) {
                TransactionWrite transaction = surveyed.forContact(task.number(write.ref()));
                keys.put(new ClaimKey(0, transaction.high(), transaction.low()), write.ref());
                transactions
                        .number(task.directory())
                        .number(task.number(write.ref()))
                        .key(transaction.high(), transaction.low())
                        .number(transaction.happenedAt())
                        .text(transaction.fields())
                        .number(task.run())
                        .number(task.asOf());
                transactions.end();
            }
        }

        for (Map.Entry<ClaimKey, Long> key : keys.entrySet()) {
            claims.number(task.directory())
                    .key(key.getKey().high(), key.getKey().low())
                    .number(task.number(key.getValue()));
            claims.end();
        }

        int sent = claims.size();
        if (claims.write(connection, BulkRows.OnDuplicate.LEAVE) != sent) {
            return transactionLosers(keys);
        }

        transactions.write(connection, BulkRows.OnDuplicate.LEAVE);
        return Set.of();
    }

    private Set<Long> transactionLosers(Map<ClaimKey, Long> keys) throws SQLException {
        Map<ClaimKey, Long> open = new HashMap<>(keys);
        try (Statement statement = connection.createStatement()) {
            List<ClaimKey> all = new ArrayList<>(keys.keySet());
            for (int from = 0; from < all.size(); from += NUMBERS_PER_STATEMENT) {
                List<String> literals = all.subList(from, Math.min(from + NUMBERS_PER_STATEMENT, all.size())).stream()
                        .map(key -> "x'" + java.util.HexFormat.of().formatHex(key.bytes()) + "'")
                        .toList();
                try (ResultSet result = statement.executeQuery(
                        TRANSACTION_HOLDERS.formatted(task.directory(), String.join(",", literals)))) {
                    while (result.next()) {
                        ByteBuffer bytes = ByteBuffer.wrap(result.getBytes(1));
                        ClaimKey key = new ClaimKey(0, bytes.getLong(), bytes.getLong());
                        if (task.number(open.getOrDefault(key, 0L)) == result.getLong(2)) {
                            open.remove(key);
                        }
                    }
                }
            }
        }

        return new TreeSet<>(open.values());
    }

    private static String join(List<Long> numbers) {
        StringBuilder text = new StringBuilder(numbers.size() * 9);
        for (long number : numbers) {
            text.append(text.isEmpty() ? "" : ",").append(number);
        }

        return text.toString();
    }
}
