package io.muster.cli;

import io.muster.directory.store.Directories;
import io.muster.jobs.Run;
import io.muster.jobs.Run.ImportedRows;
import io.muster.jobs.RunFilter;
import io.muster.jobs.RunKind;
import io.muster.runs.RunService;
import io.muster.runs.RunsConfiguration;
import io.muster.support.Refusal;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import tools.jackson.databind.json.JsonMapper;

/** {@code muster runs}. */
@Command(
        name = "runs",
        description = "List runs, newest first, and work on them.",
        subcommands = {
            RunsShowCommand.class,
            RunsRejectsCommand.class,
            RunsVerbCommand.Resume.class,
            RunsVerbCommand.Reprocess.class,
            RunsVerbCommand.Stop.class,
            RunsVerbCommand.Abandon.class
        },
        footer = {
            "",
            "Examples:",
            "  muster runs",
            "  muster runs --directory Customers --json",
            "  muster runs --kind merge",
            "  muster runs show RN_1a2B3c4D5e6F7g8",
            "  muster runs rejects RN_1a2B3c4D5e6F7g8 --format csv > rejects.csv",
            "  muster runs resume RN_1a2B3c4D5e6F7g8"
        })
final class RunsCommand implements Runnable {

    private final Terminal terminal;

    @Option(
            names = {"-d", "--directory"},
            paramLabel = "DIRECTORY",
            description = "Only runs into this directory, by id or name.")
    private @Nullable String directory;

    @Option(
            names = {"-a", "--automation"},
            paramLabel = "AUTOMATION",
            description = "Only runs of this automation, by the id in its job file.")
    private @Nullable String automation;

    @Option(
            names = "--kind",
            paramLabel = "KIND",
            description = "Only runs of this kind: contact-import, segment-rebuild, merge, re-key or deletion.")
    private @Nullable String kind;

    @Option(names = "--most", paramLabel = "N", defaultValue = "100", description = "At most so many; default: 100.")
    private int most;

    @Mixin
    private Output output;

    RunsCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public void run() {
        try (AppContext context = AppContext.open(terminal, RunsConfiguration.class)) {
            JsonMapper json = context.get(JsonMapper.class);
            RunService runs = context.get(RunService.class);
            Integer number = directory == null
                    ? null
                    : context.get(Directories.class).find(directory).number();
            List<RunAnswer> answers = runs.list(new RunFilter(number, automation, kind(), most)).stream()
                    .map(run -> RunAnswer.whole(run, json, runs.allowed(run)))
                    .toList();
            output.print(answers, () -> table(answers));
        }
    }

    private @Nullable RunKind kind() {
        return kind == null
                ? null
                : RunKind.of(kind)
                        .orElseThrow(() -> Refusal.invalid(
                                "UNKNOWN_KIND",
                                "Cannot list runs of the kind '" + kind + "'. Use "
                                        + Arrays.stream(RunKind.values())
                                                .map(RunKind::key)
                                                .collect(Collectors.joining(", "))
                                        + "."));
    }

    private static String table(List<RunAnswer> answers) {
        if (answers.isEmpty()) {
            return "No runs yet.";
        }

        TextTable table = new TextTable(
                "RUN", "KIND", "STATUS", "STARTED", "FILE", "READ", "CREATED", "UPDATED", "UNCHANGED", "REJECTED");
        for (RunAnswer answer : answers) {
            Run run = answer.run();
            ImportedRows rows = run.rows();
            table.row(
                    run.id(),
                    run.kind().key(),
                    run.status(),
                    RunAnswer.time(run.started()),
                    answer.file(),
                    rows == null ? "" : rows.read(),
                    rows == null ? "" : rows.counts().created(),
                    rows == null ? "" : rows.counts().updated(),
                    rows == null ? "" : rows.counts().unchanged(),
                    rows == null ? "" : rows.counts().rejected());
        }

        return table.toString();
    }
}
