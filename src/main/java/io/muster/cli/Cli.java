package io.muster.cli;

import io.muster.cli.Terminal.ReaderGoneException;
import io.muster.support.Refusal;
import org.slf4j.LoggerFactory;
import picocli.CommandLine;
import picocli.CommandLine.Help.Ansi;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.RunLast;
import picocli.CommandLine.ScopeType;

/** Runs one command line. */
public final class Cli {

    private Cli() {}

    /**
     * Runs the command of this process on its standard streams.
     *
     * @return the exit code: 0 done, 1 the work failed, 2 wrong usage, 141 the reader of standard output went away
     */
    public static int run(String... args) {
        // Threads of libraries that lose a race while they are shut down belong into the log, not before a person.
        Thread.setDefaultUncaughtExceptionHandler((thread, failure) ->
                LoggerFactory.getLogger(Cli.class).info("Thread {} ended", thread.getName(), failure));
        return run(Terminal.ofProcess(), args);
    }

    /** Runs a command on a terminal. */
    static int run(Terminal terminal, String... args) {
        Failures failures = new Failures(terminal);
        int exit = Failures.FAILED;
        try {
            exit = commandLine(terminal, failures).execute(args);
            terminal.flush();
        } catch (Exception | LinkageError | StackOverflowError | OutOfMemoryError e) {
            exit = failures.report("muster", e);
        } finally {
            terminal.finished(exit);
        }

        return exit;
    }

    static CommandLine commandLine(Terminal terminal, Failures failures) {
        CommandLine root = new CommandLine(MusterCommand.class, new CommandFactory(terminal));
        root.getCommandSpec()
                .addOption(OptionSpec.builder("-h", "--help")
                        .usageHelp(true)
                        .scopeType(ScopeType.INHERIT)
                        .description("Show this help.")
                        .build());
        root.setOut(terminal.text());
        root.setErr(terminal.notes());
        root.setColorScheme(CommandLine.Help.defaultColorScheme(Ansi.OFF));
        root.setUsageHelpAutoWidth(false);
        root.setUsageHelpWidth(100);
        root.setUsageHelpLongOptionsMaxWidth(34);
        root.registerConverter(Switch.class, Switch::of);
        root.setAbbreviatedOptionsAllowed(false);
        // A value may be called like a command: --kind undo.
        root.setAllowSubcommandsAsOptionParameters(true);
        root.setParameterExceptionHandler((e, arguments) -> failures.onWrongUse(e));
        root.setExecutionExceptionHandler((e, command, parsed) -> failures.onFailure(e, command));
        root.setExecutionStrategy(parsed -> {
            root.<MusterCommand>getCommand().applyLogging();
            try {
                return new RunLast().execute(parsed);
            } catch (ReaderGoneException | Refusal e) {
                // Out of help, which picocli prints itself and would end with a stack trace.
                return failures.report("muster", e);
            }
        });
        return root;
    }
}
