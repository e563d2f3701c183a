package io.muster.web.console.runs;

import io.muster.jobs.RunMark;
import io.muster.jobs.RunStatus;
import io.muster.web.console.page.Texts;
import io.muster.web.console.page.Texts.Moment;
import io.muster.web.console.runs.RunTexts.Status;
import java.time.Duration;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.function.LongFunction;
import java.util.function.ToLongFunction;

/** Pictures of the last runs of an automation, each with what it shows as a sentence. */
final class RunCharts {

    /** From one mark to the next. */
    private static final int STEP = 14;

    private static final int HEIGHT = 100;

    /** A picture of few runs is as wide as one of so many. */
    private static final int FEW = 20;

    private RunCharts() {}

    /**
     * The last runs, the oldest first, as marks.
     *
     * @param finding what it shows, as a sentence
     */
    record Strip(List<Mark> marks, int width, String finding) {}

    /** A run as a mark. */
    record Mark(int x, String status, String shape, String title) {}

    /**
     * A number of each of the last runs as dots, the oldest first, with their median and the band of the middle half. Counted
     * from 0.
     *
     * @param median where its line is
     * @param band where the band of the middle half begins
     */
    record Dots(List<Dot> dots, int width, int height, long median, long band, long bandHeight, String finding) {}

    /** A dot. */
    record Dot(int x, long y, String status, String title) {}

    /** The numbers behind the pictures. */
    record MarkRow(String id, Status status, Moment started, String worked, String rows) {}

    static Strip strip(List<RunMark> newestFirst, ZoneId zone) {
        List<Mark> marks = new ArrayList<>();
        for (RunMark run : newestFirst.reversed()) {
            Status status = RunTexts.status(run.status());
            marks.add(new Mark(
                    marks.size() * STEP + STEP / 2,
                    status.word(),
                    status.shape(),
                    status.word() + ", " + Texts.moment(run.started(), zone).text()));
        }

        long bad = newestFirst.stream()
                .map(RunMark::status)
                .filter(status -> status.isOver() && status != RunStatus.COMPLETED)
                .count();
        return new Strip(
                marks,
                Math.max(STEP, marks.size() * STEP),
                marks.isEmpty()
                        ? "It has not run yet."
                        : marks.size() == 1
                                ? bad == 0 ? "The last run completed" : "The last run did not complete"
                                : bad == 0
                                        ? "All of the last %d runs completed".formatted(marks.size())
                                        : "%d of the last %d runs did not complete".formatted(bad, marks.size()));
    }

    /** How long they took. */
    static Dots durations(List<RunMark> newestFirst) {
        return dots(
                newestFirst,
                run -> run.worked().toMillis(),
                millis -> Texts.duration(Duration.ofMillis(millis)),
                "The last run took %s; the median of %d is %s");
    }

    /** How many rows they read. */
    static Dots rows(List<RunMark> newestFirst) {
        return dots(
                newestFirst.stream().filter(run -> run.rows() != null).toList(),
                run -> run.rows() == null ? 0 : run.rows(),
                Texts::number,
                "The last run read %s rows; the median of %d is %s");
    }

    private static Dots dots(
            List<RunMark> newestFirst, ToLongFunction<RunMark> value, LongFunction<String> text, String finding) {
        long[] sorted = newestFirst.stream().mapToLong(value).sorted().toArray();
        int count = sorted.length;
        if (count == 0) {
            return new Dots(List.of(), STEP, HEIGHT, 0, 0, 0, "");
        }

        long most = Math.max(1, sorted[count - 1]);
        List<Dot> dots = new ArrayList<>();
        for (RunMark run : newestFirst.reversed()) {
            long number = value.applyAsLong(run);
            dots.add(new Dot(
                    dots.size() * STEP + STEP / 2,
                    y(number, most),
                    RunTexts.status(run.status()).word(),
                    run.id() + ": " + text.apply(number)));
        }

        long upper = y(sorted[count - 1 - (count - 1) / 4], most);
        long median = (sorted[(count - 1) / 2] + sorted[count / 2]) / 2;
        return new Dots(
                dots,
                Math.max(FEW, count) * STEP,
                HEIGHT,
                y(median, most),
                upper,
                Math.max(1, y(sorted[(count - 1) / 4], most) - upper),
                finding.formatted(text.apply(value.applyAsLong(newestFirst.getFirst())), count, text.apply(median)));
    }

    /** With room for a dot above and below. */
    private static long y(long number, long most) {
        return HEIGHT - 5 - Math.round((double) number * (HEIGHT - 10) / most);
    }

    static List<MarkRow> table(List<RunMark> newestFirst, ZoneId zone) {
        return newestFirst.stream()
                .map(run -> new MarkRow(
                        run.id(),
                        RunTexts.status(run.status()),
                        Texts.moment(run.started(), zone),
                        Texts.duration(run.worked()),
                        run.rows() == null ? "" : Texts.number(run.rows())))
                .toList();
    }
}
