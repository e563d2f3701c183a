package io.muster.frequency.rules;

import io.muster.support.Refusal;
import java.time.Duration;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A length of time of a frequency rule: a whole number of seconds, minutes, hours, days, weeks or months. A day has 24
 * hours whatever the clocks do, and a month has 30 days.
 *
 * @param millis from one second to 100 years of 365 days
 * @param text as it was written, for example {@code 14d}
 */
public record Period(long millis, String text) {

    private static final Pattern FORM = Pattern.compile("(\\d{1,12})(s|m|h|d|w|mo)");
    private static final Map<String, Duration> UNITS = Map.of(
            "s", Duration.ofSeconds(1),
            "m", Duration.ofMinutes(1),
            "h", Duration.ofHours(1),
            "d", Duration.ofDays(1),
            "w", Duration.ofDays(7),
            "mo", Duration.ofDays(30));
    private static final long LONGEST = Duration.ofDays(36_500).toMillis();

    /**
     * Reads a period.
     *
     * @throws Refusal when the text is no period or out of bounds
     */
    public static Period of(String text) {
        Matcher form = FORM.matcher(text);
        if (!form.matches()) {
            throw refusal(text, "it is not a whole number followed by s, m, h, d, w or mo");
        }

        Duration unit = UNITS.getOrDefault(form.group(2), Duration.ZERO);
        long amount = Long.parseLong(form.group(1));
        if (amount < 1) {
            throw refusal(text, "the shortest period is 1s");
        }

        if (amount > LONGEST / unit.toMillis()) {
            throw refusal(text, "the longest period is 36500d");
        }

        return new Period(amount * unit.toMillis(), text);
    }

    private static Refusal refusal(String text, String reason) {
        return Refusal.invalid(
                "INVALID_PERIOD", "Cannot read the period '%s': %s. Write for example 30d.".formatted(text, reason));
    }
}
