package io.muster.web.console.imports;

import io.muster.app.DraftView;
import io.muster.app.ImportDraftService;
import io.muster.app.RunView;
import io.muster.app.RunViews;
import io.muster.jobs.Run;
import io.muster.jobs.RunStatus;
import io.muster.jobs.contactimport.ImportGuard;
import io.muster.jobs.contactimport.ImportReport;
import io.muster.load.OutcomeCounts;
import io.muster.load.Rejects.Reject;
import io.muster.support.Refusal;
import io.muster.web.console.imports.ImportTexts.Files;
import io.muster.web.console.imports.ImportTexts.Step;
import io.muster.web.console.imports.SeenDrafts.Seen;
import io.muster.web.console.page.Assets;
import io.muster.web.console.page.ConsolePages;
import io.muster.web.console.page.Problem;
import io.muster.web.console.page.Texts;
import io.muster.web.console.page.Viewer;
import io.muster.web.console.runs.LivePart;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import org.springframework.stereotype.Controller;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.servlet.ModelAndView;

/** {@code /imports/UP_…/forecast}: what the import would do, as its dry run has found; and the button that does it. */
@Controller
final class ForecastController {

    private static final String ID = "/imports/{id:UP_[A-Za-z0-9]+}";
    private static final int REJECTS = 1_000;
    private static final int EXAMPLES = 3;

    private final ConsolePages pages;
    private final ImportDraftService drafts;
    private final SeenDrafts seen;
    private final RunViews runs;
    private final Files files;

    ForecastController(ConsolePages pages, ImportDraftService drafts, SeenDrafts seen, RunViews runs, Assets assets) {
        this.pages = pages;
        this.drafts = drafts;
        this.seen = seen;
        this.runs = runs;
        this.files = Files.of(assets);
    }

    /**
     * The third step.
     *
     * @param live the dry run; null while the server that has the file has not begun with it
     * @param reason why there is no forecast; empty when there is one, or while it is made
     * @param button what the button says; empty while the file cannot be imported
     * @param run the run that imports the file; null before
     */
    record ForecastPage(
            Files files,
            List<Step> steps,
            String address,
            String file,
            String directory,
            List<Problem> problems,
            @Nullable Record live,
            String waiting,
            String reason,
            List<String> warnings,
            List<Code> codes,
            String counted,
            List<String> newNames,
            List<String> rules,
            @Nullable String repeats,
            @Nullable String corrects,
            @Nullable String run,
            String button) {}

    /**
     * Rejected rows of one code.
     *
     * @param examples the first of them
     */
    record Code(String code, String number, List<Example> examples) {}

    /** A rejected row. */
    record Example(String row, String field, String reason) {}

    @GetMapping(ID + "/forecast")
    ModelAndView show(Viewer viewer, @PathVariable String id) {
        Seen draft = seen.find(viewer, id);
        if (draft.view().forecast() == null && draft.view().draft().wanted() == null) {
            return ConsolePages.goTo(draft.address() + "/mapping");
        }

        return page(viewer, draft, List.of(), HttpStatus.OK);
    }

    private ModelAndView page(Viewer viewer, Seen draft, List<Problem> problems, HttpStatus status) {
        DraftView view = draft.view();
        String forecast = view.forecast();
        RunView run = forecast == null ? null : runs.show(forecast);
        ImportReport report = run == null ? null : run.imported();
        List<Code> codes = run == null ? List.of() : codes(run.run());
        return pages.page(
                "imports/forecast",
                "Forecast",
                viewer,
                new ForecastPage(
                        files,
                        ImportTexts.steps(3, draft.address(), 3),
                        draft.address(),
                        view.draft().name(),
                        draft.directory().name(),
                        problems,
                        run == null ? null : LivePart.of(run, viewer),
                        waiting(view),
                        run == null ? "" : reason(run),
                        report == null ? List.of() : report.warnings(),
                        codes,
                        run != null && rejected(run.run()) > REJECTS
                                ? "Of the first " + Texts.number(REJECTS) + " rejected rows"
                                : "",
                        report == null ? List.of() : report.newNames(),
                        report == null ? List.of() : report.rulesText(),
                        view.repeats(),
                        view.corrects(),
                        view.run(),
                        run == null || view.run() != null ? "" : button(run)),
                status);
    }

    private static String waiting(DraftView view) {
        DraftView.Elsewhere elsewhere = view.elsewhere();
        if (view.draft().wanted() == null || elsewhere == null) {
            return "";
        }

        return elsewhere.living()
                ? "The file lies with the server " + elsewhere.server() + ", which begins within some seconds."
                : "The file lies with " + elsewhere.server()
                        + ", where no server runs. Start that server, or upload the file again.";
    }

    private static String reason(RunView run) {
        if (!run.run().status().isOver() || run.run().status() == RunStatus.COMPLETED) {
            return "";
        }

        String reason = run.reason();
        return reason == null
                ? "The dry run was " + run.run().status().name().toLowerCase(java.util.Locale.ROOT)
                        + ". Go back to the mapping, and forecast again."
                : reason;
    }

    private static long rejected(Run run) {
        return run.imported().counts().rejected();
    }

    private List<Code> codes(Run run) {
        if (!run.status().isOver() || rejected(run) == 0) {
            return List.of();
        }

        Map<String, List<Reject>> byCode = new LinkedHashMap<>();
        runs.rejects(run, 0, REJECTS)
                .forEach(reject -> byCode.computeIfAbsent(reject.code(), code -> new ArrayList<>())
                        .add(reject));
        return byCode.entrySet().stream()
                .sorted((one, other) -> other.getValue().size() - one.getValue().size())
                .map(code -> new Code(
                        code.getKey(),
                        Texts.number(code.getValue().size()),
                        code.getValue().stream()
                                .limit(EXAMPLES)
                                .map(ForecastController::example)
                                .toList()))
                .toList();
    }

    private static Example example(Reject reject) {
        return new Example(Texts.number(reject.row()), reject.field() == null ? "" : reject.field(), reject.reason());
    }

    /** Empty where a run would load nothing. */
    private static String button(RunView run) {
        ImportReport report = run.imported();
        if (run.run().status() != RunStatus.COMPLETED
                || report == null
                || report.warnings().stream().anyMatch(ImportGuard::isPassedLimit)) {
            return "";
        }

        OutcomeCounts counts = run.run().imported().counts();
        long rows = counts.created() + counts.updated() + counts.unchanged();
        return rows == 0 ? "" : "Import " + Texts.number(rows) + (rows == 1 ? " row" : " rows");
    }

    /** Imports the file; pressed twice, it is imported once. */
    @PostMapping(ID + "/run")
    ModelAndView run(Viewer viewer, @PathVariable String id) {
        Seen draft = seen.find(viewer, id);
        try {
            String run = drafts.run(SeenDrafts.maker(viewer), id).run();
            return ConsolePages.goTo(run == null ? draft.address() + "/forecast" : "/runs/" + run);
        } catch (Refusal refusal) {
            if (refusal.kind() == Refusal.Kind.NOT_FOUND || refusal.kind() == Refusal.Kind.BUSY) {
                throw refusal;
            }

            return page(viewer, draft, Problem.of(refusal), HttpStatus.CONFLICT);
        }
    }
}
