package io.muster.cli;

import io.muster.directory.store.Directories;
import io.muster.jobs.Run;
import io.muster.runs.Operator;
import io.muster.runs.OperatorConfiguration;
import java.util.List;
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
            RunsResumeCommand.class,
            RunsReprocessCommand.class,
            RunsStopCommand.class,
            RunsAbandonCommand.class
        },
        footer = {
            "",
            "Examples:",
            "  muster runs",
            "  muster runs --directory Customers --json",
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

    @Option(names = "--most", paramLabel = "N", defaultValue = "100", description = "At most so many; default: 100.")
    private int most;

    @Mixin
    private Output output;

    RunsCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public void run() {
        try (AppContext context = AppContext.open(terminal, OperatorConfiguration.class)) {
            JsonMapper json = context.get(JsonMapper.class);
            Operator operator = context.get(Operator.class);
            Integer number = directory == null
                    ? null
                    : context.get(Directories.class).find(directory).number();
            List<Run> runs = operator.runs(number, automation, most);
            List<RunAnswer> answers = runs.stream()
                    .map(run -> RunAnswer.whole(run, json, operator.allowed(run)))
                    .toList();
            output.print(answers.stream().map(answer -> answer.complete(json)).toList(), () -> table(answers));
        }
    }

    private static String table(List<RunAnswer> answers) {
        if (answers.isEmpty()) {
            return "No runs yet.";
        }

        TextTable table = new TextTable(
                "RUN", "STATUS", "STARTED", "FILE", "READ", "CREATED", "UPDATED", "UNCHANGED", "REJECTED");
        for (RunAnswer run : answers) {
            table.row(
                    run.run(),
                    run.status().name(),
                    String.valueOf(run.started()),
                    String.valueOf(run.file()),
                    Long.toString(run.read()),
                    Long.toString(run.created()),
                    Long.toString(run.updated()),
                    Long.toString(run.unchanged()),
                    Long.toString(run.rejected()));
        }

        return table.toString();
    }
}
