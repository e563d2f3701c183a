package io.muster.segment.evaluate;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.roaringbitmap.RoaringBitmap;

/** Which contacts of a block are asked for, and how. */
class SliceTests {

    @Test
    void longStretchesAreRangesAndOthersAreNamed() {
        RoaringBitmap stretches = new RoaringBitmap();
        stretches.add(0L, 512L);
        stretches.add(65_000L, 65_536L);
        assertThat(Slice.of(1, stretches).conditions())
                .containsExactly("number >= 65536 AND number < 66048", "number >= 130536 AND number < 131072");

        stretches.add(700);
        assertThat(Slice.of(0, stretches).conditions()).hasSize(2).allMatch(one -> one.startsWith("number IN ("));
        assertThat(Slice.of(0, RoaringBitmap.bitmapOf(3, 9)).conditions()).containsExactly("number IN (3,9)");
        assertThat(Slice.of(0, new RoaringBitmap()).conditions()).isEmpty();
    }
}
