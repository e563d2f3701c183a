package io.muster.web.console.runs;

import io.muster.access.Role;
import io.muster.app.ChainView;
import io.muster.app.RunDetail;
import io.muster.app.RunDetails;
import io.muster.app.RunView;
import io.muster.app.RunViews;
import io.muster.jobs.Run;
import io.muster.jobs.Run.ImportedRows;
import io.muster.jobs.contactimport.ImportReport;
import io.muster.load.Rejects.Reject;
import io.muster.runs.RejectDownload;
import io.muster.runs.RejectDownload.Format;
import io.muster.runs.RunAction;
import io.muster.runs.SettingChange;
import io.muster.support.Refusal;
import io.muster.web.console.page.Choice;
import io.muster.web.console.page.ConsolePages;
import io.muster.web.console.page.ForbiddenException;
import io.muster.web.console.page.Pager;
import io.muster.web.console.page.Texts;
import io.muster.web.console.page.Texts.Moment;
import io.muster.web.console.page.Viewer;
import io.muster.web.console.runs.RunCharts.Strip;
import io.muster.web.console.runs.RunFacts.CodeBar;
import io.muster.web.console.runs.RunFacts.LimitLine;
import io.muster.web.console.runs.RunFacts.Step;
import io.muster.web.console.runs.RunTexts.Outcomes;
import io.muster.web.console.runs.RunTexts.Status;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpHeaders;
import org.springframework.stereotype.Controller;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.servlet.ModelAndView;

/** {@code /runs/RN_…}: one run, its rejected rows, and the part of it that changes while it is under way. */
@Controller
final class RunController {

    private static final int FIRST_REJECTS = 20;
    private static final int REJECTS = 100;
    private static final int HUNDRED = 100;
    private static final int SPARK_STEP = 6;
    private static final int SPARK_HEIGHT = 24;

    private final ConsolePages pages;
    private final RunViews runs;
    private final RunDetails details;
    private final RejectDownload rejects;

    RunController(ConsolePages pages, RunViews runs, RunDetails details, RejectDownload rejects) {
        this.pages = pages;
        this.runs = runs;
        this.details = details;
        this.rejects = rejects;
    }

    /**
     * A run.
     *
     * @param reason why it has not completed; null when it has
     * @param actions what may be done with it, also what this viewer may not
     * @param rejects the first rejected rows; null for runs that have none
     * @param codes how many rows were rejected for which reason; empty where that was not counted
     * @param history the last runs of its automation; null for one without
     * @param heldBack how many newer files wait for it
     * @param correct where rejected rows are corrected; null for who may not, and where there is none
     */
    record RunPage(
            Live live,
            String kind,
            String automation,
            String directory,
            String file,
            int attempt,
            Moment started,
            @Nullable Moment ended,
            @Nullable String reason,
            List<Action> actions,
            List<String> warnings,
            List<String> newNames,
            List<String> rules,
            List<Fact> findings,
            List<String> changes,
            List<Link> links,
            @Nullable ChainView chain,
            List<Act> acts,
            @Nullable RejectsPart rejects,
            List<LimitLine> limits,
            List<RunFacts.Fact> delivery,
            List<CodeBar> codes,
            @Nullable Strip history,
            int heldBack,
            @Nullable String correct) {}

    /**
     * What changes while a run is under way.
     *
     * @param percent of the step; null when nothing is under way
     * @param over whether it has ended
     */
    record Live(
            String id,
            Status status,
            String step,
            @Nullable Integer percent,
            String progress,
            @Nullable Outcomes outcomes,
            Moment heard,
            boolean over,
            List<Step> steps,
            @Nullable Spark pace) {}

    /**
     * Rows a second over the last minutes.
     *
     * @param points of a line
     */
    record Spark(String points, String finding) {}

    /**
     * Something that may be done with the run.
     *
     * @param needs the role that the viewer lacks for it; null when the viewer may do it
     */
    record Action(String key, String name, @Nullable String needs) {}

    /** A value that the run reports. */
    record Fact(String name, String value) {}

    /** Another run that has to do with this one. */
    record Link(String text, String run) {}

    /** What somebody did. */
    record Act(Moment at, String who, String what) {}

    /**
     * Rejected rows.
     *
     * @param cells whether the viewer may see them
     * @param more the address of the next page; null when this is the last
     */
    record RejectsPart(
            List<RejectRow> rows,
            List<String> header,
            boolean cells,
            String all,
            @Nullable String more) {

        private static final RejectsPart NONE = new RejectsPart(List.of(), List.of(), false, "0", null);
    }

    /** A rejected row. */
    record RejectRow(String row, String line, String field, String code, String reason, List<String> cells) {}

    /** Rejected rows on a page of their own. */
    record RejectsPage(
            String id,
            RejectsPart rejects,
            List<CodeBar> codes,
            List<Choice> choices,
            List<Choice> fields,
            boolean filtered,
            @Nullable String correct) {}

    /** The run, when the viewer may see it. */
    RunView find(Viewer viewer, String id) {
        viewer.require(Role.OPERATE, Role.ACCESS);
        return seen(viewer, id, runs.show(id));
    }

