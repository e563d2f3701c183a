package io.muster.segment.evaluate;

import java.util.Arrays;

/**
 * Judges values of one subject and remembers what became of them, as long as that pays. Bounded. For one thread.
 */
final class ValueMemo {

    private static final int MOST_VALUES = 1 << 14;
    private static final int MOST_BYTES = 4 << 20;
    private static final int FIRST_VALUES = 64;
    private static final int TRIAL = 4096;

    private final ValueJudge judge;
    private final JudgedValue reading;
    private final int words;
    private final int mostValues;
    private final long[] scratch;
    private final long[] missing;
    private final ByteIndex known = new ByteIndex();

    /** Per known value its bits, with those of a missing value turned over. */
    private long[] outcomes;

    private boolean remembers;
    private long asked;

    ValueMemo(ValueJudge judge, JudgedValue reading) {
        this.judge = judge;
        this.reading = reading;
        this.words = judge.words();
        this.remembers = !judge.isQuick();
        this.missing = judge.missing();
        this.mostValues = Math.clamp(MOST_BYTES / (8L * words), 256, MOST_VALUES);
        this.scratch = new long[words];
        this.outcomes = new long[FIRST_VALUES * words];
    }

    /**
     * Notes the outcome for a row that so far has the bits of a missing value.
     *
     * @param key the value's key, always from the same method
     * @param rows 64 rows a word
     */
    void note(long key, byte[] bytes, int from, int length, long[] rows, int word, int row) {
        if (remembers) {
            asked++;
            int number = known.find(key, bytes, from, length);
            if (number < 0) {
                number = remember(key, bytes, from, length);
            }

            if (words == 1) {
                rows[(word << 6) + row] ^= outcomes[number];
            } else {
                for (int i = 0; i < words; i++) {
                    rows[((word + i) << 6) + row] ^= outcomes[number * words + i];
                }
            }
        } else {
            judge(bytes, from, length, rows, word, row);
        }
    }

    /** As {@link #note}, without remembering. */
    void judge(byte[] bytes, int from, int length, long[] rows, int word, int row) {
        judge.judge(bytes, from, length, reading, scratch);
        for (int i = 0; i < words; i++) {
            rows[((word + i) << 6) + row] ^= scratch[i] ^ missing[i];
        }
    }

    private int remember(long key, byte[] bytes, int from, int length) {
        if (known.size() == TRIAL && asked < TRIAL + TRIAL / 16) {
            // Every value is a new one: cheaper judged each time.
            remembers = false;
        } else if (known.size() == mostValues || known.bytes() + length > MOST_BYTES) {
            remembers = asked > 2L * known.size();
            asked = 0;
            known.clear();
        }

        int number = known.add(key, bytes, from, length);
        if ((number + 1) * words > outcomes.length) {
            outcomes = Arrays.copyOf(outcomes, 2 * outcomes.length);
        }

        judge.judge(bytes, from, length, reading, scratch);
        for (int i = 0; i < words; i++) {
            outcomes[number * words + i] = scratch[i] ^ missing[i];
        }

        return number;
    }
}
