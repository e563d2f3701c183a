package io.muster.automation.jobfile;

import io.muster.support.document.Problem;
import java.nio.file.Path;
import java.util.List;

/**
 * A file that defines no usable job.
 *
 * @param file the file
 * @param fingerprint SHA-256 of the file's bytes, in hex
 * @param problems everything that is wrong with it, in the order of the file; never empty
 */
public record BrokenJobFile(Path file, String fingerprint, List<Problem> problems) implements JobFiles.Content {

    /** Copies what it is given. */
    public BrokenJobFile {
        problems = List.copyOf(problems);
    }

    /** One line for each problem: {@code FILE:LINE:COLUMN: FIELD: REASON}. */
    public List<String> lines() {
        return problems.stream().map(problem -> problem.text(file)).toList();
    }

    /** All problems in one line, as an error message ends with. */
    String summary() {
        Problem first = problems.getFirst();
        String where = "line %d, column %d: %s%s"
                .formatted(
                        first.place().line(),
                        first.place().column(),
                        first.path().isEmpty() ? "" : first.path() + " ",
                        first.reason());
        return problems.size() == 1
                ? where
                : where + " %d more: ./muster jobs check %s shows all.".formatted(problems.size() - 1, file);
    }
}
