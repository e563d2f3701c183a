package io.muster.app;

import org.jspecify.annotations.Nullable;

/**
 * What came of a touchpoint.
 *
 * @param contactId the contact that has it, which may be one that the named contact was merged into
 * @param recorded false when its key was known already, and nothing changed
 * @param differs whether what was known already says something else, or belongs to another contact
 */
public record AddedTouchpoint(
        String contactId,
        boolean recorded,
        boolean differs,
        String channel,
        String kind,
        String time,
        @Nullable String survey,
        @Nullable String intercept,
        @Nullable String project,
        @Nullable String display,
        @Nullable String session,
        String source,
        @Nullable String key) {}
