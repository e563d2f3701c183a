package io.muster.directory.store;

import io.muster.directory.ContactTransaction;
import io.muster.directory.EmbeddedJson;
import io.muster.directory.Touchpoint;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.springframework.jdbc.core.simple.JdbcClient;

/** What happened with a contact: its touchpoints and transactions, the newest first, those of one moment by their keys. */
public final class Timeline {

    private static final String OF_TOUCHPOINT = """
        t.channel, t.kind, t.happened_at, t.survey, t.intercept, t.project, t.display, t.session, t.source, t.caller_id,
          t.run_id, t.recorded_at, HEX(t.touchpoint_key), t.number
        """;

    private static final String OF_TRANSACTION = """
        t.transaction_no, t.source, t.caller_id, t.happened_at, t.fields, t.run_id, t.recorded_at,
          HEX(t.transaction_key), t.number
        """;

    private static final String TOUCHPOINTS = "SELECT " + OF_TOUCHPOINT + """
        FROM touchpoint t
        WHERE t.directory_id = :directory AND t.number = :number
          AND (t.happened_at < :at OR (t.happened_at = :at AND t.touchpoint_key > UNHEX(:key)))
        ORDER BY t.happened_at DESC, t.touchpoint_key
        LIMIT :most
        """;

    private static final String TRANSACTIONS = "SELECT " + OF_TRANSACTION + """
        FROM contact_transaction t
        WHERE t.directory_id = :directory AND t.number = :number
          AND (t.happened_at < :at OR (t.happened_at = :at AND t.transaction_key > UNHEX(:key)))
        ORDER BY t.happened_at DESC, t.transaction_key
        LIMIT :most
        """;

    private static final String TOUCHPOINTS_OF_KEYS = "SELECT " + OF_TOUCHPOINT + """
        FROM touchpoint_claim c
        JOIN touchpoint t
          ON t.directory_id = c.directory_id AND t.number = c.number AND t.touchpoint_key = c.touchpoint_key
        WHERE c.directory_id = :directory AND c.touchpoint_key IN (:keys)
        ORDER BY t.happened_at DESC, t.touchpoint_key
        """;

    private static final String TRANSACTIONS_OF_KEYS = "SELECT " + OF_TRANSACTION + """
        FROM transaction_claim c
        JOIN contact_transaction t
          ON t.directory_id = c.directory_id AND t.number = c.number AND t.transaction_key = c.transaction_key
        WHERE c.directory_id = :directory AND c.transaction_key IN (:keys)
        ORDER BY t.happened_at DESC, t.transaction_key
        """;

    private static final String COUNT = """
        SELECT (SELECT COUNT(*) FROM touchpoint WHERE directory_id = :directory AND number = :number),
          (SELECT COUNT(*) FROM contact_transaction WHERE directory_id = :directory AND number = :number),
          (SELECT COUNT(*) FROM response WHERE directory_id = :directory AND number = :number)
        """;

    private static final String LAST = """
        SELECT number, 'touchpoint', MAX(happened_at) FROM touchpoint
        WHERE directory_id = :directory AND number IN (:numbers) GROUP BY number
        UNION ALL
        SELECT number, 'transaction', MAX(happened_at) FROM contact_transaction
        WHERE directory_id = :directory AND number IN (:numbers) GROUP BY number
        UNION ALL
        SELECT number, 'response', MAX(happened_at) FROM response
        WHERE directory_id = :directory AND number IN (:numbers) GROUP BY number
        """;

    private final JdbcClient jdbc;

    /**
     * A place between two events of one sort.
     *
     * @param at epoch milliseconds
     * @param key the key of the last event of that moment that lies before the place; empty when none does
     */
    public record Place(long at, String key) {

        /** Before the newest event. */
        public static final Place START = new Place(Long.MAX_VALUE, "");
    }

    /**
     * An event with what tells it from others of its moment.
     *
     * @param key hexadecimal digits
     * @param contact the number of the contact that has it
     */
    public record Keyed<T>(String key, long contact, T event) {}

