package io.muster.load;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** The columns of a transaction's or touchpoint's row, written and read in one order. */
public final class EventColumns {

    private static final List<String> COMMON =
            List.of("happened_at", "as_of", "source", "caller_id", "run_id", "recorded_at");

    private static final int FIRST_VALUE = COMMON.size() + 4;

    private EventColumns() {}

    /** What {@link #event} reads, each column of the table with this alias. */
    public static String of(EventKind kind, String alias) {
        List<String> columns = new ArrayList<>(List.of("number", kind.keyColumn()));
        columns.addAll(COMMON);
        String numbered = kind.isNumbered() ? alias + "." + EventKind.NUMBER_COLUMN : "0";
        return columns.stream().map(column -> alias + "." + column).collect(Collectors.joining(", ")) + ", " + numbered
                + kind.valueColumns().stream()
                        .map(column -> ", " + alias + "." + column)
                        .collect(Collectors.joining());
    }

    /** The event in a result that begins with the columns of {@link #of}. */
    public static StoredEvent event(EventKind kind, ResultSet row) throws SQLException {
        List<@Nullable String> values = new ArrayList<>(kind.valueColumns().size());
        for (int i = 0; i < kind.valueColumns().size(); i++) {
            values.add(row.getString(FIRST_VALUE + i));
        }

        return new StoredEvent(
                EventKey.of(row.getBytes(2)),
                row.getLong(1),
                row.getLong(FIRST_VALUE - 1),
                row.getString(5),
                row.getString(6),
                new EventContent(row.getLong(3), row.getObject(4, Long.class), values),
                row.getObject(7, Long.class),
                row.getLong(8));
    }

    /** Adds a row of the kind's table. */
    static void put(BulkRows rows, EventKind kind, int directory, StoredEvent event) {
        rows.number(directory)
                .number(event.contact())
                .key(event.key().high(), event.key().low())
                .number(event.content().happenedAt());
        number(rows, event.content().asOf());
        rows.text(event.source()).text(event.id());
        number(rows, event.run());
        rows.number(event.recordedAt());
        for (String value : event.content().values()) {
            rows.text(value);
        }

        if (kind.isNumbered()) {
            rows.number(event.number());
        }

        rows.end();
    }

    private static void number(BulkRows rows, @Nullable Long value) {
        if (value == null) {
            rows.text(null);
        } else {
            rows.number(value);
        }
    }

    /** Adds a row of the kind's table of claims. */
    static void putClaim(BulkRows claims, int directory, EventKey key, long contact) {
        claims.number(directory).key(key.high(), key.low()).number(contact);
        claims.end();
    }
}
