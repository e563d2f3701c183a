package io.muster.frequency;

import org.jspecify.annotations.Nullable;

/**
 * What a rule is made of, as it is written.
 *
 * @param max a number, {@code none}, or null when nothing is said
 * @param per the period of the maximum, for example {@code 30d}
 * @param gap a period, {@code none}, or null when nothing is said
 * @param survey the survey it is for; null for all
 * @param always whether nothing limits the survey
 * @param segment the numeric id of the segment whose members it holds for; null for everybody
 * @param list the numeric id of the list whose members it holds for; null for everybody
 */
public record RuleOptions(
        @Nullable String max,
        @Nullable String per,
        @Nullable String gap,
        @Nullable String survey,
        boolean always,
        @Nullable Long segment,
        @Nullable Integer list) {

    /** The word for "no limit". */
    static final String NONE = "none";
}
