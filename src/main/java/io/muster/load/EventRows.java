package io.muster.load;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * The transactions and touchpoints of contacts, with the claims of their keys. Whatever adds, moves or removes them one by
 * one does so here; blocks of imports do so by the {@link EventWriter}. Callers have locked the
 * contacts' rows, and note the changes in the stream.
 */
public final class EventRows {

    // Claims have no index by contact, so events go by their keys, some at a time.
    private static final int AT_A_TIME = 1_000;

    private static final String FIND = """
        SELECT %1$s
        FROM %2$s c
        JOIN %3$s e ON e.directory_id = c.directory_id AND e.number = c.number AND e.%4$s = c.%4$s
        WHERE c.directory_id = :directory AND c.%4$s IN (:keys)
        """;

    private static final String KEYS = """
        SELECT number, %2$s
        FROM %1$s
        WHERE directory_id = :directory AND number IN (:numbers)
        ORDER BY number, %2$s
        """;

    private static final String MOVE = """
        UPDATE %1$s
        SET number = :to
        WHERE directory_id = :directory AND number = :from AND %2$s IN (:keys)
        """;

    private static final String REMOVE = """
        DELETE FROM %1$s
        WHERE directory_id = :directory AND number = :from AND %2$s IN (:keys)
        """;

    private static final String REMOVE_OF_SOME = """
        DELETE FROM %1$s
        WHERE directory_id = :directory AND number IN (:numbers) AND %2$s IN (:keys)
        """;

    private static final String RECORDED = """
        SELECT number, %2$s, happened_at, run_id
        FROM %1$s
        WHERE directory_id = :directory AND number IN (:numbers)
        ORDER BY number, %2$s
        """;

    private static final String REMOVE_CLAIMS = "DELETE FROM %s WHERE directory_id = :directory AND %s IN (:keys)";

    private static final String REMOVE_OF = "DELETE FROM %s WHERE directory_id = :directory AND number IN (:numbers)";

    private final JdbcClient jdbc;

    /**
     * An event as it is stored.
     *
     * @param number the contact it hangs on
     * @param happenedAt epoch milliseconds
     * @param run the run that wrote it last; 0 when none did
     */
    public record Recorded(EventKind kind, long number, EventKey key, long happenedAt, long run) {}

    /** @param jdbc the store of record */
    public EventRows(JdbcClient jdbc) {
        this.jdbc = jdbc;
    }

    /**
     * Records a touchpoint that no run brought, unless its key is known in the directory.
     *
     * @return whether it was recorded; otherwise {@link #find} has it
     */
    public boolean add(int directory, StoredEvent touchpoint) {
        InsertRows claim = new InsertRows(BulkTable.TOUCHPOINT_CLAIM);
        EventColumns.putClaim(claim, directory, touchpoint.key(), touchpoint.contact());
        if (claim.insertUnlessThere(jdbc) == 0) {
            return false;
        }

        InsertRows row = new InsertRows(BulkTable.TOUCHPOINT);
        EventColumns.put(row, EventKind.TOUCHPOINT, directory, touchpoint);
        row.insert(jdbc);
        return true;
    }

    /**
     * Records events that no run brought and whose keys are not known in the directory.
     *
     * @throws org.springframework.dao.DuplicateKeyException when a key has come to be known meanwhile
     */
    public void addNew(EventKind kind, int directory, Collection<StoredEvent> some) {
        InsertRows claims = new InsertRows(kind.claims());
        InsertRows rows = new InsertRows(kind.rows());
        some.stream().sorted(Comparator.comparing(StoredEvent::key)).forEach(event -> {
            EventColumns.putClaim(claims, directory, event.key(), event.contact());
            EventColumns.put(rows, kind, directory, event);
        });
        if (claims.size() > 0) {
            claims.insert(jdbc);
            rows.insert(jdbc);
        }
    }

    /** The events that have one of these keys, whoever holds them; the keys are whole. */
    public List<StoredEvent> find(EventKind kind, int directory, Collection<EventKey> keys) {
        return jdbc.sql(FIND.formatted(EventColumns.of(kind, "e"), kind.claimTable(), kind.table(), kind.keyColumn()))
                .param("directory", directory)
                .param("keys", keys.stream().map(EventKey::bytes).toList())
                .query((row, index) -> EventColumns.event(kind, row))
                .list();
    }

