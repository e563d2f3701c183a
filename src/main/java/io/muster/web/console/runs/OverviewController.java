package io.muster.web.console.runs;

import io.muster.access.Role;
import io.muster.app.AutomationService;
import io.muster.app.AutomationView;
import io.muster.app.RunView;
import io.muster.app.RunViews;
import io.muster.app.SegmentService;
import io.muster.automation.attention.Concern;
import io.muster.automation.attention.Concern.Kind;
import io.muster.jobs.Run;
import io.muster.jobs.RunStatus;
import io.muster.runs.RunAction;
import io.muster.support.Refusal;
import io.muster.web.console.page.ConsolePages;
import io.muster.web.console.page.Texts;
import io.muster.web.console.page.Texts.Moment;
import io.muster.web.console.page.Viewer;
import io.muster.web.console.runs.AutomationTexts.Time;
import io.muster.web.console.runs.RunCharts.Strip;
import io.muster.web.console.runs.RunTexts.Row;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.dao.DataAccessException;
import org.springframework.stereotype.Controller;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.servlet.ModelAndView;
import org.springframework.web.util.UriComponentsBuilder;

/** {@code /overview}: what is open, what is under way, what comes next. A part that cannot be read says so; the others stand. */
@Controller
final class OverviewController {

    private static final Logger LOG = LoggerFactory.getLogger(OverviewController.class);
    private static final int MOST = 50;

    /** How many lines of a part are shown; the rest can be looked up on other pages. */
    private static final int LISTED = 20;

    private static final List<RunStatus> OPEN =
            List.of(RunStatus.FAILED, RunStatus.DEAD, RunStatus.STOPPED, RunStatus.RUNNING, RunStatus.QUEUED);

    private final ConsolePages pages;
    private final RunViews runs;
    private final AutomationService automations;
    private final SegmentService segments;
    private final Concerns concerns;
    private final InstantSource clock;

    OverviewController(
            ConsolePages pages,
            RunViews runs,
            AutomationService automations,
            SegmentService segments,
            Concerns concerns,
            InstantSource clock) {
        this.pages = pages;
        this.runs = runs;
        this.automations = automations;
        this.segments = segments;
        this.concerns = concerns;
        this.clock = clock;
    }

    /**
     * The first page.
     *
     * @param whole whether the viewer is shown what is the matter; the rest is empty where not
     * @param open what waits for a person, the worst first; only what is open
     * @param running runs under way
     * @param coming what runs or rings by itself within a day, each automation once
     * @param nights the last runs of each automation that has any
     * @param last the run that started last, for a page on which nothing waits; null when there is none
     * @param needs the role that the viewer lacks to act; null when the viewer may
     */
    record OverviewPage(
            boolean whole,
            Part<Matter> open,
            Part<Running> running,
            Part<Coming> coming,
            Part<Night> nights,
            @Nullable Row last,
            @Nullable String needs) {

        private static final OverviewPage NOTHING =
                new OverviewPage(false, Part.none(), Part.none(), Part.none(), Part.none(), null, null);
    }

    /**
     * A part of the page.
     *
     * @param more how many are not among the items
     * @param problem why it could not be read; null when it could
     */
    record Part<T>(List<T> items, int more, @Nullable String problem) {

        private static <T> Part<T> none() {
            return new Part<>(List.of(), 0, null);
        }

        private Part<T> first(int most) {
            return items.size() <= most ? this : new Part<>(items.subList(0, most), items.size() - most, problem);
        }

        /** What is made of this part; its problem where it could not be read. */
        private <R> Part<R> with(String what, Function<List<T>, List<R>> made) {
            return problem == null ? read(what, () -> made.apply(items)) : new Part<>(List.of(), 0, problem);
        }

        private static <T> Part<T> read(String what, Supplier<List<T>> source) {
            try {
                return new Part<>(source.get(), 0, null);
            } catch (DataAccessException failure) {
                LOG.warn("Cannot show {}: the database does not answer", what, failure);
                return new Part<>(List.of(), 0, "This cannot be read now: the database has not answered in time.");
            } catch (Refusal refusal) {
                return new Part<>(List.of(), 0, "This cannot be read now: " + refusal.getMessage());
            }
        }
    }

    /** A run under way. */
    record Running(Row run, String step, int percent, String progress) {}

    /** What comes by itself. */
    record Coming(Time at, String what, String automation, String address, Instant when) {}

    /** The last runs of an automation. */
    record Night(String automation, String address, Strip strip) {}

    /** What is done about it. */
    record Act(String name, String address) {}

