package io.muster.runs;

import io.muster.support.Refusal;
import io.muster.support.Settings;
import java.time.Duration;

/**
 * How long what runs leave behind is kept.
 *
 * @param values rejected cells, before-images and files of runs
 * @param files files that callers have sent, where their job says nothing else
 * @param events JSON events with what became of them
 * @param history runs with their counts, merges with their before-images, what became of segments, notifications
 */
public record HistorySettings(Duration values, Duration files, Duration events, Duration history) {

    private static final String VALUES = "muster.history.row-days";
    private static final String FILES = "muster.history.file-days";
    private static final String EVENTS = "muster.history.event-days";
    private static final String HISTORY = "muster.history.days";

    /**
     * Reads {@code muster.history.row-days}, {@code muster.history.file-days}, {@code muster.history.event-days}
     * and {@code muster.history.days}.
     *
     * @throws Refusal when values would be kept for longer than the runs that they belong to
     */
    public static HistorySettings of(Settings settings) {
        int history = settings.number(HISTORY, 400, 1, 36_500);
        int values = settings.number(VALUES, Math.min(30, history), 1, 36_500);
        if (history < values) {
            throw Settings.wrong(
                    HISTORY,
                    Integer.toString(history),
                    "is less than " + VALUES + ", which is " + values,
                    Math.max(400, values));
        }

        return new HistorySettings(
                Duration.ofDays(values),
                Duration.ofDays(settings.number(FILES, 60, 1, 36_500)),
                Duration.ofDays(settings.number(EVENTS, 30, 1, 36_500)),
                Duration.ofDays(history));
    }
}
