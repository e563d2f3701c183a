package io.muster.cli;

import io.muster.dedup.merge.Rekey;
import io.muster.directory.Directory;
import io.muster.directory.store.Directories;
import io.muster.jobs.Run;
import io.muster.runs.RunRequest;
import io.muster.runs.RunsConfiguration;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;
import tools.jackson.databind.json.JsonMapper;

/** {@code muster directories rekey}. */
@Command(
        name = "rekey",
        description = "Give every contact its key under pending rules and activate them. Stopped in the middle, the"
                + " command goes on where it is run again.",
        footer = {"", "Examples:", "  muster directories rekey Customers"})
final class DirectoriesRekeyCommand implements Callable<Integer> {

    private final Terminal terminal;

    @Parameters(paramLabel = "DIRECTORY", description = "The directory, by id or name.")
    private String directory;

    @Mixin
    private Output output;

    DirectoriesRekeyCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public Integer call() {
        try (AppContext context = AppContext.open(terminal, RunsConfiguration.class)) {
            Directory found = context.get(Directories.class).find(directory);
            Run run = new RunSession(terminal).await(context, new RunRequest.Rekey(found.number()));
            String report = run.report();
            if (report != null) {
                Rekey.Result result = context.get(JsonMapper.class).readValue(report, Rekey.Result.class);
                output.print(new Answer(run.id(), result.rules(), result.problem()), () -> text(result));
            }

            return new RunSession(terminal).exit(run);
        }
    }

    /** What the command answers. */
    private record Answer(String run, List<Rekey.RuleResult> rules, String problem) {}

    private static String text(Rekey.Result result) {
        if (result.rules().isEmpty()) {
            return "No rule was pending.\n";
        }

        TextTable table = new TextTable("RULE", "STATE", "POSSIBLE DUPLICATES");
        result.rules().forEach(rule -> table.row(String.join(",", rule.rule()), rule.state(), rule.duplicates()));
        return result.problem().isEmpty()
                ? table.toString()
                : table + "The command duplicates merge --pending merges them, directories rekey makes the keys.\n";
    }
}
