package io.muster.segment.evaluate;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;

/** Streams rows without keeping them. */
final class RowStream {

    private RowStream() {}

    /** Takes one row. */
    interface Sink {
        void accept(ResultSet result) throws SQLException;
    }

    /**
     * Streams the rows of all parts of a slice.
     *
     * @param sql has a {@code %s} for the slice's condition
     */
    static void read(Connection connection, String sql, Slice slice, Sink sink) throws SQLException {
        for (String condition : slice.conditions()) {
            try (Statement statement =
                    connection.createStatement(ResultSet.TYPE_FORWARD_ONLY, ResultSet.CONCUR_READ_ONLY)) {
                // Connector/J streams row by row with exactly this fetch size.
                statement.setFetchSize(Integer.MIN_VALUE);
                try (ResultSet result = statement.executeQuery(sql.formatted(condition))) {
                    while (result.next()) {
                        sink.accept(result);
                    }
                }
            }
        }
    }
}
