package io.muster.jobs.rebuild;

import io.muster.segment.evaluate.Pass;
import io.muster.segment.publish.BlockWriter;
import java.util.SortedMap;
import org.jspecify.annotations.Nullable;
import org.roaringbitmap.RoaringBitmap;

/**
 * One pass of a rebuild over contacts.
 *
 * @param name tells it from the other phase of the same rebuild
 * @param blocks the blocks it may meet, from 0
 * @param changed the contacts that are looked at, by block; null for all
 */
record Phase(
        String name,
        Pass pass,
        BlockWriter writer,
        int blocks,
        @Nullable SortedMap<Integer, RoaringBitmap> changed) {}
