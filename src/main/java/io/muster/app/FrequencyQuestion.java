package io.muster.app;

import org.jspecify.annotations.Nullable;

/**
 * For what somebody is to be contacted.
 *
 * @param channel {@code email}, {@code sms}, {@code web} or {@code app}
 * @param survey the survey it is about; null for none
 * @param at the moment asked about as ISO 8601, local to the directory without an offset; null for now
 */
public record FrequencyQuestion(
        String channel, @Nullable String survey, @Nullable String at) {}
