package io.muster.jobs;

/** The state of a run. */
public enum RunStatus {
    /** Accepted, but no process works on it yet. */
    QUEUED,
    /** A process works on it. */
    RUNNING,
    /** It has done all it had to do. */
    COMPLETED,
    /** It could not go on, for the reason it gives. */
    FAILED,
    /** It was asked to stop, or its process was. */
    STOPPED,
    /** Its process was lost: no heartbeat for {@link RunLedger#DEAD_AFTER}. */
    DEAD,
    /** It was given up. */
    ABANDONED;

    /** Whether it may be resumed. */
    public boolean isResumable() {
        return this == FAILED || this == STOPPED || this == DEAD;
    }

    /** Whether no process works on it, and none will by itself. */
    public boolean isOver() {
        return this != QUEUED && this != RUNNING;
    }
}
