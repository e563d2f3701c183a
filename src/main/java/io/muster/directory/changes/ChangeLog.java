package io.muster.directory.changes;

import io.muster.directory.changes.DirectoryGate.Recording;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.EnumSet;
import java.util.Set;
import org.roaringbitmap.longlong.Roaring64NavigableMap;
import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * The log of contacts that changed in something conditions can read: a field, embedded data, an opt-out, a membership,
 * a transaction, a touchpoint, or whether they are there at all. Every writer appends to it in its own transaction,
 * one row for all it changed, and only while the log is wanted.
 *
 * <p>Why nothing is missed: a writer shares the directory's gate when it appends and holds it until it ends, and the
 * log is begun by somebody who passes the gate alone. So a writer either ended before the log began, and whoever reads
 * the contacts from then on sees its work, or it finds the log wanted. Why nothing piles up: a log nobody wants is
 * empty, and who has caught up with a reading forgets exactly what was read.
 */
public final class ChangeLog {

    /** What conditions can read; keys they cannot. */
    private static final Set<ChangeKind> READABLE = EnumSet.complementOf(EnumSet.of(ChangeKind.KEYS));

    private static final String READ = """
        SELECT id, changes
        FROM contact_change
        WHERE directory_id = ?
        ORDER BY id
        """;

    private static final String STATE = "SELECT logs_changes, log_epoch FROM identity_gate WHERE directory_id = ?";

    private static final String BEGIN = """
        UPDATE identity_gate
        SET logs_changes = 1, log_epoch = log_epoch + 1
        WHERE directory_id = :directory
        """;

    private static final String END = "UPDATE identity_gate SET logs_changes = 0 WHERE directory_id = :directory";

    private static final String CLEAR = "DELETE FROM contact_change WHERE directory_id = :directory";

    private static final String FORGET = CLEAR + " AND id <= :last";

    private final JdbcClient jdbc;
    private final DirectoryGate gate;

    /**
     * Whether the log is written, as somebody sees it who looks into the directory.
     *
     * @param written whether writers append to it
     * @param epoch moves when the log begins anew: results of another epoch cannot be carried on by reading it
     */
    public record State(boolean written, int epoch) {}

    /**
     * What the log holds at one moment.
     *
     * @param numbers the contacts that changed; some may be gone
     * @param last the id of the last row read; 0 for none
     */
    public record Reading(Roaring64NavigableMap numbers, long last) {}

    /** @param jdbc the store of record */
    public ChangeLog(JdbcClient jdbc) {
        this.jdbc = jdbc;
        this.gate = new DirectoryGate(jdbc);
    }

    /**
     * Within a transaction of its own: from its commit on every writer appends. A log that is written already stays
     * as it is. What is computed from contacts read after the commit can be carried on by reading the log.
     */
    public void begin(int directory) {
        if (gate.lockExclusive(directory) == Recording.OFF) {
            clear(directory);
            jdbc.sql(BEGIN).param("directory", directory).update();
        }
    }

    /** Within a transaction of its own: from its commit on nobody appends, and the log is empty. */
    public void end(int directory) {
        gate.lockExclusive(directory);
        jdbc.sql(END).param("directory", directory).update();
        clear(directory);
    }

    /** Whether the log is written, as the connection's snapshot has it. */
    public static State state(Connection snapshot, int directory) throws SQLException {
        try (PreparedStatement statement = snapshot.prepareStatement(STATE)) {
            statement.setInt(1, directory);
            try (ResultSet result = statement.executeQuery()) {
                return result.next() ? new State(result.getInt(1) != 0, result.getInt(2)) : new State(false, 0);
            }
        }
    }

    /**
     * What the log holds in the connection's snapshot, which must have been opened while its owner held the gate
     * alone: only then is every row below the last one in it.
     */
    public static Reading read(Connection snapshot, int directory) throws SQLException {
        ContactChanges changes = new ContactChanges();
        long last = 0;
        try (PreparedStatement statement =
                snapshot.prepareStatement(READ, ResultSet.TYPE_FORWARD_ONLY, ResultSet.CONCUR_READ_ONLY)) {
            statement.setFetchSize(Integer.MIN_VALUE);
            statement.setInt(1, directory);
            try (ResultSet result = statement.executeQuery()) {
                while (result.next()) {
                    last = result.getLong(1);
                    changes.read(result.getBinaryStream(2));
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }

        return new Reading(changes.numbers(READABLE), last);
    }

    /** Forgets what was read, once it has been dealt with; within the transaction that publishes the result. */
    public void forget(int directory, Reading reading) {
        jdbc.sql(FORGET)
                .param("directory", directory)
                .param("last", reading.last())
                .update();
    }

    private void clear(int directory) {
        jdbc.sql(CLEAR).param("directory", directory).update();
    }
}
