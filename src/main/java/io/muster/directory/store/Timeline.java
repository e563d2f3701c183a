package io.muster.directory.store;

import io.muster.directory.ContactTransaction;
import io.muster.directory.EmbeddedJson;
import io.muster.directory.Touchpoint;
import java.util.List;
import org.springframework.jdbc.core.simple.JdbcClient;

/** What happened with a contact: its touchpoints and transactions, the newest first. */
public final class Timeline {

    private static final String TOUCHPOINTS = """
        SELECT channel, kind, happened_at, survey, intercept, run_id, recorded_at
        FROM touchpoint
        WHERE directory_id = :directory AND number = :number
        ORDER BY happened_at DESC, touchpoint_key
        LIMIT :limit
        """;

    private static final String TRANSACTIONS = """
        SELECT happened_at, fields, run_id, recorded_at
        FROM contact_transaction
        WHERE directory_id = :directory AND number = :number
        ORDER BY happened_at DESC, transaction_key
        LIMIT :limit
        """;

    private final JdbcClient jdbc;

    /** @param jdbc the store of record */
    public Timeline(JdbcClient jdbc) {
        this.jdbc = jdbc;
    }

    /** The touchpoints of a contact, the newest first, {@code limit} at most. */
    public List<Touchpoint> touchpoints(int directory, long number, int limit) {
        return of(TOUCHPOINTS, directory, number, limit)
                .query((row, index) -> new Touchpoint(
                        row.getString(1),
                        row.getString(2),
                        row.getLong(3),
                        row.getString(4),
                        row.getString(5),
                        row.getObject(6, Long.class),
                        row.getLong(7)))
                .list();
    }

    /** The transactions of a contact, the newest first, {@code limit} at most. */
    public List<ContactTransaction> transactions(int directory, long number, int limit) {
        return of(TRANSACTIONS, directory, number, limit)
                .query((row, index) -> new ContactTransaction(
                        row.getLong(1),
                        EmbeddedJson.read(row.getString(2)),
                        row.getObject(3, Long.class),
                        row.getLong(4)))
                .list();
    }

    private JdbcClient.StatementSpec of(String sql, int directory, long number, int limit) {
        return jdbc.sql(sql)
                .param("directory", directory)
                .param("number", number)
                .param("limit", limit);
    }
}
