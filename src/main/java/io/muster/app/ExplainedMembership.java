package io.muster.app;

import io.muster.segment.evaluate.Explanation;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Why a contact is, or is not, in a segment.
 *
 * @param member whether readers see the contact in the segment
 * @param holds whether the condition holds for the contact now
 */
public record ExplainedMembership(
        String segment, String name, String contact, boolean member, boolean holds, Part condition) {

    /**
     * A part of the condition.
     *
     * @param seen what the contact has there; null where that cannot be said in a word
     */
    public record Part(
            String condition, boolean holds, @Nullable String seen, List<Part> parts) {

        /** What the evaluator says. */
        public static Part of(Explanation explanation) {
            return new Part(
                    explanation.text(),
                    explanation.holds(),
                    explanation.seen().orElse(null),
                    explanation.parts().stream().map(Part::of).toList());
        }
    }
}
