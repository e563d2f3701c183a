package io.muster.web.console.runs;

import io.muster.access.Role;
import io.muster.access.User.UserDirectory;
import io.muster.app.DirectoryService;
import io.muster.app.Page;
import io.muster.app.RunSearch;
import io.muster.app.RunView;
import io.muster.app.RunViews;
import io.muster.jobs.RunStatus;
import io.muster.support.Refusal;
import io.muster.web.console.page.Choice;
import io.muster.web.console.page.ConsolePages;
import io.muster.web.console.page.Texts;
import io.muster.web.console.page.Viewer;
import io.muster.web.console.runs.RunTexts.Row;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Controller;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.servlet.ModelAndView;
import org.springframework.web.util.UriComponentsBuilder;

/** {@code /runs}: runs, newest first. */
@Controller
final class RunsController {

    private static final int MOST = 50;
    private static final int MOST_DIRECTORIES = 1_000;

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
     * @param older the address of the next page; null when this is the last
     */
    record RunsPage(
            List<Row> runs,
            List<Choice> statuses,
            String automation,
            List<Choice> directories,
            boolean filtered,
            @Nullable String older) {}

    @GetMapping("/runs")
    ModelAndView list(
            Viewer viewer,
            @RequestParam(defaultValue = "") String status,
            @RequestParam(defaultValue = "") String automation,
            @RequestParam(defaultValue = "") String directory,
            @RequestParam(defaultValue = "") String after) {
        viewer.require(Role.OPERATE, Role.ACCESS);
        RunStatus wanted = status.isBlank() ? null : status(status);
        List<Choice> seen = directories(viewer, directory);
        String only = viewer.seesAllRuns()
                ? Texts.given(directory)
                : seen.stream()
                        .filter(Choice::chosen)
                        .map(Choice::value)
                        .findFirst()
                        .orElse(null);
        Page<RunView> page = only == null && !viewer.seesAllRuns()
                ? new Page<>(List.of(), null)
                : runs.page(new RunSearch(only, Texts.given(automation), null, wanted, MOST), Texts.given(after));
        return pages.page(
                "runs",
                "Runs",
                viewer,
                new RunsPage(
                        page.items().stream()
                                .map(view -> RunTexts.row(view, viewer.zone()))
                                .toList(),
                        statuses(wanted),
                        automation,
                        seen,
                        !(status + automation + directory + after).isBlank(),
                        page.next() == null ? null : address(status, automation, directory, page.next())));
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

    private static String address(String status, String automation, String directory, String after) {
        UriComponentsBuilder address = UriComponentsBuilder.fromPath("/runs");
        if (!status.isBlank()) {
            address.queryParam("status", "{status}");
        }

        if (!automation.isBlank()) {
            address.queryParam("automation", "{automation}");
        }

        if (!directory.isBlank()) {
            address.queryParam("directory", "{directory}");
        }

        return address.queryParam("after", "{after}")
                .encode()
                .buildAndExpand(
                        Map.of("status", status, "automation", automation, "directory", directory, "after", after))
                .toUriString();
    }
}
