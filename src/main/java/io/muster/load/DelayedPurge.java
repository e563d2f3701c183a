package io.muster.load;

import io.muster.database.MomentConnection;
import java.sql.SQLException;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/**
 * Keeps the server from visiting every inserted row a second time while the rows after it are being inserted. MariaDB resets
 * the transaction number of an inserted row as soon as nobody reads an older moment (its purge), which takes more than a
 * third of the processor time of a load; while a moment from before is read, that work waits. It is put off, not saved: hence
 * a new moment every few million rows, so that what waits stays small.
 *
 * <p>The moment is only there to be open, and ends with the process; without it a load is slower and nothing else. Not safe
 * for several threads.
 */
public final class DelayedPurge implements AutoCloseable {

    /** Rows after which what waits is let go. */
    private static final long ROWS = 4_000_000;

    private final DataSource source;
    private @Nullable MomentConnection moment;
    private long rows;

    /** Nothing is held yet. */
    public DelayedPurge(DataSource source) {
        this.source = source;
    }

    /**
     * Holds the purge up from now on, or goes on doing so.
     *
     * @param more rows that were written since the last call
     */
    public void hold(long more) {
        rows += more;
        if (moment != null && rows < ROWS) {
            return;
        }

        close();
        rows = 0;
        try {
            moment = MomentConnection.open(source);
        } catch (SQLException e) {
            // Whoever writes rows is told of an outage; this is only about time.
            moment = null;
        }
    }

    /** Lets the purge go. */
    @Override
    public void close() {
        MomentConnection held = moment;
        moment = null;
        if (held != null) {
            try {
                held.close();
            } catch (SQLException e) {
                // The pool throws a broken connection away.
                return;
            }
        }
    }
}
