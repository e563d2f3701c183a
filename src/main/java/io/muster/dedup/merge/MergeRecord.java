package io.muster.dedup.merge;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A group of duplicates that became one contact.
 *
 * @param id numeric id, see {@link io.muster.support.PublicId#MERGE}
 * @param directory the directory
 * @param survivor the contact that is left
 * @param absorbed how many contacts it took in
 * @param state whether it was undone
 * @param evidence what connected the contacts
 * @param kept after an undo: values of the survivor that had been changed since the merge and were left as they are
 * @param mergedAt epoch milliseconds
 * @param undoneAt epoch milliseconds; null while merged
 */
public record MergeRecord(
        long id,
        int directory,
        long survivor,
        int absorbed,
        State state,
        List<Evidence> evidence,
        List<String> kept,
        long mergedAt,
        @Nullable Long undoneAt) {

    /** What became of a merge. */
    public enum State {
        /** One contact stands for the group. */
        MERGED,
        /** The contacts are back and are kept apart. */
        UNDONE
    }

    /** Copies what it is given. */
    public MergeRecord {
        evidence = List.copyOf(evidence);
        kept = List.copyOf(kept);
    }
}
