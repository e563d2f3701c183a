package io.muster.automation.jobfile;

import io.muster.support.Refusal;
import io.muster.support.document.Place;
import io.muster.support.document.Problem;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * A file that defines no usable job.
 *
 * @param file the file
 * @param fingerprint SHA-256 of the file's bytes, in hex; empty when it could not be read
 * @param problems everything that is wrong with it, in the order of the file; never empty
 */
public record BrokenJobFile(Path file, String fingerprint, List<Problem> problems) implements JobFiles.Content {

    /** Copies what it is given. */
    public BrokenJobFile {
        problems = List.copyOf(problems);
    }

    private static final String UNREADABLE = "cannot be read: ";

    /** A file that cannot be read, for a reason with what to do. */
    static BrokenJobFile unreadable(Path file, String reason) {
        return new BrokenJobFile(file, "", List.of(new Problem(Place.START, "", UNREADABLE + reason)));
    }

    /** The refusal to read it; empty when it could be read. */
    public Optional<Refusal> refusal() {
        String reason = problems.getFirst().reason();
        return reason.startsWith(UNREADABLE)
                ? Optional.of(Refusal.usage(
                        "Cannot read the job file %s: %s".formatted(file, reason.substring(UNREADABLE.length()))))
                : Optional.empty();
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
