package io.muster.cli;

import io.muster.automation.contactimport.ContactImportRuns;
import io.muster.automation.jobs.JobRunsConfiguration;
import io.muster.jobs.RunFilter;
import io.muster.runs.RunService;
import java.io.OutputStream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * {@code muster train}: walks the paths that short commands take, so that the Java machine can record what it loads for
 * faster starts. Called by the launcher, of no use to people.
 */
@Command(name = "train", hidden = true, description = "Exercise start-up for the class cache.")
final class TrainCommand implements Runnable {

    private final Terminal terminal;

    @Option(names = "--database", description = "Open the database as well.")
    private boolean database;

    TrainCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public void run() {
        Terminal nowhere =
                new Terminal(OutputStream.nullOutputStream(), OutputStream.nullOutputStream(), terminal.home());
        Cli.run(nowhere, "--help");
        Cli.run(nowhere, "version", "--json");
        Cli.run(nowhere, "no-such-command");
        if (!database) {
            return;
        }

        Cli.run(nowhere, "directories", "list");
        Cli.run(nowhere, "runs");
        try (AppContext context = AppContext.open(terminal, JobRunsConfiguration.class)) {
            context.get(ContactImportRuns.class);
            context.get(RunService.class).list(new RunFilter(null, null, null, 1));
        }
    }
}
