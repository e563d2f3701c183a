package io.muster.web.console.imports;

import io.muster.app.DraftChoices;
import io.muster.app.DraftChoices.ColumnChoice;
import io.muster.app.DraftChoices.Reason;
import io.muster.app.DraftView;
import io.muster.app.ImportDraftService;
import io.muster.app.ImportDraftService.Checked;
import io.muster.extract.csv.FileFormat;
import io.muster.extract.csv.FileRecord;
import io.muster.extract.csv.FileRefused;
import io.muster.jobs.contactimport.FileHead;
import io.muster.jobs.contactimport.KnownHeaders;
import io.muster.jobs.contactimport.Mapping;
import io.muster.jobs.contactimport.PlannedImport.Verdict;
import io.muster.support.Refusal;
import io.muster.web.console.imports.ImportTexts.Files;
import io.muster.web.console.imports.ImportTexts.Step;
import io.muster.web.console.imports.SeenDrafts.Seen;
import io.muster.web.console.page.Assets;
import io.muster.web.console.page.Choice;
import io.muster.web.console.page.ConsolePages;
import io.muster.web.console.page.Problem;
import io.muster.web.console.page.Texts;
import io.muster.web.console.page.Viewer;
import jakarta.servlet.http.HttpServletRequest;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import org.springframework.stereotype.Controller;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.servlet.ModelAndView;

/** {@code /imports/UP_…/mapping}: how the file is read, and where its columns go. */
@Controller
final class MappingController {

    private static final String ID = "/imports/{id:UP_[A-Za-z0-9]+}";

    /** More make a page too heavy to be read; the others go where they would go of themselves. */
    private static final int MOST_COLUMNS = 32;

    private static final int MOST_SHOWN = 8;

    private static final Map<String, String> TARGETS = targets();
    private static final Map<String, String> CHARSETS = charsets();
    private static final Map<String, String> DELIMITERS = delimiters();

    private final ConsolePages pages;
    private final ImportDraftService drafts;
    private final SeenDrafts seen;
    private final Files files;

    MappingController(ConsolePages pages, ImportDraftService drafts, SeenDrafts seen, Assets assets) {
        this.pages = pages;
        this.drafts = drafts;
        this.seen = seen;
        this.files = Files.of(assets);
    }

    private static Map<String, String> targets() {
        Map<String, String> targets = new LinkedHashMap<>();
        targets.put("extRef", "external reference");
        targets.put("firstName", "first name");
        targets.put("lastName", "last name");
        targets.put("email", "email");
        targets.put("phone", "phone");
        targets.put("language", "language");
        targets.put("unsubscribed", "unsubscribed");
        targets.put("embedded", "embedded data of this name");
        targets.put("transaction.id", "transaction: id");
        targets.put("transaction.date", "transaction: date");
        targets.put("transaction.field", "transaction: field of this name");
        targets.put("ignore", "ignore");
        targets.put("unsubscribed.list", "unsubscribed from the list");
        targets.put("unsubscribed.directory", "unsubscribed from the directory");
        targets.put("list", "data of the membership, of this name");
        targets.put("asOf", "as of: the moment that the row is true of");
        targets.put("action", "action: upsert, leave-list, opt-out or delete");
        return targets;
    }

    private static Map<String, String> charsets() {
        Map<String, String> charsets = new LinkedHashMap<>();
        charsets.put("", "UTF-8, or as its byte-order mark says");
        Stream.of(
                        "windows-1252",
                        "ISO-8859-15",
                        "windows-1250",
                        "windows-1251",
                        "UTF-16LE",
                        "UTF-16BE",
                        "Shift_JIS",
                        "GB18030",
                        "Big5",
                        "EUC-KR")
                .forEach(name -> charsets.put(name, name));
        return charsets;
    }

    private static Map<String, String> delimiters() {
        Map<String, String> delimiters = new LinkedHashMap<>();
        delimiters.put(",", "comma");
        delimiters.put(";", "semicolon");
        delimiters.put("\t", "tab");
        delimiters.put("|", "vertical bar");
        return delimiters;
    }

    /**
     * The second step.
     *
     * @param more how many columns are not listed
     * @param first names of the columns of which the first rows are shown
     * @param elsewhere where the file lies; empty when it lies here
     */
    record MappingPage(
            Files files,
            List<Step> steps,
            String address,
            String file,
            String facts,
            String directory,
            List<Problem> problems,
            List<Choice> charsets,
            List<Choice> delimiters,
            List<ColumnRow> columns,
            int more,
            List<Choice> others,
            List<RuleRow> rules,
            List<String> warnings,
            List<String> first,
            List<FirstRow> rows,
            String seen,
            String elsewhere,
            @Nullable String corrects,
            @Nullable String repeats,
            @Nullable String run) {}

    /**
     * A column.
     *
     * @param samples its first values
     * @param filled in how many rows it has one
     * @param note why it goes where it goes; empty for no reason
     * @param near what it may have been meant for; empty for nothing
     * @param fixed why it can go nowhere; empty when it can
     */
    record ColumnRow(
            int index,
            String name,
            String samples,
            String filled,
            List<Choice> targets,
            boolean drops,
            String note,
            String near,
            String fixed) {}

