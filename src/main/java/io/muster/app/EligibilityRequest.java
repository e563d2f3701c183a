package io.muster.app;

import io.muster.directory.Actor;
import org.jspecify.annotations.Nullable;

/**
 * Whose eligibility is asked about; exactly one of segment, list and reference is given.
 *
 * @param actor who asks, and reserves
 * @param directory id or name
 * @param segment id or name
 * @param list id or name
 * @param reference an external reference, or one taken over by a merge
 * @param question what they are to be contacted for
 * @param reserve for how long those eligible are reserved; null for not at all
 */
public record EligibilityRequest(
        Actor actor,
        String directory,
        @Nullable String segment,
        @Nullable String list,
        @Nullable String reference,
        FrequencyQuestion question,
        @Nullable String reserve) {}
