package io.muster.web.console.dashboards;

import io.muster.access.Role;
import io.muster.app.DirectoryView;
import io.muster.app.SegmentPast.Version;
import io.muster.app.SegmentService;
import io.muster.database.Outage;
import io.muster.support.Refusal;
import io.muster.web.console.dashboards.Plot.Drawing;
import io.muster.web.console.dashboards.Plot.Drawing.Part;
import io.muster.web.console.dashboards.Plot.Drawing.Step;
import io.muster.web.console.page.Choice;
import io.muster.web.console.page.ConsolePages;
import io.muster.web.console.page.CsvDownload;
import io.muster.web.console.page.SeenDirectories;
import io.muster.web.console.page.Texts;
import io.muster.web.console.page.Texts.Moment;
import io.muster.web.console.page.Viewer;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.springframework.dao.QueryTimeoutException;
import org.springframework.stereotype.Controller;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.servlet.ModelAndView;
import org.springframework.web.util.UriComponentsBuilder;

/** {@code /dashboards/segments}: members of a segment over time, who joined and who left. */
@Controller
final class SegmentsDashboard {

    private static final String PATH = "/dashboards/segments";
    private static final int MOST = 1_000;
    private static final int BARS = 100;
    private static final List<String> HEADER =
            List.of("Published", "Version", "Members", "Joined", "Left", "Kind", "By");

    private final ConsolePages pages;
    private final SegmentService segments;
    private final SeenDirectories directories;
    private final InstantSource clock;

    SegmentsDashboard(ConsolePages pages, SegmentService segments, SeenDirectories directories, InstantSource clock) {
        this.pages = pages;
        this.segments = segments;
        this.directories = directories;
        this.clock = clock;
    }

    /**
     * The dashboard.
     *
     * @param name of the segment; empty when the directory has none
     * @param late whether the history could not be read in time
     * @param cut whether there are more versions than are shown
     */
    record SegmentsPage(
            List<Choice> ranges,
            List<Choice> directories,
            List<Choice> segments,
            String name,
            String address,
            boolean late,
            boolean cut,
            Plot members,
            Plot moves,
            List<VersionRow> versions,
            String exact,
            String spreadsheet) {}

    /** A version that was published. */
    record VersionRow(Moment published, String members, String joined, String left, String kind, String by) {}

    /** What was found. */
    private record Found(List<Version> versions, boolean cut) {}

    /** What is looked at. */
    private record Chosen(String directory, Map<String, String> segments, String segment, ZoneId zone) {}

    @GetMapping(PATH)
    ModelAndView show(
            Viewer viewer,
            @RequestParam(value = "days", defaultValue = "") String asked,
            @RequestParam(defaultValue = "") String directory,
            @RequestParam(defaultValue = "") String segment) {
        viewer.require(Role.ACCESS);
        int days = Ranges.days(asked);
        Chosen chosen = chosen(viewer, directory, segment);
        Found found = new Found(List.of(), false);
        boolean late = false;
        try {
            found = read(chosen, days);
        } catch (QueryTimeoutException e) {
            if (!Outage.isTimeout(e)) {
                throw e;
            }

            late = true;
        }

        List<Version> versions = found.versions();
        return pages.page(
                "dashboards/segments",
                "Segments over time",
                viewer,
                new SegmentsPage(
                        Ranges.choices(days),
                        directories.choices(viewer, chosen.directory()),
                        chosen.segments().entrySet().stream()
                                .map(one -> new Choice(
                                        one.getKey(),
                                        one.getValue(),
                                        one.getKey().equals(chosen.segment())))
                                .toList(),
                        chosen.segments().getOrDefault(chosen.segment(), ""),
                        "/directories/" + chosen.directory() + "/segments/" + chosen.segment(),
                        late,
                        found.cut(),
                        members(versions, days, chosen.zone()),
                        moves(versions, days, chosen.zone()),
                        versions.stream()
                                .map(version -> row(version, chosen.zone()))
                                .toList(),
                        download("exact", days, chosen),
                        download("spreadsheet", days, chosen)));
    }

    private Chosen chosen(Viewer viewer, String directory, String segment) {
        List<Choice> seen = directories.choices(viewer, "");
        String id = Ranges.directory(seen, directory);
        if (id.isEmpty() && directory.isBlank()) {
            return new Chosen("", Map.of(), "", viewer.zone());
        }

        DirectoryView found = directories.find(viewer, id.isEmpty() ? directory : id, Role.ACCESS);
        Map<String, String> names = segments.names(found.id());
        String wanted = segment.isBlank() || !names.containsKey(segment)
                ? names.keySet().stream().findFirst().orElse("")
                : segment;
        if (!segment.isBlank() && !wanted.equals(segment) && directory.isBlank()) {
            throw Refusal.notFound("UNKNOWN_SEGMENT", "There is no segment " + segment + ".");
        }

        return new Chosen(found.id(), names, wanted, ZoneId.of(found.timeZone()));
    }

