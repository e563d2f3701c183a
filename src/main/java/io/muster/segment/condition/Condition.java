package io.muster.segment.condition;

import java.util.List;
import java.util.OptionalInt;

/**
 * What must hold for a contact: a group of conditions or one test. What each means exactly, {@code docs/segments.md}
 * says. Conditions may be nested thousands deep: walk them with a stack of your own, and compare their JSON form
 * ({@link Conditions#json}) rather than the records.
 */
public sealed interface Condition {

    /** Conditions taken together; never empty. */
    sealed interface Group extends Condition {

        /** The conditions in the order written. */
        List<Condition> parts();
    }

    /** Holds when every part holds. */
    record All(List<Condition> parts) implements Group {

        /** Copies the parts. */
        public All {
            parts = List.copyOf(parts);
        }
    }

    /** Holds when at least one part holds. */
    record Any(List<Condition> parts) implements Group {

        /** Copies the parts. */
        public Any {
            parts = List.copyOf(parts);
        }
    }

    /** Holds when no part holds: the complement of {@link Any}. */
    record None(List<Condition> parts) implements Group {

        /** Copies the parts. */
        public None {
            parts = List.copyOf(parts);
        }
    }

    /** A test of a contact's own field. */
    record FieldTest(TestedField field, ValueTest test) implements Condition {}

    /**
     * A test of a value of embedded data.
     *
     * @param name compared without case
     */
    record EmbeddedTest(String name, ValueTest test) implements Condition {}

    /**
     * Whether the contact opted out.
     *
     * @param list of which list; empty for the directory
     * @param out false for the complement, which holds for contacts outside of the list as well
     */
    record OptedOut(OptionalInt list, boolean out) implements Condition {}

    /** Whether the contact is on a mailing list. */
    record ListTest(int list, Membership is) implements Condition {}

    /** Whether the contact is a member of another segment. */
    record SegmentTest(long segment, Membership is) implements Condition {}

    /** A test of the contact's transactions. */
    record TransactionsTest(TransactionFilter of, Aggregate aggregate) implements Condition {}

    /** A test of how many touchpoints the contact has. */
    record TouchpointsTest(TouchpointFilter of, NumberTest count) implements Condition {}

    /** Being a member or not. */
    enum Membership {
        /** Is a member. */
        MEMBER,
        /** The complement. */
        NOT_MEMBER
    }
}
