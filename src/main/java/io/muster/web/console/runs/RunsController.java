package io.muster.web.console.runs;

import io.muster.access.Role;
import io.muster.access.User.UserDirectory;
import io.muster.app.DirectoryService;
import io.muster.app.Page;
import io.muster.app.RunSearch;
import io.muster.app.RunView;
import io.muster.app.RunViews;
import io.muster.jobs.Run;
import io.muster.jobs.Run.ImportedRows;
import io.muster.jobs.RunFilter.Times;
import io.muster.jobs.RunStatus;
import io.muster.support.Refusal;
import io.muster.web.console.page.Choice;
import io.muster.web.console.page.ConsolePages;
import io.muster.web.console.page.CsvDownload;
import io.muster.web.console.page.Pager;
import io.muster.web.console.page.Texts;
import io.muster.web.console.page.Viewer;
import io.muster.web.console.runs.RunTexts.Row;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Controller;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.servlet.ModelAndView;

/** {@code /runs}: runs, newest first. */
@Controller
final class RunsController {

    private static final int MOST = 50;
    private static final int MOST_DIRECTORIES = 1_000;
    private static final int AT_ONCE = 500;
    private static final List<String> HEADER = List.of(
            "run",
            "kind",
            "status",
            "automation",
            "file",
            "started",
            "ended",
            "worked_ms",
            "read",
            "created",
            "updated",
            "unchanged",
            "rejected",
            "skipped",
            "reason");

    private final ConsolePages pages;
    private final RunViews runs;
    private final DirectoryService directories;

    RunsController(ConsolePages pages, RunViews runs, DirectoryService directories) {
        this.pages = pages;
        this.runs = runs;
        this.directories = directories;
    }

    /**
     * A page of runs.
     *
     * @param filtered whether something was asked for that others are left out for
     * @param downloads addresses of the list as a file: exact, and for a spreadsheet
     * @param acts whether the viewer may act on runs that are selected
     */
    record RunsPage(
            List<Row> runs,
            List<Choice> statuses,
            String automation,
            List<Choice> directories,
            String from,
            String to,
            String q,
            boolean filtered,
            Pager pager,
            List<String> downloads,
            boolean acts) {}

    /**
     * What a list is asked for.
     *
     * @param from the first day
     * @param to the last day
     * @param q the id of a run, or a part of the name of its file
     */
    record Asked(
            @Nullable String status,
            @Nullable String automation,
            @Nullable String directory,
            @Nullable String from,
            @Nullable String to,
            @Nullable String q) {

        /** As addresses have it. */
        private Map<String, String> words() {
            Map<String, String> words = new LinkedHashMap<>();
            words.put("status", Objects.requireNonNullElse(status, ""));
            words.put("automation", Objects.requireNonNullElse(automation, ""));
            words.put("directory", Objects.requireNonNullElse(directory, ""));
            words.put("from", Objects.requireNonNullElse(from, ""));
            words.put("to", Objects.requireNonNullElse(to, ""));
            words.put("q", Objects.requireNonNullElse(q, ""));
            return words;
        }
    }

    @GetMapping("/runs")
    ModelAndView list(Viewer viewer, Asked asked, @RequestParam(defaultValue = "") String after) {
        viewer.require(Role.OPERATE, Role.ACCESS);
        Map<String, String> words = asked.words();
        List<Choice> seen = directories(viewer, words.getOrDefault("directory", ""));
        Page<RunView> page = page(viewer, asked, seen, MOST, Texts.given(after));
        String all = Pager.of("/runs/download", words, "again", null).first();
        return pages.page(
                "runs",
                "Runs",
                viewer,
                new RunsPage(
                        page.items().stream()
                                .map(view -> RunTexts.row(view, viewer.zone()))
                                .toList(),
                        statuses(wanted(asked)),
                        words.getOrDefault("automation", ""),
                        seen,
                        words.getOrDefault("from", ""),
                        words.getOrDefault("to", ""),
                        words.getOrDefault("q", ""),
                        words.values().stream().anyMatch(word -> !word.isBlank()) || !after.isBlank(),
                        Pager.of("/runs", words, after, page.next()),
                        List.of(
                                String.valueOf(all).replaceFirst("download", "download/exact.csv"),
                                String.valueOf(all).replaceFirst("download", "download/spreadsheet.csv")),
                        viewer.can(Role.OPERATE)));
    }

    private static @Nullable RunStatus wanted(Asked asked) {
        String status = asked.status();
        return status == null || status.isBlank() ? null : status(status);
    }

