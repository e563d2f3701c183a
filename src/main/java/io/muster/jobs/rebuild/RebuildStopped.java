package io.muster.jobs.rebuild;

/** The work was asked to end; what it has written is void. */
final class RebuildStopped extends RuntimeException {

    private static final long serialVersionUID = 1L;

    RebuildStopped() {
        super("The rebuild was asked to stop");
    }
}
