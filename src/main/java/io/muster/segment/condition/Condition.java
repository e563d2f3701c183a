package io.muster.segment.condition;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * What must hold for a contact or for one of its transactions: a test, or a group of conditions. What each means exactly
 * is in {@code docs/segments.md}. Groups are at most {@value Conditions#DEEPEST} deep, so that recursion is safe.
 *
 * @param <T> the tests: {@link ContactTest} or {@link EventTest}
 */
public sealed interface Condition<T> {

    /** How the parts of a group are taken together. */
    enum Kind {
        /** Holds when every part holds. */
        ALL,
        /** Holds when at least one part holds. */
        ANY,
        /** Holds when no part holds: the complement of {@link #ANY}. */
        NONE;

        /** The word for it in conditions. */
        public String key() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /**
     * Conditions taken together.
     *
     * @param parts the conditions in the order written; never empty
     */
    record Group<T>(Kind kind, List<Condition<T>> parts) implements Condition<T> {

        /** Copies the parts. */
        public Group {
            parts = List.copyOf(parts);
        }
    }

    /** A single test. */
    record Test<T>(T test) implements Condition<T> {}

    /** All tests of the condition in the order written. */
    default List<T> tests() {
        List<T> tests = new ArrayList<>();
        collect(this, tests);
        return tests;
    }

    private static <T> void collect(Condition<T> condition, List<T> tests) {
        switch (condition) {
            case Test<T> one -> tests.add(one.test());
            case Group<T> group -> {
                for (Condition<T> part : group.parts()) {
                    collect(part, tests);
                }
            }
        }
    }
}
