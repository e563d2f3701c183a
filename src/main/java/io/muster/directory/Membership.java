package io.muster.directory;

import org.jspecify.annotations.Nullable;

/**
 * A contact's membership in a list.
 *
 * @param unsubscribed whether the contact opted out of the list
 * @param embedded the membership's own embedded data as it is stored ({@link EmbeddedJson}); null when there is none
 * @param joinedAt epoch milliseconds
 * @param optedOutAt when the contact opted out of the list, epoch milliseconds; null while it has not, and where nobody
 *     noted it
 */
public record Membership(
        boolean unsubscribed,
        @Nullable String embedded,
        long joinedAt,
        @Nullable Long optedOutAt) {}
