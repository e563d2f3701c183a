package io.muster.web.console.runs;

import io.muster.access.Role;
import io.muster.app.RunView;
import io.muster.jobs.Progress;
import io.muster.jobs.Run;
import io.muster.jobs.RunStatus;
import io.muster.runs.AutomationHeld;
import io.muster.runs.RunAction;
import io.muster.runs.RunRequest;
import io.muster.runs.RunService;
import io.muster.runs.RunService.Force;
import io.muster.support.Refusal;
import io.muster.web.console.page.Viewer;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Does something with a run, for forms that carry what was known of it: when it has moved on meanwhile, that is said in place of
 * acting. Sent twice, it acts once.
 */
final class RunActing {

    private final RunService runs;

    RunActing(RunService runs) {
        this.runs = runs;
    }

    /** What a form carries of a run. */
    static String state(Run run) {
        return run.epoch() + " " + run.status();
    }

    static void requireAllowed(RunView view, RunAction action) {
        if (!Objects.requireNonNull(view.all()).allowed().contains(action)) {
            throw moved(view, action);
        }
    }

    private static Refusal moved(RunView view, RunAction action) {
        return Refusal.conflict(
                "RUN_MOVED_ON",
                "Cannot %s run %s: it is %s now, attempt %d. Look at it again; nothing was changed."
                        .formatted(
                                action.key(),
                                view.run().id(),
                                RunTexts.status(view.run().status()).word(),
                                view.run().epoch()));
    }

    /**
     * Acts.
     *
     * @param state what the form carries of the run
     * @return the run to be shown
     */
    String act(Viewer viewer, RunView view, RunAction action, String state, Force force) {
        viewer.require(Role.OPERATE);
        if (force == Force.YES) {
            viewer.require(Role.MANAGE);
        }

        Run run = view.run();
        String done = already(action, run);
        if (done != null) {
            return done;
        }

        if (!state.equals(state(run))) {
            throw moved(view, action);
        }

        requireAllowed(view, action);
        try {
            return act(viewer, run, action, force).id();
        } catch (AutomationHeld held) {
            throw Refusal.conflict(
                            "RUN_UNDER_WAY",
                            "Cannot %s run %s: run %s of its automation is under way. Wait for it, or stop it."
                                    .formatted(
                                            action.key(), run.id(), held.run().id()))
                    .with("run", held.run().id());
        }
    }

    private Run act(Viewer viewer, Run run, RunAction action, Force force) {
        return switch (action) {
            case RESUME -> runs.resume(run.id(), force, viewer.actor(), Progress.NONE);
            case REPROCESS -> runs.reprocess(run.id(), force, viewer.actor(), Progress.NONE);
            case STOP -> runs.stop(run.id(), viewer.actor());
            case ABANDON -> runs.abandon(run.id(), viewer.actor());
            case UNDO ->
                runs.start(new RunRequest.Undo(run.number()), viewer.actor(), Progress.NONE)
                        .run();
        };
    }

    /** The run to be shown when what is asked for was done already, as by the first of two presses of a button. */
    private static @Nullable String already(RunAction action, Run run) {
        RunStatus status = run.status();
        return switch (action) {
            case RESUME ->
                status == RunStatus.RUNNING || status == RunStatus.QUEUED || status == RunStatus.COMPLETED
                        ? run.id()
                        : null;
            case STOP -> status == RunStatus.STOPPED ? run.id() : null;
            case ABANDON -> status == RunStatus.ABANDONED ? run.id() : null;
            // The service answers with the run that it has started, as long as that has not failed.
            case REPROCESS -> null;
            case UNDO -> run.rows() == null ? null : run.rows().undoneBy();
        };
    }
}
