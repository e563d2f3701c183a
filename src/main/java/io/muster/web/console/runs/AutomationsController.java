package io.muster.web.console.runs;

import io.muster.access.Role;
import io.muster.app.AutomationDetail;
import io.muster.app.AutomationService;
import io.muster.app.AutomationView;
import io.muster.app.AutomationView.Broken;
import io.muster.automation.notify.SentNotification;
import io.muster.jobs.AskedRuns.AskedRun;
import io.muster.jobs.RunMark;
import io.muster.web.console.page.ConsolePages;
import io.muster.web.console.page.ForbiddenException;
import io.muster.web.console.page.Pager;
import io.muster.web.console.page.Texts;
import io.muster.web.console.page.Texts.Moment;
import io.muster.web.console.page.Viewer;
import io.muster.web.console.runs.AutomationTexts.Held;
import io.muster.web.console.runs.AutomationTexts.Time;
import io.muster.web.console.runs.RunCharts.Dots;
import io.muster.web.console.runs.RunCharts.MarkRow;
import io.muster.web.console.runs.RunCharts.Strip;
import io.muster.web.console.runs.RunTexts.Row;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Controller;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.servlet.ModelAndView;

/** {@code /automations}: what runs by itself, when it does next, who holds it, and how it went. */
@Controller
final class AutomationsController {

    /** Runs of one automation that are drawn; the strip has the newest of them. */
    private static final int RUNS = 90;

    private static final int STRIP = 30;
    private static final int LISTED = 10;

    /** Rows on a page: more would be heavy, with their runs. */
    private static final int AT_ONCE = 20;

    private final ConsolePages pages;
    private final AutomationService automations;

    AutomationsController(ConsolePages pages, AutomationService automations) {
        this.pages = pages;
        this.automations = automations;
    }

    /**
     * All automations.
     *
     * @param automations some, in the order of their ids
     * @param broken job files that are not usable
     * @param coming the next runs of all, the soonest first
     * @param needs the role that the viewer lacks to act; null when the viewer may
     */
    record AutomationsPage(
            List<AutomationRow> automations,
            Pager pager,
            List<Broken> broken,
            List<Coming> coming,
            @Nullable String needs) {}

    /** The next run of an automation. */
    record Coming(Time at, String address, String name, Instant when) {}

    /**
     * An automation in the list.
     *
     * @param address of its page
     * @param next when it runs next; null when it does not by itself
     * @param idle why not; null when it does, and when it is held
     * @param acts whether it can be held and run by hand
     */
    record AutomationRow(
            String address,
            String id,
            String name,
            String kind,
            String directory,
            List<String> schedules,
            @Nullable Time next,
            @Nullable String idle,
            @Nullable Held held,
            Strip strip,
            String lastFile,
            String alarm,
            boolean acts) {}

    /**
     * One automation.
     *
     * @param next the times that come, in the zone of the schedule
     * @param missed what its hold makes of runs that it misses; empty when it is not held
     * @param waiting files that wait for a person
     * @param asked the last run that a person asked for; null when no person has
     * @param text its job file; empty where the viewer may not see it, or there is none
     * @param textNeeds the role that the viewer lacks to see it; null when the viewer may
     */
    record AutomationPage(
            String address,
            String id,
            String publicId,
            String kind,
            String file,
            String directory,
            List<String> schedules,
            List<Time> next,
            @Nullable String idle,
            @Nullable Held held,
            String missed,
            String alarm,
            String lastFile,
            boolean takesFiles,
            boolean acts,
            @Nullable String needs,
            List<String> waiting,
            @Nullable Asked asked,
            Strip strip,
            Dots durations,
            Dots read,
            List<MarkRow> table,
            List<Row> runs,
            List<Sent> sent,
            String text,
            @Nullable String textNeeds) {}

    /**
     * A run that somebody asked for.
     *
     * @param answered when it was answered; null as long as it was not
     */
    record Asked(
            Moment at, String by, String file, @Nullable Moment answered, String answer) {}

    /** A notification. */
    record Sent(Moment created, String channel, String state, String detail) {}

    /** Job files belong to no directory: who is for some directories only sees the runs of these. */
    static void requireAll(Viewer viewer) {
        if (!viewer.seesAllRuns()) {
            throw new ForbiddenException(Role.OPERATE);
        }
    }

