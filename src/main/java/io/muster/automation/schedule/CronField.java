package io.muster.automation.schedule;

import java.util.List;
import java.util.Locale;
import java.util.OptionalInt;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The values that one field of a cron expression allows.
 *
 * @param bits bit n is set when n is allowed; n is 0 to 59
 */
record CronField(long bits) {

    private static final Pattern PART = Pattern.compile("(\\*|\\d{1,2})(?:-(\\d{1,2}))?(?:/(\\d{1,3}))?");
    private static final List<String> MONTHS =
            List.of("JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC");

    static CronField of(int value) {
        return new CronField(1L << value);
    }

    static CronField parseMonth(String text) {
        return parse("month", numbered(text, MONTHS, 1), 1, 12);
    }

    /** Names replaced by their numbers, counted from {@code first}. */
    static String numbered(String text, List<String> names, int first) {
        String numbered = text.toUpperCase(Locale.ROOT);
        for (int i = 0; i < names.size(); i++) {
            numbered = numbered.replaceAll("\\b" + names.get(i) + "\\b", Integer.toString(first + i));
        }

        return numbered;
    }

    static CronField parse(String field, String text, int min, int max) {
        long bits = 0;
        for (String part : text.split(",", -1)) {
            Matcher matcher = PART.matcher(part);
            if (!matcher.matches() || (part.startsWith("*") && matcher.group(2) != null)) {
                throw wrong(field, text, min, max);
            }

            boolean any = matcher.group(1).equals("*");
            int from = any ? min : Integer.parseInt(matcher.group(1));
            // As in other crons, 5/15 means from 5 to the end.
            int to = any || (matcher.group(2) == null && matcher.group(3) != null)
                    ? max
                    : matcher.group(2) == null ? from : Integer.parseInt(matcher.group(2));
            int step = matcher.group(3) == null ? 1 : Integer.parseInt(matcher.group(3));
            if (from < min || to > max || from > to || step < 1) {
                throw wrong(field, text, min, max);
            }

            for (int value = from; value <= to; value += step) {
                bits |= 1L << value;
            }
        }

        return new CronField(bits);
    }

    static IllegalArgumentException wrong(String field, String text, int min, int max) {
        return new IllegalArgumentException("has a wrong " + field + " '" + text + "'. Write numbers from " + min
                + " to " + max + ", lists (1,2), rising ranges (1-5), steps (*/5) or *");
    }

    boolean holds(int value) {
        return (bits & (1L << value)) != 0;
    }

    /** The smallest allowed value that is not less than the given one. */
    OptionalInt from(int value) {
        long rest = value > 63 ? 0 : bits & (-1L << value);
        return rest == 0 ? OptionalInt.empty() : OptionalInt.of(Long.numberOfTrailingZeros(rest));
    }
}
