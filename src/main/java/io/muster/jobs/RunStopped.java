package io.muster.jobs;

/** The work was asked to end, or another part of it has failed; the run is not complete. */
public final class RunStopped extends RuntimeException {

    private static final long serialVersionUID = 1L;

    /** Ends the work. */
    public RunStopped() {
        super("The run was asked to stop");
    }
}
