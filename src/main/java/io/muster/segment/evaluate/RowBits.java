package io.muster.segment.evaluate;

/**
 * Turns the outcomes of tests, gathered row by row, into one mask a test: 64 rows at a time, as the transposition of a
 * matrix of bits.
 */
final class RowBits {

    private final int words;
    private final long[] missing;
    private final long[] rows;
    private final long[] square = new long[64];

    /** @param missing the words of a row in which every value is missing */
    RowBits(long[] missing) {
        this.words = missing.length;
        this.missing = missing;
        this.rows = new long[words * 64];
    }

    /** The words of 64 rows: those with the first 64 tests, then those with the next. */
    long[] rows() {
        return rows;
    }

    /** Begins a row: every value is missing so far. */
    void begin(int row) {
        for (int word = 0; word < words; word++) {
            rows[(word << 6) + row] = missing[word];
        }
    }

    /**
     * Writes a word of each test's mask.
     *
     * @param masks masks of 64 words, one behind the other, the first test's first
     * @param at which word of each mask
     */
    void flush(long[] masks, int at) {
        for (int word = 0; word < words; word++) {
            System.arraycopy(rows, word << 6, square, 0, 64);
            transpose(square);
            int first = (word << 12) + at;
            for (int bit = 0; bit < 64; bit++) {
                masks[first + (bit << 6)] = square[bit];
            }
        }
    }

    /** Bit {@code c} of word {@code r} becomes bit {@code r} of word {@code c} (Hacker's Delight, section 7-3). */
    private static void transpose(long[] square) {
        long mask = 0x00000000FFFFFFFFL;
        for (int width = 32; width != 0; width >>>= 1, mask ^= mask << width) {
            for (int row = 0; row < 64; row = (row + width + 1) & ~width) {
                long swapped = (square[row] >>> width ^ square[row + width]) & mask;
                square[row] ^= swapped << width;
                square[row + width] ^= swapped;
            }
        }
    }
}
