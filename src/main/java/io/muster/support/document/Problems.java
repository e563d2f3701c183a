package io.muster.support.document;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** Collects what is wrong with one document, so that all of it can be reported at once. */
public final class Problems {

    /** More than that are not kept: fixing these first changes the rest. */
    static final int MOST = 100;

    private final List<Problem> found = new ArrayList<>();

    /** Adds a problem; the reason is made a sentence of one line. */
    public void add(Place place, DocumentPath path, String reason) {
        if (found.size() < MOST) {
            add(place, path.text(), reason);
        }
    }

    /** Adds a problem with a path as people write it, such as {@code schedules[0].cron}. */
    public void add(Place place, String path, String reason) {
        if (found.size() < MOST) {
            String line = reason.replaceAll("\\s+", " ").strip();
            found.add(new Problem(place, path, line.endsWith(".") || line.endsWith("?") ? line : line + "."));
        }
    }

    void addAll(Problems others) {
        others.found.forEach(problem -> add(problem.place(), problem.path(), problem.reason()));
    }

    /** Whether that path, a part of it, or what it is a part of has a problem already. */
    public boolean covers(String path) {
        return found.stream().anyMatch(problem -> within(path, problem.path()) || within(problem.path(), path));
    }

    private static boolean within(String part, String whole) {
        return part.startsWith(whole)
                && !whole.isEmpty()
                && (part.length() == whole.length()
                        || part.charAt(whole.length()) == '.'
                        || part.charAt(whole.length()) == '[');
    }

    /** Whether nothing is wrong. */
    public boolean isEmpty() {
        return found.isEmpty();
    }

    /** Everything that is wrong, each once: in the order of the text, in one place in the order of the paths. */
    public List<Problem> sorted() {
        return found.stream()
                .distinct()
                .sorted(Comparator.comparingInt(
                                (Problem problem) -> problem.place().line())
                        .thenComparingInt(problem -> problem.place().column())
                        .thenComparing(Problem::path))
                .toList();
    }
}
