package io.muster.segment.evaluate;

import io.muster.segment.condition.NumberTest;
import java.math.BigDecimal;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.TreeSet;
import java.util.stream.Stream;
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

    NumberRanks(Collection<NumberTest> tests) {
        TreeSet<BigDecimal> all = new TreeSet<>();
        tests.forEach(test -> bounds(test).forEach(all::add));
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

    private static Stream<BigDecimal> bounds(NumberTest test) {
        return switch (test) {
            case NumberTest.Is one -> Stream.of(one.value());
            case NumberTest.IsNot one -> Stream.of(one.value());
            case NumberTest.In one -> one.values().stream();
            case NumberTest.NotIn one -> one.values().stream();
            case NumberTest.Less one -> Stream.of(one.value());
            case NumberTest.AtMost one -> Stream.of(one.value());
            case NumberTest.Greater one -> Stream.of(one.value());
            case NumberTest.AtLeast one -> Stream.of(one.value());
            case NumberTest.Between one -> Stream.of(one.low(), one.high());
            case NumberTest.Empty ignored -> Stream.of();
            case NumberTest.NotEmpty ignored -> Stream.of();
        };
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

    /** Whether a number of that rank passes a test; a test for being empty never does. */
    boolean passes(NumberTest test, int rank) {
        return switch (test) {
            case NumberTest.Is one -> rank == rank(one.value());
            case NumberTest.IsNot one -> rank != rank(one.value());
            case NumberTest.In one -> isIn(one.values(), rank);
            case NumberTest.NotIn one -> !isIn(one.values(), rank);
            case NumberTest.Less one -> rank < rank(one.value());
            case NumberTest.AtMost one -> rank <= rank(one.value());
            case NumberTest.Greater one -> rank > rank(one.value());
            case NumberTest.AtLeast one -> rank >= rank(one.value());
            case NumberTest.Between one -> rank >= rank(one.low()) && rank <= rank(one.high());
            case NumberTest.Empty ignored -> false;
            case NumberTest.NotEmpty ignored -> true;
        };
    }

    private boolean isIn(List<BigDecimal> values, int rank) {
        return (rank & 1) == 1 && values.stream().anyMatch(value -> value.compareTo(bounds[rank >> 1]) == 0);
    }
}
