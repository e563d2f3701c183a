package io.muster.automation.schedule;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.muster.automation.schedule.Schedule.Firing;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ScheduleTests {

    /** The table of docs/schedules.md. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                // Forward at 02:00: 02:30 does not exist and runs at the end of the gap.
                "30 2 * * * | Europe/Berlin       | 2026-03-28T12:00Z | 2026-03-29T01:00Z | 2026-03-30T00:30Z",
                // Back at 03:00: 02:30 comes twice and runs the first time.
                "30 2 * * * | Europe/Berlin       | 2026-10-24T12:00Z | 2026-10-25T00:30Z | 2026-10-26T01:30Z",
                "0 3 * * *  | Europe/Berlin       | 2026-10-24T12:00Z | 2026-10-25T02:00Z | 2026-10-26T02:00Z",
                "30 2 * * * | America/New_York    | 2026-03-07T12:00Z | 2026-03-08T07:00Z | 2026-03-09T06:30Z",
                "30 1 * * * | America/New_York    | 2026-10-31T12:00Z | 2026-11-01T05:30Z | 2026-11-02T06:30Z",
                // Half an hour: 02:00 becomes 02:30 (summer), 02:00 becomes 01:30 (winter).
                "15 2 * * * | Australia/Lord_Howe | 2026-10-03T00:00Z | 2026-10-03T15:30Z | 2026-10-04T15:15Z",
                "45 1 * * * | Australia/Lord_Howe | 2026-04-04T00:00Z | 2026-04-04T14:45Z | 2026-04-05T15:15Z",
                // Midnight does not exist.
                "30 0 * * * | America/Sao_Paulo   | 2018-11-03T12:00Z | 2018-11-04T03:00Z | 2018-11-05T02:30Z",
                "0 0 * * *  | America/Sao_Paulo   | 2018-11-03T12:00Z | 2018-11-04T03:00Z | 2018-11-05T02:00Z",
                "0 0 * * *  | Africa/Cairo        | 2024-04-25T12:00Z | 2024-04-25T22:00Z | 2024-04-26T21:00Z",
                // The hour before midnight comes twice.
                "30 23 * * *| America/Sao_Paulo   | 2018-02-17T12:00Z | 2018-02-18T01:30Z | 2018-02-19T02:30Z",
                "30 23 * * *| Africa/Cairo        | 2024-10-31T12:00Z | 2024-10-31T20:30Z | 2024-11-01T21:30Z",
                // Samoa had no 30 December 2011: nothing to do for a daily job on a day that never was.
                "0 2 * * *  | Pacific/Apia        | 2011-12-29T13:00Z | 2011-12-30T12:00Z | 2011-12-31T12:00Z",
            })
    void runsOncePerLocalDayWhateverTheClockDoes(
            String cron, ZoneId zone, ZonedDateTime from, ZonedDateTime first, ZonedDateTime second) {
        assertThat(firings(Schedule.cron(Cron.parse(cron), zone), from.toInstant(), 2))
                .extracting(Firing::at)
                .containsExactly(first.toInstant(), second.toInstant());
    }

    @Test
    void runsAtTheEndOfTheGapWhatWasDueOnADayThatNeverWas() {
        // 30 December 2011 was to be a Friday.
        Schedule fridays = Schedule.cron(Cron.parse("0 2 * * FRI"), ZoneId.of("Pacific/Apia"));

        assertThat(firings(fridays, Instant.parse("2011-12-25T00:00:00Z"), 2))
                .containsExactly(
                        new Firing(Instant.parse("2011-12-30T10:00:00Z"), LocalDateTime.of(2011, 12, 30, 2, 0)),
                        new Firing(Instant.parse("2012-01-05T12:00:00Z"), LocalDateTime.of(2012, 1, 6, 2, 0)));
    }

    @Test
    void runsOnceForAllTimesThatOneGapSkips() {
        Schedule quarters = Schedule.cron(Cron.parse("*/15 * * * *"), ZoneId.of("Europe/Berlin"));

        assertThat(firings(quarters, Instant.parse("2026-03-29T00:30:00Z"), 3))
                .extracting(Firing::at)
                .containsExactly(
                        Instant.parse("2026-03-29T00:45:00Z"),
                        Instant.parse("2026-03-29T01:00:00Z"),
                        Instant.parse("2026-03-29T01:15:00Z"));
    }

    @Test
    void pausesAnHourlyCronInTheHourThatComesTwice() {
        Schedule halfHours = Schedule.cron(Cron.parse("0,30 * * * *"), ZoneId.of("Europe/Berlin"));

        assertThat(firings(halfHours, Instant.parse("2026-10-25T00:00:00Z"), 3))
                .extracting(Firing::at)
                .containsExactly(
                        Instant.parse("2026-10-25T00:30:00Z"),
                        Instant.parse("2026-10-25T02:00:00Z"),
                        Instant.parse("2026-10-25T02:30:00Z"));
        assertThat(halfHours
                        .next(Instant.parse("2026-10-25T01:15:00Z"))
                        .orElseThrow()
                        .at())
                .isEqualTo(Instant.parse("2026-10-25T02:00:00Z"));
    }

    @Test
    void pollsOnAGridThatIgnoresTheClocks() {
        Schedule polls = Schedule.every(Duration.ofMinutes(15));

        assertThat(firings(polls, Instant.parse("2026-10-25T00:44:59.5Z"), 3))
                .extracting(Firing::at)
                .containsExactly(
                        Instant.parse("2026-10-25T00:45:00Z"),
                        Instant.parse("2026-10-25T01:00:00Z"),
                        Instant.parse("2026-10-25T01:15:00Z"));
        assertThatThrownBy(() -> Schedule.every(Duration.ofMillis(500))).hasMessage("Invalid poll interval: PT0.5S");
    }

    @Test
    void takesSeveralSchedulesTogetherAndOneMomentOnce() {
        Schedule both = Schedule.anyOf(List.of(
                Schedule.cron(Cron.parse("0 6 * * *"), ZoneOffset.UTC),
                Schedule.cron(Cron.parse("0 7,12 * * *"), ZoneId.of("Europe/Berlin"))));

        assertThat(firings(both, Instant.parse("2026-11-22T00:00:00Z"), 3))
                .extracting(Firing::at)
                .containsExactly(
                        Instant.parse("2026-11-22T06:00:00Z"),
                        Instant.parse("2026-11-22T11:00:00Z"),
                        Instant.parse("2026-11-23T06:00:00Z"));
        assertThat(Schedule.anyOf(List.of()).next(Instant.EPOCH)).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Europe/Berlin", "Europe/London", "America/New_York", "America/Sao_Paulo", "America/Havana",
                        "Africa/Cairo",
                "Africa/Casablanca", "Asia/Beirut", "Asia/Gaza", "Asia/Tehran", "Australia/Lord_Howe", "Pacific/Apia",
                "Pacific/Kwajalein", "Antarctica/Troll", "America/Nuuk", "America/Asuncion", "UTC"
            })
    void firesExactlyOnceOnEveryLocalDayOfDecades(String zoneName) {
        ZoneId zone = ZoneId.of(zoneName);
        for (LocalTime time : List.of(
                LocalTime.MIDNIGHT,
                LocalTime.of(0, 30),
                LocalTime.of(1, 45),
                LocalTime.of(2, 15),
                LocalTime.of(3, 0),
                LocalTime.of(12, 0),
                LocalTime.of(23, 30))) {
            Schedule daily = Schedule.cron(Cron.parse("%d %d * * *".formatted(time.getMinute(), time.getHour())), zone);
            LocalDate last = LocalDate.of(2045, 1, 1);
            List<LocalDate> days = new ArrayList<>();
            Instant previous =
                    LocalDate.of(1980, 1, 1).atStartOfDay(zone).toInstant().minusSeconds(1);
            while (days.isEmpty() || days.getLast().isBefore(last)) {
                Firing firing = daily.next(previous).orElseThrow();
                assertThat(firing.at()).isAfter(previous);
                assertThat(firing.local().toLocalTime()).isEqualTo(time);
                days.add(firing.local().toLocalDate());
                previous = firing.at();
            }

            List<LocalDate> lived = LocalDate.of(1980, 1, 1)
                    .datesUntil(last.plusDays(1))
                    .filter(day -> day.atStartOfDay(zone).toLocalDate().equals(day))
                    .toList();
            assertThat(days).as("%s %s", zoneName, time).isEqualTo(lived);
        }
    }

    @Test
    void answersTheSameWhereverItIsAskedFrom() {
        Schedule schedule = Schedule.cron(Cron.parse("*/20 1-3 * * *"), ZoneId.of("Europe/Berlin"));
        Instant from = Instant.parse("2026-10-24T22:00:00Z");
        List<Firing> all = firings(schedule, from, 30);
        for (int minute = 0; minute < 600; minute++) {
            Instant after = from.plus(Duration.ofMinutes(minute));
            Firing expected = all.stream()
                    .filter(firing -> firing.at().isAfter(after))
                    .findFirst()
                    .orElseThrow();
            assertThat(schedule.next(after)).contains(expected);
        }
    }

    private static List<Firing> firings(Schedule schedule, Instant from, int count) {
        List<Firing> firings = new ArrayList<>();
        Instant after = from;
        for (int i = 0; i < count; i++) {
            Firing firing = schedule.next(after).orElseThrow();
            firings.add(firing);
            after = firing.at();
        }

        return firings;
    }
}
