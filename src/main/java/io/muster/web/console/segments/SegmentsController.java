package io.muster.web.console.segments;

import io.muster.access.Role;
import io.muster.app.AutomationService;
import io.muster.app.AutomationService.PlannedRebuild;
import io.muster.app.DirectoryView;
import io.muster.app.Page;
import io.muster.app.SegmentOverview;
import io.muster.app.SegmentOverviews;
import io.muster.app.SegmentRefreshes;
import io.muster.segment.Segment;
import io.muster.segment.members.SegmentTrends.Day;
import io.muster.web.console.page.ConsolePages;
import io.muster.web.console.page.CsvDownload;
import io.muster.web.console.page.Pager;
import io.muster.web.console.page.SeenDirectories;
import io.muster.web.console.page.Texts;
import io.muster.web.console.page.Texts.Moment;
import io.muster.web.console.page.Viewer;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.time.Instant;
import java.time.ZoneId;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Controller;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.servlet.ModelAndView;

/** {@code /directories/POOL_…/segments}: what a directory's segments are, how large, and what is held. */
@Controller
final class SegmentsController {

    private static final int PAGE = 50;

    private static final List<String> HEADER =
            List.of("segment", "name", "members", "asOf", "joined", "left", "lastRebuild", "heldMembers", "usedBy");

    private final ConsolePages pages;
    private final SeenDirectories directories;
    private final SegmentOverviews segments;
    private final SegmentRefreshes refreshes;
    private final RebuildState rebuilds;
    private final AutomationService automations;
    private final SegmentTexts.Files files;

    SegmentsController(
            ConsolePages pages,
            SegmentTexts.Files files,
            SeenDirectories directories,
            SegmentOverviews segments,
            SegmentRefreshes refreshes,
            RebuildState rebuilds,
            AutomationService automations) {
        this.pages = pages;
        this.directories = directories;
        this.segments = segments;
        this.refreshes = refreshes;
        this.rebuilds = rebuilds;
        this.automations = automations;
        this.files = files;
    }

    /**
     * All segments.
     *
     * @param examples conditions to begin with; none where there are segments
     */
    record SegmentsPage(
            String address,
            boolean mayChange,
            RebuildState.Live live,
            List<SegmentTexts.Held> held,
            List<Row> segments,
            List<Example> examples,
            Pager pager,
            SegmentTexts.Files files) {}

    /**
     * A segment in the list.
     *
     * @param asOf the moment of the last rebuild, which its members show; null until then
     * @param next when it is rebuilt next; null when that is not planned
     */
    record Row(
            String address,
            String name,
            String members,
            @Nullable Moment asOf,
            String change,
            SegmentCharts.@Nullable Spark spark,
            List<SegmentTexts.Use> usedBy,
            @Nullable Moment next,
            boolean held) {}

    /** A condition to begin with. */
    record Example(String address, String text) {}

    @GetMapping("/directories/{pool}/segments")
    ModelAndView list(Viewer viewer, @PathVariable String pool, @RequestParam(defaultValue = "") String after) {
        DirectoryView directory = directories.find(viewer, pool, Role.ACCESS);
        String address = SegmentTexts.address(directory);
        Page<SegmentOverview> page = segments.page(directory.id(), after, PAGE);
        List<PlannedRebuild> planned = automations.rebuilds(directory);
        return pages.inDirectory(
                "segments/list",
                "Segments",
                viewer,
                directory,
                new SegmentsPage(
                        address,
                        SegmentTexts.mayChange(viewer),
                        rebuilds.live(directory, null, address + "/live"),
                        segments.held(directory.id()).stream()
                                .map(one -> SegmentTexts.held(one, SegmentTexts.address(directory, one.segment())))
                                .filter(Objects::nonNull)
                                .toList(),
                        page.items().stream()
                                .map(one -> row(one, directory, planned))
                                .toList(),
                        page.items().isEmpty() && after.isEmpty() ? examples(address) : List.of(),
                        Pager.of(address, Map.of(), after, page.next()),
                        files));
    }

    @GetMapping("/directories/{pool}/segments/live")
    ModelAndView live(Viewer viewer, @PathVariable String pool) {
        DirectoryView directory = directories.find(viewer, pool, Role.ACCESS);
        return ConsolePages.part(
                "segments/live :: live", rebuilds.live(directory, null, SegmentTexts.address(directory) + "/live"));
    }

    private static List<Example> examples(String address) {
        return SegmentExamples.ALL.stream()
                .map(example ->
                        new Example(address + "/new?example=" + SegmentExamples.ALL.indexOf(example), example.text()))
                .toList();
    }

    private static Row row(SegmentOverview one, DirectoryView directory, List<PlannedRebuild> planned) {
        ZoneId zone = SegmentTexts.zone(directory);
        Segment segment = one.segment();
        Instant asOf = one.size().asOf();
        Day last = one.days().isEmpty() ? null : one.days().getLast();
        return new Row(
                SegmentTexts.address(directory, segment),
                segment.name(),
                SegmentTexts.members(one),
                asOf == null ? null : Texts.moment(asOf, zone),
                SegmentTexts.change(last),
                SegmentCharts.spark(one.days()),
                SegmentTexts.uses(one, SegmentTexts.address(directory)),
                next(planned, segment, zone),
                segment.held() != null);
    }

    /** When a segment is rebuilt next; null when that is not planned. */
    static @Nullable Moment next(List<PlannedRebuild> planned, Segment segment, ZoneId zone) {
        return planned.stream()
                .filter(one -> one.covers(segment.id(), segment.name()))
                .findFirst()
                .map(one -> Texts.moment(one.at(), zone))
                .orElse(null);
    }

    @PostMapping("/directories/{pool}/segments/rebuild")
    ModelAndView rebuild(Viewer viewer, @PathVariable String pool) {
        DirectoryView directory = directories.find(viewer, pool, Role.MANAGE);
        var ignored = refreshes.startAll(viewer.actor(), directory.id());
        return ConsolePages.goTo(SegmentTexts.address(directory));
    }

    @GetMapping({"/directories/{pool}/segments/exact.csv", "/directories/{pool}/segments/spreadsheet.csv"})
    void download(
            Viewer viewer,
            @PathVariable String pool,
            jakarta.servlet.http.HttpServletRequest request,
            HttpServletResponse response)
            throws IOException {
        DirectoryView directory = directories.find(viewer, pool, Role.ACCESS);
        boolean spreadsheet = request.getRequestURI().endsWith("/spreadsheet.csv");
        CsvDownload.write(response, "segments", spreadsheet, HEADER, records -> {
            String after = "";
            while (after != null) {
                Page<SegmentOverview> page = segments.page(directory.id(), after, PAGE);
                page.items().forEach(one -> records.accept(record(one, directory)));
                after = page.next();
            }
        });
    }

    private static List<String> record(SegmentOverview one, DirectoryView directory) {
        Day last = one.days().isEmpty() ? null : one.days().getLast();
        return List.of(
                one.segment().id(),
                one.segment().name(),
                text(one.size().members()),
                text(one.size().asOf()),
                last == null ? "" : Long.toString(last.added()),
                last == null ? "" : Long.toString(last.removed()),
                last == null ? "" : last.at().toString(),
                text(one.size().held()),
                String.join(
                        "; ",
                        SegmentTexts.uses(one, SegmentTexts.address(directory)).stream()
                                .map(SegmentTexts.Use::text)
                                .toList()));
    }

    private static String text(@Nullable Object value) {
        return value == null ? "" : value.toString();
    }
}