    /**
     * What happened last with a contact.
     *
     * @param what touchpoint, transaction or response
     * @param at epoch milliseconds
     */
    public record Last(String what, long at) {}

    /** How many events and responses a contact has. */
    public record Counts(long touchpoints, long transactions, long responses) {}

    /** @param jdbc the store of record */
    public Timeline(JdbcClient jdbc) {
        this.jdbc = jdbc;
    }

    /** Touchpoints of a contact from a place on, {@code most} at most. */
    public List<Keyed<Touchpoint>> touchpoints(int directory, long number, Place from, int most) {
        return after(TOUCHPOINTS, directory, number, from, most)
                .query(Timeline::touchpoint)
                .list();
    }

    /** Transactions of a contact from a place on, {@code most} at most. */
    public List<Keyed<ContactTransaction>> transactions(int directory, long number, Place from, int most) {
        return after(TRANSACTIONS, directory, number, from, most)
                .query(Timeline::transaction)
                .list();
    }

    /** The touchpoints of a directory that have one of these keys. */
    public List<Keyed<Touchpoint>> touchpoints(int directory, List<byte[]> keys) {
        return keys.isEmpty()
                ? List.of()
                : ofKeys(TOUCHPOINTS_OF_KEYS, directory, keys)
                        .query(Timeline::touchpoint)
                        .list();
    }

    /** The transactions of a directory that have one of these keys. */
    public List<Keyed<ContactTransaction>> transactions(int directory, List<byte[]> keys) {
        return keys.isEmpty()
                ? List.of()
                : ofKeys(TRANSACTIONS_OF_KEYS, directory, keys)
                        .query(Timeline::transaction)
                        .list();
    }

    private static Keyed<Touchpoint> touchpoint(ResultSet row, int index) throws SQLException {
        return new Keyed<>(
                row.getString(13),
                row.getLong(14),
                new Touchpoint(
                        row.getString(1),
                        row.getString(2),
                        row.getLong(3),
                        row.getString(4),
                        row.getString(5),
                        row.getString(6),
                        row.getString(7),
                        row.getString(8),
                        row.getString(9),
                        row.getString(10),
                        row.getObject(11, Long.class),
                        row.getLong(12)));
    }

    private static Keyed<ContactTransaction> transaction(ResultSet row, int index) throws SQLException {
        return new Keyed<>(
                row.getString(8),
                row.getLong(9),
                new ContactTransaction(
                        row.getLong(1),
                        row.getString(2),
                        row.getString(3),
                        row.getLong(4),
                        EmbeddedJson.read(row.getString(5)),
                        row.getObject(6, Long.class),
                        row.getLong(7)));
    }

    /** How many touchpoints, transactions and responses a contact has. */
    public Counts count(int directory, long number) {
        return jdbc.sql(COUNT)
                .param("directory", directory)
                .param("number", number)
                .query((row, index) -> new Counts(row.getLong(1), row.getLong(2), row.getLong(3)))
                .single();
    }

    /** What happened last with each of some contacts; those with whom nothing did are left out. */
    public Map<Long, Last> last(int directory, Collection<Long> numbers) {
        Map<Long, Last> last = new HashMap<>();
        jdbc.sql(LAST).param("directory", directory).param("numbers", numbers).query(row -> {
            last.merge(
                    row.getLong(1),
                    new Last(row.getString(2), row.getLong(3)),
                    (one, other) -> one.at() >= other.at() ? one : other);
        });
        return last;
    }

    private JdbcClient.StatementSpec after(String sql, int directory, long number, Place from, int most) {
        return jdbc.sql(sql)
                .param("directory", directory)
                .param("number", number)
                .param("at", from.at())
                .param("key", from.key())
                .param("most", most);
    }

    private JdbcClient.StatementSpec ofKeys(String sql, int directory, List<byte[]> keys) {
        return jdbc.sql(sql).param("directory", directory).param("keys", keys);
    }
}
