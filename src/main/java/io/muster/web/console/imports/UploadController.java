package io.muster.web.console.imports;

import io.muster.access.Role;
import io.muster.app.DirectoryService;
import io.muster.app.DirectoryView;
import io.muster.app.DraftView;
import io.muster.app.ImportDraftService;
import io.muster.app.ImportDraftService.Rejected;
import io.muster.app.NewImport;
import io.muster.directory.MailingList;
import io.muster.extract.csv.FileRefused;
import io.muster.jobs.ImportDrafts.Draft;
import io.muster.jobs.contactimport.ImportMode;
import io.muster.load.Rejects.Reject;
import io.muster.support.Refusal;
import io.muster.web.console.imports.ImportTexts.Files;
import io.muster.web.console.imports.ImportTexts.Step;
import io.muster.web.console.page.Assets;
import io.muster.web.console.page.Choice;
import io.muster.web.console.page.ConsolePages;
import io.muster.web.console.page.Problem;
import io.muster.web.console.page.SeenDirectories;
import io.muster.web.console.page.Texts;
import io.muster.web.console.page.Texts.Moment;
import io.muster.web.console.page.Upload;
import io.muster.web.console.page.Viewer;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.stereotype.Controller;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.servlet.ModelAndView;

/** {@code /imports/new}: the first step of an import, its file; or rejected rows of a run, which are corrected in place. */
@Controller
final class UploadController {

    private static final int MOST_LISTS = 1_000;
    /** More make a page too heavy to work with. */
    private static final int MOST_CELLS = 600;

    /** What a row to be corrected has beside its cells: its number and what was wrong. */
    private static final int BESIDE_CELLS = 3;

    private static final long MOST_PASSED_OVER = 1L << 28;

    private final ConsolePages pages;
    private final ImportDraftService drafts;
    private final SeenDirectories seen;
    private final DirectoryService directories;
    private final Files files;

    UploadController(
            ConsolePages pages,
            ImportDraftService drafts,
            SeenDirectories seen,
            DirectoryService directories,
            Assets assets) {
        this.pages = pages;
        this.drafts = drafts;
        this.seen = seen;
        this.directories = directories;
        this.files = Files.of(assets);
    }

    /**
     * The first step.
     *
     * @param wrong the ids of fields that are not right
     * @param rules the rules of identity of the chosen directory; empty while none is chosen
     * @param rulesOf the name of that directory; empty while none is chosen
     * @param most the largest file, in bytes
     * @param mostText the same in words
     * @param keepHours how long what is begun is kept
     * @param correction rows to be corrected in place; null for none
     */
    record UploadPage(
            Files files,
            List<Step> steps,
            List<Problem> problems,
            List<String> wrong,
            List<Choice> directories,
            List<Group> lists,
            String newList,
            List<Choice> modes,
            String mostRejected,
            List<String> rules,
            String rulesOf,
            long most,
            String mostText,
            long keepHours,
            List<Begun> begun,
            String corrects,
            @Nullable Correction correction) {}

    /** Lists of one directory. */
    record Group(String directory, List<Choice> lists) {}

    /** An import that was begun. */
    record Begun(String address, String file, String size, Moment at) {}

    /**
     * Rows that were rejected by a run.
     *
     * @param few whether they can be corrected in place
     */
    record Correction(String run, String file, String all, boolean few, List<String> header, List<CorrectedRow> rows) {}

    /**
     * A row to be corrected.
     *
     * @param surplus what it has beyond the columns; empty for nothing
     */
    record CorrectedRow(
            int index,
            String row,
            String line,
            String field,
            String code,
            String reason,
            List<Cell> cells,
            String surplus) {}

    /**
     * A cell to be corrected.
     *
     * @param label what it is called
     * @param wrong whether it is what was wrong
     */
    record Cell(String name, String label, String value, boolean wrong) {}

    @GetMapping("/imports")
    ModelAndView first(Viewer viewer) {
        viewer.require(Role.MANAGE);
        return ConsolePages.goTo("/imports/new");
    }

    @GetMapping("/imports/new")
    ModelAndView show(
            Viewer viewer,
            @RequestParam(defaultValue = "") String directory,
            @RequestParam(defaultValue = "") String corrects) {
        viewer.require(Role.MANAGE);
        if (!corrects.isBlank()) {
            return correction(viewer, corrects, Map.of(), List.of(), HttpStatus.OK);
        }

        return page(
                viewer,
                new NewImport(directory, "", "", ImportMode.UPSERT.word(), "", null),
                List.of(),
                null,
                HttpStatus.OK);
    }

