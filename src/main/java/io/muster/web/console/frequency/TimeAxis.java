package io.muster.web.console.frequency;

import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * A drawing of time: touchpoints as marks, each window of a rule as a bar, the moment asked about and the next eligible one as
 * lines.
 *
 * @param height of the drawing
 * @param next where the line of the next eligible moment is; null for none
 */
record TimeAxis(
        int height,
        List<Tick> ticks,
        List<Mark> marks,
        List<Bar> bars,
        int at,
        @Nullable Integer next) {

    static final int WIDTH = 900;

    private static final int MARGIN = 12;
    private static final int TOP = 44;
    private static final int ROW = 38;
    private static final int TICKS = 5;
    private static final double ROOM = 0.06;
    private static final Duration DAYS = Duration.ofDays(4);
    private static final Duration YEAR = Duration.ofDays(300);

    /**
     * A moment that is written.
     *
     * @param anchor how the text stands at its place
     */
    record Tick(int x, String anchor, String text) {}

    /** A touchpoint. */
    record Mark(int x, String title) {}

    /** A window. */
    record Bar(int x, int width, int textY, int y, String name) {}

    /** A window to be drawn. */
    record Window(String name, long millis) {}

    /** A touchpoint to be drawn. */
    record Touch(Instant at, String title) {}

    static TimeAxis of(Instant at, @Nullable Instant next, List<Touch> touches, List<Window> windows, ZoneId zone) {
        long first = at.toEpochMilli();
        long last = Math.max(first, next == null ? first : next.toEpochMilli());
        for (Touch touch : touches) {
            first = Math.min(first, touch.at().toEpochMilli());
            last = Math.max(last, touch.at().toEpochMilli());
        }

        for (Window window : windows) {
            first = Math.min(first, at.toEpochMilli() - window.millis());
        }

        long room = Math.max(1, Math.round((last - first) * ROOM))
                + Duration.ofMinutes(1).toMillis();
        Scale scale = new Scale(first - room, last + room);
        List<Bar> bars = new ArrayList<>();
        for (int i = 0; i < windows.size(); i++) {
            int from = scale.x(at.toEpochMilli() - windows.get(i).millis());
            int y = TOP + 12 + i * ROW;
            bars.add(new Bar(
                    from,
                    Math.max(2, scale.x(at.toEpochMilli()) - from),
                    y + 12,
                    y + 17,
                    windows.get(i).name()));
        }

        return new TimeAxis(
                TOP + 12 + windows.size() * ROW + 26,
                scale.ticks(zone),
                touches.stream()
                        .map(touch -> new Mark(scale.x(touch.at().toEpochMilli()), touch.title()))
                        .toList(),
                bars,
                scale.x(at.toEpochMilli()),
                next == null ? null : scale.x(next.toEpochMilli()));
    }

    /** Where lines end. */
    public int bottom() {
        return height - 24;
    }

    /** Where the moments are written. */
    public int tickY() {
        return height - 8;
    }

    private record Scale(long first, long last) {

        int x(long moment) {
            return MARGIN + (int) Math.round((double) (moment - first) / (last - first) * (WIDTH - 2 * MARGIN));
        }

        List<Tick> ticks(ZoneId zone) {
            Duration span = Duration.ofMillis(last - first);
            DateTimeFormatter form = DateTimeFormatter.ofPattern(
                    span.compareTo(DAYS) < 0 ? "d MMM, HH:mm" : span.compareTo(YEAR) < 0 ? "d MMM" : "d MMM uuuu",
                    Locale.ENGLISH);
            List<Tick> ticks = new ArrayList<>();
            for (int i = 0; i < TICKS; i++) {
                long moment = first + (last - first) * i / (TICKS - 1);
                ticks.add(new Tick(
                        x(moment),
                        i == 0 ? "start" : i == TICKS - 1 ? "end" : "middle",
                        form.format(Instant.ofEpochMilli(moment).atZone(zone))));
            }

            return ticks;
        }
    }
}