    private Page<RunView> page(Viewer viewer, Asked asked, List<Choice> seen, int most, @Nullable String after) {
        String only = viewer.seesAllRuns()
                ? given(asked.directory())
                : seen.stream()
                        .filter(Choice::chosen)
                        .map(Choice::value)
                        .findFirst()
                        .orElse(null);
        return only == null && !viewer.seesAllRuns()
                ? new Page<>(List.of(), null)
                : runs.rows(
                        new RunSearch(
                                only,
                                given(asked.automation()),
                                null,
                                wanted(asked),
                                new Times(
                                        day("from", asked.from(), 0, viewer.zone()),
                                        day("to", asked.to(), 1, viewer.zone())),
                                given(asked.q()),
                                most),
                        after);
    }

    private static @Nullable String given(@Nullable String text) {
        return text == null ? null : Texts.given(text);
    }

    /** The beginning of a day, or of one after it, in the viewer's zone. */
    private static @Nullable Instant day(String name, @Nullable String text, int later, ZoneId zone) {
        if (text == null || text.isBlank()) {
            return null;
        }

        try {
            return LocalDate.parse(text.strip())
                    .plusDays(later)
                    .atStartOfDay(zone)
                    .toInstant();
        } catch (DateTimeException e) {
            throw Refusal.invalid(
                    "BAD_DAY", "Cannot list runs: '" + text + "' is no day. Write " + name + " as 2026-11-30.");
        }
    }

    @GetMapping("/runs/download/{form:exact|spreadsheet}.csv")
    void download(Viewer viewer, Asked asked, @PathVariable String form, HttpServletResponse response)
            throws IOException {
        viewer.require(Role.OPERATE, Role.ACCESS);
        List<Choice> seen = directories(viewer, asked.words().getOrDefault("directory", ""));
        // What cannot be asked for is refused before anything is answered.
        Page<RunView> first = page(viewer, asked, seen, AT_ONCE, null);
        CsvDownload.write(response, "runs", form.equals("spreadsheet"), HEADER, records -> {
            Page<RunView> page = first;
            page.items().forEach(view -> records.accept(record(view)));
            while (page.next() != null) {
                page = page(viewer, asked, seen, AT_ONCE, page.next());
                page.items().forEach(view -> records.accept(record(view)));
            }
        });
    }

    private static List<String> record(RunView view) {
        Run run = view.run();
        ImportedRows rows = run.rows();
        Long ended = run.ended();
        return List.of(
                run.id(),
                run.kind().key(),
                RunTexts.status(run.status()).word(),
                Objects.requireNonNullElse(run.automation(), ""),
                view.file(),
                RunView.time(run.started()),
                ended == null ? "" : RunView.time(ended),
                String.valueOf(run.workedMillis()),
                rows == null ? "" : String.valueOf(rows.read()),
                rows == null ? "" : String.valueOf(rows.counts().created()),
                rows == null ? "" : String.valueOf(rows.counts().updated()),
                rows == null ? "" : String.valueOf(rows.counts().unchanged()),
                rows == null ? "" : String.valueOf(rows.counts().rejected()),
                rows == null ? "" : String.valueOf(rows.counts().skipped()),
                Objects.requireNonNullElse(view.reason(), ""));
    }

    private static RunStatus status(String word) {
        return Arrays.stream(RunStatus.values())
                .filter(one -> one.name().equalsIgnoreCase(word.strip()))
                .findFirst()
                .orElseThrow(() -> Refusal.invalid(
                        "UNKNOWN_STATUS",
                        "Cannot list runs: '" + word + "' is no state of a run. Choose one of the list."));
    }

    private static List<Choice> statuses(@Nullable RunStatus wanted) {
        return Arrays.stream(RunStatus.values())
                .map(one -> {
                    String word = one.name().toLowerCase(Locale.ROOT);
                    return new Choice(word, word, one == wanted);
                })
                .toList();
    }

    /** The directories to choose from: those of the viewer, the first of them chosen where one must be. */
    private List<Choice> directories(Viewer viewer, String directory) {
        List<UserDirectory> own = viewer.user().directories();
        if (own == null || viewer.seesAllRuns()) {
            return directories.list(null, MOST_DIRECTORIES).items().stream()
                    .map(one -> new Choice(one.id(), one.name(), one.id().equals(directory)))
                    .toList();
        }

        String chosen = own.stream()
                .map(UserDirectory::id)
                .filter(directory::equals)
                .findFirst()
                .orElse(own.isEmpty() ? "" : own.getFirst().id());
        return own.stream()
                .map(one -> new Choice(one.id(), one.name(), one.id().equals(chosen)))
                .toList();
    }
}
