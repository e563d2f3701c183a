package io.muster.automation.schedule;

import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.zone.ZoneOffsetTransition;
import java.time.zone.ZoneRules;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * When a job runs. A cron expression names local date-times, and each of them comes once: one that the clock skips runs
 * at the end of the gap, one that occurs twice runs the first time. A day that the clock skips as a whole (Samoa,
 * 30 December 2011) runs at the end of the gap as well, unless the same schedule runs on the day after anyway.
 */
public sealed interface Schedule {

    /**
     * One time a schedule names.
     *
     * @param at the moment
     * @param local the local date-time it stands for, also where the clock skipped it
     */
    record Firing(Instant at, LocalDateTime local) {}

    /** The first firing after the moment; empty when none comes in a lifetime. */
    Optional<Firing> next(Instant after);

    /** Local times by a cron expression in a zone. */
    static Schedule cron(Cron cron, ZoneId zone) {
        return new CronSchedule(cron, zone);
    }

    /** Every so often, on a grid that begins at the epoch; the interval is a whole number of seconds, 1 or more. */
    static Schedule every(Duration interval) {
        return new PollSchedule(interval);
    }

    /** All firings of all schedules; those of one moment count once. */
    static Schedule anyOf(List<Schedule> schedules) {
        return new AnySchedule(List.copyOf(schedules));
    }

    /** Local times by a cron expression. */
    record CronSchedule(Cron cron, ZoneId zone) implements Schedule {

        @Override
        public Optional<Firing> next(Instant after) {
            LocalDateTime local = LocalDateTime.ofInstant(after, zone);
            for (Optional<LocalDateTime> candidate = cron.next(local);
                    candidate.isPresent();
                    candidate = cron.next(candidate.get())) {
                LocalDateTime named = candidate.get();
                Optional<Instant> at = moment(named);
                // The second pass of an hour that occurs twice leads to moments that have passed.
                if (at.isPresent() && at.get().isAfter(after)) {
                    return Optional.of(new Firing(at.get(), named));
                }
            }

            return Optional.empty();
        }

        private Optional<Instant> moment(LocalDateTime named) {
            ZoneRules rules = zone.getRules();
            ZoneOffsetTransition transition = rules.getTransition(named);
            if (transition == null) {
                return Optional.of(named.toInstant(rules.getOffset(named)));
            }

            if (transition.isOverlap()) {
                return Optional.of(named.toInstant(transition.getOffsetBefore()));
            }

            return skipsWholeDay(transition, named.toLocalDate()) && runsOn(transition.getDateTimeAfter())
                    ? Optional.empty()
                    : Optional.of(transition.getInstant());
        }

        private static boolean skipsWholeDay(ZoneOffsetTransition gap, LocalDate day) {
            return !gap.getDateTimeBefore().isAfter(day.atStartOfDay())
                    && !gap.getDateTimeAfter().isBefore(day.plusDays(1).atStartOfDay());
        }

        private boolean runsOn(LocalDateTime endOfGap) {
            return cron.next(endOfGap.minusSeconds(1))
                    .filter(next -> next.toLocalDate().equals(endOfGap.toLocalDate()))
                    .isPresent();
        }
    }

    /** Every so often. */
    record PollSchedule(Duration interval) implements Schedule {

        /** Checks the interval. */
        public PollSchedule {
            if (interval.toSeconds() < 1 || !interval.equals(Duration.ofSeconds(interval.toSeconds()))) {
                throw new IllegalArgumentException("Invalid poll interval: " + interval);
            }
        }

        @Override
        public Optional<Firing> next(Instant after) {
            long seconds = interval.toSeconds();
            Instant at = Instant.ofEpochSecond(
                    Math.multiplyExact(Math.floorDiv(after.getEpochSecond(), seconds) + 1, seconds));
            return Optional.of(new Firing(at, LocalDateTime.ofInstant(at, ZoneOffset.UTC)));
        }
    }

    /** Several schedules together. */
    record AnySchedule(List<Schedule> schedules) implements Schedule {

        @Override
        public Optional<Firing> next(Instant after) {
            return schedules.stream()
                    .flatMap(schedule -> schedule.next(after).stream())
                    .min(Comparator.comparing(Firing::at));
        }
    }
}
