package io.muster.web.console.page;

import io.muster.support.Refusal;
import java.util.List;
import java.util.Objects;

/**
 * What is wrong with a form that was sent: an entry of the summary above it, which leads to the field.
 *
 * @param field the id of the field in the page; empty when it is of the whole form
 */
public record Problem(String field, String text) {

    /** Whether one of the problems is at a field. */
    public static boolean at(List<Problem> problems, String field) {
        return problems.stream().anyMatch(problem -> problem.field().equals(field));
    }

    /** A refusal as the only problem, at the field that it names. */
    public static List<Problem> of(Refusal refusal) {
        return List.of(new Problem(
                Objects.requireNonNullElse(refusal.arguments().get("field"), ""),
                String.valueOf(refusal.getMessage())));
    }
}
