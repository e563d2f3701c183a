package io.muster.load;

import io.muster.load.ContactImage.Table;
import java.sql.ResultSet;
import java.sql.ResultSetMetaData;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * All that hangs on contacts beside their keys: reads it, and takes it away when they are deleted. Callers have locked
 * the contacts' rows, pass their keys on, and note the deletion in the change stream.
 */
public final class ContactTraces {

    private static final String LISTS = "SELECT id FROM mailing_list WHERE directory_id = :directory ORDER BY id";

    private static final String CONTACT = "contact";
    private static final String MEMBERS = "list_member";

    // The member table is keyed by list: naming the lists keeps this to one look per list.
    private static final String OF_LISTS = " AND list_id IN (:lists)";

    private static final String WHERE = " WHERE directory_id = :directory AND number IN (:numbers)";

    private static final List<String> TABLES = List.of(
            "contact_alias",
            "content_claim",
            "keep_apart",
            "frequency_reservation",
            "frequency_reset",
            "test_contact",
            "response");

    private final JdbcClient jdbc;
    private final EventRows events;

    /** @param jdbc the store of record */
    public ContactTraces(JdbcClient jdbc) {
        this.jdbc = jdbc;
        this.events = new EventRows(jdbc);
    }

    /** The rows of the contacts and of all that hangs on them, by contact. */
    Map<Long, List<Table>> read(int directory, Collection<Long> numbers) {
        Map<Long, List<Table>> tables = new HashMap<>();
        read(CONTACT, "", directory, numbers, tables);
        List<Integer> lists = lists(directory);
        if (!lists.isEmpty()) {
            read(MEMBERS, OF_LISTS, directory, numbers, tables);
        }

        TABLES.forEach(table -> read(table, "", directory, numbers, tables));
        for (EventKind kind : EventKind.values()) {
            read(kind.table(), "", directory, numbers, tables);
        }

        return tables;
    }

    private void read(
            String table, String further, int directory, Collection<Long> numbers, Map<Long, List<Table>> tables) {
        Map<Long, List<List<@Nullable Object>>> rows = new HashMap<>();
        List<String> columns = new ArrayList<>();
        statement("SELECT * FROM " + table + WHERE + further, further, directory, numbers)
                .query(row -> {
                    if (columns.isEmpty()) {
                        columns.addAll(columns(row.getMetaData()));
                    }

                    rows.computeIfAbsent(row.getLong("number"), absent -> new ArrayList<>())
                            .add(values(row));
                });
        rows.forEach((number, some) -> tables.computeIfAbsent(number, absent -> new ArrayList<>())
                .add(new Table(table, List.copyOf(columns), some)));
    }

    private static List<String> columns(ResultSetMetaData meta) throws SQLException {
        List<String> columns = new ArrayList<>();
        for (int i = 1; i <= meta.getColumnCount(); i++) {
            columns.add(meta.getColumnName(i));
        }

        return columns;
    }

    private static List<@Nullable Object> values(ResultSet row) throws SQLException {
        List<@Nullable Object> values = new ArrayList<>();
        for (int i = 1; i <= row.getMetaData().getColumnCount(); i++) {
            Object value = row.getObject(i);
            values.add(
                    switch (value) {
                        case null -> null;
                        case Boolean flag -> flag ? 1L : 0L;
                        case Number ignored -> row.getLong(i);
                        case byte[] bytes -> bytes;
                        default -> row.getString(i);
                    });
        }

        return values;
    }

    /** Takes everything away that hangs on contacts whose keys have been passed on; their own rows stay. */
    public void remove(int directory, Collection<Long> numbers) {
        if (!lists(directory).isEmpty()) {
            statement("DELETE FROM " + MEMBERS + WHERE + OF_LISTS, OF_LISTS, directory, numbers)
                    .update();
        }

        for (String table : TABLES) {
            statement("DELETE FROM " + table + WHERE, "", directory, numbers).update();
        }

        events.removeAll(directory, numbers);
    }

    /** Takes the contacts away with everything that hangs on them. */
    void removeWhole(int directory, Collection<Long> numbers) {
        remove(directory, numbers);
        statement("DELETE FROM " + CONTACT + WHERE, "", directory, numbers).update();
    }

    private JdbcClient.StatementSpec statement(String sql, String further, int directory, Collection<Long> numbers) {
        JdbcClient.StatementSpec statement =
                jdbc.sql(sql).param("directory", directory).param("numbers", numbers);
        return further.isEmpty() ? statement : statement.param("lists", lists(directory));
    }

    private List<Integer> lists(int directory) {
        return jdbc.sql(LISTS)
                .param("directory", directory)
                .query(Integer.class)
                .list();
    }
}
