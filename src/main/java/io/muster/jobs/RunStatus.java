package io.muster.jobs;

/** How a run stands. */
public enum RunStatus {
    /** A process works on it. */
    RUNNING,
    /** All rows are accounted for. */
    COMPLETED,
    /** It could not go on, for the reason it gives. */
    FAILED,
    /** An operator stopped it. */
    STOPPED,
    /** Its process was lost: no heartbeat for {@link RunLedger#DEAD_AFTER}. */
    DEAD,
    /** An operator gave it up. */
    ABANDONED;

    /** Whether it may be resumed. */
    public boolean isResumable() {
        return this == FAILED || this == STOPPED || this == DEAD;
    }

    /** Whether nothing more will come of it by itself. */
    public boolean isOver() {
        return this != RUNNING;
    }
}
