package io.muster.automation.schedule;

import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * A cron expression over local date-times: five fields (minute, hour, day of month, month, day of week) or six with
 * seconds in front. What clocks do to local times is not its business but {@link Schedule}'s.
 *
 * <p>Fields know {@code *}, lists, ranges, steps, names of months and days, {@code ?} for "any day", {@code L} and
 * {@code L-3} for days counted from the end of the month, {@code FRIL} for the last and {@code FRI#2} for the second
 * Friday; Sunday is 0 or 7. {@code @hourly}, {@code @daily}, {@code @weekly}, {@code @monthly} and {@code @yearly} are
 * known. An expression that restricts both days of the month and days of the week is refused: cron dialects read it in
 * two ways, and two schedules say it plainly.
 */
public final class Cron {

    /** The longest pause of any expression: a fifth Monday of February comes after 40 years around 2100. */
    private static final int MAX_YEARS = 41;

    private final String text;
    private final CronField second;
    private final CronField minute;
    private final CronField hour;
    private final CronDays days;
    private final CronField month;

    private Cron(String text, CronField second, CronField minute, CronField hour, CronDays days, CronField month) {
        this.text = text;
        this.second = second;
        this.minute = minute;
        this.hour = hour;
        this.days = days;
        this.month = month;
    }

    /**
     * Reads an expression.
     *
     * @throws IllegalArgumentException with the field at fault and what may stand there
     */
    public static Cron parse(String text) {
        String expression = text.strip();
        String[] fields = unfolded(expression).split("\\s+", -1);
        if (fields.length != 5 && fields.length != 6) {
            throw new IllegalArgumentException(
                    "must have five fields (minute hour day-of-month month day-of-week) or six"
                            + " with seconds in front, such as \"30 2 * * *\"");
        }

        int first = fields.length - 5;
        Cron cron = new Cron(
                expression,
                first == 1 ? CronField.parse("second", fields[0], 0, 59) : CronField.of(0),
                CronField.parse("minute", fields[first], 0, 59),
                CronField.parse("hour", fields[first + 1], 0, 23),
                CronDays.parse(fields[first + 2], fields[first + 4]),
                CronField.parseMonth(fields[first + 3]));
        // A leap year in front, so that 29 February is found soon.
        if (cron.next(LocalDateTime.of(2023, 12, 31, 23, 59, 59)).isEmpty()) {
            throw new IllegalArgumentException("never comes: there is no such day in the calendar");
        }

        return cron;
    }

    private static String unfolded(String expression) {
        return switch (expression) {
            case "@hourly" -> "0 * * * *";
            case "@daily", "@midnight" -> "0 0 * * *";
            case "@weekly" -> "0 0 * * 0";
            case "@monthly" -> "0 0 1 * *";
            case "@yearly", "@annually" -> "0 0 1 1 *";
            default -> expression;
        };
    }

    /** The first local date-time after the given one; empty when none comes within {@value #MAX_YEARS} years. */
    public Optional<LocalDateTime> next(LocalDateTime after) {
        LocalDateTime from = after.plusSeconds(1).withNano(0);
        LocalDate last = from.toLocalDate().plusYears(MAX_YEARS);
        LocalTime earliest = from.toLocalTime();
        for (LocalDate date = from.toLocalDate(); !date.isAfter(last); date = dateAfter(date)) {
            if (month.holds(date.getMonthValue()) && days.hold(date)) {
                Optional<LocalTime> time = timeFrom(earliest);
                if (time.isPresent()) {
                    return Optional.of(date.atTime(time.get()));
                }
            }

            earliest = LocalTime.MIDNIGHT;
        }

        return Optional.empty();
    }

    private LocalDate dateAfter(LocalDate date) {
        return month.holds(date.getMonthValue())
                ? date.plusDays(1)
                : date.withDayOfMonth(1).plusMonths(1);
    }

    private Optional<LocalTime> timeFrom(LocalTime earliest) {
        for (OptionalInt h = hour.from(earliest.getHour()); h.isPresent(); h = hour.from(h.getAsInt() + 1)) {
            int firstMinute = h.getAsInt() == earliest.getHour() ? earliest.getMinute() : 0;
            for (OptionalInt m = minute.from(firstMinute); m.isPresent(); m = minute.from(m.getAsInt() + 1)) {
                boolean sameMinute = h.getAsInt() == earliest.getHour() && m.getAsInt() == earliest.getMinute();
                OptionalInt s = second.from(sameMinute ? earliest.getSecond() : 0);
                if (s.isPresent()) {
                    return Optional.of(LocalTime.of(h.getAsInt(), m.getAsInt(), s.getAsInt()));
                }
            }
        }

        return Optional.empty();
    }

    /** The expression as written. */
    public String text() {
        return text;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Cron cron && cron.text.equals(text);
    }

    @Override
    public int hashCode() {
        return text.hashCode();
    }

    @Override
    public String toString() {
        return text;
    }
}
