package io.muster.web.console.runs;

import io.muster.app.AutomationService;
import io.muster.app.RunSearch;
import io.muster.app.RunViews;
import io.muster.automation.attention.Concern;
import io.muster.jobs.RunStatus;
import io.muster.web.console.page.ConsolePages;
import io.muster.web.console.page.Texts;
import io.muster.web.console.page.Texts.Moment;
import io.muster.web.console.page.Viewer;
import io.muster.web.console.runs.RunTexts.Row;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Controller;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.servlet.ModelAndView;

/** {@code /overview}: what is open, what is under way, what comes next. */
@Controller
final class OverviewController {

    private static final int MOST = 50;

    private final ConsolePages pages;
    private final RunViews runs;
    private final AutomationService automations;
    private final Concerns concerns;
    private final InstantSource clock;

    OverviewController(
            ConsolePages pages, RunViews runs, AutomationService automations, Concerns concerns, InstantSource clock) {
        this.pages = pages;
        this.runs = runs;
        this.automations = automations;
        this.concerns = concerns;
        this.clock = clock;
    }

    /**
     * The first page.
     *
     * @param whole whether the viewer is shown what is the matter; the rest is empty where not
     * @param open what waits for a person; only what is open
     * @param running runs under way
     * @param coming what runs by itself within a day, each automation once
     * @param last the run that ended last, for a page on which nothing waits; null when there is none
     */
    record OverviewPage(
            boolean whole,
            List<Matter> open,
            List<Row> running,
            List<Coming> coming,
            @Nullable Row last) {

        private static final OverviewPage NOTHING = new OverviewPage(false, List.of(), List.of(), List.of(), null);
    }

    /** A run that comes by itself. */
    record Coming(Moment at, String automation, String address, Instant when) {}

    /**
     * Something that waits.
     *
     * @param kind in words
     * @param run its run; null for none
     */
    record Matter(
            String kind,
            String shape,
            String what,
            @Nullable String run,
            @Nullable Moment since,
            String reason) {

        /** With what its run says of itself. */
        private Matter because(Row row) {
            return new Matter(kind, row.status().shape(), what, run, since, row.reason());
        }
    }

    @GetMapping("/overview")
    ModelAndView show(Viewer viewer) {
        return pages.page(
                "overview", "Overview", viewer, viewer.seesAllRuns() ? overview(viewer) : OverviewPage.NOTHING);
    }

    private OverviewPage overview(Viewer viewer) {
        return new OverviewPage(
                true,
                matters(viewer),
                rows(viewer, MOST, RunStatus.RUNNING, RunStatus.QUEUED),
                coming(),
                rows(viewer, 1, (RunStatus) null).stream().findFirst().orElse(null));
    }

    private List<Coming> coming() {
        Instant end = clock.instant().plus(Duration.ofDays(1));
        return automations.list(0).automations().stream()
                .filter(view -> !view.next().isEmpty() && view.next().getFirst().isBefore(end))
                .map(view -> new Coming(
                        Texts.moment(view.next().getFirst(), view.zone()),
                        view.name(),
                        AutomationTexts.address(view),
                        view.next().getFirst()))
                .sorted(Comparator.comparing(Coming::when))
                .toList();
    }

    private List<Matter> matters(Viewer viewer) {
        List<Matter> open = new ArrayList<>();
        List<Concern> known = concerns.now();
        List<String> told =
                known.stream().map(Concern::run).filter(Objects::nonNull).toList();
        known.forEach(concern -> open.add(matter(concern, viewer)));
        // Runs that no automation has started hold nothing back, but somebody waits for them.
        List<Row> ended = rows(viewer, MOST, RunStatus.FAILED, RunStatus.DEAD, RunStatus.STOPPED);
        open.replaceAll(matter -> ended.stream()
                .filter(row -> row.id().equals(matter.run()) && !row.reason().isEmpty())
                .findFirst()
                .map(row -> matter.because(row))
                .orElse(matter));
        ended.stream()
                .filter(Row::resumable)
                .filter(row -> !told.contains(row.id()))
                .forEach(row -> open.add(new Matter(
                        row.status().word(),
                        row.status().shape(),
                        row.by() + (row.file().isEmpty() ? "" : ", " + row.file()),
                        row.id(),
                        row.started(),
                        row.reason())));
        return open;
    }

    private static Matter matter(Concern concern, Viewer viewer) {
        String automation = concern.automation();
        String file = concern.file();
        Instant since = concern.since();
        return new Matter(
                concern.kind().word().replace('-', ' '),
                "▲",
                Stream.of(automation, file, concern.segment())
                        .filter(Objects::nonNull)
                        .reduce((one, other) -> one + ", " + other)
                        .orElse(""),
                concern.run(),
                since == null ? null : Texts.moment(since, viewer.zone()),
                concern.reason());
    }

    private List<Row> rows(Viewer viewer, int most, @Nullable RunStatus... statuses) {
        return Stream.of(statuses)
                .flatMap(status -> runs.page(new RunSearch(null, null, null, status, most), null).items().stream())
                .map(view -> RunTexts.row(view, viewer.zone()))
                .toList();
    }
}
