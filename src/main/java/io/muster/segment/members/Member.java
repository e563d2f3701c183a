package io.muster.segment.members;

import org.jspecify.annotations.Nullable;

/**
 * A contact of a segment.
 *
 * @param contactId its id, {@code CID_…}
 * @param extRef its external reference; null when it has none
 */
public record Member(String contactId, @Nullable String extRef) {}
