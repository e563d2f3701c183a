package io.muster.automation.jobfile;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** Collects what is wrong with one file, so that all of it can be reported at once. */
final class Problems {

    private final Path file;
    private final List<JobFileProblem> found = new ArrayList<>();

    Problems(Path file) {
        this.file = file;
    }

    void add(YamlNode.Place place, String field, String reason) {
        found.add(new JobFileProblem(file, place.line(), place.column(), field, oneSentence(reason)));
    }

    /** Whether the field, a part of it or what it is a part of has a problem already. */
    boolean covers(String field) {
        return found.stream().anyMatch(problem -> within(field, problem.field()) || within(problem.field(), field));
    }

    boolean isEmpty() {
        return found.isEmpty();
    }

    /** In the order of the file; what is missing in one place by field, since validators report in any order. */
    List<JobFileProblem> sorted() {
        return found.stream()
                .distinct()
                .sorted(Comparator.comparingInt(JobFileProblem::line)
                        .thenComparingInt(JobFileProblem::column)
                        .thenComparing(JobFileProblem::field))
                .toList();
    }

    private static boolean within(String part, String whole) {
        return part.startsWith(whole)
                && !whole.isEmpty()
                && (part.length() == whole.length()
                        || part.charAt(whole.length()) == '.'
                        || part.charAt(whole.length()) == '[');
    }

    private static String oneSentence(String reason) {
        String line = reason.replaceAll("\\s+", " ").strip();
        return line.endsWith(".") || line.endsWith("?") ? line : line + ".";
    }
}
