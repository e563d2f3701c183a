package io.muster.extract.transform;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.ZoneId;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.time.format.ResolverStyle;
import java.time.temporal.TemporalQuery;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Reads dates and times: those without a time begin their day, those without an offset are of one zone. */
final class DateReading {

    private static final TemporalQuery<?>[] KINDS = {
        ZonedDateTime::from, OffsetDateTime::from, Instant::from, LocalDateTime::from, LocalDate::from
    };

    private final @Nullable DateTimeFormatter pattern;
    private final ZoneId zone;

    DateReading(@Nullable String pattern, ZoneId zone) {
        this.pattern = pattern == null
                ? null
                : DateTimeFormatter.ofPattern(pattern.replace("yyyy", "uuuu"), Locale.ROOT)
                        .withResolverStyle(ResolverStyle.STRICT);
        this.zone = zone;
    }

    /** @throws DateTimeException when the text is no date */
    ZonedDateTime read(String text) {
        if (pattern != null) {
            return moment(pattern.parseBest(text, KINDS));
        }

        return text.length() <= 10
                ? LocalDate.parse(text).atStartOfDay(zone)
                : moment(DateTimeFormatter.ISO_DATE_TIME.parseBest(text.replace(' ', 'T'), KINDS));
    }

    private ZonedDateTime moment(Object parsed) {
        return switch (parsed) {
            case ZonedDateTime zoned -> zoned;
            case OffsetDateTime moment -> moment.toZonedDateTime();
            case Instant instant -> instant.atZone(zone);
            case LocalDateTime local -> local.atZone(zone);
            case LocalDate date -> date.atStartOfDay(zone);
            default -> throw new DateTimeException("no moment");
        };
    }
}
