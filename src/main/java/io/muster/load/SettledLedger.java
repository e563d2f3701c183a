package io.muster.load;

import io.muster.load.Settling.Settled;
import io.muster.support.Refusal;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;

/** The ledger of blocks that belong to no run: each row knows by itself what became of it, and nothing is taken back. */
final class SettledLedger implements Ledger {

    private final Connection connection;
    private final LoadTask task;
    private final Settling settling;

    SettledLedger(Connection connection, LoadTask task, Settling settling) {
        this.connection = connection;
        this.task = task;
        this.settling = settling;
    }

    @Override
    public void refuseWhenTakenOver() {
        // Rows that another process has settled are found out when they are entered.
    }

    @Override
    public boolean isDone(int block) {
        return false;
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
        List<Settled> settled = new ArrayList<>();
        for (NetWrite write : writes) {
            write.rows().forEach(row -> settled.add(new Settled(row, task.number(write.ref()))));
        }

        settling.settle(connection, settled);
        BlockChanges changes = new BlockChanges(connection, task);
        changes.note(writes, keys, now);
        if (!changes.hasSameRules()) {
            throw Refusal.busy(
                    "RULES_CHANGED",
                    "Cannot apply " + task.runId()
                            + ": the directory's identity rules were changed meanwhile. They are applied again.");
        }
    }
}
