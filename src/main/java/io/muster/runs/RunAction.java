package io.muster.runs;

import io.muster.jobs.Run;
import java.util.List;

/** What an operator can do with a run. */
public enum RunAction {
    /** Go on where it stopped. */
    RESUME("resume"),
    /** Import its whole file again, as a new run. */
    REPROCESS("reprocess"),
    /** End it after its current blocks. */
    STOP("stop"),
    /** Give it up. */
    ABANDON("abandon");

    private final String key;

    RunAction(String key) {
        this.key = key;
    }

    /** The action's name on the command line. */
    public String key() {
        return key;
    }

    static List<RunAction> allowed(Run run) {
        return switch (run.status()) {
            case RUNNING -> List.of(STOP);
            case COMPLETED, ABANDONED -> List.of(REPROCESS);
            case FAILED, STOPPED, DEAD -> List.of(RESUME, REPROCESS, ABANDON);
        };
    }
}
