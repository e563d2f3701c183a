package io.muster.web.console.runs;

import io.muster.access.Role;
import io.muster.app.RunUndos;
import io.muster.app.RunView;
import io.muster.app.UndoForecast;
import io.muster.jobs.Progress;
import io.muster.jobs.Run;
import io.muster.jobs.Run.ImportedRows;
import io.muster.jobs.RunStatus;
import io.muster.runs.Reprocessing;
import io.muster.runs.RunAction;
import io.muster.runs.RunRequest;
import io.muster.runs.RunService;
import io.muster.runs.RunService.Force;
import io.muster.runs.SettingChange;
import io.muster.support.Refusal;
import io.muster.web.console.page.Confirmation;
import io.muster.web.console.page.Confirmation.Field;
import io.muster.web.console.page.ConsolePages;
import io.muster.web.console.page.Texts;
import io.muster.web.console.page.Viewer;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Controller;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.servlet.ModelAndView;

/**
 * What is done with a run: {@code GET} says what will happen and changes nothing, {@code POST} does it. The form carries what
 * was known of the run; when it has moved on meanwhile, that is said in place of acting. Sent twice, it acts once.
 */
@Controller
final class RunActionsController {

    private static final String ID = "/runs/{id:RN_[A-Za-z0-9]+}/";

    private static final String FORCE =
            "Also when a newer file was imported since: its values may be overwritten by older ones";

    private final ConsolePages pages;
    private final RunService runs;
    private final RunUndos undos;
    private final RunController shown;

    RunActionsController(ConsolePages pages, RunService runs, RunUndos undos, RunController shown) {
        this.pages = pages;
        this.runs = runs;
        this.undos = undos;
        this.shown = shown;
    }

    @GetMapping(ID + "{action:resume|reprocess|stop|abandon|undo}")
    ModelAndView preview(Viewer viewer, @PathVariable String id, @PathVariable String action) {
        RunView view = shown.find(viewer, id);
        viewer.require(Role.OPERATE);
        RunAction wanted = RunController.action(action);
        requireAllowed(view, wanted);
        String name = RunController.name(wanted);
        String address = "/runs/" + view.run().id();
        boolean force = (wanted == RunAction.RESUME || wanted == RunAction.REPROCESS) && viewer.can(Role.MANAGE);
        return pages.confirm(
                name + " run " + view.run().id(),
                viewer,
                new Confirmation(
                        effects(wanted, view),
                        address + "/" + action,
                        List.of(Field.hidden("state", state(view.run()))),
                        force ? List.of(new Field("force", "true", FORCE)) : List.of(),
                        List.of(),
                        button(wanted, view.run()),
                        address));
    }

    private static void requireAllowed(RunView view, RunAction action) {
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

    private static String state(Run run) {
        return run.epoch() + " " + run.status();
    }

    private static String button(RunAction action, Run run) {
        return action == RunAction.RESUME && !run.step().isEmpty()
                ? "Resume in step " + run.step()
                : RunController.name(action) + (action == RunAction.STOP ? " after this block" : "");
    }

    private List<String> effects(RunAction action, RunView view) {
        Run run = view.run();
        ImportedRows rows = run.rows();
        List<String> effects = new ArrayList<>();
        switch (action) {
            case RESUME -> {
                effects.add("The run goes on in its step “%s”, as attempt %d.".formatted(run.step(), run.epoch() + 1));
                if (rows != null) {
                    effects.add("%s of %s rows read have an outcome already; they are not done again."
                            .formatted(Texts.number(rows.counts().total()), Texts.number(rows.read())));
                }

                effects.add("Its counts will be those of an undisturbed run.");
            }
            case REPROCESS -> {
                Reprocessing planned = runs.plan(run.id(), UnaryOperator.identity());
                effects.add("A new run imports the whole file again: " + view.file() + ".");
                effects.addAll(
                        planned.changes().isEmpty()
                                ? List.of("Its settings are those of this run.")
                                : planned.changes().stream()
                                        .map(SettingChange::text)
                                        .map(text -> "Different from last time: " + text)
                                        .toList());
                effects.add("When the new run completes, this one holds nothing back any more.");
            }
            case STOP -> {
                effects.add("The process that works on the run ends after the block that it is at, within seconds.");
                effects.add("What is done stays done; the run can be resumed.");
            }
            case ABANDON -> {
                effects.add("The run is given up for good and cannot be resumed.");
                if (rows != null) {
                    effects.add("%s rows that it has loaded stay; what it has not loaded is not imported."
                            .formatted(Texts.number(loaded(rows))));
                }

                effects.add("Newer files of its automation may go on.");
            }
            case UNDO -> {
                UndoForecast forecast = undos.preview(run.id());
                effects.add("%s contacts that the run made go.".formatted(Texts.number(forecast.deleted())));
                effects.add("%s contacts get back what they had before.".formatted(Texts.number(forecast.restored())));
                effects.add("%s things stay as they are, since somebody changed them later."
                        .formatted(Texts.number(forecast.kept().size())));
            }
        }

        return effects;
    }

    private static long loaded(ImportedRows rows) {
        return rows.counts().created() + rows.counts().updated();
    }

    @PostMapping(ID + "{action:resume|reprocess|stop|abandon|undo}")
    ModelAndView act(
            Viewer viewer,
            @PathVariable String id,
            @PathVariable String action,
            @RequestParam String state,
            @RequestParam(defaultValue = "false") boolean force) {
        RunView view = shown.find(viewer, id);
        viewer.require(Role.OPERATE);
        if (force) {
            viewer.require(Role.MANAGE);
        }

        RunAction wanted = RunController.action(action);
        Run run = view.run();
        String done = already(wanted, run);
        if (done != null) {
            return ConsolePages.goTo("/runs/" + done);
        }

        if (!state.equals(state(run))) {
            throw moved(view, wanted);
        }

        requireAllowed(view, wanted);
        Force forced = force ? Force.YES : Force.NO;
        Run next = switch (wanted) {
            case RESUME -> runs.resume(run.id(), forced, viewer.actor(), Progress.NONE);
            case REPROCESS -> runs.reprocess(run.id(), forced, viewer.actor(), Progress.NONE);
            case STOP -> runs.stop(run.id(), viewer.actor());
            case ABANDON -> runs.abandon(run.id(), viewer.actor());
            case UNDO ->
                runs.start(new RunRequest.Undo(run.number()), viewer.actor(), Progress.NONE)
                        .run();
        };
        return ConsolePages.goTo("/runs/" + next.id());
    }

    /** The run to be shown when what is asked for was done already, as by the first of two presses of a button. */
    private @Nullable String already(RunAction action, Run run) {
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
