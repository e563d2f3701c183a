package io.muster.web.console.dashboards;

import io.muster.access.Role;
import io.muster.app.Page;
import io.muster.app.RunSearch;
import io.muster.app.RunView;
import io.muster.app.RunViews;
import io.muster.database.Outage;
import io.muster.jobs.Run;
import io.muster.jobs.Run.ImportedRows;
import io.muster.jobs.RunKind;
import io.muster.jobs.RunStatus;
import io.muster.web.console.dashboards.Plot.Drawing;
import io.muster.web.console.dashboards.Plot.Drawing.Part;
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
import java.time.LocalDate;
import java.time.ZoneId;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.springframework.dao.QueryTimeoutException;
import org.springframework.stereotype.Controller;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.servlet.ModelAndView;
import org.springframework.web.util.UriComponentsBuilder;

/** {@code /dashboards/imports}: what became of the rows, and how long it took. */
@Controller
final class ImportsDashboard {

    private static final String PATH = "/dashboards/imports";
    private static final int AT_ONCE = 250;
    private static final int MOST = 4 * AT_ONCE;
    private static final List<String> OUTCOMES = List.of("created", "updated", "unchanged", "rejected", "skipped");
    private static final List<String> HEADER = List.of(
            "Run",
            "Started",
            "Status",
            "Automation",
            "File",
            "Read",
            "Created",
            "Updated",
            "Unchanged",
            "Rejected",
            "Skipped",
            "Seconds");

    private final ConsolePages pages;
    private final RunViews runs;
    private final SeenDirectories directories;
    private final InstantSource clock;

    ImportsDashboard(ConsolePages pages, RunViews runs, SeenDirectories directories, InstantSource clock) {
        this.pages = pages;
        this.runs = runs;
        this.directories = directories;
        this.clock = clock;
    }

    /**
     * The dashboard.
     *
     * @param all whether all directories can be asked for together
     * @param late whether the runs could not be read in time
     * @param cut whether there are more runs than are shown
     * @param by what a bar is of: a day, a week, four weeks
     */
    record ImportsPage(
            List<Choice> ranges,
            List<Choice> directories,
            boolean all,
            boolean late,
            boolean cut,
            String by,
            Plot rows,
            Plot durations,
            List<DayRow> days,
            List<RunRow> runs,
            String exact,
            String spreadsheet) {}

    /** The outcomes of the time of a bar, by its first day. */
    record DayRow(String day, String read, List<String> outcomes) {}

    /** A run. */
    record RunRow(String id, Moment started, String status, String read, String rejected, String duration) {}

    /** What was found. */
    private record Found(List<Run> runs, boolean cut) {}

    @GetMapping("/dashboards")
    ModelAndView first(Viewer viewer) {
        viewer.require(Role.ACCESS);
        return ConsolePages.goTo(PATH);
    }

    @GetMapping(PATH)
    ModelAndView show(
            Viewer viewer,
            @RequestParam(value = "days", defaultValue = "") String asked,
            @RequestParam(defaultValue = "") String directory) {
        viewer.require(Role.ACCESS);
        int days = Ranges.days(asked);
        boolean all = viewer.directories() == null;
        String chosen = chosen(viewer, directory);
        Found found = new Found(List.of(), false);
        boolean late = false;
        try {
            found = read(viewer, chosen, days);
        } catch (QueryTimeoutException e) {
            if (!Outage.isTimeout(e)) {
                throw e;
            }

            late = true;
        }

        ZoneId zone = viewer.zone();
        Map<LocalDate, long[]> bars = bars(found.runs(), days, zone);
        return pages.page(
                "dashboards/imports",
                "Imports",
                viewer,
                new ImportsPage(
                        Ranges.choices(days),
                        directories.choices(viewer, chosen),
                        all,
                        late,
                        found.cut(),
                        switch (Ranges.step(days)) {
                            case 1 -> "day";
                            case 7 -> "week";
                            default -> "four weeks";
                        },
                        rows(bars, days, zone),
                        durations(found.runs(), days, zone),
                        bars.entrySet().stream()
                                .map(entry -> row(entry.getKey(), entry.getValue()))
                                .toList()
                                .reversed(),
                        found.runs().stream().map(run -> row(run, zone)).toList(),
                        download("exact", days, chosen),
                        download("spreadsheet", days, chosen)));
    }

