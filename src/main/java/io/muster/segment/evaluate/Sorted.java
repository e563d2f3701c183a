package io.muster.segment.evaluate;

/** Search in few ordered numbers, where the outcome of every comparison is a surprise to the processor. */
final class Sorted {

    private Sorted() {}

    /** How many of the numbers are less than a value. */
    static int below(long[] ascending, long value) {
        int base = 0;
        int count = ascending.length;
        while (count > 1) {
            int half = count >>> 1;
            // Made into a conditional move, not a jump.
            base = ascending[base + half - 1] < value ? base + half : base;
            count -= half;
        }

        return count == 1 && ascending[base] < value ? base + 1 : base;
    }
}
