package io.muster.frequency.rules;

import java.util.List;
import java.util.Optional;

/**
 * Why a contact may or may not be contacted at a moment.
 *
 * @param eligible whether nothing holds the contact back
 * @param nextEligible the first moment at which nothing does, epoch milliseconds, {@link FrequencyRules#NEVER}, or
 *     {@link FrequencyRules#ALWAYS} when nothing ever did
 * @param rule the id of the rule that decides; empty when eligible
 * @param rules the rules that apply, in order of creation
 */
public record FrequencyAnswer(boolean eligible, long nextEligible, Optional<String> rule, List<RuleStanding> rules) {

    /** Copies the list. */
    public FrequencyAnswer {
        rules = List.copyOf(rules);
    }

    /**
     * What one rule says.
     *
     * @param rule its id
     * @param counted how many touchpoints are in its window
     * @param nextEligible the first moment at which it holds nothing back; {@link FrequencyRules#ALWAYS} when it holds
     *     nothing back at the moment asked about
     * @param touchpoints those counted, the latest first
     */
    public record RuleStanding(String rule, int counted, long nextEligible, List<CountedTouchpoint> touchpoints) {

        /** Copies the list. */
        public RuleStanding {
            touchpoints = List.copyOf(touchpoints);
        }
    }
}
