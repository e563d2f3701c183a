package io.muster.automation.schedule;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.LocalDateTime;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class CronTests {

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "30 2 * * *      | 2026-11-22T02:29:59 | 2026-11-22T02:30",
                "30 2 * * *      | 2026-11-22T02:30    | 2026-11-23T02:30",
                "15 30 2 * * *   | 2026-11-22T02:30    | 2026-11-22T02:30:15",
                "*/15 * * * *    | 2026-11-22T23:50    | 2026-11-23T00:00",
                "5/20 * * * *    | 2026-11-22T10:06    | 2026-11-22T10:25",
                "0 8-18/2 * * *  | 2026-11-22T09:00    | 2026-11-22T10:00",
                "0 8,20 * * *    | 2026-11-22T08:00    | 2026-11-22T20:00",
                "0 0 1 * *       | 2026-12-01T00:00    | 2027-01-01T00:00",
                "0 0 31 * *      | 2026-11-22T00:00    | 2026-12-31T00:00",
                "0 0 L * *       | 2027-02-01T00:00    | 2027-02-28T00:00",
                "0 0 L-1 * *     | 2028-02-01T00:00    | 2028-02-28T00:00",
                "0 0 1,L * *     | 2026-11-22T00:00    | 2026-11-30T00:00",
                "0 0 29 2 *      | 2026-11-22T00:00    | 2028-02-29T00:00",
                "0 0 29 FEB *    | 2097-01-01T00:00    | 2104-02-29T00:00",
                "0 0 * JAN,jul * | 2026-11-22T00:00    | 2027-01-01T00:00",
                "0 0 * * MON     | 2026-11-22T00:00    | 2026-11-23T00:00",
                "0 0 * * 0       | 2026-11-22T00:00    | 2026-11-29T00:00",
                "0 0 * * 7       | 2026-11-22T00:00    | 2026-11-29T00:00",
                "0 0 * * MON-FRI | 2026-11-20T00:00    | 2026-11-23T00:00",
                "0 0 * * FRI-SUN | 2026-11-22T00:00    | 2026-11-27T00:00",
                "0 0 * * FRIL    | 2026-11-22T00:00    | 2026-11-27T00:00",
                "0 0 * * 5L      | 2026-11-27T00:00    | 2026-12-25T00:00",
                "0 0 * * FRI#2   | 2026-11-22T00:00    | 2026-12-11T00:00",
                "0 0 * * */2     | 2026-11-22T00:00    | 2026-11-24T00:00",
                "0 0 * * SUN/3   | 2026-11-22T00:00    | 2026-11-25T00:00",
                "0 0 * * sat-0   | 2026-11-23T00:00    | 2026-11-28T00:00",
                "0 0 * * 7-7     | 2026-11-22T00:00    | 2026-11-29T00:00",
                "0 0 L-0 * *     | 2026-11-22T00:00    | 2026-11-30T00:00",
                "0 0 ? * 1#5     | 2026-11-22T00:00    | 2026-11-30T00:00",
                "@hourly         | 2026-11-22T10:00    | 2026-11-22T11:00",
                "@daily          | 2026-11-22T10:00    | 2026-11-23T00:00",
                "@weekly         | 2026-11-22T10:00    | 2026-11-29T00:00",
                "@monthly        | 2026-11-22T10:00    | 2026-12-01T00:00",
                "@yearly         | 2026-11-22T10:00    | 2027-01-01T00:00",
            })
    void findsTheNextLocalTime(String cron, LocalDateTime after, LocalDateTime next) {
        assertThat(Cron.parse(cron).next(after)).contains(next);
    }

    @Test
    void comesAfterPausesOfManyYears() {
        // The fifth Monday of February: 2044 has one after 2016, 2072 after 2044.
        assertThat(Cron.parse("0 0 * 2 MON#5").next(LocalDateTime.of(2044, 3, 1, 0, 0)))
                .contains(LocalDateTime.of(2072, 2, 29, 0, 0));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "* * * *",
                "* * * * * * *",
                "60 * * * *",
                "* 24 * * *",
                "* * 0 * *",
                "* * 32 * *",
                "* * * 13 *",
                "* * * * 8",
                "5-1 * * * *",
                "*/0 * * * *",
                "a * * * *",
                "1,,2 * * * *",
                "* * 15W * *",
                "*-5 * * * *",
                "1- * * * *",
                "* * * * MON#6",
                "* * L-31 * *",
                "* * L-28 * *",
                "@reboot",
                "-1 * * * *",
                "* * * FEBRUARY *",
                "1.5 * * * *"
            })
    void refusesWhatIsNoExpression(String text) {
        assertThatThrownBy(() -> Cron.parse(text)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void saysWhichFieldIsWrong() {
        assertThatThrownBy(() -> Cron.parse("* 25 * * *"))
                .hasMessage("has a wrong hour '25'. Write numbers from 0 to 23, lists (1,2), rising ranges (1-5), steps"
                        + " (*/5) or *");
        assertThatThrownBy(() -> Cron.parse("0 0 30 2 *"))
                .hasMessage("never matches a date: no such day exists in the calendar");
    }
}
