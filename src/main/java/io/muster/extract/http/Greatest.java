package io.muster.extract.http;

import io.muster.extract.record.HttpRecords.Watermark;
import io.muster.support.Refusal;
import java.math.BigDecimal;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The greatest value of the records that a watermark follows: numbers, or times and dates of ISO 8601. */
final class Greatest {

    private final @Nullable Watermark watermark;
    private final String location;
    private @Nullable String text;
    private @Nullable Comparable<?> value;

    Greatest(@Nullable Watermark watermark, @Nullable String since, String location) {
        this.watermark = watermark;
        this.location = location;
        if (watermark != null && since != null) {
            text = since;
            value = parsed(since);
        }
    }

    /** What to ask for values greater than; null for all. */
    @Nullable
    String from() {
        if (watermark == null || value == null) {
            return watermark == null ? null : watermark.initial();
        }
        if (value instanceof Instant time && text != null && text.contains("T")) {
            Instant from = time.minus(watermark.overlap());
            return hasZone(text)
                    ? from.toString()
                    : DateTimeFormatter.ISO_LOCAL_DATE_TIME.format(from.atOffset(ZoneOffset.UTC));
        }
        return text;
    }

    /** How far was read. */
    @Nullable
    String value() {
        return text;
    }

    void see(Map<String, String> values) {
        String seen = watermark == null ? null : values.get(watermark.column());
        if (seen == null || seen.isBlank()) {
            return;
        }
        Comparable<?> parsed = parsed(seen.strip());
        if (value == null || isGreater(parsed, value)) {
            value = parsed;
            text = seen.strip();
        }
    }

    private boolean isGreater(Comparable<?> one, Comparable<?> other) {
        if (one instanceof BigDecimal number && other instanceof BigDecimal than) {
            return number.compareTo(than) > 0;
        }
        if (one instanceof Instant time && other instanceof Instant than) {
            return time.isAfter(than);
        }
        throw unusable();
    }

    private Comparable<?> parsed(String seen) {
        if (seen.matches("-?[0-9]{1,30}([.][0-9]{1,30})?")) {
            return new BigDecimal(seen);
        }
        try {
            if (seen.matches("[0-9]{4}-[0-9]{2}-[0-9]{2}")) {
                return LocalDate.parse(seen).atStartOfDay(ZoneOffset.UTC).toInstant();
            }
            return hasZone(seen)
                    ? OffsetDateTime.parse(seen).toInstant()
                    : LocalDateTime.parse(seen).toInstant(ZoneOffset.UTC);
        } catch (DateTimeException e) {
            throw unusable();
        }
    }

    private static boolean hasZone(String time) {
        return time.matches(".*T.*(Z|[-+][0-9:]{2,6})$");
    }

    private Refusal unusable() {
        return Refusal.failed(
                "Cannot read %s: its values of %s are not all numbers, or all times of ISO 8601, so that none is the greatest. Name another watermark."
                        .formatted(location, watermark == null ? "" : watermark.column()));
    }
}
