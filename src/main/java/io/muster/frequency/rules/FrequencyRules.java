package io.muster.frequency.rules;

import io.muster.frequency.rules.FrequencyAnswer.RuleStanding;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * All frequency rules of a directory. "At most N in a window" is over exactly at the N-th latest touchpoint plus the
 * window, and "at least a gap" at the latest plus the gap, so one moment says for all later ones who may be contacted.
 */
public final class FrequencyRules {

    /** The next eligible time of a contact whom nothing holds back. */
    public static final long ALWAYS = Long.MIN_VALUE;

    /** The next eligible time of a contact who may never be contacted. */
    public static final long NEVER = Long.MAX_VALUE;

    private static final Comparator<CountedTouchpoint> LATEST_FIRST =
            Comparator.comparingLong(CountedTouchpoint::at).reversed();

    private final List<FrequencyRule> rules;

    private FrequencyRules(List<FrequencyRule> rules) {
        this.rules = List.copyOf(rules);
    }

    /** The rules of a directory, in order of their creation. */
    public static FrequencyRules of(List<FrequencyRule> rules) {
        return new FrequencyRules(rules);
    }

    /** The rules, in order of their creation. */
    public List<FrequencyRule> rules() {
        return rules;
    }

    /** Whether no rule limits a use, for whatever survey. */
    public boolean isUnlimited(FrequencyUse use) {
        return rules.stream().noneMatch(rule -> isFor(rule, use));
    }

    /**
     * The surveys with rules of their own for a use, folded, each once, in order of creation: each needs a next eligible
     * time of its own, and all other surveys share one.
     */
    public List<String> surveys(FrequencyUse use) {
        return rules.stream()
                .filter(rule -> isFor(rule, use))
                .map(FrequencyRule::survey)
                .filter(Objects::nonNull)
                .distinct()
                .toList();
    }

    /**
     * The first moment at which a contact may be contacted about a survey, for this and every later moment as long as
     * nothing is added.
     *
     * @param survey the survey asked about; null for none
     * @param use what for
     * @param memberOf whether the contact is a member of a segment or list, by its public id
     * @param touchpoints all that counts for the contact, in any order
     * @return epoch milliseconds, {@link #ALWAYS} or {@link #NEVER}
     */
    public long nextEligible(
            @Nullable String survey,
            FrequencyUse use,
            Predicate<String> memberOf,
            List<CountedTouchpoint> touchpoints) {
        List<AppliedRule> applied = applied(survey, use, memberOf);
        return applied.isEmpty() ? ALWAYS : nextEligible(applied, sorted(touchpoints));
    }

    /**
     * Explains whether a contact may be contacted at a moment.
     *
     * @param survey the survey asked about; null for none
     * @param use what for
     * @param memberOf whether the contact is a member of a segment or list, by its public id
     * @param touchpoints all that counts for the contact, in any order
     * @param at the moment, epoch milliseconds
     */
    public FrequencyAnswer explain(
            @Nullable String survey,
            FrequencyUse use,
            Predicate<String> memberOf,
            List<CountedTouchpoint> touchpoints,
            long at) {
        List<CountedTouchpoint> latestFirst = sorted(touchpoints);
        List<RuleStanding> standings = new ArrayList<>();
        long latest = at;
        Optional<String> deciding = Optional.empty();
        List<AppliedRule> applied = applied(survey, use, memberOf);
        for (AppliedRule one : applied) {
            long next = nextEligible(List.of(one), latestFirst);
            if (next > latest) {
                latest = next;
                deciding = Optional.of(one.rule().id());
            }

            List<CountedTouchpoint> counted =
                    one.window().map(window -> window.counted(latestFirst, at)).orElse(List.of());
            standings.add(new RuleStanding(one.rule().id(), counted.size(), next > at ? next : ALWAYS, counted));
        }

        return new FrequencyAnswer(deciding.isEmpty(), nextEligible(applied, latestFirst), deciding, standings);
    }

    /** A rule of the survey that holds for the contact replaces all rules without a survey. */
    private List<AppliedRule> applied(@Nullable String survey, FrequencyUse use, Predicate<String> memberOf) {
        String key = survey == null ? null : FrequencyRule.surveyKey(survey);
        List<FrequencyRule> general = new ArrayList<>();
        List<FrequencyRule> ofSurvey = new ArrayList<>();
        for (FrequencyRule rule : rules) {
            if (isFor(rule, use) && holds(rule, memberOf)) {
                if (rule.survey() == null) {
                    general.add(rule);
                } else if (rule.survey().equals(key)) {
                    ofSurvey.add(rule);
                }
            }
        }

        return ofSurvey.isEmpty()
                ? general.stream().map(AppliedRule::general).toList()
                : ofSurvey.stream()
                        .map(rule -> AppliedRule.ofSurvey(rule, general))
                        .toList();
    }

    private static boolean isFor(FrequencyRule rule, FrequencyUse use) {
        return use == FrequencyUse.MESSAGE || rule.appliesToIntercepts();
    }

    private static boolean holds(FrequencyRule rule, Predicate<String> memberOf) {
        return (rule.segment() == null || memberOf.test(rule.segment()))
                && (rule.list() == null || memberOf.test(rule.list()));
    }

    /**
     * Reservations end, so which touchpoints count depends on the moment. Their number only falls: the answer is the first
     * end of a reservation, or the first moment before the next one, at which what still counts holds nothing back.
     */
    private static long nextEligible(List<AppliedRule> applied, List<CountedTouchpoint> latestFirst) {
        long[] ends = latestFirst.stream()
                .mapToLong(CountedTouchpoint::until)
                .filter(end -> end != Long.MAX_VALUE)
                .sorted()
                .toArray();
        long from = Long.MIN_VALUE;
        for (long end : ends) {
            long next = nextEligible(applied, latestFirst, end - 1);
            if (next < end) {
                return Math.max(from, next);
            }

            from = end;
        }

        return Math.max(from, nextEligible(applied, latestFirst, Long.MAX_VALUE - 1));
    }

    private static long nextEligible(List<AppliedRule> applied, List<CountedTouchpoint> latestFirst, long activeAt) {
        long next = ALWAYS;
        for (AppliedRule one : applied) {
            next = Math.max(next, one.nextEligible(latestFirst, activeAt));
        }

        return next;
    }

    private static List<CountedTouchpoint> sorted(List<CountedTouchpoint> touchpoints) {
        return touchpoints.size() < 2
                ? touchpoints
                : touchpoints.stream().sorted(LATEST_FIRST).toList();
    }
}
