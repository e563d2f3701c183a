package io.muster.segment.evaluate;

import java.util.Arrays;
import java.util.Collection;
import java.util.stream.LongStream;

/** All milliseconds at which tests of a time change their outcome. A time's rank tells the outcome of every test. */
final class TimeRanks {

    private final long[] turns;

    TimeRanks(Collection<SpanTest> tests) {
        turns = tests.stream()
                .flatMapToLong(SpanTest::turns)
                .filter(turn -> turn != Long.MIN_VALUE && turn != Long.MAX_VALUE)
                .sorted()
                .distinct()
                .toArray();
    }

    /** For every rank one time of that rank. */
    LongStream samples() {
        return turns.length == 0
                ? LongStream.of(0)
                : LongStream.concat(LongStream.of(turns[0] - 1), Arrays.stream(turns));
    }

    int rank(long time) {
        return Sorted.below(turns, time + 1);
    }
}
