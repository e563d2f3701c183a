package io.muster.frequency.rules;

import org.jspecify.annotations.Nullable;

/**
 * A touchpoint or a reservation that contact frequency counts. The caller leaves out all that does not count: reminders,
 * clicks, reservations that were consumed.
 *
 * @param id how an explanation names it
 * @param at when it happened, epoch milliseconds; it counts even while that is in the future
 * @param survey the survey it was about, folded; null for none
 * @param until when it stops to count, epoch milliseconds; {@link Long#MAX_VALUE} for what really happened
 */
public record CountedTouchpoint(
        String id, long at, @Nullable String survey, long until) {

    /** Folds the survey. */
    public CountedTouchpoint {
        survey = survey == null ? null : FrequencyRule.surveyKey(survey);
    }

    /** A touchpoint that happened. */
    public static CountedTouchpoint happened(String id, long at, @Nullable String survey) {
        return new CountedTouchpoint(id, at, survey, Long.MAX_VALUE);
    }

    /** A reservation made at one moment; from the moment of its end on it counts no longer. */
    public static CountedTouchpoint reserved(String id, long at, @Nullable String survey, long end) {
        return new CountedTouchpoint(id, at, survey, end);
    }
}
