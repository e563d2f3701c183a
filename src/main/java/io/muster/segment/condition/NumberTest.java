package io.muster.segment.condition;

import java.math.BigDecimal;
import java.util.List;

/** A test of an exact decimal number; {@code 1.0} and {@code 1} are the same. */
public sealed interface NumberTest extends ValueTest {

    @Override
    default Form form() {
        return Form.NUMBER;
    }

    /** Equals the value. */
    record Is(BigDecimal value) implements NumberTest {}

    /** The complement of {@link Is}. */
    record IsNot(BigDecimal value) implements NumberTest {}

    /** Equals one of the values; never empty. */
    record In(List<BigDecimal> values) implements NumberTest {

        /** Copies the values. */
        public In {
            values = List.copyOf(values);
        }
    }

    /** The complement of {@link In}. */
    record NotIn(List<BigDecimal> values) implements NumberTest {

        /** Copies the values. */
        public NotIn {
            values = List.copyOf(values);
        }
    }

    /** Is less than. */
    record Less(BigDecimal value) implements NumberTest {}

    /** Is at most. */
    record AtMost(BigDecimal value) implements NumberTest {}

    /** Is greater than. */
    record Greater(BigDecimal value) implements NumberTest {}

    /** Is at least. */
    record AtLeast(BigDecimal value) implements NumberTest {}

    /** Lies between the two, both included. */
    record Between(BigDecimal low, BigDecimal high) implements NumberTest {}

    /** Is missing or blank; a value that cannot be read is not. */
    record Empty() implements NumberTest {}

    /** The complement of {@link Empty}. */
    record NotEmpty() implements NumberTest {}
}