    /** Puts an event back as it was; the contact that it names must hold it. */
    public void putBack(EventKind kind, int directory, StoredEvent event) {
        InsertRows row = new InsertRows(kind.rows());
        EventColumns.put(row, kind, directory, event);
        row.replace(jdbc);
    }

    /** The keys of the events of some contacts, by contact; contacts without any are left out. */
    public Map<Long, List<byte[]>> keys(EventKind kind, int directory, Collection<Long> numbers) {
        Map<Long, List<byte[]>> keys = new HashMap<>();
        if (numbers.isEmpty()) {
            return keys;
        }

        jdbc.sql(KEYS.formatted(kind.table(), kind.keyColumn()))
                .param("directory", directory)
                .param("numbers", numbers)
                .query(row -> {
                    keys.computeIfAbsent(row.getLong(1), absent -> new ArrayList<>())
                            .add(row.getBytes(2));
                });
        return keys;
    }

    /** The events of some contacts, of both kinds. */
    public List<Recorded> recorded(int directory, Collection<Long> numbers) {
        List<Recorded> recorded = new ArrayList<>();
        if (numbers.isEmpty()) {
            return recorded;
        }

        for (EventKind kind : EventKind.values()) {
            jdbc.sql(RECORDED.formatted(kind.table(), kind.keyColumn()))
                    .param("directory", directory)
                    .param("numbers", numbers)
                    .query(row -> {
                        recorded.add(new Recorded(
                                kind, row.getLong(1), EventKey.of(row.getBytes(2)), row.getLong(3), row.getLong(4)));
                    });
        }

        return recorded;
    }

    /** Removes these events of one contact, all of the same kind. */
    public void remove(EventKind kind, int directory, long number, List<byte[]> keys) {
        for (int i = 0; i < keys.size(); i += AT_A_TIME) {
            List<byte[]> part = keys.subList(i, Math.min(keys.size(), i + AT_A_TIME));
            for (String table : List.of(kind.claimTable(), kind.table())) {
                some(REMOVE, table, kind, directory, number, part).update();
            }
        }
    }

    /** Removes these events of some contacts, as far as they are still with them; the keys are in order. */
    public void remove(EventKind kind, int directory, List<Long> numbers, List<EventKey> keys) {
        for (int i = 0; i < keys.size(); i += AT_A_TIME) {
            List<byte[]> part = keys.subList(i, Math.min(keys.size(), i + AT_A_TIME)).stream()
                    .map(EventKey::bytes)
                    .toList();
            for (String table : List.of(kind.claimTable(), kind.table())) {
                jdbc.sql(REMOVE_OF_SOME.formatted(table, kind.keyColumn()))
                        .param("directory", directory)
                        .param("numbers", numbers)
                        .param("keys", part)
                        .update();
            }
        }
    }

    /** Gives events of one contact to another, as far as they are still with the one. */
    public void move(EventKind kind, int directory, List<byte[]> keys, long from, long to) {
        for (int i = 0; i < keys.size(); i += AT_A_TIME) {
            List<byte[]> some = keys.subList(i, Math.min(keys.size(), i + AT_A_TIME));
            for (String table : List.of(kind.table(), kind.claimTable())) {
                some(MOVE, table, kind, directory, from, some).param("to", to).update();
            }
        }
    }

    /** Removes all events of some contacts. */
    public void removeAll(int directory, Collection<Long> numbers) {
        for (EventKind kind : EventKind.values()) {
            List<byte[]> keys = keys(kind, directory, numbers).values().stream()
                    .flatMap(List::stream)
                    .sorted(Arrays::compareUnsigned)
                    .toList();
            for (int i = 0; i < keys.size(); i += AT_A_TIME) {
                jdbc.sql(REMOVE_CLAIMS.formatted(kind.claimTable(), kind.keyColumn()))
                        .param("directory", directory)
                        .param("keys", keys.subList(i, Math.min(keys.size(), i + AT_A_TIME)))
                        .update();
            }

            if (!keys.isEmpty()) {
                jdbc.sql(REMOVE_OF.formatted(kind.table()))
                        .param("directory", directory)
                        .param("numbers", numbers)
                        .update();
            }
        }
    }

    private JdbcClient.StatementSpec some(
            String sql, String table, EventKind kind, int directory, long from, List<byte[]> keys) {
        return jdbc.sql(sql.formatted(table, kind.keyColumn()))
                .param("directory", directory)
                .param("from", from)
                .param("keys", keys);
    }
}
