package io.muster.web.v3;

import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeFormatterBuilder;
import java.time.format.ResolverStyle;
import java.time.temporal.ChronoUnit;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Moments as clients write and read them. */
final class V3Dates {

    private static final DateTimeFormatter DAY =
            DateTimeFormatter.ofPattern("uuuu-MM-dd").withResolverStyle(ResolverStyle.STRICT);
    private static final DateTimeFormatter SECOND =
            DateTimeFormatter.ofPattern("uuuu-MM-dd HH:mm:ss").withResolverStyle(ResolverStyle.STRICT);
    private static final DateTimeFormatter OFFSET = new DateTimeFormatterBuilder()
            .append(DateTimeFormatter.ISO_LOCAL_DATE_TIME)
            .optionalStart()
            .appendOffset("+HH:MM", "Z")
            .optionalEnd()
            .optionalStart()
            .appendOffset("+HHmm", "+0000")
            .optionalEnd()
            .toFormatter()
            .withResolverStyle(ResolverStyle.STRICT);

    /** Clients encode once or twice. */
    private static final int MOST_DECODED = 2;

    private V3Dates() {}

    /**
     * A stretch of time: a day, a second, or a moment.
     *
     * @param from its first millisecond
     * @param before the millisecond after its last
     */
    record Stretch(long from, long before) {}

    /** A day or a second of UTC, as searches write them; empty for any other text. */
    static Optional<Stretch> stretch(String text) {
        try {
            if (text.length() == "2026-03-01".length()) {
                LocalDate day = LocalDate.parse(text, DAY);
                return Optional.of(new Stretch(millis(day), millis(day.plusDays(1))));
            }

            long second = LocalDateTime.parse(text, SECOND).toEpochSecond(ZoneOffset.UTC) * 1_000;
            return Optional.of(new Stretch(second, second + 1_000));
        } catch (DateTimeException e) {
            return Optional.empty();
        }
    }

    private static long millis(LocalDate day) {
        return day.toEpochDay() * 86_400_000;
    }

    /** A moment in any of the forms that are taken; empty for any other text. */
    static Optional<Instant> moment(String text) {
        Optional<Stretch> stretch = stretch(text);
        if (stretch.isPresent()) {
            return stretch.map(found -> Instant.ofEpochMilli(found.from()));
        }

        try {
            return Optional.of(
                    OFFSET.parseBest(text, OffsetDateTime::from, LocalDateTime::from) instanceof OffsetDateTime offset
                            ? offset.toInstant()
                            : LocalDateTime.parse(text, DateTimeFormatter.ISO_LOCAL_DATE_TIME)
                                    .toInstant(ZoneOffset.UTC));
        } catch (DateTimeException e) {
            return Optional.empty();
        }
    }

    /**
     * The moment of a parameter, in epoch milliseconds; null when it was not given.
     *
     * @param name of the parameter
     */
    static @Nullable Long parameter(String name, @Nullable String given) {
        if (given == null || given.isBlank()) {
            return null;
        }

        String text = given.strip();
        for (int i = 0; i < MOST_DECODED && text.indexOf('%') >= 0; i++) {
            text = decoded(text);
        }

        // The plus sign of an offset that was not encoded arrives as a blank.
        text = text.replaceFirst("(T.*) (?=[0-9]{2}:?[0-9]{2}$)", "$1+");
        return moment(text)
                .map(Instant::toEpochMilli)
                .orElseThrow(() -> V3Exception.bad(
                        "BAD_DATE",
                        "Cannot use %s: it is no date. Write it as 2026-03-01T10:20:30Z, 2026-03-01 10:20:30 or"
                                        .formatted(name)
                                + " 2026-03-01."));
    }

    /** Refuses a parameter that is no moment. */
    static void check(String name, @Nullable String given) {
        Long ignored = parameter(name, given);
    }

    private static String decoded(String text) {
        try {
            return URLDecoder.decode(text.replace("+", "%2B"), StandardCharsets.UTF_8);
        } catch (IllegalArgumentException e) {
            return text.replace("%", "");
        }
    }

    /** A moment as text, such as {@code 2026-03-01T10:20:30Z}; null for none. */
    static @Nullable String iso(@Nullable Long millis) {
        return millis == null ? null : text(millis);
    }

    /** Likewise. */
    static String text(long millis) {
        return Instant.ofEpochMilli(millis).truncatedTo(ChronoUnit.SECONDS).toString();
    }
}