    /** The same as far as it is known without a look at what was done with it. */
    RunView brief(Viewer viewer, String id) {
        viewer.require(Role.OPERATE, Role.ACCESS);
        return seen(viewer, id, runs.brief(id));
    }

    private static RunView seen(Viewer viewer, String id, RunView view) {
        if (!viewer.seesRunsOf(view.run().directory())) {
            throw Refusal.notFound("UNKNOWN_RUN", "There is no run " + id + ".");
        }

        return view;
    }

    @GetMapping("/runs/{id}")
    ModelAndView show(Viewer viewer, @PathVariable String id) {
        RunView view = find(viewer, id);
        return pages.page("run", "Run " + view.run().id(), viewer, page(view, viewer));
    }

    @GetMapping("/runs/{id}/live")
    ModelAndView live(Viewer viewer, @PathVariable String id) {
        return ConsolePages.part("live", paced(brief(viewer, id), viewer));
    }

    private RunPage page(RunView view, Viewer viewer) {
        Run run = view.run();
        ImportReport imported = view.imported();
        Long ended = run.ended();
        RunView.Whole all = Objects.requireNonNull(view.all());
        List<RunView.Act> acts = all.acts();
        Optional<RunDetail> detail = details.of(run);
        RejectsPart rejected = rejected(view, viewer, 0, null, null, FIRST_REJECTS);
        return new RunPage(
                paced(view, viewer),
                run.kind().key(),
                Objects.requireNonNullElse(run.automation(), ""),
                Objects.requireNonNullElse(run.directoryName(), "(deleted)"),
                view.file(),
                run.epoch(),
                Texts.moment(run.started(), viewer.zone()),
                ended == null ? null : Texts.moment(ended, viewer.zone()),
                view.reason(),
                actions(view, viewer),
                imported == null ? view.warnings() : imported.warnings(),
                imported == null ? List.of() : imported.newNames(),
                imported == null ? List.of() : imported.rulesText(),
                view.findings().entrySet().stream()
                        .map(fact -> new Fact(fact.getKey(), String.valueOf(fact.getValue())))
                        .toList(),
                view.changes().stream().map(SettingChange::text).toList(),
                links(run),
                all.chain(),
                acts == null
                        ? List.of()
                        : acts.stream()
                                .map(act -> new Act(
                                        Texts.moment(act.at(), viewer.zone()), act.actor(), Texts.act(act.action())))
                                .toList(),
                rejected,
                detail.map(known -> RunFacts.limits(run, known)).orElse(List.of()),
                detail.map(known -> RunFacts.delivery(known.delivery(), viewer.zone()))
                        .orElse(List.of()),
                rejected == null ? List.of() : codes(run, detail),
                detail.map(RunDetail::marks)
                        .filter(marks -> !marks.isEmpty())
                        .map(marks -> RunCharts.strip(marks, viewer.zone()))
                        .orElse(null),
                detail.map(known -> known.heldBack().size()).orElse(0),
                rejected == null ? null : correct(run, viewer));
    }

    private static List<CodeBar> codes(Run run, Optional<RunDetail> detail) {
        return detail.map(known -> RunFacts.codes(run, known.numbers().rejectCodes()))
                .orElse(List.of());
    }

    private static @Nullable String correct(Run run, Viewer viewer) {
        return run.directoryName() != null
                        && viewer.can(Role.MANAGE)
                        && viewer.user().isFor(run.directory())
                ? "/imports/new?corrects=" + run.id()
                : null;
    }

    private static List<Link> links(Run run) {
        ImportedRows rows = run.rows();
        return rows == null
                ? List.of()
                : Stream.of(
                                link("This run imports the file again of", rows.repeats()),
                                link("The same file was imported since by", rows.settledBy()),
                                link("What it did is taken back by", rows.undoneBy()))
                        .filter(Objects::nonNull)
                        .toList();
    }

    private static @Nullable Link link(String text, @Nullable String run) {
        return run == null ? null : new Link(text, run);
    }

    private Live paced(RunView view, Viewer viewer) {
        Run run = view.run();
        return live(
                view, viewer, !run.status().isOver() && run.step().equals("load") ? spark(details.pace(run)) : null);
    }

    static Live live(RunView view, Viewer viewer) {
        return live(view, viewer, null);
    }

    private static Live live(RunView view, Viewer viewer, @Nullable Spark pace) {
        Run run = view.run();
        boolean over = run.status().isOver();
        return new Live(
                run.id(),
                RunTexts.status(run.status()),
                run.step(),
                over ? null : (int) Math.floor(run.share() * HUNDRED),
                over ? "" : progress(run),
                RunTexts.outcomes(run),
                Texts.moment(run.heartbeat(), viewer.zone()),
                over,
                RunFacts.steps(run),
                pace);
    }

