package io.muster.intercept.decide;

/** Why an intercept is shown or hidden; the order is that in which they are tried. */
public enum Reason {
    /** Intercept, project or module are off, unknown, or outside their dates. */
    INACTIVE,
    /** Held out, or not in the sample. */
    NOT_SAMPLED,
    /** A page condition is false. */
    PAGE,
    /** Shown: the intercept is not linked to a directory. */
    NOT_LINKED,
    /** The contacts cannot be read. */
    UNAVAILABLE,
    /** The target is false. */
    NOT_TARGETED,
    /** Shown: no reference, and the target is true. */
    NO_REFERENCE,
    /** The directory does not know the reference. */
    UNKNOWN_REFERENCE,
    /** A frequency rule is exhausted. */
    FREQUENCY,
    /** An older list-based intercept is shown. */
    OLDER_INTERCEPT,
    /** Shown. */
    ELIGIBLE
}
