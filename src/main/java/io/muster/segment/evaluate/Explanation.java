package io.muster.segment.evaluate;

import java.util.List;
import java.util.Optional;

/**
 * Whether a condition holds for a contact, and why.
 *
 * @param text the condition as its canonical JSON; for a group only the word {@code all}, {@code any} or {@code none}
 * @param holds whether it holds
 * @param seen the value it was tested on as it is stored; empty when there is none and for groups
 * @param parts the parts of a group; for a segment of the pass its own condition
 */
public record Explanation(String text, boolean holds, Optional<String> seen, List<Explanation> parts) {

    /** Copies the parts. */
    public Explanation {
        parts = List.copyOf(parts);
    }
}
