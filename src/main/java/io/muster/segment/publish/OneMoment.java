package io.muster.segment.publish;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import javax.sql.DataSource;

/**
 * Connections that all see one moment of a directory, so that none sees what another does not. Each is lent to one thread
 * at a time.
 */
public final class OneMoment implements AutoCloseable {

    private final List<Connection> all;
    private final BlockingQueue<Connection> free;
    private final Instant asOf;

    private OneMoment(List<Connection> all, Instant asOf) {
        this.all = all;
        this.free = new ArrayBlockingQueue<>(all.size(), false, all);
        this.asOf = asOf;
    }

    /**
     * Opens so many connections. More than one see the same moment only when nobody writes to the directory meanwhile: then
     * the caller's transaction holds the {@link io.muster.directory.changes.DirectoryGate} alone until this returns.
     */
    public static OneMoment open(DataSource source, int connections, InstantSource clock) throws SQLException {
        List<Connection> opened = new ArrayList<>();
        boolean done = false;
        try {
            for (int i = 0; i < connections; i++) {
                opened.add(snapshot(source));
            }

            OneMoment moment = new OneMoment(opened, Instant.ofEpochMilli(clock.millis()));
            done = true;
            return moment;
        } finally {
            if (!done) {
                opened.forEach(OneMoment::giveBack);
            }
        }
    }

    private static Connection snapshot(DataSource source) throws SQLException {
        Connection connection = source.getConnection();
        boolean done = false;
        try {
            connection.setAutoCommit(false);
            connection.setTransactionIsolation(Connection.TRANSACTION_REPEATABLE_READ);
            try (Statement statement = connection.createStatement()) {
                statement.execute("START TRANSACTION WITH CONSISTENT SNAPSHOT");
            }

            done = true;
            return connection;
        } finally {
            if (!done) {
                giveBack(connection);
            }
        }
    }

    /** The moment, by the clock of this process; whole milliseconds. */
    public Instant asOf() {
        return asOf;
    }

    /** How many can work at once. */
    public int connections() {
        return all.size();
    }

    /** Work on one of the connections. */
    @FunctionalInterface
    public interface Work<T> {

        /** Reads; changes nothing. */
        T on(Connection connection) throws SQLException;
    }

    /** Does work on a connection that nobody else uses meanwhile; waits for one. */
    public <T> T read(Work<T> work) throws SQLException {
        Connection connection;
        try {
            connection = free.take();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new SQLException("Interrupted while waiting for a connection of the moment", e);
        }

        try {
            return work.on(connection);
        } finally {
            free.add(connection);
        }
    }

    @Override
    public void close() {
        all.forEach(OneMoment::giveBack);
    }

    private static void giveBack(Connection connection) {
        // Closing gives it back to the pool, which rolls back what is open and restores its settings.
        try (connection) {
            connection.rollback();
        } catch (SQLException lost) {
            // It saw a moment and wrote nothing: there is nothing to lose with it.
            return;
        }
    }
}
