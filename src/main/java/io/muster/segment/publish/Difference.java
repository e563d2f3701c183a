package io.muster.segment.publish;

import org.jspecify.annotations.Nullable;
import org.roaringbitmap.RoaringBitmap;

/** Who joined and who is gone between two versions of a block. */
record Difference(RoaringBitmap joined, RoaringBitmap gone) {

    static Difference of(RoaringBitmap before, RoaringBitmap after) {
        return new Difference(RoaringBitmap.andNot(after, before), RoaringBitmap.andNot(before, after));
    }

    boolean isNone() {
        return joined.isEmpty() && gone.isEmpty();
    }

    /** A row of {@code segment_change}. */
    @Nullable
    Object[] row(int directory, int block, long publication, long segment) {
        return new @Nullable Object[] {
            directory,
            block,
            publication,
            segment,
            Bitmaps.packUnlessEmpty(joined),
            joined.getCardinality(),
            Bitmaps.packUnlessEmpty(gone),
            gone.getCardinality()
        };
    }
}
