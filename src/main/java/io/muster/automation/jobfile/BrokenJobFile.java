package io.muster.automation.jobfile;

import java.nio.file.Path;
import java.util.List;

/**
 * A file that defines no usable job.
 *
 * @param file the file
 * @param fingerprint SHA-256 of the file's bytes, in hex
 * @param problems everything that is wrong with it, in the order of the file; never empty
 */
public record BrokenJobFile(Path file, String fingerprint, List<JobFileProblem> problems) {

    /** Copies what it is given. */
    public BrokenJobFile {
        problems = List.copyOf(problems);
    }

    /** All problems in one line, as an error message ends with. */
    String summary() {
        JobFileProblem first = problems.getFirst();
        String where = "line %d, column %d: %s%s"
                .formatted(
                        first.line(),
                        first.column(),
                        first.field().isEmpty() ? "" : first.field() + " ",
                        first.reason());
        return problems.size() == 1
                ? where
                : where + " %d more: ./muster jobs check %s shows all.".formatted(problems.size() - 1, file);
    }
}
