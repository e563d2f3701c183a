package io.muster.directory;

import io.muster.support.Fold;
import io.muster.support.Refusal;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.time.format.ResolverStyle;
import java.time.temporal.TemporalAccessor;
import java.time.temporal.TemporalQuery;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Reads the dates of transactions and touchpoints: ISO 8601, or the pattern of a mapping. A date without a time is its first moment,
 * a time without an offset is local, both in the directory's time zone.
 */
public final class EventDates {

    private static final String INVALID = "DATE_INVALID";

    private final ZoneId zone;
    private final @Nullable DateTimeFormatter pattern;

    /**
     * @param zone the directory's time zone
     * @param pattern a pattern of java.time; null for ISO 8601
     */
    public EventDates(ZoneId zone, @Nullable String pattern) {
        this.zone = zone;
        try {
            this.pattern = pattern == null
                    ? null
                    : DateTimeFormatter.ofPattern(pattern.replace("yyyy", "uuuu"), Locale.ROOT)
                            .withResolverStyle(ResolverStyle.STRICT);
        } catch (IllegalArgumentException e) {
            throw Refusal.invalid(
                    "INVALID_PATTERN",
                    "Cannot read dates by the pattern '" + pattern + "': " + e.getMessage()
                            + ". Use a pattern like dd.MM.uuuu HH:mm.");
        }
    }

    /** The moment in epoch milliseconds, as text. */
    public Verdict judge(String cell) {
        String text = Fold.trim(cell);
        if (text.isEmpty()) {
            return Verdict.BLANK;
        }

        try {
            return new Verdict.Valid(Long.toString(read(text).toEpochMilli()));
        } catch (DateTimeException | ArithmeticException e) {
            return new Verdict.Invalid(INVALID, "The value is no date or time that can be read.");
        }
    }

    /** The date in ISO 8601, with time and offset where the pattern has them, as text. */
    public Verdict judgeText(String cell) {
        String text = Fold.trim(cell);
        if (text.isEmpty()) {
            return Verdict.BLANK;
        }

        try {
            return new Verdict.Valid(iso(parse(pattern == null ? DateTimeFormatter.ISO_DATE : pattern, text)));
        } catch (DateTimeException e) {
            return new Verdict.Invalid(INVALID, "The value is no date or time that can be read.");
        }
    }

    private static String iso(TemporalAccessor parsed) {
        return switch (parsed) {
            case Instant instant -> instant.toString();
            case OffsetDateTime moment -> DateTimeFormatter.ISO_OFFSET_DATE_TIME.format(moment);
            case LocalDateTime local -> DateTimeFormatter.ISO_LOCAL_DATE_TIME.format(local);
            default -> DateTimeFormatter.ISO_LOCAL_DATE.format(parsed);
        };
    }

    private Instant read(String text) {
        if (pattern != null) {
            return moment(parse(pattern, text));
        }

        if (text.length() <= 10) {
            return LocalDate.parse(text).atStartOfDay(zone).toInstant();
        }

        return moment(parse(DateTimeFormatter.ISO_DATE_TIME, text.replace(' ', 'T')));
    }

    private static TemporalAccessor parse(DateTimeFormatter format, String text) {
        TemporalQuery<?>[] kinds = {Instant::from, OffsetDateTime::from, LocalDateTime::from, LocalDate::from};
        return format.parseBest(text, kinds);
    }

    private Instant moment(TemporalAccessor parsed) {
        return switch (parsed) {
            case Instant instant -> instant;
            case OffsetDateTime moment -> moment.toInstant();
            case LocalDateTime local -> local.atZone(zone).toInstant();
            case LocalDate date -> date.atStartOfDay(zone).toInstant();
            default -> throw new DateTimeException("no moment");
        };
    }
}
