package io.muster.segment.evaluate;

import io.muster.segment.condition.DateTest;
import io.muster.segment.condition.Moment;
import java.util.List;
import java.util.stream.LongStream;

/** A test of a date with its moments worked out. The complements are made of these elsewhere. */
sealed interface SpanTest {

    /** Whether a value that spans this passes. */
    boolean passes(long from, long to);

    /** The milliseconds at which the outcome for a value of one millisecond can change. */
    LongStream turns();

    static SpanTest of(DateTest test, Spans spans) {
        return switch (test) {
            case DateTest.Is one -> within(one.value(), one.value(), spans);
            case DateTest.In one ->
                new OneOf(one.values().stream()
                        .<SpanTest>map(value -> within(value, value, spans))
                        .toList());
            case DateTest.Between one -> within(one.from(), one.to(), spans);
            case DateTest.Before one ->
                new Within(Long.MIN_VALUE, spans.of(one.value()).from());
            case DateTest.AtMost one ->
                new Within(Long.MIN_VALUE, spans.of(one.value()).to());
            case DateTest.After one -> new Within(spans.of(one.value()).to(), Long.MAX_VALUE);
            case DateTest.AtLeast one -> new Within(spans.of(one.value()).from(), Long.MAX_VALUE);
            case DateTest.WithinLast one ->
                new Touches(spans.asOf() - one.span().duration().toMillis(), spans.asOf());
            case DateTest.WithinNext one ->
                new Touches(spans.asOf(), spans.asOf() + one.span().duration().toMillis());
            case DateTest.NotEmpty ignored -> new Within(Long.MIN_VALUE, Long.MAX_VALUE);
            case DateTest.Empty ignored -> new OneOf(List.of());
            case DateTest.IsNot ignored -> throw new IllegalArgumentException("Invalid test: a complement");
            case DateTest.NotIn ignored -> throw new IllegalArgumentException("Invalid test: a complement");
        };
    }

    private static Within within(Moment from, Moment to, Spans spans) {
        return new Within(spans.of(from).from(), spans.of(to).to());
    }

    /** Begins and ends between the two. */
    record Within(long first, long end) implements SpanTest {

        @Override
        public boolean passes(long from, long to) {
            return from >= first && to <= end;
        }

        @Override
        public LongStream turns() {
            return LongStream.of(first, end);
        }
    }

    /** Has a part between the two, both included. */
    record Touches(long first, long last) implements SpanTest {

        @Override
        public boolean passes(long from, long to) {
            return from <= last && to > first;
        }

        @Override
        public LongStream turns() {
            return LongStream.of(first, last + 1);
        }
    }

    /** Passes one of them. */
    record OneOf(List<SpanTest> tests) implements SpanTest {

        @Override
        public boolean passes(long from, long to) {
            for (SpanTest test : tests) {
                if (test.passes(from, to)) {
                    return true;
                }
            }

            return false;
        }

        @Override
        public LongStream turns() {
            return tests.stream().flatMapToLong(SpanTest::turns);
        }
    }
}