    /**
     * Something that waits.
     *
     * @param kind in words
     * @param look the class of its sign
     * @param run its run; null for none
     * @param act what is done first; null where that is not on a page
     * @param rank the worst has the least
     */
    record Matter(
            String kind,
            String look,
            String shape,
            String what,
            @Nullable String run,
            @Nullable Moment since,
            String reason,
            @Nullable Act act,
            int rank) {}

    @GetMapping("/overview")
    ModelAndView show(Viewer viewer) {
        return pages.page(
                "overview", "Overview", viewer, viewer.seesAllRuns() ? overview(viewer) : OverviewPage.NOTHING);
    }

    private OverviewPage overview(Viewer viewer) {
        Part<AutomationView> all = Part.read(
                "automations",
                () -> automations.list(AutomationService.LISTED_RUNS).automations());
        // The newest of all is among them.
        Part<RunView> newest = Part.read("runs", () -> runs.newest(OPEN, MOST));
        return new OverviewPage(
                true,
                newest.with("what needs attention", some -> matters(viewer, all.items(), some))
                        .first(LISTED),
                newest.with(
                        "runs under way",
                        some -> of(some, RunStatus.RUNNING, RunStatus.QUEUED)
                                .map(view -> running(view, viewer))
                                .toList()),
                new Part<>(coming(all.items(), viewer), 0, all.problem()).first(LISTED),
                new Part<>(
                                all.items().stream()
                                        .filter(view -> !view.marks().isEmpty())
                                        .sorted(Comparator.comparing(OverviewController::isWell))
                                        .map(view -> new Night(
                                                view.name(),
                                                AutomationTexts.address(view),
                                                RunCharts.strip(view.marks(), viewer.zone())))
                                        .toList(),
                                0,
                                all.problem())
                        .first(LISTED),
                newest.items().stream()
                        .findFirst()
                        .map(view -> RunTexts.row(view, viewer.zone()))
                        .orElse(null),
                viewer.can(Role.OPERATE) ? null : Role.OPERATE.title());
    }

    /** Whether the last run of an automation has completed. */
    private static boolean isWell(AutomationView view) {
        return view.marks().getFirst().status() == RunStatus.COMPLETED;
    }

    private static Stream<RunView> of(List<RunView> some, RunStatus... states) {
        return Stream.of(states)
                .flatMap(state -> some.stream().filter(view -> view.run().status() == state));
    }

    private static Running running(RunView view, Viewer viewer) {
        Run run = view.run();
        return new Running(
                RunTexts.row(view, viewer.zone()),
                run.step(),
                (int) Math.floor(run.share() * 100),
                RunController.progress(run));
    }

    private List<Coming> coming(List<AutomationView> all, Viewer viewer) {
        Instant end = clock.instant().plus(Duration.ofDays(1));
        return all.stream()
                .flatMap(view -> Stream.of(
                                coming(view, view.next().stream().findFirst().orElse(null), "", viewer),
                                coming(view, view.nextAlarm(), "alarm, unless a file of this has come: ", viewer))
                        .flatMap(Optional::stream))
                .filter(one -> one.when().isBefore(end))
                .sorted(Comparator.comparing(Coming::when))
                .toList();
    }

    private static Optional<Coming> coming(AutomationView view, @Nullable Instant at, String what, Viewer viewer) {
        return at == null
                ? Optional.empty()
                : Optional.of(new Coming(
                        AutomationTexts.times(List.of(at), view.zone(), viewer.zone())
                                .getFirst(),
                        what,
                        view.name(),
                        AutomationTexts.address(view),
                        at));
    }

    private List<Matter> matters(Viewer viewer, List<AutomationView> all, List<RunView> newest) {
        List<RunView> ended =
                of(newest, RunStatus.FAILED, RunStatus.DEAD, RunStatus.STOPPED).toList();
        List<Matter> open = new ArrayList<>();
        Set<String> told = new HashSet<>();
        List<Concern> now = concerns.now();
        Map<String, String> directories = segments.directoriesOf(now.stream()
                .flatMap(concern -> Stream.ofNullable(concern.segment()))
                .toList());
        for (Concern concern : now) {
            String run = concern.run();
            Optional<RunView> view =
                    ended.stream().filter(one -> one.run().id().equals(run)).findFirst();
            if (view.isPresent()) {
                told.add(view.get().run().id());
            }

            open.add(view.map(one -> matter(one, viewer)).orElseGet(() -> matter(concern, all, directories, viewer)));
        }

        // Runs that no automation has started hold nothing back, but somebody waits for them.
        ended.stream()
                .filter(view -> !told.contains(view.run().id()))
                .filter(view -> RunTexts.row(view, viewer.zone()).resumable())
                .forEach(view -> open.add(matter(view, viewer)));
        open.sort(Comparator.comparingInt(Matter::rank));
        return open;
    }