    private static @Nullable Spark spark(List<Double> pace) {
        double most = pace.stream().mapToDouble(Double::doubleValue).max().orElse(0);
        if (most == 0) {
            return null;
        }

        StringBuilder points = new StringBuilder();
        for (int i = 0; i < pace.size(); i++) {
            points.append(i * SPARK_STEP)
                    .append(',')
                    .append(SPARK_HEIGHT - Math.round(pace.get(i) / most * (SPARK_HEIGHT - 2)))
                    .append(' ');
        }

        return new Spark(
                points.toString().strip(),
                "At most " + Texts.number(Math.round(most)) + " rows a second in the last five minutes");
    }

    static String progress(Run run) {
        Long left = run.leftMillis();
        String rate = run.rate() > 0 ? ", " + Texts.number(Math.round(run.rate())) + " a second" : "";
        return Texts.number(run.done()) + " done" + rate
                + (left == null ? "" : ", about " + Texts.duration(Duration.ofMillis(left)) + " left in this step");
    }

    private static List<Action> actions(RunView view, Viewer viewer) {
        return Objects.requireNonNull(view.all()).allowed().stream()
                .map(action ->
                        new Action(action.key(), name(action), viewer.can(Role.OPERATE) ? null : Role.OPERATE.title()))
                .toList();
    }

    static String name(RunAction action) {
        return Character.toUpperCase(action.key().charAt(0)) + action.key().substring(1);
    }

    private @Nullable RejectsPart rejected(
            RunView view, Viewer viewer, long after, @Nullable String code, @Nullable String field, int most) {
        Run run = view.run();
        ImportedRows rows = run.rows();
        ImportReport report = view.imported();
        if (rows == null || report == null || rows.counts().rejected() == 0 || !run.isWhole()) {
            return null;
        }

        boolean cells = viewer.seesContacts(run.directory());
        List<Reject> read = runs.rejects(run, after, code, field, most + 1);
        List<RejectRow> shown = read.stream()
                .limit(most)
                .map(reject -> new RejectRow(
                        Texts.number(reject.row()),
                        Texts.number(reject.line()),
                        Objects.requireNonNullElse(reject.field(), ""),
                        reject.code(),
                        // A reason may quote the cell.
                        cells ? reject.reason() : "",
                        cells ? reject.cells() : List.of()))
                .toList();
        return new RejectsPart(
                shown,
                cells ? report.header() : List.of(),
                cells,
                Texts.number(rows.counts().rejected()),
                read.size() > most
                        ? Pager.of(
                                        "/runs/" + run.id() + "/rejects",
                                        Map.of(
                                                "code",
                                                Objects.requireNonNullElse(code, ""),
                                                "field",
                                                Objects.requireNonNullElse(field, "")),
                                        "",
                                        String.valueOf(read.get(most - 1).row()))
                                .next()
                        : null);
    }

    @GetMapping("/runs/{id}/rejects")
    ModelAndView rejects(
            Viewer viewer,
            @PathVariable String id,
            @RequestParam(defaultValue = "") String code,
            @RequestParam(defaultValue = "") String field,
            @RequestParam(defaultValue = "0") long after) {
        RunView view = brief(viewer, id);
        Run run = view.run();
        ImportReport report = view.imported();
        RejectsPart part = rejected(view, viewer, Math.max(0, after), Texts.given(code), Texts.given(field), REJECTS);
        List<CodeBar> codes = part == null ? List.of() : codes(run, details.of(run));
        return pages.page(
                "rejects",
                "Rejected rows of run " + run.id(),
                viewer,
                new RejectsPage(
                        run.id(),
                        part == null ? RejectsPart.NONE : part,
                        codes,
                        codes.stream()
                                .map(one -> new Choice(
                                        one.code(), one.code(), one.code().equals(code)))
                                .toList(),
                        report == null
                                ? List.of()
                                : report.header().stream()
                                        .map(one -> new Choice(one, one, one.equals(field)))
                                        .toList(),
                        !(code + field).isBlank(),
                        part == null ? null : correct(run, viewer)));
    }

    @GetMapping("/runs/{id}/rejects/{name}.csv")
    void download(Viewer viewer, @PathVariable String id, @PathVariable String name, HttpServletResponse response)
            throws IOException {
        RunView view = brief(viewer, id);
        if (!viewer.seesContacts(view.run().directory())) {
            throw new ForbiddenException(Role.ACCESS);
        }

        Map<String, Format> formats = Map.of("exact", Format.CSV, "spreadsheet", Format.SPREADSHEET);
        Format format = formats.get(name);
        if (format == null) {
            throw Refusal.notFound("UNKNOWN_FORMAT", "There is no such download.");
        }

        response.setContentType("text/csv");
        response.setHeader(
                HttpHeaders.CONTENT_DISPOSITION,
                "attachment; filename=\"rejected-%s-%s.csv\""
                        .formatted(view.run().id(), name));
        rejects.write(view.run().id(), format, response.getOutputStream());
    }

    /** The actions that are known. */
    static RunAction action(String key) {
        return Arrays.stream(RunAction.values())
                .filter(action -> action.key().equals(key))
                .findFirst()
                .orElseThrow(() -> Refusal.notFound("UNKNOWN_ACTION", "There is no such page."));
    }
}
