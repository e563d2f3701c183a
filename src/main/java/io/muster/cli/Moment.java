package io.muster.cli;

import io.muster.directory.EventDates;
import io.muster.directory.Verdict;
import io.muster.support.Refusal;
import java.time.Instant;
import java.time.ZoneOffset;
import org.jspecify.annotations.Nullable;

/** A date or time of an option; in UTC where it has no offset. */
final class Moment {

    private Moment() {}

    /** What was given with an option; null when nothing was. */
    static @Nullable Instant of(String option, @Nullable String text) {
        if (text == null) {
            return null;
        }

        if (new EventDates(ZoneOffset.UTC, null).judge(text) instanceof Verdict.Valid valid) {
            return Instant.ofEpochMilli(Long.parseLong(valid.value()));
        }

        throw Refusal.invalid(
                "BAD_TIME",
                "Cannot use " + option + " '" + text + "': that is no date or time. Write for example 2026-11-22 or"
                        + " 2026-11-22T09:30Z.");
    }
}
