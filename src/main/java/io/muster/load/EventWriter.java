package io.muster.load;

import java.nio.ByteBuffer;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/** Writes the transactions and touchpoints of a block: claims of their keys first, then the records. */
final class EventWriter {

    private static final int KEYS_PER_STATEMENT = 5_000;

    // Who holds the key, and whether its record is there: then it is not this block that claimed it.
    private static final String HOLDERS = """
        SELECT c.%3$s, c.number, e.number
        FROM %2$s c
        LEFT JOIN %4$s e ON e.directory_id = c.directory_id AND e.number = c.number AND e.%3$s = c.%3$s
        WHERE c.directory_id = %1$d AND c.%3$s IN (%5$s)
        """;

    private final Connection connection;
    private final BulkWriting bulk;
    private final LoadTask task;

    EventWriter(Connection connection, BulkWriting bulk, LoadTask task) {
        this.connection = connection;
        this.bulk = bulk;
        this.task = task;
    }

    /** Writes them all; references with a record whose key somebody else took since the survey lose. */
    Set<Long> write(Collection<NetWrite> writes) throws SQLException {
        Set<Long> losers = writeTransactions(writes);
        return losers.isEmpty() ? writeTouchpoints(writes) : losers;
    }

    private Set<Long> writeTransactions(Collection<NetWrite> writes) throws SQLException {
        Keys keys = new Keys(EventKind.TRANSACTION);
        for (NetWrite write : writes) {
            for (TransactionWrite transaction : write.transactions()) {
                long number = task.number(write.ref());
                EventKey key = keys.of(write.ref(), transaction.key());
                EventRows.put(keys.rows, task.directory(), number, key, transaction, task.run(), task.asOf());
            }
        }

        return keys.write();
    }

    private Set<Long> writeTouchpoints(Collection<NetWrite> writes) throws SQLException {
        Keys keys = new Keys(EventKind.TOUCHPOINT);
        for (NetWrite write : writes) {
            for (TouchpointWrite touchpoint : write.touchpoints()) {
                long number = task.number(write.ref());
                EventKey key = keys.of(write.ref(), touchpoint.key());
                EventRows.put(keys.rows, task.directory(), number, key, touchpoint, task.run(), task.asOf());
            }
        }

        return keys.write();
    }

    /** The records of one kind with their keys, in the order in which locks are taken. */
    private final class Keys {
        private final EventKind kind;
        private final BulkRows rows;
        private final Map<EventKey, Long> refs = new TreeMap<>();

        Keys(EventKind kind) {
            this.kind = kind;
            this.rows = bulk.rows(kind.rows());
        }

        /** The key of a record of this contact, whose row follows. */
        EventKey of(long ref, EventKey key) {
            EventKey whole = key.forContact(kind, task.number(ref));
            refs.put(whole, ref);
            return whole;
        }

        Set<Long> write() throws SQLException {
            if (refs.isEmpty()) {
                return Set.of();
            }

            BulkRows claims = bulk.rows(kind.claims());
            for (Map.Entry<EventKey, Long> key : refs.entrySet()) {
                EventRows.putClaim(claims, task.directory(), key.getKey(), task.number(key.getValue()));
            }

            if (claims.write(connection, BulkRows.OnDuplicate.LEAVE) != refs.size()) {
                return losers();
            }

            rows.write(connection, BulkRows.OnDuplicate.LEAVE);
            return Set.of();
        }

        private Set<Long> losers() throws SQLException {
            Map<EventKey, Long> open = new HashMap<>(refs);
            try (Statement statement = connection.createStatement()) {
                List<EventKey> all = new ArrayList<>(refs.keySet());
                for (int from = 0; from < all.size(); from += KEYS_PER_STATEMENT) {
                    List<String> literals = all.subList(from, Math.min(from + KEYS_PER_STATEMENT, all.size())).stream()
                            .map(key -> "x'" + HexFormat.of().formatHex(key.bytes()) + "'")
                            .toList();
                    try (ResultSet result = statement.executeQuery(HOLDERS.formatted(
                            task.directory(),
                            kind.claimTable(),
                            kind.keyColumn(),
                            kind.table(),
                            String.join(",", literals)))) {
                        while (result.next()) {
                            removeOwn(open, result);
                        }
                    }
                }
            }

            return new TreeSet<>(open.values());
        }

        private void removeOwn(Map<EventKey, Long> open, ResultSet row) throws SQLException {
            ByteBuffer bytes = ByteBuffer.wrap(row.getBytes(1));
            EventKey key = new EventKey(bytes.getLong(), bytes.getLong(), true);
            boolean recorded = row.getObject(3) != null;
            if (!recorded && task.number(open.getOrDefault(key, 0L)) == row.getLong(2)) {
                open.remove(key);
            }
        }
    }
}
