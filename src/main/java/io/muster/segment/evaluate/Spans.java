package io.muster.segment.evaluate;

import io.muster.segment.condition.Moment;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;

/**
 * What moments span in epoch milliseconds, for one zone and one time of a pass.
 *
 * @param asOf the time of the pass in epoch milliseconds
 */
record Spans(ZoneId zone, long asOf) {

    /**
     * A span of time.
     *
     * @param from epoch milliseconds, included
     * @param to epoch milliseconds, not included
     */
    record Of(long from, long to) {

        static Of instant(long millis) {
            return new Of(millis, millis + 1);
        }
    }

    Of of(Moment moment) {
        return switch (moment) {
            case Moment.Day day -> day(day.date());
            case Moment.Local local ->
                Of.instant(local.time().atZone(zone).toInstant().toEpochMilli());
            case Moment.Exact exact -> Of.instant(exact.time().toEpochMilli());
            case Moment.Relative relative ->
                switch (relative) {
                    case TODAY -> day(Instant.ofEpochMilli(asOf).atZone(zone).toLocalDate());
                    case NOW -> Of.instant(asOf);
                };
        };
    }

    private Of day(LocalDate date) {
        return new Of(start(date), start(date.plusDays(1)));
    }

    private long start(LocalDate date) {
        return date.atStartOfDay(zone).toInstant().toEpochMilli();
    }
}