    @GetMapping("/automations")
    ModelAndView list(Viewer viewer, @RequestParam(defaultValue = "") String after) {
        requireAll(viewer);
        AutomationService.All all = automations.list(AutomationService.LISTED_RUNS);
        List<AutomationView> rest = all.automations().stream()
                .filter(view -> view.id().compareTo(after) > 0)
                .toList();
        List<AutomationView> shown = rest.subList(0, Math.min(AT_ONCE, rest.size()));
        String next = rest.size() > AT_ONCE ? shown.getLast().id() : null;
        return pages.page(
                "automations",
                "Automations",
                viewer,
                new AutomationsPage(
                        shown.stream().map(view -> row(view, viewer)).toList(),
                        Pager.of("/automations", Map.of(), after, next),
                        all.broken(),
                        coming(all.automations(), viewer),
                        needs(viewer)));
    }

    private static @Nullable String needs(Viewer viewer) {
        return viewer.can(Role.OPERATE) ? null : Role.OPERATE.title();
    }

    /** The runs that come next, the soonest first. */
    static List<Coming> coming(List<AutomationView> all, Viewer viewer) {
        return all.stream()
                .filter(view -> !view.next().isEmpty())
                .map(view -> new Coming(
                        AutomationTexts.times(view.next().subList(0, 1), view.zone(), viewer.zone())
                                .getFirst(),
                        AutomationTexts.address(view),
                        view.name(),
                        view.next().getFirst()))
                .sorted(java.util.Comparator.comparing(Coming::when))
                .limit(AT_ONCE)
                .toList();
    }

    private static AutomationRow row(AutomationView view, Viewer viewer) {
        return new AutomationRow(
                AutomationTexts.address(view),
                view.id(),
                view.name(),
                view.kind(),
                view.directory(),
                view.schedules(),
                AutomationTexts.times(view.next(), view.zone(), viewer.zone()).stream()
                        .findFirst()
                        .orElse(null),
                view.idle(),
                AutomationTexts.held(view.hold(), viewer.zone()),
                RunCharts.strip(view.marks(), viewer.zone()),
                Objects.requireNonNullElse(view.lastFile(), ""),
                AutomationTexts.alarm(view),
                view.acts());
    }

    @GetMapping("/automations/{id}")
    ModelAndView show(Viewer viewer, @PathVariable String id) {
        requireAll(viewer);
        AutomationDetail detail = automations.show(id, LISTED, RUNS);
        AutomationView view = detail.view();
        List<RunMark> marks = view.marks();
        List<RunMark> shown = marks.subList(0, Math.min(marks.size(), STRIP));
        return pages.page(
                "automation",
                view.name(),
                viewer,
                new AutomationPage(
                        AutomationTexts.address(view),
                        view.id(),
                        view.publicId(),
                        view.kind(),
                        view.file(),
                        view.directory(),
                        view.schedules(),
                        AutomationTexts.times(view.next(), view.zone(), viewer.zone()),
                        view.idle(),
                        AutomationTexts.held(view.hold(), viewer.zone()),
                        view.hold() == null || view.schedules().isEmpty() ? "" : AutomationTexts.missed(view),
                        AutomationTexts.alarm(view),
                        Objects.requireNonNullElse(view.lastFile(), ""),
                        detail.takesFiles(),
                        view.acts(),
                        needs(viewer),
                        view.waiting(),
                        asked(detail.asked(), viewer),
                        RunCharts.strip(marks, viewer.zone()),
                        RunCharts.durations(shown),
                        RunCharts.rows(shown),
                        RunCharts.table(shown, viewer.zone()),
                        detail.runs().stream()
                                .map(run -> RunTexts.row(run, viewer.zone()))
                                .toList(),
                        detail.sent().stream().map(one -> sent(one, viewer)).toList(),
                        viewer.can(Role.OPERATE) ? detail.text() : "",
                        needs(viewer)));
    }

    private static @Nullable Asked asked(@Nullable AskedRun asked, Viewer viewer) {
        if (asked == null) {
            return null;
        }

        Instant answered = asked.answered();
        return new Asked(
                Texts.moment(asked.at(), viewer.zone()),
                asked.by().text(),
                Objects.requireNonNullElse(asked.file(), ""),
                answered == null ? null : Texts.moment(answered, viewer.zone()),
                Objects.requireNonNullElse(asked.answer(), ""));
    }

    private static Sent sent(SentNotification one, Viewer viewer) {
        return new Sent(
                Texts.moment(one.created(), viewer.zone()),
                one.channel().toLowerCase(Locale.ROOT),
                switch (one.state()) {
                    case "WAITING" -> one.attempts() == 0 ? "on its way" : "is tried again";
                    case "SENT" -> "arrived";
                    case "GIVEN_UP" -> "given up";
                    default -> "dropped";
                },
                Stream.of(
                                one.attempts() > 1 ? one.attempts() + " attempts" : "",
                                "SENT".equals(one.state()) ? "" : Objects.requireNonNullElse(one.lastError(), ""))
                        .filter(text -> !text.isEmpty())
                        .reduce((first, second) -> first + ": " + second)
                        .orElse(""));
    }
}
