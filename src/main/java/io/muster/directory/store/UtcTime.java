package io.muster.directory.store;

import java.time.LocalDate;

/** Epoch milliseconds as ISO 8601 in UTC, always with three digits of a second: {@code 2026-11-22T08:15:30.000Z}. */
final class UtcTime {

    private static final long DAY = 86_400_000;

    private UtcTime() {}

    static String of(long millis) {
        StringBuilder text = new StringBuilder(24);
        append(text, millis);
        return text.toString();
    }

    static void append(StringBuilder text, long millis) {
        LocalDate date = LocalDate.ofEpochDay(Math.floorDiv(millis, DAY));
        int rest = (int) Math.floorMod(millis, DAY);
        digits(text, date.getYear(), 1000);
        digits(text.append('-'), date.getMonthValue(), 10);
        digits(text.append('-'), date.getDayOfMonth(), 10);
        digits(text.append('T'), rest / 3_600_000, 10);
        digits(text.append(':'), rest / 60_000 % 60, 10);
        digits(text.append(':'), rest / 1_000 % 60, 10);
        digits(text.append('.'), rest % 1_000, 100);
        text.append('Z');
    }

    private static void digits(StringBuilder text, int value, int first) {
        for (int unit = first; unit > 0; unit /= 10) {
            text.append((char) ('0' + value / unit % 10));
        }
    }
}
