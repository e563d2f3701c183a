package io.muster.load;

import org.jspecify.annotations.Nullable;

/**
 * A touchpoint to record.
 *
 * @param channel its channel's word
 * @param kind its kind's word
 * @param happenedAt epoch milliseconds
 * @param survey id of a survey
 * @param intercept id of an intercept
 */
public record TouchpointWrite(
        EventKey key,
        String channel,
        String kind,
        long happenedAt,
        @Nullable String survey,
        @Nullable String intercept) {}
