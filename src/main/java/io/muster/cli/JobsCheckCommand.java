package io.muster.cli;

import io.muster.automation.jobfile.BrokenJobFile;
import io.muster.automation.jobfile.JobFiles;
import io.muster.automation.jobfile.LoadedJob;
import io.muster.support.Refusal;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code muster jobs check}: everything that is wrong with job files. It needs no database. */
@Command(
        name = "check",
        description = "Check job files and show everything that is wrong with them.",
        footer = {
            "",
            "Exit code 1 when a file is not usable, 2 when one cannot be read. Two files must not share an id. Each problem is one line: FILE:LINE:COLUMN: FIELD: REASON.",
            "",
            "Examples:",
            "  muster jobs check",
            "  muster jobs check jobs/nightly.yaml --json"
        })
final class JobsCheckCommand implements Runnable {

    private final Terminal terminal;

    @Parameters(paramLabel = "FILE", arity = "0..*", description = "Job files; all in the folder where none is given.")
    private List<Path> named = new ArrayList<>();

    @Mixin
    private Output output;

    JobsCheckCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public void run() {
        JobFiles files = JobFolderOption.files(terminal);
        List<JobFiles.Content> contents = files.check(named.isEmpty() ? files.files() : named);
        List<Checked> checked = contents.stream().map(Checked::of).toList();
        output.print(checked, () -> checked.stream().map(Checked::text).collect(Collectors.joining()));
        long broken =
                checked.stream().filter(file -> !file.problems().isEmpty()).count();
        if (broken > 0) {
            terminal.text().flush();
            Optional<Refusal> unreadable = contents.stream()
                    .flatMap(
                            content -> content instanceof BrokenJobFile file ? file.refusal().stream() : Stream.empty())
                    .findFirst();
            if (unreadable.isPresent()) {
                throw unreadable.get();
            }

            throw Refusal.failed("Cannot use %d of %d job files: see the problems above. Correct them and check again."
                    .formatted(broken, checked.size()));
        }
    }

    private record Checked(String file, List<Problem> problems) {

        static Checked of(JobFiles.Content content) {
            return switch (content) {
                case LoadedJob loaded -> new Checked(loaded.file().toString(), List.of());
                case BrokenJobFile broken ->
                    new Checked(
                            broken.file().toString(),
                            broken.problems().stream().map(Problem::of).toList());
            };
        }

        String text() {
            return problems.isEmpty()
                    ? file + ": good\n"
                    : problems.stream().map(problem -> problem.text(file)).collect(Collectors.joining());
        }
    }

    private record Problem(int line, int column, String field, String reason) {

        static Problem of(io.muster.support.document.Problem problem) {
            return new Problem(problem.place().line(), problem.place().column(), problem.path(), problem.reason());
        }

        String text(String file) {
            return "%s:%d:%d: %s%s\n".formatted(file, line, column, field.isEmpty() ? "" : field + ": ", reason);
        }
    }
}
