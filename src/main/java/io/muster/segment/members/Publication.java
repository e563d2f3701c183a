package io.muster.segment.members;

import org.jspecify.annotations.Nullable;

/**
 * A switch of what readers see of a segment.
 *
 * @param number its numeric id
 * @param version the version that was switched to
 * @param base the version before; null for the first
 * @param kind REBUILD, RELEASE of a held version, or ROLLBACK
 * @param actor who or what caused it
 * @param members members from then on
 * @param added who joined with it
 * @param removed who left with it
 * @param at when, epoch milliseconds
 */
public record Publication(
        long number,
        long version,
        @Nullable Long base,
        String kind,
        String actor,
        long members,
        long added,
        long removed,
        long at) {}
