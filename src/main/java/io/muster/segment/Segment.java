package io.muster.segment;

import io.muster.segment.condition.Condition;
import io.muster.segment.condition.Conditions;
import io.muster.segment.condition.ContactTest;
import io.muster.segment.condition.ParsedCondition;
import io.muster.support.PublicId;
import io.muster.support.Refusal;
import org.jspecify.annotations.Nullable;

/**
 * A saved condition of a directory and which version of its members readers see.
 *
 * @param number its numeric id
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

    /**
     * Its condition.
     *
     * @throws Refusal when an earlier version of Muster stored one that is refused today: groups could be deeper once
     */
    public Condition<ContactTest> condition() {
        return switch (Conditions.parse(definition)) {
            case ParsedCondition.Good good -> good.condition();
            case ParsedCondition.Broken broken ->
                throw Refusal.conflict(
                        "SEGMENT_UNREADABLE",
                        "Cannot use the segment " + called() + ": its stored condition cannot be read, "
                                + broken.problems().getFirst().text() + " Give it another condition.");
        };
    }

    /** The segment's id, {@code SG_…}. */
    public String id() {
        return PublicId.SEGMENT.of(number);
    }

    /** Its name and id, for messages. */
    public String called() {
        return "'" + name + "' (" + id() + ")";
    }
}
