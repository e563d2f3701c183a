package io.muster.app;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.muster.frequency.FrequencyExplainer.Counted;
import io.muster.frequency.FrequencyExplainer.Explained;
import io.muster.frequency.rules.FrequencyAnswer;
import io.muster.frequency.rules.FrequencyRules;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Why a contact may or may not be contacted, in this order of keys.
 *
 * @param nextEligible when the contact may be contacted again; null when that is now, and when it is never
 * @param rule the id of the rule that decides; null when eligible
 * @param rules the rules that apply, in order of creation
 * @param resetAt what came to be known up to this moment does not count; null, and left out, for counters that were not reset
 */
public record FrequencyExplanation(
        boolean eligible,
        @Nullable String nextEligible,
        @Nullable String rule,
        List<Standing> rules,

        @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable String resetAt) {

    /** Copies the list. */
    public FrequencyExplanation {
        rules = List.copyOf(rules);
    }

    /**
     * What one rule says.
     *
     * @param rule its id
     * @param counted how many touchpoints are in its window
     * @param nextEligible when it holds nothing back any more; null while it holds nothing back, and for never
     * @param touchpoints those counted, the latest first
     */
    public record Standing(
            String rule, int counted, @Nullable String nextEligible, List<CountedView> touchpoints) {

        /** Copies the list. */
        public Standing {
            touchpoints = List.copyOf(touchpoints);
        }
    }

    /**
     * A touchpoint or a reservation that counts.
     *
     * @param kind what happened, or {@code reservation}
     * @param until when a reservation ends; null for what happened
     */
    public record CountedView(
            String time,
            String channel,
            String kind,
            @Nullable String survey,
            @Nullable String until) {

        private static CountedView of(Counted counted) {
            Long until = counted.until();
            return new CountedView(
                    Instant.ofEpochMilli(counted.at()).toString(),
                    counted.channel(),
                    counted.kind(),
                    counted.survey(),
                    until == null ? null : Instant.ofEpochMilli(until).toString());
        }
    }

    static FrequencyExplanation of(Explained explained) {
        FrequencyAnswer answer = explained.answer();
        Long resetAt = explained.resetAt();
        return new FrequencyExplanation(
                answer.eligible(),
                answer.eligible() ? null : time(answer.nextEligible()),
                answer.rule().orElse(null),
                answer.rules().stream()
                        .map(standing -> new Standing(
                                standing.rule(),
                                standing.counted(),
                                time(standing.nextEligible()),
                                standing.touchpoints().stream()
                                        .map(explained::of)
                                        .map(CountedView::of)
                                        .toList()))
                        .toList(),
                resetAt == null ? null : Instant.ofEpochMilli(resetAt).toString());
    }

    /** The moment as text; null for always and never. */
    static @Nullable String time(long moment) {
        return moment == FrequencyRules.ALWAYS || moment == FrequencyRules.NEVER
                ? null
                : Instant.ofEpochMilli(moment).toString();
    }
}
