package io.muster.automation;

import io.muster.support.Refusal;

/** An automation has a run under way already; each has one at a time. */
public final class AutomationBusy extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final String run;

    /** The automation of that id is held by that run ({@code RN_…}). */
    public AutomationBusy(String automation, String run) {
        this(
                Refusal.failed("Cannot run %s: its run %s is under way. Wait for it, or stop it: ./muster runs stop %s."
                        .formatted(automation, run, run)),
                run);
    }

    private AutomationBusy(Refusal refusal, String run) {
        // The refusal is what commands show.
        super(refusal.getMessage(), refusal);
        this.run = run;
    }

    /** The run that is under way. */
    public String run() {
        return run;
    }

    /** The sentence to show. */
    @Override
    public String getMessage() {
        return String.valueOf(super.getMessage());
    }
}
