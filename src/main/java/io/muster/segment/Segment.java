package io.muster.segment;

import org.jspecify.annotations.Nullable;

/**
 * A saved condition of a directory and which version of its members readers see.
 *
 * @param number its numeric id
 * @param id its public id, {@code SG_…}
 * @param directory its directory
 * @param name its name, unique in the directory
 * @param definition the condition as canonical JSON
 * @param revision moves with every change of the definition, from 1
 * @param guard what holds a new version back
 * @param published the version that readers see; null until it was first rebuilt
 * @param previous the version that a rollback puts back; null when there is none
 * @param held a version that is complete but not published; null when there is none
 * @param heldReason why it is not; null when there is none
 * @param createdAt epoch milliseconds
 * @param modifiedAt when its definition, name or guard changed last, epoch milliseconds
 */
public record Segment(
        long number,
        String id,
        int directory,
        String name,
        String definition,
        int revision,
        SizeGuard guard,
        @Nullable Long published,
        @Nullable Long previous,
        @Nullable Long held,
        @Nullable HeldReason heldReason,
        long createdAt,
        long modifiedAt) {

    /** Why a complete version is not published. */
    public enum HeldReason {
        /** Its size jumped beyond the guard. */
        GUARD,
        /** A segment that it uses is held. */
        USES,
        /** Somebody put the version before it back. */
        ROLLBACK
    }

    /** Its name and id, for messages. */
    public String called() {
        return "'" + name + "' (" + id + ")";
    }
}
