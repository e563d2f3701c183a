package io.muster.app;

import org.jspecify.annotations.Nullable;

/**
 * What came of a touchpoint.
 *
 * @param contactId the contact that has it, which may be one that the named contact was merged into
 * @param recorded false when its key was known already, and nothing changed
 */
public record AddedTouchpoint(
        String contactId,
        boolean recorded,
        String channel,
        String kind,
        String time,
        @Nullable String survey,
        @Nullable String intercept,
        @Nullable String key) {}
