package io.muster.web.console.dashboards;

import io.muster.web.console.page.Texts;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.LongFunction;

/**
 * A chart, in the units of its drawing: shapes over a time that runs from left to right, and a scale that begins at 0.
 *
 * @param finding what is to be seen, in a sentence
 * @param lines of the scale
 * @param times below it
 */
record Plot(
        String finding,
        List<ScaleLine> lines,
        List<TimeMark> times,
        List<Box> boxes,
        List<Dot> dots,
        List<Path> paths) {

    static final int LEFT = 80;
    static final int WIDTH = 800;
    static final int TOP = 12;
    static final int HEIGHT = 200;

    private static final double LEAST = 3;

    /** More marks are no longer told apart: those of a kind become one text, without titles. */
    private static final int MOST_TITLED = 150;

    private static final double INNER = WIDTH - LEFT - 12.0;
    private static final double DEEP = HEIGHT - TOP - 24.0;

    /** A line of the scale with its text. */
    record ScaleLine(String y, String text) {}

    /** A text below the scale. */
    record TimeMark(String x, String anchor, String text) {}

    /** A part of a bar. */
    record Box(String kind, String x, String y, String width, String height, String title) {}

    /**
     * A mark, or several of a kind.
     *
     * @param shape with a character for each
     * @param x with a place for each
     * @param title empty for several
     */
    record Dot(String kind, String shape, String x, String y, String title) {

        private Dot and(Dot other) {
            return new Dot(kind, shape + other.shape, x + " " + other.x, y + " " + other.y, "");
        }
    }

    /** A line through the chart. */
    record Path(String kind, String d) {}

    /** Whether nothing is drawn. */
    public boolean isEmpty() {
        return boxes.isEmpty() && dots.isEmpty() && paths.isEmpty();
    }

    /** What a chart is drawn with. */
    static final class Drawing {

        private final long from;
        private final long to;
        private final double most;
        private final List<ScaleLine> lines = new ArrayList<>();
        private final List<TimeMark> times = new ArrayList<>();
        private final List<Box> boxes = new ArrayList<>();
        private final List<Dot> dots = new ArrayList<>();
        private final List<Path> paths = new ArrayList<>();

        /**
         * An empty one.
         *
         * @param from the first moment
         * @param to the last one
         * @param most the greatest value
         * @param words how values are written
         */
        Drawing(long from, long to, long most, LongFunction<String> words) {
            this.from = from;
            this.to = to;
            this.most = round(Math.max(1, most));
            for (int part = 0; part <= 2; part++) {
                double value = this.most * part / 2;
                if (part != 1 || value == Math.rint(value)) {
                    lines.add(new ScaleLine(number(y(value)), words.apply((long) value)));
                }
            }
        }

        /** The next greater number of one digit and zeros, or half such a step. */
        private static double round(long most) {
            double ten = Math.pow(10, Math.floor(Math.log10((double) most)));
            for (double step : new double[] {1, 2, 3, 4, 5, 6, 8}) {
                if (step * ten >= most) {
                    return step * ten;
                }
            }

            return 10 * ten;
        }

        private double x(long at) {
            return LEFT + INNER * (at - from) / Math.max(1, to - from);
        }

        private double y(double value) {
            return TOP + DEEP * (1 - Math.min(1, value / most));
        }

        private static String number(double value) {
            return String.format(Locale.ROOT, "%.1f", value);
        }

        /** A text below a moment. */
        void time(long at, String anchor, String text) {
            times.add(new TimeMark(number(x(at)), anchor, text));
        }

        /** A bar of parts, one on the other; what is not zero is to be seen. */
        void stack(long at, long until, List<Part> parts) {
            double width = Math.max(2, (x(until) - x(at)) * 0.8);
            double bottom = TOP + DEEP;
            for (Part part : parts) {
                if (part.value() > 0) {
                    double height = Math.max(LEAST, DEEP * part.value() / most);
                    bottom -= height;
                    boxes.add(new Box(
                            part.kind(), number(x(at)), number(bottom), number(width), number(height), part.title()));
                }
            }
        }

        /** A part of a bar. */
        record Part(String kind, long value, String title) {}

        /** A mark. */
        void dot(long at, double value, String kind, String shape, String title) {
            dots.add(new Dot(kind, shape, number(x(at)), number(y(value) + 4), title));
        }

        /** A line across all of it. */
        void across(double value, String kind) {
            paths.add(new Path(kind, "M%s %sH%d".formatted(number(LEFT), number(y(value)), WIDTH - 12)));
        }

        /** A line that stays at each value until the next one, the oldest first, and goes on to the end. */
        void steps(List<Step> steps) {
            StringBuilder path = new StringBuilder();
            for (Step step : steps) {
                path.append(path.isEmpty() ? "M" + number(x(step.at())) + " " : "H" + number(x(step.at())) + "V")
                        .append(number(y((double) step.value())));
            }

            if (!path.isEmpty()) {
                paths.add(new Path("step", path + "H" + number(x(to))));
            }
        }

        /** A value from a moment on. */
        record Step(long at, long value) {}

        /** The chart. */
        Plot with(String finding) {
            return new Plot(finding, lines, times, boxes, dots.size() > MOST_TITLED ? together() : dots, paths);
        }

        private List<Dot> together() {
            Map<String, Dot> kinds = new LinkedHashMap<>();
            dots.forEach(dot -> kinds.merge(dot.kind(), dot, Dot::and));
            return List.copyOf(kinds.values());
        }
    }

    /** A value as counts are written. */
    static String count(long value) {
        return Texts.number(value);
    }
}
