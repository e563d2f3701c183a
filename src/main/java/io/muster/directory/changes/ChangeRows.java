package io.muster.directory.changes;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.LongPredicate;
import org.jspecify.annotations.Nullable;
import org.roaringbitmap.longlong.Roaring64NavigableMap;
import org.springframework.jdbc.core.simple.JdbcClient;

/** The rows of the stream. */
final class ChangeRows {

    private static final String DIRECTORIES = """
        SELECT id
        FROM directory d
        WHERE EXISTS (SELECT 1 FROM contact_change c WHERE c.directory_id = d.id)
        """;

    private static final String FIRST =
            "SELECT id, changed_at FROM contact_change WHERE directory_id = :directory ORDER BY id LIMIT 1";

    private static final String LAST =
            "SELECT COALESCE(MAX(id), 0) FROM contact_change WHERE directory_id = :directory";

    private static final String LIST = """
        SELECT id, changed_at
        FROM contact_change
        WHERE directory_id = :directory AND id > :low
        ORDER BY id
        LIMIT :limit
        """;

    private static final String CONTACTS = """
        SELECT changes
        FROM contact_change
        WHERE directory_id = :directory AND id IN (:ids) AND kinds & :kinds <> 0
        """;

    private static final String NUMBERS = """
        SELECT id, changed_at, changes
        FROM contact_change
        WHERE directory_id = :directory AND id IN (:ids) AND kinds & :kinds <> 0
        """;

    private static final String COUNT =
            "SELECT COUNT(*) FROM contact_change WHERE directory_id = :directory AND id > :after AND id <= :upTo";

    private static final String AFTER = """
        SELECT id, CASE WHEN kinds & ? <> 0 THEN changes END
        FROM contact_change
        WHERE directory_id = ? AND id > ?
        ORDER BY id
        """;

    private static final String FROM_THE_END = """
        SELECT id
        FROM contact_change
        WHERE directory_id = :directory
        ORDER BY id DESC
        LIMIT 1 OFFSET :rows
        """;

    private static final String OLDER =
            "SELECT COALESCE(MAX(id), 0) FROM contact_change WHERE directory_id = :directory AND changed_at < :time";

    private static final String IDS =
            "SELECT id FROM contact_change WHERE directory_id = :directory AND id <= :id ORDER BY id LIMIT :limit";

    // By their ids: a range would also wait for the row after it, whose writer may not have ended.
    private static final String REMOVE = "DELETE FROM contact_change WHERE directory_id = :directory AND id IN (:ids)";

    private final JdbcClient jdbc;

    /** A row without its contacts; {@code changedAt} in epoch milliseconds. */
    record Row(long id, long changedAt) {}

    ChangeRows(JdbcClient jdbc) {
        this.jdbc = jdbc;
    }

    /** The directories whose stream has rows. */
    List<Integer> directories() {
        return jdbc.sql(DIRECTORIES).query(Integer.class).list();
    }

    Optional<Row> first(int directory) {
        return jdbc.sql(FIRST)
                .param("directory", directory)
                .query((row, index) -> new Row(row.getLong(1), row.getLong(2)))
                .optional();
    }

    /** The greatest id that is committed; 0 for none. */
    long last(int directory) {
        return jdbc.sql(LAST).param("directory", directory).query(Long.class).single();
    }

    /** The rows above an id in the order of their ids. */
    List<Row> list(int directory, long low, long limit) {
        return jdbc.sql(LIST)
                .param("directory", directory)
                .param("low", low)
                .param("limit", limit)
                .query((row, index) -> new Row(row.getLong(1), row.getLong(2)))
                .list();
    }

    /** What the rows say, as far as they are of these kinds. */
    ContactChanges contacts(int directory, Collection<Long> ids, Set<ChangeKind> kinds) {
        ContactChanges changes = new ContactChanges();
        if (!ids.isEmpty()) {
            jdbc.sql(CONTACTS)
                    .param("directory", directory)
                    .param("ids", ids)
                    .param("kinds", ChangeKind.mask(kinds))
                    .query(row -> {
                        add(changes, row, 1);
                    });
        }

        return changes;
    }

    /** The contacts that a row says have changed, and when; epoch milliseconds. */
    record Numbers(long changedAt, Roaring64NavigableMap contacts) {}

    /** The contacts that changed in these kinds, row by row; without rows in which none did. */
    Map<Long, Numbers> numbers(int directory, Collection<Long> ids, Set<ChangeKind> kinds) {
        Map<Long, Numbers> numbers = new HashMap<>();
        jdbc.sql(NUMBERS)
                .param("directory", directory)
                .param("ids", ids)
                .param("kinds", ChangeKind.mask(kinds))
                .query(row -> {
                    ContactChanges changes = new ContactChanges();
                    add(changes, row, 3);
                    numbers.put(row.getLong(1), new Numbers(row.getLong(2), changes.numbers(kinds)));
                });
        return numbers;
    }

    /** How many rows are committed above an id and up to another one. */
    long count(int directory, long after, long upTo) {
        return jdbc.sql(COUNT)
                .param("directory", directory)
                .param("after", after)
                .param("upTo", upTo)
                .query(Long.class)
                .single();
    }

    /** Reads all rows above an id, one after the other, however many; the greatest id, or {@code low} for none. */
    static long readAll(
            Connection connection,
            int directory,
            long low,
            Set<ChangeKind> kinds,
            LongPredicate isNew,
            ContactChanges changes)
            throws SQLException {
        long last = low;
        try (PreparedStatement statement =
                connection.prepareStatement(AFTER, ResultSet.TYPE_FORWARD_ONLY, ResultSet.CONCUR_READ_ONLY)) {
            statement.setFetchSize(Integer.MIN_VALUE);
            statement.setInt(1, ChangeKind.mask(kinds));
            statement.setInt(2, directory);
            statement.setLong(3, low);
            try (ResultSet result = statement.executeQuery()) {
                while (result.next()) {
                    last = result.getLong(1);
                    if (isNew.test(last)) {
                        add(changes, result, 2);
                    }
                }
            }
        }

        return last;
    }

    private static void add(ContactChanges changes, ResultSet row, int column) throws SQLException {
        try (var stored = row.getBinaryStream(column)) {
            if (stored != null) {
                changes.read(stored);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The id of the row after which only so many rows come; null when there are no more than that. */
    @Nullable
    Long fromTheEnd(int directory, long rows) {
        return jdbc.sql(FROM_THE_END)
                .param("directory", directory)
                .param("rows", rows)
                .query(Long.class)
                .optional()
                .orElse(null);
    }

    /** The greatest id of the rows from before a time; 0 for none. */
    long lastBefore(int directory, long time) {
        return jdbc.sql(OLDER)
                .param("directory", directory)
                .param("time", time)
                .query(Long.class)
                .single();
    }

    /** Removes the lowest rows up to an id, at most so many; the number removed. */
    int remove(int directory, long id, int limit) {
        List<Long> ids = jdbc.sql(IDS)
                .param("directory", directory)
                .param("id", id)
                .param("limit", limit)
                .query(Long.class)
                .list();
        if (!ids.isEmpty()) {
            jdbc.sql(REMOVE).param("directory", directory).param("ids", ids).update();
        }

        return ids.size();
    }
}
