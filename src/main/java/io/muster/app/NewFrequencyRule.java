package io.muster.app;

import org.jspecify.annotations.Nullable;

/**
 * What a rule is made of, as it is asked for.
 *
 * @param max a number, {@code none}, or null when nothing is said
 * @param per the period of the maximum
 * @param gap a period, {@code none}, or null when nothing is said
 * @param survey the survey it is for; null for all
 * @param always whether nothing limits the survey
 * @param segment id or name of the segment whose members it holds for; null for everybody
 * @param list id or name of the list whose members it holds for; null for everybody
 */
public record NewFrequencyRule(
        @Nullable String max,
        @Nullable String per,
        @Nullable String gap,
        @Nullable String survey,
        boolean always,
        @Nullable String segment,
        @Nullable String list) {

    /** Whether it says nothing at all. */
    public boolean isEmpty() {
        return max == null
                && per == null
                && gap == null
                && survey == null
                && !always
                && segment == null
                && list == null;
    }
}
