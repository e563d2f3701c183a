package io.muster.web.console.dashboards;

import io.muster.web.console.page.Choice;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.stream.Stream;

/** The last days that a dashboard is of. */
final class Ranges {

    private static final int USUAL = 30;
    private static final List<Integer> DAYS = List.of(7, USUAL, 90, 365);

    private Ranges() {}

    /** The days that an address asks for; the usual ones for others. */
    static int days(String asked) {
        return DAYS.stream()
                .filter(days -> days.toString().equals(asked))
                .findFirst()
                .orElse(USUAL);
    }

    static Instant since(Instant now, int days) {
        return now.minus(Duration.ofDays(days));
    }

    /** How many days one bar is of: a chart has about thirty bars at most. */
    static int step(int days) {
        return days <= USUAL ? 1 : days <= 90 ? 7 : 28;
    }

    static List<Choice> choices(int chosen) {
        return DAYS.stream()
                .map(days -> new Choice(days.toString(), days + " days", days == chosen))
                .toList();
    }

    /** The directory among those that somebody may choose from: the one that is asked for, else the first; empty for none. */
    static String directory(List<Choice> seen, String asked) {
        return Stream.concat(
                        seen.stream().filter(one -> one.value().equals(asked)),
                        seen.stream().limit(asked.isBlank() ? 1 : 0))
                .findFirst()
                .map(Choice::value)
                .orElse("");
    }
}
