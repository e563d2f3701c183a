package io.muster.frequency.rules;

import io.muster.support.Fold;
import io.muster.support.Refusal;
import org.jspecify.annotations.Nullable;

/**
 * One rule of contact frequency. Without a survey it holds for all surveys; with one it is an exception that replaces
 * the rules without a survey for that one.
 *
 * @param id the rule's public id
 * @param survey the survey it is for, folded; null for all
 * @param segment the segment whose members it holds for; null for everybody
 * @param list the list whose members it holds for, in messages only; null for everybody
 * @param always nothing limits this survey; used without maximum and gap
 * @param maximum at most so many touchpoints in a period
 * @param gap the least time between two touchpoints
 */
public record FrequencyRule(
        String id,
        @Nullable String survey,
        @Nullable String segment,
        @Nullable String list,
        boolean always,
        Limit<Maximum> maximum,
        Limit<Period> gap) {

    /** Folds the survey and checks that the parts go together. */
    public FrequencyRule {
        survey = survey == null ? null : surveyKey(survey);
        boolean limits = !(maximum instanceof Limit.Blank && gap instanceof Limit.Blank);
        if (always && limits) {
            throw refusal("--always is used alone", "Leave out --max, --per and --gap.");
        }

        if (always && survey == null && list == null) {
            throw alwaysForNoSurvey();
        }

        if (!always && !limits) {
            throw refusal("it limits nothing", "Give --max and --per, --gap, or --always.");
        }

        if (segment != null && list != null) {
            throw refusal("it has a segment and a list", "Make two rules.");
        }
    }

    /** Refuses a new rule that does nothing; earlier versions stored such rules on lists. */
    public void checkNew() {
        if (always && survey == null) {
            throw alwaysForNoSurvey();
        }
    }

    /** The form in which ids of surveys are compared: without case, outer white space removed. */
    public static String surveyKey(String survey) {
        return Fold.fold(Fold.trim(survey));
    }

    /** Whether decisions about intercepts follow it; rules on lists are for messages only. */
    public boolean appliesToIntercepts() {
        return list == null;
    }

    private static Refusal alwaysForNoSurvey() {
        return refusal("--always is an exception for a survey", "Name it with --survey.");
    }

    private static Refusal refusal(String reason, String advice) {
        return Refusal.invalid(
                "INVALID_FREQUENCY_RULE", "Cannot make the frequency rule: %s. %s".formatted(reason, advice));
    }
}
