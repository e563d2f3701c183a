package io.muster.intake;

import org.jspecify.annotations.Nullable;

/**
 * What came of a visitor.
 *
 * @param reason why there is no new contact, as a code that whoever debugs the project may read; null for none
 * @param message the same in words; null for none
 */
public record VisitorAnswer(
        VisitorOutcome outcome,
        @Nullable String reason,
        @Nullable String message) {

    static VisitorAnswer of(VisitorOutcome outcome) {
        return new VisitorAnswer(
                outcome, outcome.isRefusal() ? outcome.name() : null, outcome.isRefusal() ? outcome.message() : null);
    }
}
