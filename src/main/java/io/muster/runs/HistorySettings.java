package io.muster.runs;

import io.muster.support.Settings;
import java.time.Duration;

/**
 * How long what runs leave behind is kept.
 *
 * @param values rejected cells, before-images and files of runs
 * @param history runs with their counts, merges with their before-images, what became of segments, notifications
 */
public record HistorySettings(Duration values, Duration history) {

    /** Reads {@code muster.history.row-days} and {@code muster.history.days}. */
    static HistorySettings of(Settings settings) {
        return new HistorySettings(
                Duration.ofDays(settings.number("muster.history.row-days", 30, 1, 36_500)),
                Duration.ofDays(settings.number("muster.history.days", 400, 1, 36_500)));
    }
}
