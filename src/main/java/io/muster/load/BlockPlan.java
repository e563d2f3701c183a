package io.muster.load;

import java.util.List;

/** Which net writes make up which block. Blocks are disjoint by contact and may be written in any order. */
public interface BlockPlan {

    /** The number of blocks. */
    int blocks();

    /** The block with this number, counted from 0. */
    Block block(int number);

    /**
     * One block.
     *
     * @param positions where its net writes lie in the log
     * @param keys the keys that change hands between its contacts
     */
    @SuppressWarnings("ArrayRecordComponent") // a block has tens of thousands of positions, read once
    record Block(long[] positions, List<KeyChange> keys) {}
}
