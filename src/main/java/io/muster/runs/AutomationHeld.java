package io.muster.runs;

import io.muster.jobs.Run;

/** An automation has a run under way, here or elsewhere; each has one at a time. */
public final class AutomationHeld extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final transient Run run;

    AutomationHeld(Run run) {
        super("The automation is held by run " + run.id());
        this.run = run;
    }

    /** The run that is under way. */
    public Run run() {
        return run;
    }
}
