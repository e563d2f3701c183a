package io.muster.cli;

import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ScopeType;
import picocli.CommandLine.Spec;

/** The command {@code muster} itself: the list of all commands and the options every one of them has. */
@Command(
        name = "muster",
        description = "A self-hosted contact directory: nightly files in exactly once, duplicates merged.",
        subcommands = {
            DemoCommand.class,
            DirectoriesCommand.class,
            ListsCommand.class,
            ContactsCommand.class,
            SegmentsCommand.class,
            TouchpointsCommand.class,
            TransactionsCommand.class,
            ResponsesCommand.class,
            FrequencyCommand.class,
            EligibleCommand.class,
            TestingCommand.class,
            ImportCommand.class,
            RunCommand.class,
            RunsCommand.class,
            DuplicatesCommand.class,
            SnapshotCommand.class,
            DecideCommand.class,
            ProjectsCommand.class,
            InterceptsCommand.class,
            TokensCommand.class,
            UsersCommand.class,
            AuditCommand.class,
            JobsCommand.class,
            DropCommand.class,
            NotificationsCommand.class,
            ServerCommand.class,
            ServersCommand.class,
            EvaluatorCommand.class,
            EvaluatorsCommand.class,
            DatabaseCommand.class,
            VersionCommand.class,
            TrainCommand.class
        },
        synopsisSubcommandLabel = "COMMAND",
        commandListHeading = "%nCommands:%n",
        optionListHeading = "%nOptions:%n",
        footer = {
            "",
            "Examples:",
            "  muster version",
            "  muster COMMAND --help      what a command does, its options, examples",
            "",
            "Exit codes: 0 done, 1 the work failed, 2 wrong usage. Standard output holds the answer only.",
            "Environment: MUSTER_HOME (state folder), MUSTER_DATABASE_URL (outside database; none: embedded)."
        })
final class MusterCommand implements Runnable {

    /** Appends the stack trace to what a failed command says, and shows log lines from INFO. */
    static final String VERBOSE = "muster.verbose";

    static final String CONSOLE_LEVEL = "muster.log.console";

    @Spec
    private CommandSpec spec;

    @Option(
            names = {"-v", "--verbose"},
            scope = ScopeType.INHERIT,
            description = "Show log lines, and stack traces of failures, on standard error.")
    private boolean verbose;

    @Option(names = "--version", description = "Show the versions of Muster and of the Java it runs on.")
    private boolean version;

    private final Terminal terminal;

    MusterCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public void run() {
        if (!version) {
            throw new ParameterException(spec.commandLine(), "no command given");
        }

        terminal.text().println(VersionCommand.text());
    }

    /** Logging reads system properties, once, when it is first used. */
    void applyLogging() {
        if (verbose) {
            terminal.beVerbose();
            System.setProperty(CONSOLE_LEVEL, "INFO");
        }
    }
}
