package io.muster.frequency.rules;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A rule that applies to a contact and a survey, with what it inherits.
 *
 * @param rule the rule
 * @param restrictions all of them must let a contact through
 * @param window the restriction whose touchpoints an explanation shows: the rule's own maximum, else its own gap, else
 *     the first one inherited
 */
record AppliedRule(FrequencyRule rule, List<Restriction> restrictions, Optional<Restriction> window) {

    /** A rule without a survey: what it leaves blank does not limit. */
    static AppliedRule general(FrequencyRule rule) {
        List<Restriction> own = new ArrayList<>(2);
        maximum(rule).ifPresent(own::add);
        gap(rule).ifPresent(own::add);
        return of(rule, own, List.of());
    }

    /** A rule of a survey: what it leaves blank it inherits from the general rules that hold for the contact. */
    static AppliedRule ofSurvey(FrequencyRule rule, List<FrequencyRule> general) {
        if (rule.always()) {
            return of(rule, List.of(), List.of());
        }

        List<Restriction> own = new ArrayList<>(2);
        List<Restriction> inherited = new ArrayList<>();
        maximum(rule).ifPresent(own::add);
        gap(rule).ifPresent(own::add);
        if (rule.maximum() instanceof Limit.Blank) {
            general.forEach(one -> maximum(one).ifPresent(inherited::add));
        }

        if (rule.gap() instanceof Limit.Blank) {
            general.forEach(one -> gap(one).ifPresent(inherited::add));
        }

        return of(rule, own, inherited);
    }

    /** The first moment at which the rule holds nothing back, of the touchpoints that count at a moment. */
    long nextEligible(List<CountedTouchpoint> latestFirst, long activeAt) {
        long next = FrequencyRules.ALWAYS;
        for (Restriction one : restrictions) {
            next = Math.max(next, one.nextEligible(latestFirst, activeAt));
        }

        return next;
    }

    private static AppliedRule of(FrequencyRule rule, List<Restriction> own, List<Restriction> inherited) {
        List<Restriction> all = new ArrayList<>(own);
        all.addAll(inherited);
        Optional<Restriction> window =
                all.stream().filter(one -> one.window() > 0).findFirst();
        return new AppliedRule(rule, List.copyOf(all), window);
    }

    private static Optional<Restriction> maximum(FrequencyRule rule) {
        return rule.maximum() instanceof Limit.Of<Maximum> most
                ? Optional.of(new Restriction(
                        most.value().times(),
                        most.value().per().map(Period::millis).orElse(0L),
                        rule.survey()))
                : Optional.empty();
    }

    private static Optional<Restriction> gap(FrequencyRule rule) {
        return rule.gap() instanceof Limit.Of<Period> gap
                ? Optional.of(new Restriction(1, gap.value().millis(), rule.survey()))
                : Optional.empty();
    }
}
