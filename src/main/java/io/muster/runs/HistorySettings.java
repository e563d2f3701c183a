package io.muster.runs;

import io.muster.support.KnownSettings;
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

    /**
     * Reads {@code muster.history.row-days}, {@code muster.history.file-days}, {@code muster.history.event-days}
     * and {@code muster.history.days}.
     *
     * @throws Refusal when values would be kept for longer than the runs that they belong to
     */
    public static HistorySettings of(Settings settings) {
        int history = settings.number(KnownSettings.HISTORY_DAYS);
        int values = settings.number(
                KnownSettings.HISTORY_ROW_DAYS, Math.min(KnownSettings.HISTORY_ROW_DAYS.usual(), history));
        if (history < values) {
            throw Settings.wrong(
                    KnownSettings.HISTORY_DAYS,
                    Integer.toString(history),
                    "is less than " + KnownSettings.HISTORY_ROW_DAYS.name() + ", which is " + values,
                    Math.max(KnownSettings.HISTORY_DAYS.usual(), values));
        }

        return new HistorySettings(
                Duration.ofDays(values),
                Duration.ofDays(settings.number(KnownSettings.HISTORY_FILE_DAYS)),
                Duration.ofDays(settings.number(KnownSettings.HISTORY_EVENT_DAYS)),
                Duration.ofDays(history));
    }
}
