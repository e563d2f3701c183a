package io.muster.segment.condition;

/**
 * One thing that is wrong with a condition.
 *
 * @param line the line, from 1
 * @param column the column, from 1
 * @param path where in the condition, such as {@code all[1].in}; empty for the whole
 * @param reason what is wrong and what to do
 */
public record ConditionProblem(int line, int column, String path, String reason) {

    /** One line: {@code line 3, all[1].in: reason}. */
    public String text() {
        return "line " + line + (path.isEmpty() ? "" : ", " + path) + ": " + reason;
    }
}
