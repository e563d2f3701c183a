package io.muster.app;

/**
 * Something that names a segment, so that it cannot be deleted.
 *
 * @param id of a segment or a frequency rule; empty for an intercept
 * @param name of a segment or an intercept; empty for a frequency rule
 */
public record SegmentUse(Kind kind, String id, String name) {

    /** What names it. */
    public enum Kind {
        /** The condition of another segment. */
        SEGMENT,
        /** A frequency rule for its members. */
        FREQUENCY_RULE,
        /** The target of an intercept. */
        INTERCEPT
    }
}
