package io.muster.load;

import io.muster.directory.Membership;
import org.jspecify.annotations.Nullable;

/**
 * What a run does to a contact's membership in its target list.
 *
 * @param after the membership from now on; null when the contact leaves the list
 * @param before the membership as the survey found it; null when there was none
 */
public record ListChange(
        @Nullable Membership after, @Nullable Membership before) {}
