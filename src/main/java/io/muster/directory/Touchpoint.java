package io.muster.directory;

import org.jspecify.annotations.Nullable;

/**
 * One contact made with a person.
 *
 * @param channel how, one of {@link TouchpointChannel}'s words
 * @param kind what happened, one of {@link TouchpointKind}'s words
 * @param happenedAt when, epoch milliseconds
 * @param survey id of the survey it was about, as its sender gives it, like all ids here
 * @param intercept id of the intercept that was shown
 * @param project id of the website or app where that was
 * @param display id of that one display
 * @param session id of the visit in which it happened
 * @param source where the record comes from
 * @param key its key in that source; null for none, and for records made before ids were kept
 * @param run the import that brought it; null when it was added by itself
 * @param recordedAt when it came to be known here, epoch milliseconds
 */
public record Touchpoint(
        String channel,
        String kind,
        long happenedAt,
        @Nullable String survey,
        @Nullable String intercept,
        @Nullable String project,
        @Nullable String display,
        @Nullable String session,
        String source,
        @Nullable String key,
        @Nullable Long run,
        long recordedAt) {}
