package io.muster.jobs.rebuild;

/** How a rebuild stands. */
public enum RebuildStatus {
    /** A process works on it. */
    RUNNING,
    /** Readers see all of it. */
    COMPLETED,
    /** Readers see all of it but for segments that jumped in size and those that use them. */
    HELD,
    /** It could not go on, for the reason it gives. Readers see what they saw before. */
    FAILED,
    /** Somebody stopped it. */
    STOPPED,
    /** Its process was lost. */
    DEAD,
    /** A later rebuild was begun instead of going on with it. */
    REPLACED;

    /** Whether what it built was published. */
    public boolean isDone() {
        return this == COMPLETED || this == HELD;
    }

    /** Whether a request for the same goes on with it. */
    public boolean isUnfinished() {
        return this == FAILED || this == STOPPED || this == DEAD;
    }
}
