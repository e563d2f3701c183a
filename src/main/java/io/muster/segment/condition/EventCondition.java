package io.muster.segment.condition;

import java.util.List;

/** What must hold for one transaction: a group or a test of one of its own fields. */
public sealed interface EventCondition {

    /** Conditions taken together; never empty. */
    sealed interface Group extends EventCondition {

        /** The conditions in the order written. */
        List<EventCondition> parts();
    }

    /** Holds when every part holds. */
    record All(List<EventCondition> parts) implements Group {

        /** Copies the parts. */
        public All {
            parts = List.copyOf(parts);
        }
    }

    /** Holds when at least one part holds. */
    record Any(List<EventCondition> parts) implements Group {

        /** Copies the parts. */
        public Any {
            parts = List.copyOf(parts);
        }
    }

    /** Holds when no part holds. */
    record None(List<EventCondition> parts) implements Group {

        /** Copies the parts. */
        public None {
            parts = List.copyOf(parts);
        }
    }

    /**
     * A test of a field of the transaction.
     *
     * @param field its name, compared without case
     */
    record FieldTest(String field, ValueTest test) implements EventCondition {}
}
