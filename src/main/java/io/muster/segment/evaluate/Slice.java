package io.muster.segment.evaluate;

import java.util.ArrayList;
import java.util.List;
import org.roaringbitmap.RoaringBitmap;

/**
 * Which contacts of a block are read.
 *
 * @param block contact numbers shifted right by 16
 * @param conditions SQL over the column {@code number}, in ascending order, that no contact fulfils twice
 */
record Slice(int block, List<String> conditions) {

    private static final int NUMBERS_PER_STATEMENT = 1_000;

    /** From so many positions without a gap on, a range costs less than naming each. */
    private static final int LEAST_STRETCH = 128;

    /** Beyond that many contacts the whole block is read. */
    private static final int MOST_NUMBERS = 8 * NUMBERS_PER_STATEMENT;

    /** All of a block. */
    static Slice whole(int block) {
        long first = (long) block << 16;
        return new Slice(block, List.of("number >= " + first + " AND number < " + (first + Pass.BLOCK)));
    }

    /** At least the contacts at those positions. */
    static Slice of(int block, RoaringBitmap positions) {
        List<String> stretches = stretches(block, positions);
        if (!stretches.isEmpty()) {
            return new Slice(block, stretches);
        }

        if (positions.getLongCardinality() > MOST_NUMBERS) {
            return whole(block);
        }

        long first = (long) block << 16;
        int[] all = positions.toArray();
        List<String> conditions = new ArrayList<>();
        for (int from = 0; from < all.length; from += NUMBERS_PER_STATEMENT) {
            StringBuilder condition = new StringBuilder("number IN (");
            for (int i = from; i < Math.min(from + NUMBERS_PER_STATEMENT, all.length); i++) {
                condition.append(i == from ? "" : ",").append(first + all[i]);
            }

            conditions.add(condition.append(')').toString());
        }

        return new Slice(block, conditions);
    }

    /** Long stretches of positions without a gap, which are read as ranges; none when there are short ones. */
    private static List<String> stretches(int block, RoaringBitmap positions) {
        long first = (long) block << 16;
        List<String> conditions = new ArrayList<>();
        for (long from = positions.nextValue(0); from >= 0; ) {
            long end = positions.nextAbsentValue((int) from);
            if (end - from < LEAST_STRETCH) {
                return List.of();
            }

            conditions.add("number >= " + (first + from) + " AND number < " + (first + end));
            from = end == Pass.BLOCK ? -1 : positions.nextValue((int) end);
        }

        return conditions;
    }
}