    private ModelAndView page(
            Viewer viewer,
            NewImport entered,
            List<Problem> problems,
            @Nullable Correction correction,
            HttpStatus status) {
        List<Choice> shown = correction == null ? choices(viewer, entered) : own(viewer, entered);

        String directory = shown.stream()
                .filter(Choice::chosen)
                .map(Choice::value)
                .findFirst()
                .orElse("");
        String corrects = Objects.requireNonNullElse(entered.corrects(), "");
        return pages.page(
                "imports/new",
                "Import a file",
                viewer,
                new UploadPage(
                        files,
                        ImportTexts.steps(1, "", 1),
                        problems,
                        problems.stream().map(Problem::field).toList(),
                        shown,
                        lists(shown, entered.list()),
                        entered.newList(),
                        modes(entered.mode()),
                        entered.mostRejected(),
                        directory.isEmpty()
                                ? List.of()
                                : directories.find(directory).rules().stream()
                                        .map(rule -> String.join(" + ", rule))
                                        .toList(),
                        shown.stream()
                                .filter(Choice::chosen)
                                .map(Choice::name)
                                .findFirst()
                                .orElse(""),
                        drafts.mostBytes(),
                        Texts.size(drafts.mostBytes()),
                        drafts.keep().toHours(),
                        correction == null ? begun(viewer) : List.of(),
                        corrects,
                        correction),
                status);
    }

    private List<Choice> choices(Viewer viewer, NewImport entered) {
        List<Choice> all = seen.choices(viewer, entered.directory());
        return all.size() == 1 ? List.of(chosen(all.getFirst())) : all;
    }

    /** Corrected rows go where they came from. */
    private List<Choice> own(Viewer viewer, NewImport entered) {
        DirectoryView own = seen.find(viewer, entered.directory(), Role.MANAGE);
        return List.of(new Choice(own.id(), own.name(), true));
    }

    private static Choice chosen(Choice choice) {
        return new Choice(choice.value(), choice.name(), true);
    }

    private List<Group> lists(List<Choice> of, String chosen) {
        Map<String, List<Choice>> groups = new LinkedHashMap<>();
        Map<String, String> names = new LinkedHashMap<>();
        of.forEach(directory -> names.put(directory.value(), directory.name()));
        for (MailingList list : drafts.lists(names.keySet(), MOST_LISTS)) {
            groups.computeIfAbsent(
                            Objects.requireNonNullElse(names.get(drafts.directoryOf(list)), ""),
                            name -> new ArrayList<>())
                    .add(new Choice(list.id(), list.name(), list.id().equals(chosen)));
        }

        return groups.entrySet().stream()
                .map(group -> new Group(group.getKey(), group.getValue()))
                .toList();
    }

    private static List<Choice> modes(String chosen) {
        return Arrays.stream(ImportMode.values())
                .map(mode -> new Choice(mode.word(), name(mode), mode.word().equals(chosen)))
                .toList();
    }

    private static String name(ImportMode mode) {
        return switch (mode) {
            case UPSERT -> "Create new contacts and update known ones";
            case CREATE_ONLY -> "Create new contacts only";
            case UPDATE_ONLY -> "Update known contacts only";
            case EVENTS_ONLY -> "Record transactions only, change no contact";
        };
    }

    private List<Begun> begun(Viewer viewer) {
        return drafts.open(viewer.user()).stream()
                .filter(draft -> viewer.user().isFor(draft.directory()))
                .map(draft -> begun(draft, viewer))
                .toList();
    }

    private static Begun begun(Draft draft, Viewer viewer) {
        return new Begun(
                "/imports/" + draft.id() + (draft.forecast() == null ? "/mapping" : "/forecast"),
                draft.name(),
                Texts.size(draft.size()),
                Texts.moment(draft.created(), viewer.zone()));
    }

    @PostMapping("/imports/new")
    ModelAndView upload(
            Viewer viewer,
            @RequestParam(defaultValue = "") String directory,
            @RequestParam(defaultValue = "") String list,
            @RequestParam(name = "new-list", defaultValue = "") String newList,
            @RequestParam(defaultValue = "upsert") String mode,
            @RequestParam(name = "most-rejected", defaultValue = "") String mostRejected,
            @RequestParam(defaultValue = "") String corrects,
            HttpServletRequest request,
            HttpServletResponse response)
            throws IOException {
        viewer.require(Role.MANAGE);
        NewImport entered =
                new NewImport(directory, list, newList, mode, mostRejected, corrects.isBlank() ? null : corrects);
        Upload file = Upload.of(request).orElse(null);
        List<Problem> problems = new ArrayList<>();
        if (directory.isBlank()) {
            problems.add(new Problem("directory", "Choose the directory that the contacts go into."));
        }

        if (file == null) {
            problems.add(new Problem("file", "Choose a file."));
        }

        if (problems.isEmpty()) {
            var ignored = seen.find(viewer, directory, Role.MANAGE);
            if (entered.corrects() != null) {
                var unused = rejected(viewer, entered.corrects());
            }

            try {
                Upload sent = Objects.requireNonNull(file);
                DraftView draft =
                        drafts.upload(SeenDrafts.maker(viewer), entered, sent.name(), sent.content(), sent.expected());
                return ConsolePages.goTo("/imports/" + draft.draft().id() + "/mapping");
            } catch (FileRefused refused) {
                problems.add(new Problem("file", refused.getMessage()));
            } catch (Refusal refusal) {
                problems.addAll(of(refusal));
            }
        }

        passOver(file, response);
        return entered.corrects() == null
                ? page(viewer, entered, problems, null, HttpStatus.BAD_REQUEST)
                : correction(viewer, entered.corrects(), Map.of(), problems, HttpStatus.BAD_REQUEST);
    }

