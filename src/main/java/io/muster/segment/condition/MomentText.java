package io.muster.segment.condition;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeFormatterBuilder;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Dates and date-times as conditions and values write them, after ISO 8601: {@code 2026-11-22},
 * {@code 2026-11-22T08:15}, with seconds and up to nine digits of a fraction, with {@code Z} or an offset. A space may
 * stand for the {@code T}. Only the extended form with four digits of a year.
 */
public final class MomentText {

    /** Longer texts are no dates. */
    public static final int LONGEST = 40;

    private static final Pattern MOMENT = Pattern.compile("([0-9]{4})-([0-9]{2})-([0-9]{2})"
            + "(?:[Tt ]([0-9]{2}):([0-9]{2})(?::([0-9]{2})(?:\\.([0-9]{1,9}))?)?"
            + "([Zz]|[+-][0-9]{2}(?::?[0-9]{2})?)?)?");

    private static final DateTimeFormatter LOCAL = new DateTimeFormatterBuilder()
            .append(DateTimeFormatter.ISO_LOCAL_DATE)
            .appendLiteral('T')
            .append(DateTimeFormatter.ISO_LOCAL_TIME)
            .toFormatter(Locale.ROOT);

    private static final int GREATEST_YEAR = 9999;
    private static final int NANOS_OF_MILLI = 1_000_000;

    private MomentText() {}

    /** The moment; empty when the text is none. Outer white space is not expected. */
    public static Optional<Moment> read(String text) {
        Matcher matcher = MOMENT.matcher(text);
        if (text.length() > LONGEST || !matcher.matches()) {
            return Optional.empty();
        }

        try {
            LocalDate date = LocalDate.of(number(matcher, 1), number(matcher, 2), number(matcher, 3));
            if (matcher.group(4) == null) {
                return Optional.of(new Moment.Day(date));
            }

            LocalDateTime time = date.atTime(
                    number(matcher, 4),
                    number(matcher, 5),
                    number(matcher, 6),
                    millis(matcher.group(7)) * NANOS_OF_MILLI);
            String offset = matcher.group(8);
            return offset == null ? Optional.of(new Moment.Local(time)) : exact(time, offset);
        } catch (DateTimeException noSuchDay) {
            return Optional.empty();
        }
    }

    private static Optional<Moment> exact(LocalDateTime time, String offset) {
        Instant instant = time.toInstant(ZoneOffset.of(offset.toUpperCase(Locale.ROOT)));
        int year = instant.atOffset(ZoneOffset.UTC).getYear();
        return year < 0 || year > GREATEST_YEAR ? Optional.empty() : Optional.of(new Moment.Exact(instant));
    }

    private static int number(Matcher matcher, int group) {
        String digits = matcher.group(group);
        return digits == null ? 0 : Integer.parseInt(digits);
    }

    private static int millis(@Nullable String fraction) {
        return fraction == null ? 0 : Integer.parseInt((fraction + "00").substring(0, 3));
    }

    /** The text of a moment, which {@link #read} and conditions read back. */
    static String write(Moment moment) {
        return switch (moment) {
            case Moment.Day day -> day.date().toString();
            case Moment.Local local -> LOCAL.format(local.time());
            case Moment.Exact exact -> exact(exact.time());
            case Moment.Relative relative -> relative.name().toLowerCase(Locale.ROOT);
        };
    }

    private static String exact(Instant time) {
        return LOCAL.format(time.atOffset(ZoneOffset.UTC)) + "Z";
    }
}