    private Found read(Chosen chosen, int days) {
        if (chosen.segment().isEmpty()) {
            return new Found(List.of(), false);
        }

        Instant since = Ranges.since(clock.instant(), days);
        List<Version> versions = segments.versions(chosen.directory(), chosen.segment(), MOST + 1).stream()
                .filter(version -> !version.published().isBefore(since))
                .toList();
        return new Found(versions.stream().limit(MOST).toList(), versions.size() > MOST);
    }

    private Plot members(List<Version> versions, int days, ZoneId zone) {
        Drawing drawing = drawing(
                days, versions.stream().mapToLong(Version::members).max().orElse(1), zone);
        List<Step> steps = new ArrayList<>();
        versions.reversed()
                .forEach(version -> steps.add(new Step(version.published().toEpochMilli(), version.members())));
        drawing.steps(steps);
        versions.forEach(version -> drawing.dot(
                version.published().toEpochMilli(),
                (double) version.members(),
                "running",
                "●",
                Texts.moment(version.published(), zone).text() + ": " + Texts.number(version.members())));
        if (versions.isEmpty()) {
            return drawing.with("Nothing was published");
        }

        long first = versions.getLast().members();
        long last = versions.getFirst().members();
        return drawing.with("%s, %s at the first of %d %s in %d days"
                .formatted(
                        last == 1 ? "1 member" : Texts.number(last) + " members",
                        first == last ? "as many as" : Texts.number(first),
                        versions.size(),
                        versions.size() == 1 ? "version" : "versions",
                        days));
    }

    private Drawing drawing(int days, long most, ZoneId zone) {
        long now = clock.millis();
        long from = Ranges.since(clock.instant(), days).toEpochMilli();
        Drawing drawing = new Drawing(from, now, most, Plot::count);
        ImportsDashboard.marks(drawing, from, now, zone);
        return drawing;
    }

    private Plot moves(List<Version> versions, int days, ZoneId zone) {
        long now = clock.millis();
        long width = Duration.ofDays(days).toMillis() / BARS;
        Map<Long, Moves> bars = new TreeMap<>();
        versions.forEach(version -> bars.merge(
                (now - version.published().toEpochMilli()) / width,
                new Moves(version.added(), version.removed()),
                Moves::and));
        Drawing drawing =
                drawing(days, bars.values().stream().mapToLong(Moves::all).max().orElse(1), zone);
        bars.forEach((before, moves) -> drawing.stack(
                now - (before + 1) * width,
                now - before * width,
                List.of(
                        new Part("created", moves.joined(), Texts.number(moves.joined()) + " joined"),
                        new Part("rejected", moves.left(), Texts.number(moves.left()) + " left"))));
        Moves all = bars.values().stream().reduce(new Moves(0, 0), Moves::and);
        return drawing.with("%s joined and %s left".formatted(Texts.number(all.joined()), Texts.number(all.left())));
    }

    /** Who joined and who left in the time of a bar. */
    private record Moves(long joined, long left) {

        Moves and(Moves other) {
            return new Moves(joined + other.joined, left + other.left);
        }

        long all() {
            return joined + left;
        }
    }

    private static VersionRow row(Version version, ZoneId zone) {
        return new VersionRow(
                Texts.moment(version.published(), zone),
                Texts.number(version.members()),
                Texts.number(version.added()),
                Texts.number(version.removed()),
                version.kind(),
                version.by());
    }

    private static String download(String form, int days, Chosen chosen) {
        return UriComponentsBuilder.fromPath(PATH + "/" + form + ".csv")
                .queryParam("days", days)
                .queryParam("directory", chosen.directory())
                .queryParam("segment", chosen.segment())
                .build()
                .toUriString();
    }

    @GetMapping(PATH + "/{form:exact|spreadsheet}.csv")
    void download(
            Viewer viewer,
            @PathVariable String form,
            @RequestParam(value = "days", defaultValue = "") String asked,
            @RequestParam(defaultValue = "") String directory,
            @RequestParam(defaultValue = "") String segment,
            HttpServletResponse response)
            throws IOException {
        viewer.require(Role.ACCESS);
        List<Version> versions =
                read(chosen(viewer, directory, segment), Ranges.days(asked)).versions();
        CsvDownload.write(
                response,
                "segment",
                form.equals("spreadsheet"),
                HEADER,
                records -> versions.forEach(version -> records.accept(List.of(
                        version.published().toString(),
                        Long.toString(version.version()),
                        Long.toString(version.members()),
                        Long.toString(version.added()),
                        Long.toString(version.removed()),
                        version.kind(),
                        version.by()))));
    }
}
