package io.muster.app;

import io.muster.directory.Directory;
import io.muster.frequency.StoredRule;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A frequency rule as it is shown everywhere, in this order of keys.
 *
 * @param directory the id of its directory
 * @param survey the survey it is for; null for all
 * @param segment the id of the segment whose members it holds for; null for everybody
 * @param list the id of the list whose members it holds for; null for everybody
 * @param always whether nothing limits the survey
 * @param max a number, {@code none}, or null for a blank
 * @param per the period of the maximum
 * @param gap a period, {@code none}, or null for a blank
 * @param appliesToIntercepts false for rules on lists
 */
public record FrequencyRuleView(
        String id,
        String directory,
        @Nullable String survey,
        @Nullable String segment,
        @Nullable String list,
        boolean always,
        @Nullable Object max,
        @Nullable String per,
        @Nullable String gap,
        boolean appliesToIntercepts,
        Instant created) {

    static FrequencyRuleView of(Directory directory, StoredRule rule) {
        String max = rule.max();
        return new FrequencyRuleView(
                rule.id(),
                directory.id(),
                rule.survey(),
                rule.rule().segment(),
                rule.rule().list(),
                rule.rule().always(),
                max != null && Character.isDigit(max.charAt(0)) ? Integer.valueOf(max) : max,
                rule.per(),
                rule.gap(),
                rule.rule().appliesToIntercepts(),
                Instant.ofEpochMilli(rule.createdAt()));
    }
}
