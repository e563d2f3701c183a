package io.muster.load;

import org.jspecify.annotations.Nullable;

/**
 * What a run does to a contact's membership in its target list.
 *
 * @param after the membership from now on
 * @param before the membership as the survey found it; null when there was none
 */
public record ListChange(Membership after, @Nullable Membership before) {

    /**
     * A contact's membership in a list.
     *
     * @param unsubscribed whether the contact opted out of the list
     * @param embedded the membership's own embedded data as stored JSON
     * @param joinedAt epoch milliseconds
     */
    public record Membership(boolean unsubscribed, @Nullable String embedded, long joinedAt) {}
}
