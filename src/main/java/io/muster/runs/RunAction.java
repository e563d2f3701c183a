package io.muster.runs;

import io.muster.jobs.Run;
import io.muster.jobs.RunKind;
import java.util.List;

/** What a person can do with a run. */
public enum RunAction {
    /** Go on where it stopped. */
    RESUME("resume"),
    /** Import its whole file again, as a new run. */
    REPROCESS("reprocess"),
    /** End it at the next safe place. */
    STOP("stop"),
    /** Give it up. */
    ABANDON("abandon"),
    /** Take back what it did. */
    UNDO("undo");

    private final String key;

    RunAction(String key) {
        this.key = key;
    }

    /** The action's name in commands and answers. */
    public String key() {
        return key;
    }

    /** What may be done with a run as it is now, but for undoing it. */
    public static List<RunAction> allowed(Run run) {
        return lacksDirectory(run)
                ? byState(run).stream()
                        .filter(action -> action == STOP || action == ABANDON)
                        .toList()
                : byState(run);
    }

    /** Whether the directory of a run was deleted, so that there is nothing left to work on; a deletion still comes to its end. */
    static boolean lacksDirectory(Run run) {
        return run.directoryName() == null && run.kind() != RunKind.DELETION;
    }

    private static List<RunAction> byState(Run run) {
        boolean again = run.kind() == RunKind.CONTACT_IMPORT;
        if (again && run.status().isResumable() && run.imported().settledBy() != null) {
            return List.of(REPROCESS);
        }

        if (again && run.status().isResumable() && !run.isWhole()) {
            return List.of(REPROCESS, ABANDON);
        }

        return switch (run.status()) {
            case QUEUED, RUNNING -> List.of(STOP);
            case COMPLETED, ABANDONED -> again ? List.of(REPROCESS) : List.of();
            case FAILED, STOPPED, DEAD -> again ? List.of(RESUME, REPROCESS, ABANDON) : List.of(RESUME, ABANDON);
        };
    }
}
