package io.muster.frequency.rules;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * At most so many touchpoints in a window. A gap is at most one touchpoint in the window of its length.
 *
 * @param times from 0, which means never
 * @param window milliseconds
 * @param survey only touchpoints of this survey count; null: of all
 */
record Restriction(int times, long window, @Nullable String survey) {

    /** The first moment at which the restriction holds nothing back, for touchpoints with the latest first. */
    long nextEligible(List<CountedTouchpoint> latestFirst, long activeAt) {
        if (times == 0) {
            return FrequencyRules.NEVER;
        }

        int seen = 0;
        for (CountedTouchpoint one : latestFirst) {
            if (counts(one, activeAt) && ++seen == times) {
                return one.at() + window;
            }
        }

        return FrequencyRules.ALWAYS;
    }

    /** The touchpoints in the window that ends at a moment, and later ones; the latest first. */
    List<CountedTouchpoint> counted(List<CountedTouchpoint> latestFirst, long at) {
        return latestFirst.stream()
                .filter(one -> counts(one, at) && one.at() + window > at)
                .toList();
    }

    private boolean counts(CountedTouchpoint one, long activeAt) {
        return one.until() > activeAt && (survey == null || survey.equals(one.survey()));
    }
}