    /** A rule of identity, and whether this file can be matched by it. */
    record RuleRow(String fields, String note, boolean usable) {}

    /** One of the first rows. */
    record FirstRow(String row, List<String> cells, String shape, String state, String verdict) {}

    @GetMapping(ID + "/mapping")
    ModelAndView show(Viewer viewer, @PathVariable String id) {
        Seen draft = seen.find(viewer, id);
        return page(viewer, draft, draft.view().choices(), List.of(), HttpStatus.OK);
    }

    private ModelAndView page(
            Viewer viewer, Seen draft, DraftChoices choices, List<Problem> problems, HttpStatus status) {
        DraftView view = draft.view();
        FileHead head = view.head();
        Checked checked = drafts.check(view, choices);
        List<Integer> first = first(choices, MOST_SHOWN);
        return pages.page(
                "imports/mapping",
                "Map columns",
                viewer,
                new MappingPage(
                        files,
                        ImportTexts.steps(2, draft.address(), view.forecast() == null ? 2 : 3),
                        draft.address(),
                        view.draft().name(),
                        facts(view),
                        draft.directory().name(),
                        problems,
                        choices(
                                CHARSETS,
                                Objects.requireNonNullElse(
                                        view.choices().format().charset(), "")),
                        choices(DELIMITERS, String.valueOf(head.dialect().delimiter())),
                        columns(head, choices),
                        Math.max(0, head.header().size() - MOST_COLUMNS),
                        List.of(
                                new Choice("embed", "become embedded data", choices.others() == Mapping.Unmapped.EMBED),
                                new Choice("ignore", "are ignored", choices.others() == Mapping.Unmapped.IGNORE)),
                        drafts.rules(view, choices).stream()
                                .map(MappingController::rule)
                                .toList(),
                        warnings(checked, problems),
                        first.stream().map(head.header()::get).toList(),
                        rows(head, checked, first),
                        head.whole()
                                ? Texts.number(head.records()) + " rows"
                                : "the first " + Texts.number(head.records()) + " rows",
                        elsewhere(view),
                        view.corrects(),
                        view.repeats(),
                        view.run()),
                status);
    }

    private static String elsewhere(DraftView view) {
        DraftView.Elsewhere elsewhere = view.elsewhere();
        return elsewhere == null
                ? ""
                : elsewhere.living()
                        ? "The file lies with the server " + elsewhere.server()
                                + ", which works on it when it is its turn."
                        : "The file lies with " + elsewhere.server()
                                + ", where no server runs. Start that server, or upload the file again.";
    }

    private static String facts(DraftView view) {
        FileHead head = view.head();
        String delimiter = String.valueOf(head.dialect().delimiter());
        return String.join(
                ", ",
                Texts.size(view.draft().size()),
                head.dialect().charset(),
                Objects.requireNonNullElse(DELIMITERS.get(delimiter), delimiter),
                Texts.number(head.header().size()) + " columns");
    }

    /** What stops the import is among the problems already, once the form was sent. */
    private static List<String> warnings(Checked checked, List<Problem> problems) {
        Refusal refusal = checked.problem();
        return refusal == null
                ? checked.warnings()
                : problems.isEmpty() ? List.of(String.valueOf(refusal.getMessage())) : List.of();
    }

    private static List<Choice> choices(Map<String, String> all, String chosen) {
        List<Choice> choices = new ArrayList<>();
        all.forEach((value, name) -> choices.add(new Choice(value, name, value.equals(chosen))));
        if (!all.containsKey(chosen)) {
            choices.add(new Choice(chosen, chosen, true));
        }

        return choices;
    }

    private static List<ColumnRow> columns(FileHead head, DraftChoices choices) {
        List<ColumnRow> rows = new ArrayList<>();
        for (int i : first(choices, MOST_COLUMNS)) {
            String name = head.header().get(i);
            ColumnChoice choice = choices.columns().get(i);
            FileHead.Column column = head.columns().get(i);
            rows.add(new ColumnRow(
                    i,
                    name.isEmpty() ? "Column " + (i + 1) : name,
                    column.samples().isEmpty() ? "–" : ImportTexts.cell(String.join(" · ", column.samples())),
                    Texts.share(column.filled(), head.records()),
                    choices(TARGETS, choice.target()),
                    choice.dropsInvalid(),
                    note(choice.reason()),
                    ImportDraftService.near(choices, head.header(), i)
                            .map(near -> "nearly the header of “" + near + "”: is it meant?")
                            .orElse(""),
                    fixed(name, choice)));
        }

        return rows;
    }

    private static String note(Reason reason) {
        return switch (reason) {
            case REMEMBERED -> "remembered";
            case RECOGNISED -> "recognised by its header";
            case AS_BEFORE -> "as in the run";
            case CHOSEN, OTHER, LEFT_OUT -> "";
        };
    }

    private static String fixed(String name, ColumnChoice choice) {
        if (choice.reason() != Reason.LEFT_OUT) {
            return "";
        }

        return name.isEmpty()
                ? "It has no name and is left out."
                : KnownHeaders.isReason(name)
                        ? "It says what was wrong with a row, and is left out."
                        : "Several columns have this name; they are left out. Rename them in the file.";
    }

