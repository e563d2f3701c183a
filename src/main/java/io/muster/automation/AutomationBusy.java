package io.muster.automation;

import io.muster.support.Refusal;

/** An automation has a run under way already; each has one at a time. */
public final class AutomationBusy extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final Refusal refusal;
    private final String run;

    /** The automation of that id is held by that run ({@code RN_…}). */
    public AutomationBusy(String automation, String run) {
        this(
                Refusal.busy(
                                "RUN_UNDER_WAY",
                                "Cannot run %s: its run %s is under way. Wait for it, or stop it."
                                        .formatted(automation, run))
                        .with("run", run),
                run);
    }

    private AutomationBusy(Refusal refusal, String run) {
        super(refusal.getMessage(), refusal);
        this.refusal = refusal;
        this.run = run;
    }

    /** The run that is under way. */
    public String run() {
        return run;
    }

    /** What to show to who asked. */
    public Refusal refusal() {
        return refusal;
    }

    /** The sentence to show. */
    @Override
    public String getMessage() {
        return String.valueOf(super.getMessage());
    }
}
