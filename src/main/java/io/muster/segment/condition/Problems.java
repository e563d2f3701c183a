package io.muster.segment.condition;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** Collects what is wrong with a text, so that all of it can be reported at once. */
final class Problems {

    /** Beyond that many nobody reads on. */
    private static final int MOST = 100;

    private final List<ConditionProblem> found = new ArrayList<>();

    void add(Node.Place place, TreePath path, String reason) {
        if (found.size() < MOST) {
            found.add(new ConditionProblem(place.line(), place.column(), path.text(), sentence(reason)));
        }
    }

    void addAll(Problems others) {
        found.addAll(others.found);
    }

    boolean isEmpty() {
        return found.isEmpty();
    }

    /** In the order of the text. */
    List<ConditionProblem> sorted() {
        return found.stream()
                .distinct()
                .sorted(Comparator.comparingInt(ConditionProblem::line).thenComparingInt(ConditionProblem::column))
                .toList();
    }

    private static String sentence(String reason) {
        String line = reason.replaceAll("\\s+", " ").strip();
        return line.endsWith(".") || line.endsWith("?") ? line : line + ".";
    }
}
