package io.muster.segment.condition;

import java.util.List;

/**
 * A test of a date or date-time. Both sides are spans of time: a date spans its day in the directory's time zone, a
 * date-time one millisecond.
 */
public sealed interface DateTest extends ValueTest {

    @Override
    default Form form() {
        return Form.DATE;
    }

    /** Lies within the moment's span: {@link AtLeast} and {@link AtMost}. */
    record Is(Moment value) implements DateTest {}

    /** The complement of {@link Is}. */
    record IsNot(Moment value) implements DateTest {}

    /** Lies within one of the spans; never empty. */
    record In(List<Moment> values) implements DateTest {

        /** Copies the values. */
        public In {
            values = List.copyOf(values);
        }
    }

    /** The complement of {@link In}. */
    record NotIn(List<Moment> values) implements DateTest {

        /** Copies the values. */
        public NotIn {
            values = List.copyOf(values);
        }
    }

    /** Is over when the moment begins; written {@code before} or {@code lt}. */
    record Before(Moment value) implements DateTest {}

    /** Ends when the moment ends, or earlier. */
    record AtMost(Moment value) implements DateTest {}

    /** Begins when the moment is over, or later; written {@code after} or {@code gt}. */
    record After(Moment value) implements DateTest {}

    /** Begins when the moment begins, or later. */
    record AtLeast(Moment value) implements DateTest {}

    /** Begins no earlier than the one and ends no later than the other. */
    record Between(Moment from, Moment to) implements DateTest {}

    /** Has a part between that long before the pass and the pass, both included. */
    record WithinLast(Span span) implements DateTest {}

    /** Has a part between the pass and that long after it, both included. */
    record WithinNext(Span span) implements DateTest {}

    /** Is missing or blank; a value that cannot be read is not. */
    record Empty() implements DateTest {}

    /** The complement of {@link Empty}. */
    record NotEmpty() implements DateTest {}
}
