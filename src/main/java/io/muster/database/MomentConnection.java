package io.muster.database;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import javax.sql.DataSource;

/**
 * A connection that sees one moment and only reads. The server ends every other session of the pool that is silent for a
 * minute, so that a stopped process gives its locks back; this one holds no locks and may be silent for eight hours, since
 * its moment would be lost with it.
 */
public final class MomentConnection implements AutoCloseable {

    private static final int SILENT_SECONDS = 28_800;
    private static final String SILENCE = "SELECT @@SESSION.wait_timeout";
    private static final String MAY_BE_SILENT = "SET SESSION wait_timeout = %d";
    private static final String START = "START TRANSACTION WITH CONSISTENT SNAPSHOT, READ ONLY";

    private final Connection connection;
    private final int usual;

    private MomentConnection(Connection connection, int usual) {
        this.connection = connection;
        this.usual = usual;
    }

    /** Opens a connection whose moment is now. */
    public static MomentConnection open(DataSource source) throws SQLException {
        Connection connection = source.getConnection();
        boolean opened = false;
        try {
            connection.setAutoCommit(true);
            connection.setTransactionIsolation(Connection.TRANSACTION_REPEATABLE_READ);
            MomentConnection moment = new MomentConnection(connection, silence(connection));
            moment.execute(MAY_BE_SILENT.formatted(SILENT_SECONDS));
            moment.execute(START);
            opened = true;
            return moment;
        } finally {
            if (!opened) {
                connection.close();
            }
        }
    }

    private static int silence(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(SILENCE)) {
            row.next();
            return row.getInt(1);
        }
    }

    private void execute(String sql) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    /** The connection; its transaction must not be ended. */
    public Connection connection() {
        return connection;
    }

    /** Gives the connection back as it was. */
    @Override
    public void close() throws SQLException {
        try (connection) {
            execute("ROLLBACK");
            connection.setTransactionIsolation(Connection.TRANSACTION_READ_COMMITTED);
            execute(MAY_BE_SILENT.formatted(usual));
        }
    }
}
