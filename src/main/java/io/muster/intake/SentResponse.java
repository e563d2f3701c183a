package io.muster.intake;

import org.jspecify.annotations.Nullable;

/**
 * A response to a survey; its form is right, whatever it names.
 *
 * @param id its id, unique in its project
 * @param project the public id of the project
 * @param intercept the public id of the intercept
 * @param reference the reference of the visitor, trimmed; null for none
 * @param signature the signature of the reference; null for none
 * @param survey the survey that it answers; null for that of the intercept
 * @param at when it happened, epoch milliseconds; null when the sender does not say
 * @param answers what was answered, as a JSON object
 */
public record SentResponse(
        String id,
        String project,
        String intercept,
        @Nullable String reference,
        @Nullable String signature,
        @Nullable String survey,
        @Nullable Long at,
        String answers) {}
