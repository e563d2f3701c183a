package io.muster.directory;

import org.jspecify.annotations.Nullable;

/**
 * One contact made with a person.
 *
 * @param channel how, one of {@link TouchpointChannel}'s words
 * @param kind what happened, one of {@link TouchpointKind}'s words
 * @param happenedAt when, epoch milliseconds
 * @param survey id of the survey it was about, as its sender gives it
 * @param intercept id of the intercept that was shown, as its sender gives it
 * @param run the import that brought it; null when it was added by itself
 * @param recordedAt when it came to be known here, epoch milliseconds
 */
public record Touchpoint(
        String channel,
        String kind,
        long happenedAt,
        @Nullable String survey,
        @Nullable String intercept,
        @Nullable Long run,
        long recordedAt) {

    /** Greatest length of the ids of surveys and intercepts, in code points. */
    public static final int MAX_ID = 100;

    /** All that tells a touchpoint from another one of the same contact and moment, as one text. */
    public static String content(
            TouchpointChannel channel, TouchpointKind kind, @Nullable String survey, @Nullable String intercept) {
        return String.join("\n", channel.word(), kind.word(), part(survey), part(intercept));
    }

    private static String part(@Nullable String id) {
        return id == null ? "" : id;
    }
}