    private static RuleRow rule(ImportDraftService.RuleInForce rule) {
        return new RuleRow(
                String.join(" + ", rule.fields()),
                rule.lacking().isEmpty()
                        ? "this file can be matched by it"
                        : "no column goes to " + String.join(", ", rule.lacking()),
                rule.lacking().isEmpty());
    }

    /** The places of so many columns, in their order; those that go somewhere rather than others. */
    private static List<Integer> first(DraftChoices choices, int most) {
        List<ColumnChoice> columns = choices.columns();
        return Stream.concat(
                        IntStream.range(0, columns.size())
                                .filter(i -> !isOther(columns.get(i)))
                                .boxed(),
                        IntStream.range(0, columns.size())
                                .filter(i -> isOther(columns.get(i)))
                                .boxed())
                .limit(most)
                .sorted()
                .toList();
    }

    /** What its maker has chosen stays in sight, to be chosen otherwise. */
    private static boolean isOther(ColumnChoice choice) {
        return choice.reason() != Reason.CHOSEN
                && (choice.target().equals("ignore") || choice.target().equals("embedded"));
    }

    private static List<FirstRow> rows(FileHead head, Checked checked, List<Integer> columns) {
        List<FirstRow> rows = new ArrayList<>();
        for (int i = 0; i < head.rows().size(); i++) {
            FileRecord record = head.rows().get(i);
            Verdict verdict =
                    checked.verdicts().isEmpty() ? null : checked.verdicts().get(i);
            List<String> cells = columns.stream()
                    .map(place -> place < record.cells().size()
                            ? ImportTexts.cell(record.cells().get(place))
                            : "")
                    .toList();
            rows.add(row(Texts.number(record.row()), cells, verdict));
        }

        return rows;
    }

    private static FirstRow row(String row, List<String> cells, @Nullable Verdict verdict) {
        if (verdict == null) {
            return new FirstRow(row, cells, "○", "queued", "not judged yet");
        }

        if (verdict.blank()) {
            return new FirstRow(row, cells, "▬", "stopped", "skipped, it has no values");
        }

        String code = verdict.code();
        return code == null
                ? new FirstRow(row, cells, "●", "completed", "ok")
                : new FirstRow(
                        row,
                        cells,
                        "✕",
                        "failed",
                        code + (verdict.field() == null ? "" : " in " + verdict.field()) + ": " + verdict.reason());
    }

    /** Reads the file in another way. */
    @PostMapping(ID + "/format")
    ModelAndView format(
            Viewer viewer, @PathVariable String id, @RequestParam String charset, @RequestParam String delimiter) {
        Seen draft = seen.find(viewer, id);
        try {
            var ignored = drafts.readAnew(
                    SeenDrafts.maker(viewer),
                    id,
                    charset.isBlank() ? null : charset,
                    delimiter.isEmpty() ? null : delimiter.charAt(0));
            return ConsolePages.goTo(draft.address() + "/mapping");
        } catch (FileRefused refused) {
            return page(
                    viewer,
                    draft,
                    draft.view().choices(),
                    List.of(new Problem("charset", refused.getMessage())),
                    HttpStatus.BAD_REQUEST);
        }
    }

    /** Takes the mapping, and begins the forecast. */
    @PostMapping(ID + "/mapping")
    ModelAndView map(Viewer viewer, @PathVariable String id, HttpServletRequest request) {
        Seen draft = seen.find(viewer, id);
        DraftView view = draft.view();
        Mapping.Unmapped others = "ignore".equals(request.getParameter("others"))
                ? Mapping.Unmapped.IGNORE
                : view.choices().others();
        if ("embed".equals(request.getParameter("others"))) {
            others = Mapping.Unmapped.EMBED;
        }

        List<ColumnChoice> columns = new ArrayList<>(view.choices().columns());
        for (int i = 0; i < columns.size(); i++) {
            String target = request.getParameter("target-" + i);
            if (target != null && columns.get(i).reason() != Reason.LEFT_OUT) {
                columns.set(i, columns.get(i).to(target, "drop".equals(request.getParameter("invalid-" + i))));
            }
        }

        try {
            var ignored = drafts.forecast(SeenDrafts.maker(viewer), id, columns, others);
            return ConsolePages.goTo(draft.address() + "/forecast");
        } catch (Refusal refusal) {
            if (refusal.kind() == Refusal.Kind.NOT_FOUND || refusal.kind() == Refusal.Kind.BUSY) {
                throw refusal;
            }

            DraftChoices choices = new DraftChoices(
                    view.choices().list(),
                    view.choices().mode(),
                    view.choices().mostRejected(),
                    formatOf(view),
                    columns,
                    others,
                    view.choices().like());
            return page(
                    viewer,
                    draft,
                    choices,
                    List.of(new Problem("columns", String.valueOf(refusal.getMessage()))),
                    HttpStatus.BAD_REQUEST);
        }
    }

    private static FileFormat formatOf(DraftView view) {
        return view.choices().format();
    }
}
