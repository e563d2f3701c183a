package io.muster.segment.condition;

import java.util.List;

/** A test of a text, compared without case except for the external reference. */
public sealed interface TextTest extends ValueTest {

    @Override
    default Form form() {
        return Form.TEXT;
    }

    /** Equals the value. */
    record Is(String value) implements TextTest {}

    /** The complement of {@link Is}. */
    record IsNot(String value) implements TextTest {}

    /** Equals one of the values; never empty. */
    record In(List<String> values) implements TextTest {

        /** Copies the values. */
        public In {
            values = List.copyOf(values);
        }
    }

    /** The complement of {@link In}. */
    record NotIn(List<String> values) implements TextTest {

        /** Copies the values. */
        public NotIn {
            values = List.copyOf(values);
        }
    }

    /** Has the text within. */
    record Contains(String text) implements TextTest {}

    /** Begins with the text. */
    record StartsWith(String text) implements TextTest {}

    /** Ends with the text. */
    record EndsWith(String text) implements TextTest {}

    /** Is matched as a whole by the regular expression (RE2 syntax), which has been checked. */
    record Matches(String pattern) implements TextTest {}

    /** Is missing or blank. */
    record Empty() implements TextTest {}

    /** The complement of {@link Empty}. */
    record NotEmpty() implements TextTest {}
}