    /** A run that has ended without its work. */
    private static Matter matter(RunView view, Viewer viewer) {
        Run run = view.run();
        Row row = RunTexts.row(view, viewer.zone());
        Long ended = run.ended();
        List<RunAction> allowed = Objects.requireNonNull(view.all()).allowed();
        // What has failed fails again unless something of it is changed; what was cut off goes on.
        RunAction first = run.status() == RunStatus.FAILED && allowed.contains(RunAction.REPROCESS)
                ? RunAction.REPROCESS
                : RunAction.RESUME;
        return new Matter(
                row.status().word(),
                row.status().word(),
                row.status().shape(),
                row.by() + (row.file().isEmpty() ? "" : ", " + row.file()),
                run.id(),
                Texts.moment(ended == null ? run.heartbeat() : ended, viewer.zone()),
                row.reason(),
                allowed.contains(first)
                        ? new Act(RunController.name(first), "/runs/" + run.id() + "/" + first.key())
                        : null,
                run.status() == RunStatus.STOPPED ? 2 : 1);
    }

    private static Matter matter(
            Concern concern, List<AutomationView> all, Map<String, String> directories, Viewer viewer) {
        Instant since = concern.since();
        Optional<AutomationView> automation = all.stream()
                .filter(view -> view.id().equals(concern.automation()))
                .findFirst();
        return new Matter(
                kind(concern.kind()),
                "held",
                "▲",
                Stream.of(
                                automation.map(AutomationView::name).orElse(concern.automation()),
                                concern.file(),
                                concern.segment())
                        .filter(Objects::nonNull)
                        .reduce((one, other) -> one + ", " + other)
                        .orElse(""),
                concern.run(),
                since == null ? null : Texts.moment(since, viewer.zone()),
                concern.reason(),
                act(concern, automation.map(AutomationTexts::address).orElse(null), directories),
                rank(concern.kind()));
    }

    private static String kind(Kind kind) {
        return switch (kind) {
            case NO_FILE -> "no file";
            case HELD_AUTOMATION -> "automation held";
            case HELD_SEGMENT -> "segment held";
            default -> kind.word().replace('-', ' ');
        };
    }

    /** Worst first: what is lost, what has not come, what stands still, what a person has stopped on purpose. */
    private static int rank(Kind kind) {
        return switch (kind) {
            case DATABASE_AWAY, DISK_LOW -> 0;
            case FAILED_DELIVERY -> 1;
            case NO_FILE, JOB_FOLDER, BROKEN_JOB_FILE, SILENT_SERVER, JOB_FILES_DIFFER, FILE_ELSEWHERE -> 3;
            case HELD_SEGMENT, OUTDATED_EVALUATOR, SILENT_EVALUATOR, EVENTS_PUT_ASIDE -> 4;
            case WAITING_DELIVERY, STUCK_NOTIFICATION -> 5;
            case HELD_AUTOMATION -> 6;
        };
    }

    private static @Nullable Act act(Concern concern, @Nullable String automation, Map<String, String> directories) {
        return switch (concern.kind()) {
            case NO_FILE -> automation == null ? null : new Act("Run now", automation + "/run");
            case HELD_AUTOMATION -> automation == null ? null : new Act("Release", automation + "/release");
            case WAITING_DELIVERY ->
                automation == null
                        ? null
                        : new Act(
                                "Take again",
                                UriComponentsBuilder.fromPath(automation + "/take")
                                        .queryParam("file", "{file}")
                                        .encode()
                                        .buildAndExpand(concern.file())
                                        .toUriString());
            case STUCK_NOTIFICATION, FILE_ELSEWHERE -> automation == null ? null : new Act("Open", automation);
            case BROKEN_JOB_FILE, JOB_FOLDER, JOB_FILES_DIFFER -> new Act("Open", "/automations");
            case FAILED_DELIVERY -> concern.run() == null ? null : new Act("Open", "/runs/" + concern.run());
            case HELD_SEGMENT -> {
                String directory = directories.get(concern.segment());
                yield directory == null
                        ? null
                        : new Act("Review", "/directories/" + directory + "/segments/" + concern.segment());
            }
            case DATABASE_AWAY, DISK_LOW, SILENT_SERVER, EVENTS_PUT_ASIDE, OUTDATED_EVALUATOR, SILENT_EVALUATOR -> null;
        };
    }
}