    /** A browser shows an answer only after it has sent its file; what is very large is cut off all the same. */
    private static void passOver(@Nullable Upload file, HttpServletResponse response) {
        byte[] buffer = new byte[1 << 16];
        long left = file == null ? 0 : MOST_PASSED_OVER;
        try {
            int read = 0;
            while (file != null && read >= 0 && left > 0) {
                read = file.content().read(buffer);
                left -= read;
            }
        } catch (IOException e) {
            left = 0;
        }

        if (file != null && left <= 0) {
            response.setHeader(HttpHeaders.CONNECTION, "close");
        }
    }

    private static List<Problem> of(Refusal refusal) {
        if (refusal.kind() != Refusal.Kind.INVALID && refusal.kind() != Refusal.Kind.CONFLICT) {
            throw refusal;
        }

        return Problem.of(refusal);
    }

    /** The rejected rows of a run of a directory that the viewer manages. */
    private Rejected rejected(Viewer viewer, String run) {
        Rejected rejected = drafts.rejected(run);
        if (!viewer.user().isFor(rejected.run().run().directory())) {
            throw Refusal.notFound("UNKNOWN_RUN", "There is no run " + run + ".");
        }

        return rejected;
    }

    private ModelAndView correction(
            Viewer viewer, String run, Map<String, String> cells, List<Problem> problems, HttpStatus status) {
        Rejected rejected = rejected(viewer, run);
        List<CorrectedRow> rows = new ArrayList<>();
        boolean few =
                rejected.isFew() && rejected.rows().size() * (rejected.header().size() + BESIDE_CELLS) <= MOST_CELLS;
        for (int i = 0; few && i < rejected.rows().size(); i++) {
            rows.add(row(i, rejected.rows().get(i), rejected.header(), cells));
        }

        return page(
                viewer,
                drafts.likeRun(rejected),
                problems,
                new Correction(
                        run,
                        rejected.run().file(),
                        Texts.number(rejected.all()) + (rejected.all() == 1 ? " row" : " rows"),
                        few,
                        rejected.header(),
                        rows),
                status);
    }

    private static CorrectedRow row(int index, Reject reject, List<String> header, Map<String, String> entered) {
        List<Cell> cells = new ArrayList<>();
        for (int column = 0; column < header.size(); column++) {
            String name = name(index, column);
            cells.add(new Cell(
                    name,
                    header.get(column) + " of row " + reject.row(),
                    Objects.requireNonNullElse(
                            entered.get(name), ImportTexts.cell(reject.cells().get(column))),
                    header.get(column).equals(reject.field())));
        }

        return new CorrectedRow(
                index,
                Texts.number(reject.row()),
                Texts.number(reject.line()),
                Objects.requireNonNullElse(reject.field(), ""),
                reject.code(),
                reject.reason(),
                cells,
                String.join(
                        " | ",
                        reject.cells().subList(header.size(), reject.cells().size())));
    }

    private static String name(int row, int column) {
        return "cell-" + row + "-" + column;
    }

    /** Rows that were corrected in place become a draft. */
    @PostMapping("/imports/new/rows")
    ModelAndView correct(Viewer viewer, @RequestParam String corrects, HttpServletRequest request) {
        viewer.require(Role.MANAGE);
        Rejected rejected = rejected(viewer, corrects);
        List<List<String>> rows = new ArrayList<>();
        Map<String, String> entered = new LinkedHashMap<>();
        for (int i = 0; i < rejected.rows().size(); i++) {
            List<String> row = new ArrayList<>();
            for (int column = 0; column < rejected.header().size(); column++) {
                String cell = Objects.requireNonNullElse(request.getParameter(name(i, column)), "");
                entered.put(name(i, column), cell);
                row.add(cell);
            }

            if (row.stream().anyMatch(cell -> !cell.isBlank())) {
                rows.add(row);
            }
        }

        if (rows.isEmpty()) {
            return correction(
                    viewer,
                    corrects,
                    entered,
                    List.of(new Problem("", "No row has a value. Correct one at least.")),
                    HttpStatus.BAD_REQUEST);
        }

        try {
            DraftView draft = drafts.correct(SeenDrafts.maker(viewer), corrects, rows);
            return ConsolePages.goTo("/imports/" + draft.draft().id() + "/mapping");
        } catch (Refusal refusal) {
            return correction(viewer, corrects, entered, of(refusal), HttpStatus.BAD_REQUEST);
        }
    }

    @GetMapping("/imports/{id:UP_[A-Za-z0-9]+}")
    ModelAndView draft(Viewer viewer, @PathVariable String id) {
        viewer.require(Role.MANAGE);
        return ConsolePages.goTo(
                "/imports/" + drafts.find(viewer.user(), id).draft().id() + "/mapping");
    }

    /** Gives a draft up. */
    @PostMapping("/imports/{id:UP_[A-Za-z0-9]+}/discard")
    ModelAndView discard(Viewer viewer, @PathVariable String id) {
        viewer.require(Role.MANAGE);
        drafts.discard(SeenDrafts.maker(viewer), id);
        return ConsolePages.goTo("/imports/new");
    }
}
