package io.muster.directory.changes;

import org.roaringbitmap.longlong.Roaring64NavigableMap;

/** What a reader finds in the stream. */
public sealed interface Reading {

    /**
     * What it has not read yet, in full or in part.
     *
     * @param directory the directory
     * @param epoch the reader's epoch
     * @param contacts the contacts that changed in the kinds the reader asked for; some may be gone
     * @param low after this reading the reader has read every row up to this id …
     * @param seen … and these rows above it
     * @param moves whether the position moves with it; otherwise it says nothing new
     * @param more whether the stream holds further rows that a limit kept out
     */
    record Next(
            int directory,
            int epoch,
            ContactChanges contacts,
            long low,
            Roaring64NavigableMap seen,
            boolean moves,
            boolean more)
            implements Reading {}

    /**
     * The reader has no position in the stream. It starts, and computes what it needs from the contacts themselves.
     *
     * @param why {@code ENDED} when it was never started, {@code BEHIND} when rows it had not read are gone
     */
    record StartOver(ChangeReader.State why) implements Reading {}
}
