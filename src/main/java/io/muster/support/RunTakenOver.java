package io.muster.support;

/**
 * The refusal to go on with a run that another process holds now: this one was stopped, or away from the database, for so
 * long that it counted as lost.
 */
public final class RunTakenOver {

    /** The code of the refusal. */
    public static final String CODE = "RUN_TAKEN_OVER";

    private RunTakenOver() {}

    /** Of the run with that public id. */
    public static Refusal of(String run) {
        return refusal(run, "");
    }

    /** The same, with what has become of it there. */
    public static Refusal of(String run, String status) {
        return refusal(run, ", and it is " + status + " there");
    }

    private static Refusal refusal(String run, String there) {
        return Refusal.conflict(
                        CODE,
                        "Cannot go on with run " + run + ": another process has taken run " + run + " over" + there
                                + ". Nothing more was written here.")
                .with("run", run);
    }
}
