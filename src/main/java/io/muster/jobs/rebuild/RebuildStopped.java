package io.muster.jobs.rebuild;

/** The work was asked to end, or another part of it has failed; what it has written is void. */
public final class RebuildStopped extends RuntimeException {

    private static final long serialVersionUID = 1L;

    RebuildStopped() {
        super("The rebuild was asked to stop");
    }
}
