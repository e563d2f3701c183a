package io.muster.load;

import io.muster.directory.ContactField;
import io.muster.directory.Profile;
import java.nio.ByteBuffer;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;

/** Writes with multi-row inserts, for servers that forbid {@code LOAD DATA LOCAL}. */
final class InsertRows implements BulkRows {

    private static final int ROWS_PER_STATEMENT = 500;

    private final BulkTable table;
    private final List<@Nullable Object> values = new ArrayList<>();
    private int rows;

    InsertRows(BulkTable table) {
        this.table = table;
    }

    @Override
    public BulkRows number(long value) {
        values.add(value);
        return this;
    }

    @Override
    public BulkRows text(@Nullable String value) {
        values.add(value);
        return this;
    }

    @Override
    public BulkRows bytes(byte @Nullable [] value) {
        values.add(value);
        return this;
    }

    @Override
    public BulkRows key(long high, long low) {
        values.add(ByteBuffer.allocate(16).putLong(high).putLong(low).array());
        return this;
    }

    @Override
    public BulkRows values(Profile profile) {
        ContactField.ALL.forEach(field -> text(profile.field(field)));
        return text(profile.embeddedJson());
    }

    @Override
    public void end() {
        rows++;
    }

    @Override
    public int size() {
        return rows;
    }

    @Override
    public int write(Connection connection, OnDuplicate onDuplicate) throws SQLException {
        int written = 0;
        int width = table.width();
        for (int from = 0; from < rows; from += ROWS_PER_STATEMENT) {
            int count = Math.min(ROWS_PER_STATEMENT, rows - from);
            try (PreparedStatement statement = connection.prepareStatement(sql(verb(onDuplicate), count))) {
                for (int i = 0; i < count * width; i++) {
                    statement.setObject(i + 1, values.get(from * width + i));
                }

                written += statement.executeUpdate();
            }
        }

        values.clear();
        rows = 0;
        return written;
    }

    /** Writes the rows, which are few, in the current transaction; a value that cannot be stored fails. */
    void insert(JdbcClient jdbc) {
        jdbc.sql(sql("INSERT INTO ", rows)).params(values).update();
    }

    /** Likewise; a row whose key is there already is replaced. */
    void replace(JdbcClient jdbc) {
        jdbc.sql(sql(verb(OnDuplicate.REPLACE), rows)).params(values).update();
    }

    /** Likewise, but a row whose key is there already is left out; the number of rows written. */
    int insertUnlessThere(JdbcClient jdbc) {
        return jdbc.sql(sql(verb(OnDuplicate.LEAVE), rows)).params(values).update();
    }

    private static String verb(OnDuplicate onDuplicate) {
        return onDuplicate == OnDuplicate.REPLACE ? "REPLACE INTO " : "INSERT IGNORE INTO ";
    }

    private String sql(String verb, int count) {
        String row = "(" + "?, ".repeat(table.width() - 1) + "?)";
        return verb + table.table() + " (" + table.columns() + ") VALUES " + (row + ", ").repeat(count - 1) + row;
    }
}
