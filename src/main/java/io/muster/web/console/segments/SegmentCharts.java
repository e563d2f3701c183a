package io.muster.web.console.segments;

import io.muster.segment.members.Publication;
import io.muster.segment.members.SegmentTrends.Day;
import io.muster.web.console.page.Texts;
import io.muster.web.console.page.Texts.Moment;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Drawings of sizes over time. Their axes begin at 0. */
final class SegmentCharts {

    private static final int SPARK_WIDTH = 120;
    private static final int SPARK_HEIGHT = 24;

    private static final int WIDTH = 720;

    /** Of the line of members. */
    private static final int HEIGHT = 130;

    private static final int TOP = 20;

    /** Where nobody joined and nobody left. */
    private static final int MIDDLE = 190;

    private static final int BAR = 26;
    private static final int LEAST_BAR = 2;
    private static final int BAR_WIDTH = 4;

    private SegmentCharts() {}

    /**
     * A line without an axis.
     *
     * @param points of the line
     * @param finding what it shows, as a sentence
     */
    record Spark(String points, String finding) {}

    /**
     * The members over time with those who joined and left.
     *
     * @param line points of the step line
     * @param most the greatest number on the axis
     * @param held where the size of the held version is marked; null when none is held
     * @param finding what it shows, as a sentence
     * @param rows the same as a table, newest first
     */
    record Trend(
            String line,
            List<Bar> bars,
            String most,
            @Nullable Integer held,
            String finding,
            List<Row> rows) {}

    /** Who joined, above, or left, below, with one switch. */
    record Bar(String kind, int x, int y, int height, String title) {}

    /** One switch. */
    record Row(Moment at, String members, String joined, String left, String kind, String by, long version) {}

    static @Nullable Spark spark(List<Day> days) {
        if (days.size() < 2) {
            return null;
        }

        long most = Math.max(1, days.stream().mapToLong(Day::members).max().orElse(1));
        long first = days.getFirst().at().toEpochMilli();
        long span = Math.max(1, days.getLast().at().toEpochMilli() - first);
        StringBuilder points = new StringBuilder();
        for (Day day : days) {
            points.append(String.format(
                    Locale.ROOT,
                    "%d,%d ",
                    (day.at().toEpochMilli() - first) * (SPARK_WIDTH - 2) / span + 1,
                    SPARK_HEIGHT - 2 - day.members() * (SPARK_HEIGHT - 4) / most));
        }

        return new Spark(
                points.toString().strip(),
                "From %s to %s members"
                        .formatted(
                                Texts.number(days.getFirst().members()),
                                Texts.number(days.getLast().members())));
    }

    /** @param newest publications, newest first */
    static @Nullable Trend trend(List<Publication> newest, @Nullable Long held, ZoneId zone) {
        if (newest.isEmpty()) {
            return null;
        }

        List<Publication> all = newest.reversed();
        long most = Math.max(
                Math.max(1, held == null ? 0 : held),
                all.stream().mapToLong(Publication::members).max().orElse(1));
        long moved = Math.max(
                1,
                all.stream()
                        .mapToLong(one -> Math.max(one.added(), one.removed()))
                        .max()
                        .orElse(1));
        long first = all.getFirst().at();
        long span = Math.max(1, all.getLast().at() - first);
        StringBuilder line = new StringBuilder();
        List<Bar> bars = new ArrayList<>();
        int before = -1;
        for (Publication one : all) {
            int x = all.size() == 1 ? 0 : (int) ((one.at() - first) * (WIDTH - BAR_WIDTH) / span);
            int y = y(one.members(), most);
            if (before >= 0) {
                line.append(x).append(',').append(before).append(' ');
            }

            line.append(x).append(',').append(y).append(' ');
            before = y;
            bar(bars, "joined", one.added(), moved, x, zone, one);
            bar(bars, "left", one.removed(), moved, x, zone, one);
        }

        line.append(WIDTH).append(',').append(before);
        return new Trend(
                line.toString(),
                bars,
                Texts.number(most),
                held == null ? null : y(held, most),
                finding(all),
                newest.stream().map(one -> row(one, zone)).toList());
    }

    private static int y(long members, long most) {
        return (int) (TOP + HEIGHT - members * HEIGHT / most);
    }

    private static void bar(
            List<Bar> bars, String kind, long number, long most, int x, ZoneId zone, Publication publication) {
        if (number > 0) {
            int height = (int) Math.max(LEAST_BAR, number * BAR / most);
            bars.add(new Bar(
                    kind,
                    x,
                    kind.equals("joined") ? MIDDLE - height : MIDDLE,
                    height,
                    Texts.number(number) + " " + kind + ", "
                            + Texts.moment(publication.at(), zone).text()));
        }
    }

    private static String finding(List<Publication> all) {
        long joined = all.stream().mapToLong(Publication::added).sum();
        long left = all.stream().mapToLong(Publication::removed).sum();
        return "%s members now; %s joined and %s left with the last %s"
                .formatted(
                        Texts.number(all.getLast().members()),
                        Texts.number(joined),
                        Texts.number(left),
                        all.size() == 1 ? "rebuild" : all.size() + " switches");
    }

    private static Row row(Publication one, ZoneId zone) {
        return new Row(
                Texts.moment(one.at(), zone),
                Texts.number(one.members()),
                Texts.number(one.added()),
                Texts.number(one.removed()),
                switch (one.kind()) {
                    case "RELEASE" -> "published by hand";
                    case "ROLLBACK" -> "put back";
                    default -> "rebuilt";
                },
                one.actor(),
                one.version());
    }
}
