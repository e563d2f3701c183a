package io.muster.cli;

import io.muster.dedup.merge.Rekey;
import io.muster.directory.Directory;
import io.muster.directory.store.Directories;
import io.muster.runs.Merging;
import io.muster.runs.OperatorConfiguration;
import io.muster.support.Refusal;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code muster directories rekey}. */
@Command(
        name = "rekey",
        description = "Give every contact its key under pending rules and activate them. Stopped in the middle, the"
                + " command goes on where it is run again.",
        footer = {"", "Examples:", "  muster directories rekey Customers"})
final class DirectoriesRekeyCommand implements Runnable {

    private final Terminal terminal;

    @Parameters(paramLabel = "DIRECTORY", description = "The directory, by id or name.")
    private String directory;

    @Mixin
    private Output output;

    DirectoriesRekeyCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public void run() {
        try (AppContext context = AppContext.open(terminal, OperatorConfiguration.class)) {
            Directory found = context.get(Directories.class).find(directory);
            Rekey.Result result = context.get(Merging.class)
                    .rekey(
                            found.number(),
                            progress -> terminal.notes()
                                    .println("contacts below number %d of %d have their keys"
                                            .formatted(progress.done(), progress.end())));
            output.print(result, () -> text(result));
            if (!result.problem().isEmpty()) {
                throw Refusal.failed(result.problem());
            }
        }
    }

    private static String text(Rekey.Result result) {
        if (result.rules().isEmpty()) {
            return "No rule was pending.\n";
        }

        TextTable table = new TextTable("RULE", "STATE", "POSSIBLE DUPLICATES");
        result.rules().forEach(rule -> table.row(String.join(",", rule.rule()), rule.state(), rule.duplicates()));
        return table.toString();
    }
}