    /** Who sees all directories may ask for all together. */
    private String chosen(Viewer viewer, String asked) {
        if (asked.isBlank() && viewer.directories() == null) {
            return "";
        }

        return asked.isBlank()
                ? Ranges.directory(directories.choices(viewer, ""), "")
                : directories.find(viewer, asked, Role.ACCESS).id();
    }

    /** The newest first; a list of runs is read by its index, and no further than the range. */
    private Found read(Viewer viewer, String directory, int days) {
        if (directory.isEmpty() && viewer.directories() != null) {
            return new Found(List.of(), false);
        }

        long since = Ranges.since(clock.instant(), days).toEpochMilli();
        List<Run> found = new ArrayList<>();
        String after = null;
        for (int read = 0; read < MOST; read += AT_ONCE) {
            Page<RunView> page = runs.rows(new RunSearch(Texts.given(directory), null, null, null, AT_ONCE), after);
            for (RunView view : page.items()) {
                if (view.run().started() < since) {
                    return new Found(found, false);
                }

                if (view.run().kind() == RunKind.CONTACT_IMPORT && !view.dryRun()) {
                    found.add(view.run());
                }
            }

            after = page.next();
            if (after == null) {
                return new Found(found, false);
            }
        }

        return new Found(found, true);
    }

    private static long[] outcomes(Run run) {
        ImportedRows rows = run.rows();
        return rows == null
                ? new long[OUTCOMES.size()]
                : new long[] {
                    rows.counts().created(),
                    rows.counts().updated(),
                    rows.counts().unchanged(),
                    rows.counts().rejected(),
                    rows.counts().skipped()
                };
    }

    private static long read(Run run) {
        ImportedRows rows = run.rows();
        return rows == null ? 0 : rows.read();
    }

    /** The five outcomes by the first day of each bar, the oldest first. */
    private Map<LocalDate, long[]> bars(List<Run> runs, int days, ZoneId zone) {
        LocalDate first = today(zone).minusDays(days);
        long step = Ranges.step(days);
        Map<LocalDate, long[]> bars = new TreeMap<>();
        for (Run run : runs) {
            LocalDate day = Instant.ofEpochMilli(run.started()).atZone(zone).toLocalDate();
            long before = Math.floorDiv(ChronoUnit.DAYS.between(first, day), step) * step;
            long[] sums = bars.computeIfAbsent(first.plusDays(before), unused -> new long[OUTCOMES.size()]);
            long[] more = outcomes(run);
            for (int i = 0; i < sums.length; i++) {
                sums[i] += more[i];
            }
        }

        return bars;
    }

    private LocalDate today(ZoneId zone) {
        return clock.instant().atZone(zone).toLocalDate();
    }

    private static long sum(long[] outcomes) {
        long sum = 0;
        for (long one : outcomes) {
            sum += one;
        }

        return sum;
    }

    private Plot rows(Map<LocalDate, long[]> bars, int days, ZoneId zone) {
        LocalDate today = today(zone);
        long end = start(today.plusDays(1), zone);
        Drawing drawing = drawing(
                start(today.minusDays(days), zone),
                end,
                bars.values().stream().mapToLong(ImportsDashboard::sum).max().orElse(1),
                zone);
        long all = 0;
        long rejected = 0;
        for (Map.Entry<LocalDate, long[]> entry : bars.entrySet()) {
            long[] outcomes = entry.getValue();
            List<Part> parts = new ArrayList<>();
            for (int i = 0; i < outcomes.length; i++) {
                String kind = OUTCOMES.get(i);
                parts.add(new Part(kind, outcomes[i], entry.getKey() + ": " + Texts.number(outcomes[i]) + " " + kind));
            }

            all += sum(outcomes);
            rejected += outcomes[OUTCOMES.indexOf("rejected")];
            long until = start(entry.getKey().plusDays(Ranges.step(days)), zone);
            drawing.stack(start(entry.getKey(), zone), Math.min(until, end), parts);
        }

        return drawing.with("%s rows in %d days, of which %s were rejected"
                .formatted(Texts.number(all), days, Texts.share(rejected, all)));
    }

    private static Drawing drawing(long from, long to, long most, ZoneId zone) {
        Drawing drawing = new Drawing(from, to, most, Plot::count);
        marks(drawing, from, to, zone);
        return drawing;
    }

    static void marks(Drawing drawing, long from, long to, ZoneId zone) {
        drawing.time(from, "start", day(from, zone));
        drawing.time((from + to) / 2, "middle", day((from + to) / 2, zone));
        drawing.time(to, "end", day(to - 1, zone));
    }

