package io.muster.app;

import org.jspecify.annotations.Nullable;

/**
 * A contact that is asked about.
 *
 * @param id its id, {@code CID_…}; null when it is named by its reference
 * @param reference its external reference, or one taken over by a merge; null when it is named by its id
 */
public record WhichContact(@Nullable String id, @Nullable String reference) {}
