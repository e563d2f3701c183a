package io.muster.web.console.runs;

import io.muster.access.Role;
import io.muster.app.RunDetail;
import io.muster.app.RunDetails;
import io.muster.app.RunUndos;
import io.muster.app.RunView;
import io.muster.app.UndoForecast;
import io.muster.jobs.Deliveries.Delivery;
import io.muster.jobs.Run;
import io.muster.jobs.Run.ImportedRows;
import io.muster.runs.Reprocessing;
import io.muster.runs.RunAction;
import io.muster.runs.RunService;
import io.muster.runs.RunService.Force;
import io.muster.runs.SettingChange;
import io.muster.web.console.page.Confirmation;
import io.muster.web.console.page.Confirmation.Field;
import io.muster.web.console.page.ConsolePages;
import io.muster.web.console.page.Texts;
import io.muster.web.console.page.Viewer;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
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

    private static final int MOST_FILES = 5;

    private static final String FORCE =
            "Also when a newer file was imported since: its values may be overwritten by older ones";

    private final ConsolePages pages;
    private final RunService runs;
    private final RunUndos undos;
    private final RunDetails details;
    private final RunController shown;
    private final RunActing acting;

    RunActionsController(
            ConsolePages pages,
            RunService runs,
            RunUndos undos,
            RunDetails details,
            RunController shown,
            RunActing acting) {
        this.pages = pages;
        this.runs = runs;
        this.undos = undos;
        this.details = details;
        this.shown = shown;
        this.acting = acting;
    }

    @GetMapping(ID + "{action:resume|reprocess|stop|abandon|undo}")
    ModelAndView preview(Viewer viewer, @PathVariable String id, @PathVariable String action) {
        RunAction wanted = RunController.action(action);
        RunView view = wanted == RunAction.UNDO ? shown.find(viewer, id) : shown.brief(viewer, id);
        viewer.require(Role.OPERATE);
        RunActing.requireAllowed(view, wanted);
        String name = RunController.name(wanted);
        String address = "/runs/" + view.run().id();
        boolean force = (wanted == RunAction.RESUME || wanted == RunAction.REPROCESS) && viewer.can(Role.MANAGE);
        return pages.confirm(
                name + " run " + view.run().id(),
                viewer,
                new Confirmation(
                        effects(wanted, view),
                        address + "/" + action,
                        List.of(Field.hidden("state", RunActing.state(view.run()))),
                        force ? List.of(new Field("force", "true", FORCE)) : List.of(),
                        List.of(),
                        button(wanted, view.run()),
                        address));
    }

    private String button(RunAction action, Run run) {
        return action == RunAction.RESUME && !run.step().isEmpty()
                ? "Resume "
                        + blocks(details.of(run)).map(at -> "at block " + at).orElse("in step " + run.step())
                : RunController.name(action) + (action == RunAction.STOP ? " after this block" : "");
    }

    private List<String> effects(RunAction action, RunView view) {
        Run run = view.run();
        ImportedRows rows = run.rows();
        Optional<RunDetail> detail = details.of(run);
        List<String> effects = new ArrayList<>();
        switch (action) {
            case RESUME -> resume(run, rows, detail, effects);
            case REPROCESS -> {
                Reprocessing planned = runs.plan(run, UnaryOperator.identity());
                effects.add("A new run imports the whole file again: " + view.file()
                        + (rows == null || rows.read() == 0 ? "." : ", " + Texts.number(rows.read()) + " rows."));
                detail.map(RunDetail::delivery).map(RunActionsController::file).ifPresent(effects::add);
                effects.addAll(
                        planned.changes().isEmpty()
                                ? List.of("Its settings are those of this run.")
                                : planned.changes().stream()
                                        .map(SettingChange::text)
                                        .map(text -> "Different from last time: " + text)
                                        .toList());
                effects.add("It names this run; when it completes, this one holds nothing back any more.");
            }
            case STOP -> {
                effects.add(blocks(detail)
                        .map(at -> "The process that works on the run ends after block " + at + ", within seconds.")
                        .orElse("The process that works on the run ends at the next safe place, within seconds."));
                effects.add("What is done stays done; the run can be resumed.");
            }
            case ABANDON -> {
                effects.add("The run is given up for good and cannot be resumed.");
                if (rows != null) {
                    effects.add("%s rows that it has loaded stay; %s rows are not imported."
                            .formatted(
                                    Texts.number(loaded(rows)),
                                    Texts.number(rows.read()
                                            - loaded(rows)
                                            - rows.counts().unchanged())));
                }

                List<String> heldBack = detail.map(RunDetail::heldBack).orElse(List.of());
                effects.add(
                        heldBack.isEmpty()
                                ? "Newer files of its automation may go on; none is known to wait."
                                : "%s of its automation may go on: %s."
                                        .formatted(
                                                heldBack.size() == 1
                                                        ? "1 newer file"
                                                        : heldBack.size() + " newer files",
                                                String.join(
                                                        ", ",
                                                        heldBack.subList(0, Math.min(MOST_FILES, heldBack.size())))));
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

    private static void resume(Run run, @Nullable ImportedRows rows, Optional<RunDetail> detail, List<String> effects) {
        effects.add("The run goes on in its step “%s”%s, as attempt %d."
                .formatted(
                        run.step(), blocks(detail).map(at -> " at block " + at).orElse(""), run.epoch() + 1));
        if (rows != null) {
            effects.add("%s of %s rows read have an outcome already; they are not done again. %s are left."
                    .formatted(
                            Texts.number(rows.counts().total()),
                            Texts.number(rows.read()),
                            Texts.number(Math.max(0, rows.read() - rows.counts().total()))));
        }

        detail.map(RunDetail::delivery)
                .map(RunActionsController::file)
                .ifPresent(file -> effects.add(file + " Where the server has no copy any more, it is fetched again."));
        effects.add("Its counts will be those of an undisturbed run.");
    }

    private static String file(Delivery delivery) {
        return "The file: %s, %s, %s."
                .formatted(
                        delivery.path(),
                        Texts.size(delivery.listed().size()),
                        delivery.state().name().toLowerCase(Locale.ROOT));
    }

    /** The block that comes next, of all; empty as long as that is not known. */
    private static Optional<String> blocks(Optional<RunDetail> detail) {
        return detail.map(RunDetail::numbers)
                .filter(numbers -> numbers.planned() > numbers.blocks())
                .map(numbers -> Texts.number(numbers.blocks() + 1) + " of " + Texts.number(numbers.planned()));
    }

    static long loaded(ImportedRows rows) {
        return rows.counts().created() + rows.counts().updated();
    }

    @PostMapping(ID + "{action:resume|reprocess|stop|abandon|undo}")
    ModelAndView act(
            Viewer viewer,
            @PathVariable String id,
            @PathVariable String action,
            @RequestParam String state,
            @RequestParam(defaultValue = "false") boolean force) {
        return ConsolePages.goTo("/runs/"
                + acting.act(
                        viewer,
                        shown.find(viewer, id),
                        RunController.action(action),
                        state,
                        force ? Force.YES : Force.NO));
    }
}