    private static String day(long at, ZoneId zone) {
        return Texts.moment(at, zone).text().replaceFirst(",.*", "");
    }

    private static long start(LocalDate day, ZoneId zone) {
        return day.atStartOfDay(zone).toInstant().toEpochMilli();
    }

    private Plot durations(List<Run> runs, int days, ZoneId zone) {
        long now = clock.millis();
        long from = Ranges.since(clock.instant(), days).toEpochMilli();
        Drawing drawing = new Drawing(
                from,
                now,
                runs.stream().mapToLong(Run::workedMillis).max().orElse(1_000) / 1_000 + 1,
                seconds -> Texts.duration(Duration.ofSeconds(seconds)));
        marks(drawing, from, now, zone);
        List<Long> done = new ArrayList<>();
        int failed = 0;
        for (Run run : runs) {
            RunStatus status = run.status();
            if (status == RunStatus.COMPLETED) {
                done.add(run.workedMillis());
            }

            if (status == RunStatus.FAILED || status == RunStatus.DEAD) {
                failed++;
            }

            drawing.dot(
                    run.started(),
                    run.workedMillis() / 1_000.0,
                    word(status),
                    shape(status),
                    run.id() + ", " + word(status) + ", " + Texts.duration(Duration.ofMillis(run.workedMillis())));
        }

        Collections.sort(done);
        String median = "";
        if (!done.isEmpty()) {
            long middle = done.get(done.size() / 2);
            drawing.across(middle / 1_000.0, "median");
            median = "; half of those that completed took " + Texts.duration(Duration.ofMillis(middle)) + " or less";
        }

        return drawing.with("%d of %d runs failed%s".formatted(failed, runs.size(), median));
    }

    private static String word(RunStatus status) {
        return status.name().toLowerCase(Locale.ROOT);
    }

    private static String shape(RunStatus status) {
        return switch (status) {
            case COMPLETED -> "●";
            case FAILED -> "✕";
            case DEAD -> "✚";
            case STOPPED -> "■";
            case ABANDONED -> "▬";
            default -> "▶";
        };
    }

    private static DayRow row(LocalDate day, long[] outcomes) {
        List<String> texts = new ArrayList<>();
        for (long one : outcomes) {
            texts.add(Texts.number(one));
        }

        return new DayRow(day.toString(), Texts.number(sum(outcomes)), texts);
    }

    private static RunRow row(Run run, ZoneId zone) {
        return new RunRow(
                run.id(),
                Texts.moment(run.started(), zone),
                word(run.status()),
                Texts.number(read(run)),
                Texts.number(outcomes(run)[OUTCOMES.indexOf("rejected")]),
                Texts.duration(Duration.ofMillis(run.workedMillis())));
    }

    private static String download(String form, int days, @Nullable String directory) {
        UriComponentsBuilder address =
                UriComponentsBuilder.fromPath(PATH + "/" + form + ".csv").queryParam("days", days);
        if (directory != null && !directory.isEmpty()) {
            address.queryParam("directory", directory);
        }

        return address.build().toUriString();
    }

    @GetMapping(PATH + "/{form:exact|spreadsheet}.csv")
    void download(
            Viewer viewer,
            @PathVariable String form,
            @RequestParam(value = "days", defaultValue = "") String asked,
            @RequestParam(defaultValue = "") String directory,
            HttpServletResponse response)
            throws IOException {
        viewer.require(Role.ACCESS);
        Found found = read(viewer, chosen(viewer, directory), Ranges.days(asked));
        CsvDownload.write(
                response,
                "imports",
                form.equals("spreadsheet"),
                HEADER,
                records -> found.runs().forEach(run -> records.accept(record(run))));
    }

    private static List<String> record(Run run) {
        List<String> record = new ArrayList<>();
        ImportedRows rows = run.rows();
        record.add(run.id());
        record.add(Instant.ofEpochMilli(run.started()).toString());
        record.add(word(run.status()));
        record.add(Objects.requireNonNullElse(run.automation(), ""));
        record.add(rows == null ? "" : rows.file());
        record.add(Long.toString(read(run)));
        for (long one : outcomes(run)) {
            record.add(Long.toString(one));
        }

        record.add(String.format(Locale.ROOT, "%.3f", run.workedMillis() / 1_000.0));
        return record;
    }
}
