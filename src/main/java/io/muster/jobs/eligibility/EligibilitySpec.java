package io.muster.jobs.eligibility;

import org.jspecify.annotations.Nullable;

/**
 * What is asked; stored as JSON with the run. Either segment or list is given.
 *
 * @param segment the public id of the segment
 * @param list the public id of the list
 * @param channel the word of the channel
 * @param survey the survey that they are to be contacted about; null for none
 * @param at the moment asked about, epoch milliseconds
 * @param reserve for how long those eligible are reserved; null for not at all
 */
public record EligibilitySpec(
        @Nullable String segment,
        @Nullable String list,
        String channel,
        @Nullable String survey,
        long at,
        @Nullable String reserve) {}
