package io.muster.directory.store;

import io.muster.directory.ContactTransaction;
import io.muster.directory.EmbeddedJson;
import io.muster.directory.Touchpoint;
import java.util.List;
import org.springframework.jdbc.core.simple.JdbcClient;

/** What happened with a contact: its touchpoints and transactions, the newest first, those of one moment by their keys. */
public final class Timeline {

    private static final String TOUCHPOINTS = """
        SELECT channel, kind, happened_at, survey, intercept, run_id, recorded_at, HEX(touchpoint_key)
        FROM touchpoint
        WHERE directory_id = :directory AND number = :number
          AND (happened_at < :at OR (happened_at = :at AND touchpoint_key > UNHEX(:key)))
        ORDER BY happened_at DESC, touchpoint_key
        LIMIT :most
        """;

    private static final String TRANSACTIONS = """
        SELECT happened_at, fields, run_id, recorded_at, HEX(transaction_key)
        FROM contact_transaction
        WHERE directory_id = :directory AND number = :number
          AND (happened_at < :at OR (happened_at = :at AND transaction_key > UNHEX(:key)))
        ORDER BY happened_at DESC, transaction_key
        LIMIT :most
        """;

    private static final String COUNT = """
        SELECT (SELECT COUNT(*) FROM touchpoint WHERE directory_id = :directory AND number = :number),
          (SELECT COUNT(*) FROM contact_transaction WHERE directory_id = :directory AND number = :number)
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
     */
    public record Keyed<T>(String key, T event) {}

    /** How many events a contact has. */
    public record Counts(long touchpoints, long transactions) {}

    /** @param jdbc the store of record */
    public Timeline(JdbcClient jdbc) {
        this.jdbc = jdbc;
    }

    /** Touchpoints of a contact from a place on, {@code most} at most. */
    public List<Keyed<Touchpoint>> touchpoints(int directory, long number, Place from, int most) {
        return after(TOUCHPOINTS, directory, number, from, most)
                .query((row, index) -> new Keyed<>(
                        row.getString(8),
                        new Touchpoint(
                                row.getString(1),
                                row.getString(2),
                                row.getLong(3),
                                row.getString(4),
                                row.getString(5),
                                row.getObject(6, Long.class),
                                row.getLong(7))))
                .list();
    }

    /** Transactions of a contact from a place on, {@code most} at most. */
    public List<Keyed<ContactTransaction>> transactions(int directory, long number, Place from, int most) {
        return after(TRANSACTIONS, directory, number, from, most)
                .query((row, index) -> new Keyed<>(
                        row.getString(5),
                        new ContactTransaction(
                                row.getLong(1),
                                EmbeddedJson.read(row.getString(2)),
                                row.getObject(3, Long.class),
                                row.getLong(4))))
                .list();
    }

    /** How many touchpoints and transactions a contact has. */
    public Counts count(int directory, long number) {
        return jdbc.sql(COUNT)
                .param("directory", directory)
                .param("number", number)
                .query((row, index) -> new Counts(row.getLong(1), row.getLong(2)))
                .single();
    }

    private JdbcClient.StatementSpec after(String sql, int directory, long number, Place from, int most) {
        return jdbc.sql(sql)
                .param("directory", directory)
                .param("number", number)
                .param("at", from.at())
                .param("key", from.key())
                .param("most", most);
    }
}
