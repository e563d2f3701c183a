package io.muster.cli;

import io.muster.app.RunView;
import io.muster.app.RunViews;
import io.muster.app.RunViewsConfiguration;
import io.muster.automation.jobs.JobRunsConfiguration;
import io.muster.directory.Actor;
import io.muster.frequency.FrequencyUpkeep;
import io.muster.jobs.Run;
import io.muster.jobs.RunStatus;
import io.muster.runs.Pruning;
import io.muster.runs.RunRequest;
import io.muster.runs.RunService;
import io.muster.support.Ids;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Optional;
import java.util.function.BiFunction;
import java.util.function.Function;
import javax.sql.DataSource;
import org.springframework.dao.DataAccessException;

/** Does something with runs in the foreground: with progress, and ended cleanly by Ctrl-C or SIGTERM. */
final class RunSession {

    /** A block takes seconds at most; what has not ended by then is taken up by a resume all the same. */
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private final Terminal terminal;

    RunSession(Terminal terminal) {
        this.terminal = terminal;
    }

    /** Starts one run, waits for its end and prints it; the result is the exit code. */
    int one(Output output, BiFunction<RunService, ProgressLine, Run> work) {
        try (AppContext context = AppContext.open(terminal, JobRunsConfiguration.class, RunViewsConfiguration.class)) {
            RunService runs = context.get(RunService.class);
            Run run = foreground(context, progress -> runs.await(work.apply(runs, progress)));
            RunView view = context.get(RunViews.class).of(run);
            if (!output.isJson()) {
                RunText.notes(view).forEach(terminal.notes()::println);
            }

            output.print(view, () -> RunText.line(view));
            return exit(run);
        }
    }

    /** A command that has done its work prunes as well: there may be no server that does. What it was for is done by then. */
    private void prune(AppContext context) {
        try {
            context.get(Pruning.class).whenDue();
        } catch (DataAccessException | UncheckedIOException e) {
            terminal.notes()
                    .println("Old records could not be pruned (" + e.getMessage() + "). The next command tries again.");
        }
    }

    /** Computes the next eligible times that the work has changed; the next command or a server makes up for what fails. */
    private void followUp(AppContext context) {
        try {
            new FrequencyUpkeep(context.get(DataSource.class), context.get(InstantSource.class), context.get(Ids.class))
                    .run();
        } catch (DataAccessException e) {
            terminal.notes()
                    .println("Next eligible times could not be computed (" + e.getMessage()
                            + "). The next command tries again.");
        }
    }

    /** Runs what is asked for in the foreground. */
    Run await(AppContext context, RunRequest request) {
        RunService runs = context.get(RunService.class);
        return foreground(context, progress -> runs.run(request, person(), progress));
    }

    /** Works in the foreground: with progress, and all runs stopped by Ctrl-C or SIGTERM. */
    <T> T foreground(AppContext context, Function<ProgressLine, T> work) {
        ProgressLine progress = new ProgressLine(terminal, context.get(InstantSource.class));
        Terminal.StopListening listening = terminal.onStop(context.get(RunService.class)::stopAll, PATIENCE);
        try {
            T done = work.apply(progress);
            followUp(context);
            prune(context);
            return done;
        } finally {
            listening.close();
            progress.done();
        }
    }

    /** Says why a run has not completed; the result is the exit code. */
    int exit(Run run) {
        terminal.text().flush();
        failureNote(run).ifPresent(terminal.notes()::println);
        return failure(run) ? 1 : 0;
    }

    /** Does something with a run that takes no time, and prints the run; the result is the exit code. */
    int answer(Output output, Function<RunService, Run> action) {
        try (AppContext context = AppContext.open(terminal, JobRunsConfiguration.class, RunViewsConfiguration.class)) {
            RunView view = context.get(RunViews.class).of(action.apply(context.get(RunService.class)));
            output.print(view, () -> RunText.lines(view));
            return 0;
        }
    }

    /** Why a run has not completed, as the one line that failed work leaves on standard error. */
    static Optional<String> failureNote(Run run) {
        return failure(run)
                ? Optional.ofNullable(run.reason())
                        .map(reason -> reason.strip().replaceAll("\\s*\\R\\s*", " "))
                        .map(reason -> reason.startsWith("Cannot ")
                                ? reason
                                : "Cannot complete run %s: it is %s. %s".formatted(run.id(), run.status(), reason))
                : Optional.empty();
    }

    static boolean failure(Run run) {
        return run.status() != RunStatus.COMPLETED;
    }

    /** The person at the command line, as one text. */
    static String actor() {
        return person().text();
    }

    /** The person at the command line. */
    static Actor person() {
        return Actor.commandLine(System.getProperty("user.name", "unknown"));
    }
}
