package io.muster.frequency;

import io.muster.frequency.rules.FrequencyRule;
import io.muster.frequency.rules.Limit;
import io.muster.frequency.rules.Maximum;
import io.muster.frequency.rules.Period;
import org.jspecify.annotations.Nullable;

/**
 * A rule of a directory as it is stored. {@link #rule} says what it means.
 *
 * @param number its numeric id
 * @param id its public id, {@code FR_…}
 * @param directory its directory
 * @param survey the survey it is for, as it was given; null for all
 * @param segment the numeric id of the segment whose members it holds for; null for everybody
 * @param list the numeric id of the list whose members it holds for; null for everybody
 * @param rule what it says
 * @param createdAt epoch milliseconds
 */
public record StoredRule(
        long number,
        String id,
        int directory,
        @Nullable String survey,
        @Nullable Long segment,
        @Nullable Integer list,
        FrequencyRule rule,
        long createdAt) {

    /** Its maximum as it is written: a number, {@code none}, or null for a blank. */
    public @Nullable String max() {
        return switch (rule.maximum()) {
            case Limit.Of<Maximum> most -> Integer.toString(most.value().times());
            case Limit.None<Maximum> none -> RuleOptions.NONE;
            case Limit.Blank<Maximum> blank -> null;
        };
    }

    /** The period of its maximum; null where it has none. */
    public @Nullable String per() {
        return rule.maximum() instanceof Limit.Of<Maximum> most
                ? most.value().per().map(Period::text).orElse(null)
                : null;
    }

    /** Its gap as it is written: a period, {@code none}, or null for a blank. */
    public @Nullable String gap() {
        return switch (rule.gap()) {
            case Limit.Of<Period> gap -> gap.value().text();
            case Limit.None<Period> none -> RuleOptions.NONE;
            case Limit.Blank<Period> blank -> null;
        };
    }
}
