package io.muster.cli;

import io.muster.automation.jobfile.LoadedJob;
import io.muster.automation.jobs.JobControl;
import io.muster.automation.jobs.JobRunsConfiguration;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code muster jobs release}. */
@Command(
        name = "release",
        description = {
            "Release an automation that is held. What it has missed meanwhile is made up for by one run, or left out, as its"
                    + " missed-runs says."
        },
        footer = {"", "Examples:", "  muster jobs release nightly"})
final class JobsReleaseCommand implements Runnable {

    private final Terminal terminal;

    @Mixin
    private NamedJob job;

    @Mixin
    private Output output;

    private record Answer(String automation, boolean released) {}

    JobsReleaseCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public void run() {
        try (AppContext context = AppContext.open(terminal, JobRunsConfiguration.class)) {
            LoadedJob loaded = job.read(context);
            boolean released = context.get(JobControl.class).release(loaded.job(), RunSession.person());
            Answer answer = new Answer(loaded.job().id(), released);
            output.print(
                    answer,
                    () -> released
                            ? answer.automation() + " is released."
                            : answer.automation() + " was not held; nothing was changed.");
        }
    }
}
