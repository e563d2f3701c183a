package io.muster.segment.evaluate;

import io.muster.segment.condition.Moment;
import io.muster.segment.condition.ValueTest;
import java.util.List;
import java.util.stream.LongStream;

/** A test of a date with its moments worked out. The complements are made of these elsewhere. */
sealed interface SpanTest {

    /** Whether a value that spans this passes. */
    boolean passes(long from, long to);

    /** The milliseconds at which the outcome for a value of one millisecond can change. */
    LongStream turns();

    /** A test of a date, which is no complement and not one for being empty. */
    static SpanTest of(ValueTest test, Spans spans) {
        return switch (test.operator()) {
            case IS -> is(test.moments().getFirst(), spans);
            case IN ->
                new OneOf(test.moments().stream()
                        .<SpanTest>map(moment -> is(moment, spans))
                        .toList());
            case BETWEEN ->
                new Within(
                        spans.of(test.moments().getFirst()).from(),
                        spans.of(test.moments().getLast()).to());
            case BEFORE ->
                new Within(Long.MIN_VALUE, spans.of(test.moments().getFirst()).from());
            case LTE ->
                new Within(Long.MIN_VALUE, spans.of(test.moments().getFirst()).to());
            case AFTER -> new Within(spans.of(test.moments().getFirst()).to(), Long.MAX_VALUE);
            case GTE -> new Within(spans.of(test.moments().getFirst()).from(), Long.MAX_VALUE);
            case WITHIN_LAST ->
                new Touches(spans.asOf() - test.span().duration().toMillis(), spans.asOf());
            case WITHIN_NEXT ->
                new Touches(spans.asOf(), spans.asOf() + test.span().duration().toMillis());
            default -> throw new IllegalArgumentException("Invalid test of a date: " + test.operator());
        };
    }

    private static Within is(Moment moment, Spans spans) {
        return new Within(spans.of(moment).from(), spans.of(moment).to());
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
