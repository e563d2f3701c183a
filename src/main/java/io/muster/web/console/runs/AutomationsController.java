package io.muster.web.console.runs;

import io.muster.access.Role;
import io.muster.app.AutomationService;
import io.muster.app.AutomationView;
import io.muster.app.AutomationView.Broken;
import io.muster.app.RunView;
import io.muster.jobs.Run;
import io.muster.jobs.RunStatus;
import io.muster.web.console.page.ConsolePages;
import io.muster.web.console.page.ForbiddenException;
import io.muster.web.console.page.Texts;
import io.muster.web.console.page.Texts.Moment;
import io.muster.web.console.page.Viewer;
import io.muster.web.console.runs.RunTexts.Row;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Controller;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.servlet.ModelAndView;

/** {@code /automations}: what runs by itself, when it does next, and how it went. */
@Controller
final class AutomationsController {

    private static final int RUNS = 90;

    /** From one mark of a strip to the next. */
    private static final int STEP = 14;

    private final ConsolePages pages;
    private final AutomationService automations;

    AutomationsController(ConsolePages pages, AutomationService automations) {
        this.pages = pages;
        this.automations = automations;
    }

    /**
     * All automations.
     *
     * @param broken job files that are not usable
     */
    record AutomationsPage(List<AutomationRow> automations, List<Broken> broken) {}

    /**
     * An automation in the list.
     *
     * @param address of its page
     * @param next when it runs next; null when it does not by itself
     * @param idle why not; null when it does
     */
    record AutomationRow(
            String address,
            String id,
            String name,
            String kind,
            List<String> schedules,
            @Nullable Moment next,
            @Nullable String idle,
            Strip strip) {}

    /**
     * The last runs, the oldest first, as marks.
     *
     * @param finding what it shows, as a sentence
     */
    record Strip(List<Mark> marks, int width, String finding) {}

    /** A run as a mark. */
    record Mark(int x, String status, String shape, String title) {}

    /**
     * One automation.
     *
     * @param next the times that come, in the zone of the schedule
     * @param waiting names of files that wait for a person
     */
    record AutomationPage(
            String id,
            String publicId,
            String kind,
            String file,
            List<String> schedules,
            List<Moment> next,
            @Nullable String idle,
            List<String> waiting,
            Strip strip,
            List<Row> runs) {}

    /** Job files belong to no directory: who is for some directories only sees the runs of these. */
    private static void requireAll(Viewer viewer) {
        if (!viewer.seesAllRuns()) {
            throw new ForbiddenException(Role.OPERATE);
        }
    }

    @GetMapping("/automations")
    ModelAndView list(Viewer viewer) {
        requireAll(viewer);
        AutomationService.All all = automations.list(AutomationService.LAST_RUNS);
        return pages.page(
                "automations",
                "Automations",
                viewer,
                new AutomationsPage(
                        all.automations().stream()
                                .map(AutomationsController::row)
                                .toList(),
                        all.broken()));
    }

    private static AutomationRow row(AutomationView view) {
        return new AutomationRow(
                address(view),
                view.id(),
                view.name(),
                view.kind(),
                view.schedules(),
                view.next().isEmpty() ? null : Texts.moment(view.next().getFirst(), view.zone()),
                view.idle(),
                strip(view.runs(), view.zone()));
    }

    /** The address of the page of an automation. */
    static String address(AutomationView view) {
        return "/automations/" + (view.publicId().isEmpty() ? view.id() : view.publicId());
    }

    private static Strip strip(List<RunView> runs, ZoneId zone) {
        List<Mark> marks = new ArrayList<>();
        for (RunView view : runs.reversed()) {
            Run run = view.run();
            RunTexts.Status status = RunTexts.status(run.status());
            marks.add(new Mark(
                    marks.size() * STEP + STEP / 2,
                    status.word(),
                    status.shape(),
                    run.id() + ", " + status.word() + ", "
                            + Texts.moment(run.started(), zone).text()));
        }

        long bad = runs.stream()
                .map(view -> view.run().status())
                .filter(status -> status.isOver() && status != RunStatus.COMPLETED)
                .count();
        return new Strip(
                marks,
                Math.max(STEP, marks.size() * STEP),
                marks.isEmpty()
                        ? "It has not run yet."
                        : String.format(Locale.ENGLISH, "%d of the last %d runs did not complete", bad, marks.size()));
    }

    @GetMapping("/automations/{id}")
    ModelAndView show(Viewer viewer, @PathVariable String id) {
        requireAll(viewer);
        AutomationView view = automations.show(id, RUNS);
        return pages.page(
                "automation",
                view.name(),
                viewer,
                new AutomationPage(
                        view.id(),
                        view.publicId(),
                        view.kind(),
                        view.file(),
                        view.schedules(),
                        view.next().stream()
                                .map(at -> Texts.moment(at, view.zone()))
                                .toList(),
                        view.idle(),
                        view.waiting(),
                        strip(view.runs(), view.zone()),
                        view.runs().stream()
                                .limit(AutomationService.LAST_RUNS)
                                .map(run -> RunTexts.row(run, viewer.zone()))
                                .toList()));
    }
}
