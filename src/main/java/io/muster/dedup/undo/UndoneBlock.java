package io.muster.dedup.undo;

import java.util.List;

/**
 * What the undo of one block did.
 *
 * @param deleted contacts that the run had made and that are gone
 * @param restored contacts that were there before the run and got something of theirs back
 * @param kept what is not as it was before the run
 */
public record UndoneBlock(int deleted, int restored, List<Kept> kept) {

    /** Copies what it is given. */
    public UndoneBlock {
        kept = List.copyOf(kept);
    }
}
