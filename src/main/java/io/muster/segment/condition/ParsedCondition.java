package io.muster.segment.condition;

import io.muster.support.document.Problem;
import java.util.List;

/** What became of a text that should be a condition. */
public sealed interface ParsedCondition {

    /** It is one. */
    record Good(Condition condition) implements ParsedCondition {}

    /** It is none; every problem in the order of the text, never empty. */
    record Broken(List<Problem> problems) implements ParsedCondition {

        /** Copies the problems. */
        public Broken {
            problems = List.copyOf(problems);
        }
    }
}
