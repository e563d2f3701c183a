package io.muster.segment.evaluate;

import io.muster.segment.condition.Moment;
import io.muster.segment.condition.ValueTest;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import org.jspecify.annotations.Nullable;

/**
 * Judges one value by all tests of its subject: each test has a bit. Tests come without their complements, so that a value
 * that is missing or unreadable passes none but the test for being empty. Immutable.
 */
final class ValueJudge {

    private final int words;
    private final long[] missing;
    private final @Nullable TextJudge texts;
    private final @Nullable NumberRanks numbers;
    private final long[][] bitsOfRank;
    private final List<SpanTest> dates = new ArrayList<>();
    private final List<Integer> bitsOfDate = new ArrayList<>();
    private final Spans spans;

    /**
     * @param words how many words the bits take
     * @param tests the bit of each test
     */
    ValueJudge(Comparison comparison, int words, SequencedMap<ValueTest, Integer> tests, Spans spans) {
        this.words = words;
        this.spans = spans;
        this.missing = new long[words];
        TextJudge ofText = new TextJudge(comparison, words);
        boolean anyText = false;
        List<ValueTest> ofNumber = new ArrayList<>();
        for (Map.Entry<ValueTest, Integer> entry : tests.entrySet()) {
            ValueTest test = entry.getKey();
            int bit = entry.getValue();
            if (test.equals(ValueTest.EMPTY)) {
                set(missing, bit);
                continue;
            }

            switch (test.form()) {
                case TEXT -> {
                    ofText.add(test, bit);
                    anyText = true;
                }
                case NUMBER -> ofNumber.add(test);
                case DATE -> {
                    dates.add(SpanTest.of(test, spans));
                    bitsOfDate.add(bit);
                }
            }
        }

        texts = anyText ? ofText : null;
        numbers = ofNumber.isEmpty() ? null : new NumberRanks(ofNumber);
        bitsOfRank = new long[numbers == null ? 0 : numbers.count()][words];
        for (ValueTest test : ofNumber) {
            int bit = tests.getOrDefault(test, -1);
            if (numbers != null) {
                numbers.passing(test).stream().forEach(rank -> set(bitsOfRank[rank], bit));
            }
        }
    }

    int words() {
        return words;
    }

    /** Whether judging a value takes no longer than finding out what was judged before. */
    boolean isQuick() {
        return texts == null && dates.isEmpty();
    }

    /** The bits of a missing value. */
    long[] missing() {
        return missing;
    }

    /** Writes the bits of a value. */
    void judge(byte[] bytes, int from, int length, JudgedValue reading, long[] bits) {
        if (!reading.take(bytes, from, length)) {
            System.arraycopy(missing, 0, bits, 0, words);
            return;
        }

        for (int i = 0; i < words; i++) {
            bits[i] = 0;
        }

        if (texts != null) {
            texts.judge(reading, bits);
        }

        if (numbers != null) {
            DecimalReading number = reading.number();
            if (number != null) {
                long[] passed = bitsOfRank[numbers.rank(number)];
                for (int i = 0; i < words; i++) {
                    bits[i] |= passed[i];
                }
            }
        }

        if (!dates.isEmpty()) {
            Moment moment = reading.moment();
            if (moment != null) {
                judge(spans.of(moment), bits);
            }
        }
    }

    private void judge(Spans.Of span, long[] bits) {
        for (int i = 0; i < dates.size(); i++) {
            if (dates.get(i).passes(span.from(), span.to())) {
                set(bits, bitsOfDate.get(i));
            }
        }
    }

    private static void set(long[] bits, int bit) {
        bits[bit >>> 6] |= 1L << bit;
    }
}
