package io.muster.segment.publish;

/**
 * What became of one segment of a rebuild.
 *
 * @param segment its numeric id
 * @param name its name
 * @param version the version that was built
 * @param members how many members it has
 * @param added members who joined since the version that was published before
 * @param removed members who left since then
 * @param fate whether readers see it
 */
public record Built(long segment, String name, long version, long members, long added, long removed, Fate fate) {

    /** What became of a version. */
    public enum Fate {
        /** Readers see it. */
        PUBLISHED,
        /** Its size jumped beyond the guard; readers see the version before. */
        HELD,
        /** It uses a segment that is held; readers see the version before. */
        HELD_WITH_USED,
        /** It, or a segment it uses, was changed or deleted while it was built: the version is dropped. */
        OUTDATED
    }

    /** Whether readers still see the version before. */
    public boolean isHeld() {
        return fate == Fate.HELD || fate == Fate.HELD_WITH_USED;
    }
}
