package io.muster.segment.publish;

import io.muster.database.MomentConnection;
import java.sql.Connection;
import java.sql.SQLException;
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

    private final List<MomentConnection> all;
    private final BlockingQueue<MomentConnection> free;
    private final Instant asOf;

    private OneMoment(List<MomentConnection> all, Instant asOf) {
        this.all = all;
        this.free = new ArrayBlockingQueue<>(all.size(), false, all);
        this.asOf = asOf;
    }

    /**
     * Opens so many connections. More than one see the same moment only when nobody writes to the directory meanwhile: then
     * the caller's transaction holds the {@link io.muster.directory.changes.DirectoryGate} alone until this returns.
     */
    public static OneMoment open(DataSource source, int connections, InstantSource clock) throws SQLException {
        List<MomentConnection> opened = new ArrayList<>();
        boolean done = false;
        try {
            for (int i = 0; i < connections; i++) {
                opened.add(MomentConnection.open(source));
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
        MomentConnection lent;
        try {
            lent = free.take();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new SQLException("Interrupted while waiting for a connection of the moment", e);
        }

        try {
            return work.on(lent.connection());
        } finally {
            free.add(lent);
        }
    }

    @Override
    public void close() {
        all.forEach(OneMoment::giveBack);
    }

    private static void giveBack(MomentConnection connection) {
        try {
            connection.close();
        } catch (SQLException lost) {
            // It saw a moment and wrote nothing: there is nothing to lose with it.
            return;
        }
    }
}
