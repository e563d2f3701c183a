package io.muster.segment.evaluate;

import java.sql.SQLException;

/** Takes what a pass found, block after block in ascending order. */
public interface BlockSink {

    /** Takes a block; the bitmaps are its own from then on. */
    void accept(BlockMembers block) throws SQLException;
}
