package io.muster.directory.changes;

import io.muster.support.Refusal;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/**
 * How far somebody has come who follows the stream of a directory and keeps the position himself. As text it is short, however
 * much was read: up to an id everything was read, and above it only the number of rows is kept, interval by interval. Rows are
 * never taken out of an interval, so the same number means the same rows; another number means that one came late, and the
 * interval is read again.
 *
 * @param directory the directory
 * @param epoch counts how often the recording began; a position of another one says nothing about what was not recorded
 * @param low every row up to this id was read
 * @param version the number of the state of the stream that was read whole; 0 when there was more of it
 * @param above the intervals above, ascending; each begins where the one before it ends
 */
public record FeedPosition(int directory, int epoch, long low, long version, List<Interval> above) {

    /** More are united, the lowest first: what comes late comes soon after all. */
    static final int MOST_INTERVALS = 16;

    private static final int RADIX = Character.MAX_RADIX;

    private static final Pattern TEXT = Pattern.compile(
            "[0-9a-z]{1,6}\\.[0-9a-z]{1,5}\\.[0-9a-z]{1,12}\\.[0-9a-z]{1,12}(\\.[0-9a-z]{1,12}-[0-9a-z]{1,12}){0,"
                    + MOST_INTERVALS + "}");

    /**
     * Some rows.
     *
     * @param end the last id of the interval
     * @param rows how many rows of it were read
     */
    public record Interval(long end, long rows) {}

    /** Copies the list. */
    public FeedPosition {
        above = List.copyOf(above);
    }

    /** The greatest id that was read. */
    long last() {
        return above.isEmpty() ? low : above.getLast().end();
    }

    /** The position as text of digits, small letters, dots and hyphens. */
    public String text() {
        StringBuilder text = new StringBuilder(Integer.toString(directory, RADIX))
                .append('.')
                .append(Integer.toString(epoch, RADIX))
                .append('.')
                .append(Long.toString(low, RADIX))
                .append('.')
                .append(Long.toString(version, RADIX));
        for (Interval one : above) {
            text.append('.')
                    .append(Long.toString(one.end(), RADIX))
                    .append('-')
                    .append(Long.toString(one.rows(), RADIX));
        }

        return text.toString();
    }

    /**
     * Reads a position.
     *
     * @throws Refusal when the text is none, or that of another directory
     */
    public static FeedPosition parse(int directory, String text) {
        if (!TEXT.matcher(text).matches()) {
            throw refusal("it is none");
        }

        String[] parts = text.split("\\.", -1);
        FeedPosition position = new FeedPosition(
                (int) number(parts[0]), (int) number(parts[1]), number(parts[2]), number(parts[3]), intervals(parts));
        long before = position.low;
        for (Interval one : position.above) {
            if (one.end() <= before) {
                throw refusal("it is none");
            }

            before = one.end();
        }

        if (position.directory != directory) {
            throw refusal("it is that of another directory");
        }

        return position;
    }

    private static List<Interval> intervals(String[] parts) {
        List<Interval> intervals = new ArrayList<>();
        for (int i = 4; i < parts.length; i++) {
            String[] pair = parts[i].split("-", -1);
            intervals.add(new Interval(number(pair[0]), number(pair[1])));
        }

        return intervals;
    }

    private static long number(String digits) {
        return Long.parseLong(digits, RADIX);
    }

    private static Refusal refusal(String reason) {
        return Refusal.invalid(
                        "INVALID_POSITION",
                        "Cannot say what changed after this position: %s. Use the one of the answer before, or of the table."
                                .formatted(reason))
                .with("field", "after");
    }
}
