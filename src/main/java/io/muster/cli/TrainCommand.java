package io.muster.cli;

import java.io.OutputStream;
import org.springframework.jdbc.core.simple.JdbcClient;
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

        try (AppContext context = AppContext.open(terminal)) {
            context.get(JdbcClient.class).sql("SELECT 1").query(Integer.class).single();
        }
    }
}
