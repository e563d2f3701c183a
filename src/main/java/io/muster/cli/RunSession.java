package io.muster.cli;

import io.muster.automation.segments.JobRunsConfiguration;
import io.muster.directory.Actor;
import io.muster.jobs.Run;
import io.muster.jobs.RunStatus;
import io.muster.runs.Operator;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Optional;
import java.util.function.BiFunction;
import java.util.function.Function;
import tools.jackson.databind.json.JsonMapper;

/** Does something with runs in the foreground: with progress, and ended cleanly by Ctrl-C or SIGTERM. */
final class RunSession {

    /** A block takes seconds at most; what has not ended by then is taken up by a resume all the same. */
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private final Terminal terminal;

    RunSession(Terminal terminal) {
        this.terminal = terminal;
    }

    /** Works on one run and prints it; the result is the exit code. */
    int one(Output output, BiFunction<Operator, ProgressLine, Run> work) {
        try (AppContext context = AppContext.open(terminal, JobRunsConfiguration.class)) {
            Operator operator = context.get(Operator.class);
            JsonMapper json = context.get(JsonMapper.class);
            ProgressLine progress = new ProgressLine(terminal, context.get(InstantSource.class));
            Terminal.StopListening listening = terminal.onStop(operator::stopAll, PATIENCE);
            Run run;
            try {
                run = work.apply(operator, progress);
            } finally {
                listening.close();
                progress.done();
            }

            if (!output.isJson()) {
                RunAnswer.notes(run, json).forEach(terminal.notes()::println);
            }

            RunAnswer answer = RunAnswer.ofImport(run, json);
            output.print(answer, answer::line);
            failureNote(answer).ifPresent(terminal.notes()::println);
            return failure(run) ? 1 : 0;
        }
    }

    /** Does something with a run that takes no time, and prints the run; the result is the exit code. */
    int answer(Output output, Function<Operator, Run> action) {
        try (AppContext context = AppContext.open(terminal, JobRunsConfiguration.class)) {
            RunAnswer answer =
                    RunAnswer.ofImport(action.apply(context.get(Operator.class)), context.get(JsonMapper.class));
            output.print(answer, answer::lines);
            return 0;
        }
    }

    /** Why a run has not completed, as the one line that failed work leaves on standard error. */
    static Optional<String> failureNote(RunAnswer answer) {
        return Optional.ofNullable(answer.reason())
                .map(reason -> reason.strip().replaceAll("\\s*\\R\\s*", " "))
                .map(reason -> reason.startsWith("Cannot ")
                        ? reason
                        : "Cannot complete run %s: it is %s. %s".formatted(answer.run(), answer.status(), reason));
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
