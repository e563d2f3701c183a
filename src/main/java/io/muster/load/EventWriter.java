package io.muster.load;

import io.muster.support.Refusal;
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
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * Writes the transactions and touchpoints of a block: claims of new keys first, then the records, new ones and those that
 * take the place of others.
 */
final class EventWriter {

    private static final int KEYS_PER_STATEMENT = 5_000;

    // Who holds the key, and whether its record is there: then it is not this block that claimed it.
    private static final String HOLDERS = """
        SELECT c.%3$s, c.number, e.number
        FROM %2$s c
        LEFT JOIN %4$s e ON e.directory_id = c.directory_id AND e.number = c.number AND e.%3$s = c.%3$s
        WHERE c.directory_id = %1$d AND c.%3$s IN (%5$s)
        """;

    private static final String RECORDED = """
        SELECT %6$s
        FROM %2$s c
        JOIN %4$s e ON e.directory_id = c.directory_id AND e.number = c.number AND e.%3$s = c.%3$s
        WHERE c.directory_id = %1$d AND c.%3$s IN (%5$s)
        """;

    private final Connection connection;
    private final BulkWriting bulk;
    private final LoadTask task;

    /** Takes one row of a result. */
    private interface RowSink {
        void accept(ResultSet row) throws SQLException;
    }

    EventWriter(Connection connection, BulkWriting bulk, LoadTask task) {
        this.connection = connection;
        this.bulk = bulk;
        this.task = task;
    }

    /** Writes them all; references with a record that somebody else took or changed since the survey lose. */
    Set<Long> write(Collection<NetWrite> writes) throws SQLException {
        for (EventKind kind : EventKind.values()) {
            Events events = new Events(kind);
            for (NetWrite write : writes) {
                for (EventWrite event : write.events(kind)) {
                    events.add(write.ref(), event);
                }
            }

            Set<Long> losers = events.write();
            if (!losers.isEmpty()) {
                return losers;
            }
        }

        return Set.of();
    }

    /** The records of one kind with their keys, in the order in which locks are taken. */
    private final class Events {

        private final EventKind kind;
        private final BulkRows rows;
        private final BulkRows replacing;
        private final Map<EventKey, Long> refs = new TreeMap<>();
        private final Map<EventKey, StoredEvent> replaced = new TreeMap<>();

        Events(EventKind kind) {
            this.kind = kind;
            this.rows = bulk.rows(kind.rows());
            this.replacing = bulk.rows(kind.rows());
        }

        void add(long ref, EventWrite event) {
            StoredEvent before = event.replaced();
            if (before != null) {
                replaced.put(before.key(), before);
                EventColumns.put(
                        replacing, kind, task.directory(), before.with(event.content(), task.run(), task.asOf()));
                return;
            }

            long contact = task.number(ref);
            EventKey key = event.key().forContact(kind, contact);
            refs.put(key, ref);
            long number = kind.isNumbered() ? task.firstTransaction() + event.place() : 0;
            StoredEvent added = new StoredEvent(
                    key, contact, number, task.source(), event.id(), event.content(), task.run(), task.asOf());
            EventColumns.put(rows, kind, task.directory(), added);
        }

        Set<Long> write() throws SQLException {
            Set<Long> losers = replaced.isEmpty() ? Set.of() : changedSince();
            if (losers.isEmpty() && !refs.isEmpty()) {
                losers = writeNew();
            }

            if (losers.isEmpty()) {
                replacing.write(connection, BulkRows.OnDuplicate.REPLACE);
            }

            return losers;
        }

        private Set<Long> writeNew() throws SQLException {
            BulkRows claims = bulk.rows(kind.claims());
            for (Map.Entry<EventKey, Long> key : refs.entrySet()) {
                EventColumns.putClaim(claims, task.directory(), key.getKey(), task.number(key.getValue()));
            }

            if (claims.write(connection, BulkRows.OnDuplicate.LEAVE) != refs.size()) {
                Set<Long> losers = losers();
                if (!losers.isEmpty()) {
                    return losers;
                }
            }

            // Keys that their own contacts hold without a record are as good as claimed now.

            int written = rows.write(connection, BulkRows.OnDuplicate.LEAVE);
            if (written != refs.size()) {
                throw Refusal.failed("Cannot load a block of run " + task.runId() + ": "
                        + (refs.size() - written) + " of its " + kind.word() + "s cannot be written, since their"
                        + " numbers are taken already. Check whether the database was restored from a backup, then"
                        + " abandon the run.");
            }

            return Set.of();
        }

        /** The contacts whose records are no longer as the survey saw them. The contacts' rows are locked. */
        private Set<Long> changedSince() throws SQLException {
            Map<EventKey, StoredEvent> open = new HashMap<>(replaced);
            forEach(RECORDED, replaced.keySet(), row -> {
                StoredEvent now = EventColumns.event(kind, row);
                open.remove(now.key(), now);
            });
            return open.values().stream().map(StoredEvent::contact).collect(Collectors.toCollection(TreeSet::new));
        }

        private Set<Long> losers() throws SQLException {
            Map<EventKey, Long> open = new HashMap<>(refs);
            forEach(HOLDERS, refs.keySet(), row -> removeOwn(open, row));
            return new TreeSet<>(open.values());
        }

        private void removeOwn(Map<EventKey, Long> open, ResultSet row) throws SQLException {
            EventKey key = EventKey.of(Objects.requireNonNull(row.getBytes(1)));
            boolean recorded = row.getObject(3) != null;
            if (!recorded && task.number(open.getOrDefault(key, 0L)) == row.getLong(2)) {
                open.remove(key);
            }
        }

        private void forEach(String sql, Collection<EventKey> keys, RowSink sink) throws SQLException {
            List<EventKey> all = new ArrayList<>(keys);
            try (Statement statement = connection.createStatement()) {
                for (int from = 0; from < all.size(); from += KEYS_PER_STATEMENT) {
                    List<String> literals = all.subList(from, Math.min(from + KEYS_PER_STATEMENT, all.size())).stream()
                            .map(key -> "x'" + HexFormat.of().formatHex(key.bytes()) + "'")
                            .toList();
                    try (ResultSet result = statement.executeQuery(sql.formatted(
                            task.directory(),
                            kind.claimTable(),
                            kind.keyColumn(),
                            kind.table(),
                            String.join(",", literals),
                            EventColumns.of(kind, "e")))) {
                        while (result.next()) {
                            sink.accept(result);
                        }
                    }
                }
            }
        }
    }
}
