package io.muster.cli;

import io.muster.automation.jobfile.LoadedJob;
import io.muster.automation.jobs.JobControl;
import io.muster.automation.jobs.JobRunsConfiguration;
import io.muster.jobs.Holds.Hold;
import java.time.Instant;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code muster jobs hold}. */
@Command(
        name = "hold",
        description = {
            "Hold an automation: it does not run by itself until it is released. A run that is under way goes on, and"
                    + " 'muster run' is possible.",
            "",
            "One that is held already stays held as it was."
        },
        footer = {"", "Examples:", "  muster jobs hold nightly --reason 'the partner sends half files, ticket 4711'"})
final class JobsHoldCommand implements Runnable {

    private final Terminal terminal;

    @Mixin
    private NamedJob job;

    @Option(
            names = "--reason",
            paramLabel = "TEXT",
            required = true,
            description = "Why, in one line. Whoever finds it held reads it.")
    private String reason;

    @Mixin
    private Output output;

    /** A hold as answers have it. */
    record Answer(String automation, Instant since, String by, String reason) {

        static Answer of(Hold hold) {
            return new Answer(hold.automation(), hold.since(), hold.by().text(), hold.reason());
        }

        String text() {
            return "%s is held since %s by %s: %s".formatted(automation, since, by, reason);
        }
    }

    JobsHoldCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public void run() {
        try (AppContext context = AppContext.open(terminal, JobRunsConfiguration.class)) {
            LoadedJob loaded = job.read(context);
            Answer answer = Answer.of(context.get(JobControl.class).hold(loaded.job(), reason, RunSession.person()));
            output.print(answer, answer::text);
        }
    }
}
