package io.muster.load;

import java.sql.SQLException;
import java.util.Collection;
import java.util.List;

/** What a block is entered into, in the block's own transaction. */
interface Ledger {

    /** Refuses before anything is locked where another process does this work by now. */
    void refuseWhenTakenOver() throws SQLException;

    /** Whether the block was entered before. */
    boolean isDone(int block) throws SQLException;

    /**
     * Enters a block.
     *
     * @param deleted the contacts that the block deleted
     */
    void enter(
            int block,
            Collection<NetWrite> writes,
            Collection<KeyChange> keys,
            BlockResult result,
            List<ContactImage> deleted,
            long now)
            throws SQLException;
}
