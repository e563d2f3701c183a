package io.muster.segment;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * How many members the versions of a segment have.
 *
 * @param members in the version that readers see; null until it was first rebuilt
 * @param asOf the moment that this version shows
 * @param held in the version that is held; null when there is none
 * @param previous in the version that a rollback puts back; null when there is none
 */
public record SegmentSize(
        @Nullable Long members,
        @Nullable Instant asOf,
        @Nullable Long held,
        @Nullable Long previous) {

    /** Of a segment that has no version. */
    public static final SegmentSize NONE = new SegmentSize(null, null, null, null);
}
