package io.muster.load;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;

/** The way of writing in bulk that a server allows. */
public enum BulkWriting {
    /** {@code LOAD DATA LOCAL}. */
    LOCAL_INFILE,
    /** Multi-row inserts. */
    INSERTS;

    private static final String LOCAL_INFILE_ALLOWED = "SELECT @@GLOBAL.local_infile";

    /** The fastest way that the server behind a connection allows. */
    public static BulkWriting of(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet result = statement.executeQuery(LOCAL_INFILE_ALLOWED)) {
            return result.next() && result.getInt(1) == 1 ? LOCAL_INFILE : INSERTS;
        }
    }

    BulkRows rows(BulkTable table) {
        return switch (this) {
            case LOCAL_INFILE -> new LocalInfileRows(table);
            case INSERTS -> new InsertRows(table);
        };
    }
}
