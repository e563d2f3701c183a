package io.muster.app;

import org.jspecify.annotations.Nullable;

/**
 * Rules whose effect is to be forecast.
 *
 * @param directory id or name
 * @param rule the new rule; empty when one is only taken away
 * @param without the id of the rule that is taken away, or replaced by the new one; null for none
 * @param among id or name of a segment, or the id of a list, whose members are counted; null for all contacts
 * @param question what people would be contacted for; without a survey it is the new rule's, else that of the rule taken away
 */
public record SimulationRequest(
        String directory,
        NewFrequencyRule rule,
        @Nullable String without,
        @Nullable String among,
        FrequencyQuestion question) {}
