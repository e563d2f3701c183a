package io.muster.segment.evaluate;

import io.muster.segment.condition.ValueOperator;
import io.muster.segment.condition.ValueTest;
import java.math.BigDecimal;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Collection;
import java.util.List;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * All numbers that tests compare with, in order. A number's rank tells the outcome of every test: an odd rank is equal to
 * one of them, an even rank lies between two.
 */
final class NumberRanks {

    /** Sums have so many digits behind the point. */
    static final int LEAST_DIGITS = 4;

    /** Digits behind the point up to which numbers are compared as 64 bits. */
    private static final int MOST_DIGITS = 9;

    private final BigDecimal[] bounds;
    private final int digits;
    private final long @Nullable [] scaled;

    NumberRanks(Collection<ValueTest> tests) {
        TreeSet<BigDecimal> all = new TreeSet<>();
        tests.forEach(test -> all.addAll(test.numbers()));
        bounds = all.toArray(BigDecimal[]::new);
        digits = Math.clamp(
                Arrays.stream(bounds).mapToInt(BigDecimal::scale).max().orElse(0), LEAST_DIGITS, MOST_DIGITS);
        boolean fit = Arrays.stream(bounds)
                .allMatch(bound ->
                        bound.scale() <= digits && bound.precision() - bound.scale() + digits <= DecimalReading.DIGITS);
        scaled = fit
                ? Arrays.stream(bounds)
                        .mapToLong(bound -> bound.movePointRight(digits).longValueExact())
                        .toArray()
                : null;
    }

    /** How many ranks there are. */
    int count() {
        return 2 * bounds.length + 1;
    }

    /** The rank of the number last read. */
    int rank(DecimalReading number) {
        if (scaled != null && number.fits(digits)) {
            long value = number.scaled(digits);
            int below = Sorted.below(scaled, value);
            return 2 * below + (below < scaled.length && scaled[below] == value ? 1 : 0);
        }

        int found = Arrays.binarySearch(bounds, number.value());
        return found >= 0 ? 2 * found + 1 : 2 * (-found - 1);
    }

    private int rank(BigDecimal bound) {
        return 2 * Arrays.binarySearch(bounds, bound) + 1;
    }

    /** The ranks of the numbers that pass a test. */
    BitSet passing(ValueTest test) {
        BitSet passing = new BitSet(count());
        List<BigDecimal> values = test.numbers();
        switch (test.operator()) {
            case IS, IN, IS_NOT, NOT_IN -> values.forEach(value -> passing.set(rank(value)));
            case LT -> passing.set(0, rank(values.getFirst()));
            case LTE -> passing.set(0, rank(values.getFirst()) + 1);
            case GT -> passing.set(rank(values.getFirst()) + 1, count());
            case GTE -> passing.set(rank(values.getFirst()), count());
            case BETWEEN -> passing.set(rank(values.getFirst()), rank(values.getLast()) + 1);
            default -> throw new IllegalArgumentException("Invalid test of a number: " + test.operator());
        }

        if (test.operator() == ValueOperator.IS_NOT || test.operator() == ValueOperator.NOT_IN) {
            passing.flip(0, count());
        }

        return passing;
    }
}
