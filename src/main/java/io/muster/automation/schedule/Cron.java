package io.muster.automation.schedule;

import java.time.LocalDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import org.springframework.scheduling.support.CronExpression;

/**
 * A cron expression over local date-times: five fields (minute, hour, day of month, month, day of week) or six with
 * seconds in front. What clocks do to local times is not its business but {@link Schedule}'s.
 *
 * <p>Fields know {@code *}, lists, ranges, steps, names of months and days, {@code ?} for "any day", {@code L} and
 * {@code L-3} for days counted from the end of the month, {@code FRIL} for the last and {@code FRI#2} for the second
 * Friday; Sunday is 0 or 7. {@code @hourly}, {@code @daily}, {@code @weekly}, {@code @monthly} and {@code @yearly} are
 * known. An expression that restricts both days of the month and days of the week is refused: cron dialects read it in
 * two ways, and two schedules say it plainly. {@link CronExpression} does the rest.
 *
 * @param text the expression as written
 */
public record Cron(String text, CronExpression expression) {

    /** One field: its name, and the least and the greatest number that it can hold. */
    private record Field(String name, int least, int greatest) {}

    private static final List<Field> FIELDS = List.of(
            new Field("second", 0, 59),
            new Field("minute", 0, 59),
            new Field("hour", 0, 23),
            new Field("day-of-month", 1, 31),
            new Field("month", 1, 12),
            new Field("day-of-week", 0, 7));

    private static final Set<String> ANY_DAY = Set.of("*", "?");

    /** The nearest weekday ({@code 15W}) is not a part of our dialect, and not every month has a day so far from its end. */
    private static final Pattern UNSUPPORTED_DAY = Pattern.compile("(?i).*(W|L-(2[89]|[3-9][0-9]|[0-9]{3})).*");

    /** The day before a leap year, so that 29 February is found soon. */
    private static final LocalDateTime START = LocalDateTime.of(2023, 12, 31, 23, 59, 59);

    /**
     * Reads an expression.
     *
     * @throws IllegalArgumentException with the field at fault and what it may hold
     */
    public static Cron parse(String text) {
        String expression = text.strip();
        CronExpression parsed =
                expression.startsWith("@") ? macro(expression) : fields(List.of(expression.split("\\s+", -1)));
        if (parsed.next(START) == null) {
            throw new IllegalArgumentException("never matches a date: no such day exists in the calendar");
        }

        return new Cron(expression, parsed);
    }

    private static CronExpression macro(String word) {
        try {
            return CronExpression.parse(word);
        } catch (IllegalArgumentException unknown) {
            throw new IllegalArgumentException(
                    "is not a known word. Write @hourly, @daily, @weekly, @monthly, @yearly or five fields", unknown);
        }
    }

    private static CronExpression fields(List<String> fields) {
        List<String> written = new ArrayList<>(fields);
        if (written.size() != 5 && written.size() != 6) {
            throw new IllegalArgumentException(
                    "must have five fields (minute hour day-of-month month day-of-week) or six"
                            + " with seconds in front, such as \"30 2 * * *\"");
        }

        int skipped = FIELDS.size() - written.size();
        written.set(3 - skipped, written.get(3 - skipped).replaceAll("(?i)\\bL-0\\b", "L"));
        written.set(5 - skipped, week(written.get(5 - skipped)));
        for (int i = 0; i < written.size(); i++) {
            check(skipped + i, written.get(i), fields.get(i));
        }

        if (!ANY_DAY.contains(written.get(3 - skipped)) && !ANY_DAY.contains(written.get(5 - skipped))) {
            throw new IllegalArgumentException(
                    "restricts both day-of-month and day-of-week, which cron dialects read in"
                            + " two ways. Write two schedules, or * for one of the two");
        }

        return CronExpression.parse((skipped == 1 ? "0 " : "") + String.join(" ", written));
    }

    /** Days of the week as Spring reads them: a step begins on Sunday here and on Monday there, a range may end on 0. */
    private static String week(String written) {
        return written.toUpperCase(Locale.ROOT)
                .replace("*/", "0-7/")
                .replaceAll("(?<!-)SUN/", "0/")
                .replaceAll("-0(?![0-9])", "-7")
                .replaceAll("(?<![0-9])7-(7|SUN)(/[0-9]+)?", "7");
    }

    /** Tries one field alone, so that a fault has a name. */
    private static void check(int index, String written, String shown) {
        Field field = FIELDS.get(index);
        try {
            if (index != 3 || !UNSUPPORTED_DAY.matcher(written).matches()) {
                var ignored =
                        CronExpression.parse("* ".repeat(index) + written + " *".repeat(FIELDS.size() - 1 - index));
                return;
            }
        } catch (IllegalArgumentException ignored) {
            // The reason below says what the field may hold.
        }

        throw new IllegalArgumentException("has a wrong " + field.name() + " '" + shown + "'. Write numbers from "
                + field.least() + " to " + field.greatest()
                + ", lists (1,2), rising ranges (1-5), steps (*/5) or *");
    }

    /** The first local date-time after the given one; empty when none comes in a lifetime. */
    public Optional<LocalDateTime> next(LocalDateTime after) {
        return Optional.ofNullable(expression.next(after));
    }

    @Override
    public String toString() {
        return text;
    }
}
