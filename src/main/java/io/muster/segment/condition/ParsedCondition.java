package io.muster.segment.condition;

import io.muster.support.document.Problem;
import java.util.List;

/** The result of reading a condition. */
public sealed interface ParsedCondition {

    /** The text is a condition. */
    record Good(Condition<ContactTest> condition) implements ParsedCondition {}

    /** The text is not a condition: every problem in the order of the text, never empty. */
    record Broken(List<Problem> problems) implements ParsedCondition {

        /** Copies the problems. */
        public Broken {
            problems = List.copyOf(problems);
        }
    }
}
