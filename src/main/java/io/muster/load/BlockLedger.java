package io.muster.load;

import io.muster.support.Refusal;
import io.muster.support.RunTakenOver;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Collection;
import java.util.List;
import java.util.zip.Deflater;
import java.util.zip.DeflaterOutputStream;

/** Writes a block into the ledger and its journal, in the block's own transaction, behind the fence. */
final class BlockLedger implements Ledger {

    private static final int PART = 4 << 20;

    private static final String DONE = "SELECT 1 FROM run_block WHERE run_id = ? AND round = ? AND block = ?";

    // A shared lock: blocks of one run do not wait for each other, whoever takes the run over waits for all of them.
    private static final String FENCE = "SELECT 1 FROM run WHERE id = ? AND epoch = ? LOCK IN SHARE MODE";

    // Without a lock: it only spares work that the fence would refuse.
    private static final String HELD = "SELECT 1 FROM run WHERE id = ? AND epoch = ?";

    private static final String ENTER = """
        INSERT INTO run_block (run_id, round, block, epoch, rows_created, rows_updated, rows_unchanged,
          rows_rejected, rows_skipped, rows_deferred, deferred, first_number, last_number, committed_at, rows_left,
          rows_opted_out, rows_deleted)
        VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
        """;

    private static final String JOURNAL =
            "INSERT INTO run_journal (run_id, round, block, part, entries) VALUES (?, ?, ?, ?, ?)";

    private final Connection connection;
    private final LoadTask task;
    private final BlockChanges changes;

    BlockLedger(Connection connection, LoadTask task) {
        this.connection = connection;
        this.task = task;
        this.changes = new BlockChanges(connection, task);
    }

    @Override
    public boolean isDone(int block) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(DONE)) {
            statement.setLong(1, task.run());
            statement.setInt(2, task.round());
            statement.setInt(3, block);
            try (ResultSet result = statement.executeQuery()) {
                return result.next();
            }
        }
    }

    @Override
    public void enter(
            int block,
            Collection<NetWrite> writes,
            Collection<KeyChange> keys,
            BlockResult result,
            List<ContactImage> deleted,
            long now)
            throws SQLException {
        long first = Long.MAX_VALUE;
        long last = 0;
        for (NetWrite write : writes) {
            first = Math.min(first, task.number(write.ref()));
            last = Math.max(last, task.number(write.ref()));
        }

        BitSet deferred = result.deferred();
        try (PreparedStatement statement = connection.prepareStatement(ENTER)) {
            statement.setLong(1, task.run());
            statement.setInt(2, task.round());
            statement.setInt(3, block);
            statement.setInt(4, task.epoch());
            statement.setLong(5, result.rows().created());
            statement.setLong(6, result.rows().updated());
            statement.setLong(7, result.rows().unchanged());
            statement.setLong(8, result.rows().rejected());
            statement.setLong(9, result.rows().skipped());
            statement.setInt(10, deferred.cardinality());
            statement.setBytes(11, deferred.isEmpty() ? null : RowSet.pack(deferred));
            statement.setLong(12, writes.isEmpty() ? 0 : first);
            statement.setLong(13, last);
            statement.setLong(14, now);
            TakenAway taken = result.rows().takenAway();
            statement.setLong(15, taken.left());
            statement.setLong(16, taken.optedOut());
            statement.setLong(17, taken.deleted());
            statement.executeUpdate();
        }

        journal(block, writes, keys, deleted);
        changes.note(writes, keys, now);
        checkRules();
        fence();
    }

    /** A rule that came meanwhile would miss the keys of these contacts. */
    private void checkRules() throws SQLException {
        if (!changes.hasSameRules()) {
            throw Refusal.failed("Cannot go on with run " + task.runId()
                    + ": the directory's identity rules were changed meanwhile. Resume it with 'muster runs resume "
                    + task.runId() + "': rows not loaded yet are surveyed again under the new rules.");
        }
    }

    private void journal(int block, Collection<NetWrite> writes, Collection<KeyChange> keys, List<ContactImage> deleted)
            throws SQLException {
        byte[] entries = entries(writes, keys, deleted);
        try (PreparedStatement statement = connection.prepareStatement(JOURNAL)) {
            for (int from = 0, part = 0; from < entries.length; from += PART, part++) {
                statement.setLong(1, task.run());
                statement.setInt(2, task.round());
                statement.setInt(3, block);
                statement.setInt(4, part);
                statement.setBytes(5, Arrays.copyOfRange(entries, from, Math.min(from + PART, entries.length)));
                statement.executeUpdate();
            }
        }
    }

    private byte[] entries(Collection<NetWrite> writes, Collection<KeyChange> keys, List<ContactImage> deleted) {
        NetWriteCodec.Bytes plain = new NetWriteCodec.Bytes();
        JournalBlock.write(writes, keys, deleted, task, plain);

        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        Deflater deflater = new Deflater(Deflater.BEST_SPEED);
        try (DeflaterOutputStream out = new DeflaterOutputStream(bytes, deflater)) {
            out.write(plain.array(), 0, plain.length());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } finally {
            deflater.end();
        }

        return bytes.toByteArray();
    }

    /** Refuses before anything is locked, too: a process that was stopped must not stand in the way of the one that goes on. */
    @Override
    public void refuseWhenTakenOver() throws SQLException {
        refuseUnless(HELD);
    }

    private void fence() throws SQLException {
        refuseUnless(FENCE);
    }

    private void refuseUnless(String held) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(held)) {
            statement.setLong(1, task.run());
            statement.setInt(2, task.epoch());
            try (ResultSet result = statement.executeQuery()) {
                if (!result.next()) {
                    throw RunTakenOver.of(task.runId());
                }
            }
        }
    }
}
