package io.muster.web.console.runs;

import io.muster.access.Role;
import io.muster.app.RunView;
import io.muster.runs.RunAction;
import io.muster.runs.RunService.Force;
import io.muster.support.Refusal;
import io.muster.web.console.page.Confirmation;
import io.muster.web.console.page.Confirmation.Field;
import io.muster.web.console.page.ConsolePages;
import io.muster.web.console.page.Texts;
import io.muster.web.console.page.Viewer;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.springframework.stereotype.Controller;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.servlet.ModelAndView;

/**
 * {@code /runs/selected/resume}, {@code …/abandon}: the same for several runs. Each is acted on by itself; the answer says which was
 * done, and which was refused and why.
 */
@Controller
final class SelectedRunsController {

    private static final String ADDRESS = "/runs/selected/";
    private static final int MOST = 50;

    private final ConsolePages pages;
    private final RunController shown;
    private final RunActing acting;

    SelectedRunsController(ConsolePages pages, RunController shown, RunActing acting) {
        this.pages = pages;
        this.shown = shown;
        this.acting = acting;
    }

    /** What became of each. */
    record AnswerPage(List<Answered> done, List<Answered> refused) {}

    /** A run with what was done, or why nothing was. */
    record Answered(String run, String text) {}

    @GetMapping(ADDRESS + "{action:resume|abandon}")
    ModelAndView preview(
            Viewer viewer,
            @PathVariable String action,
            @RequestParam(name = "run", defaultValue = "") List<String> ids) {
        viewer.require(Role.OPERATE);
        RunAction wanted = RunController.action(action);
        List<RunView> views = find(viewer, ids);
        List<Field> fields = new ArrayList<>();
        List<String> effects = new ArrayList<>();
        List<String> cannot = new ArrayList<>();
        for (RunView view : views) {
            String what = view.run().id() + what(view);
            if (Objects.requireNonNull(view.all()).allowed().contains(wanted)) {
                fields.add(Field.hidden("run", view.run().id() + " " + RunActing.state(view.run())));
                effects.add(what + effect(wanted, view));
            } else {
                cannot.add(what + ": nothing, since it is "
                        + RunTexts.status(view.run().status()).word() + " now.");
            }
        }

        if (fields.isEmpty()) {
            throw Refusal.conflict(
                    "NOTHING_TO_DO",
                    "Cannot " + action + " any of these runs: "
                            + (cannot.isEmpty()
                                    ? "none was selected."
                                    : "none of them can be now. Look at them again."));
        }

        effects.addAll(cannot);
        return pages.confirm(
                RunController.name(wanted) + " " + number(fields.size()),
                viewer,
                new Confirmation(
                        effects,
                        ADDRESS + action,
                        fields,
                        RunController.name(wanted) + " " + number(fields.size()),
                        "/runs"));
    }

    private static String number(int runs) {
        return runs == 1 ? "1 run" : runs + " runs";
    }

    private List<RunView> find(Viewer viewer, List<String> ids) {
        return ids.stream()
                .filter(id -> !id.isBlank())
                .distinct()
                .limit(MOST)
                .map(id -> shown.find(viewer, id))
                .toList();
    }

    private static String what(RunView view) {
        String automation = view.run().automation();
        return (automation == null ? "" : ", " + automation) + (view.file().isEmpty() ? "" : ", " + view.file());
    }

    private static String effect(RunAction action, RunView view) {
        return action == RunAction.RESUME
                ? ": goes on in its step “%s”, as attempt %d."
                        .formatted(view.run().step(), view.run().epoch() + 1)
                : ": is given up for good. What it has loaded stays (%s rows); the rest is not imported."
                        .formatted(
                                view.run().rows() == null
                                        ? "0"
                                        : Texts.number(RunActionsController.loaded(Objects.requireNonNull(
                                                view.run().rows()))));
    }

    /** Not led on to another page: the answer says what was done just now. Sent again, it says that nothing was. */
    @PostMapping(ADDRESS + "{action:resume|abandon}")
    ModelAndView act(Viewer viewer, @PathVariable String action, @RequestParam("run") List<String> states) {
        viewer.require(Role.OPERATE);
        RunAction wanted = RunController.action(action);
        List<Answered> done = new ArrayList<>();
        List<Answered> refused = new ArrayList<>();
        for (String one : states.stream().distinct().limit(MOST).toList()) {
            String id = one.replaceFirst(" .*", "");
            try {
                RunView view = shown.find(viewer, id);
                String run = acting.act(
                        viewer, view, wanted, one.substring(id.length()).strip(), Force.NO);
                done.add(new Answered(run, wanted == RunAction.RESUME ? "goes on" : "is abandoned"));
            } catch (Refusal refusal) {
                refused.add(new Answered(id, String.valueOf(refusal.getMessage())));
            }
        }

        return pages.page(
                "selected",
                RunController.name(wanted) + ": " + done.size() + " done, " + refused.size() + " refused",
                viewer,
                new AnswerPage(done, refused));
    }
}
