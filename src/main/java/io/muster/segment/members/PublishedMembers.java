package io.muster.segment.members;

import java.util.Map;
import java.util.NavigableMap;
import java.util.OptionalLong;
import java.util.function.LongPredicate;
import org.roaringbitmap.RoaringBitmap;

/** The members of one published version of a segment, in memory. */
public final class PublishedMembers implements LongPredicate {

    private final NavigableMap<Integer, RoaringBitmap> blocks;

    PublishedMembers(NavigableMap<Integer, RoaringBitmap> blocks) {
        this.blocks = blocks;
    }

    /** Whether the contact of this number is a member. */
    @Override
    public boolean test(long number) {
        RoaringBitmap block = blocks.get((int) (number / PublishedBlocks.NUMBERS));
        return block != null && block.contains((int) (number % PublishedBlocks.NUMBERS));
    }

    /** The number of the first member from a number on. */
    public OptionalLong next(long from) {
        for (Map.Entry<Integer, RoaringBitmap> block :
                blocks.tailMap((int) (from / PublishedBlocks.NUMBERS), true).entrySet()) {
            long base = (long) block.getKey() * PublishedBlocks.NUMBERS;
            long next = block.getValue().nextValue((int) Math.max(0, from - base));
            if (next >= 0) {
                return OptionalLong.of(base + next);
            }
        }
        return OptionalLong.empty();
    }
}
