package io.muster.segment.condition;

import java.util.OptionalInt;

/** A test of a contact. */
public sealed interface ContactTest {

    /** A test of a contact's own field. */
    record FieldTest(TestedField field, ValueTest test) implements ContactTest {}

    /**
     * A test of a value of embedded data.
     *
     * @param name compared without case
     */
    record EmbeddedTest(String name, ValueTest test) implements ContactTest {}

    /**
     * Whether the contact opted out.
     *
     * @param list of which list; empty for the directory
     * @param out false for the complement, which holds for contacts outside of the list as well
     */
    record OptedOut(OptionalInt list, boolean out) implements ContactTest {}

    /** Whether the contact is on a mailing list. */
    record ListTest(int list, Membership is) implements ContactTest {}

    /** Whether the contact is a member of another segment. */
    record SegmentTest(long segment, Membership is) implements ContactTest {}

    /** A test of the contact's transactions. */
    record TransactionsTest(TransactionFilter of, Aggregate aggregate) implements ContactTest {}

    /**
     * A test of how many touchpoints the contact has.
     *
     * @param count a test of a number
     */
    record TouchpointsTest(TouchpointFilter of, ValueTest count) implements ContactTest {}

    /** Being a member or not. */
    enum Membership {
        /** Is a member. */
        MEMBER,
        /** The complement. */
        NOT_MEMBER
    }
}
