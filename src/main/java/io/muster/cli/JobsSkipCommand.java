package io.muster.cli;

import io.muster.automation.contactimport.SkippedFiles;
import io.muster.automation.jobfile.LoadedJob;
import io.muster.automation.jobs.JobRunsConfiguration;
import io.muster.jobs.Deliveries.Delivery;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code muster jobs skip}. */
@Command(
        name = "skip",
        description = {
            "Settle a delivered file without importing it: one that waits because it came after a newer file, or any"
                    + " other that no run has taken.",
            "",
            "The file stays where it is and is not taken any more. 'muster run JOB --file FILE --force' imports it all"
                    + " the same."
        },
        footer = {"", "Examples:", "  muster jobs skip nightly --file contacts-20260228.csv"})
final class JobsSkipCommand implements Runnable {

    private final Terminal terminal;

    @Mixin
    private NamedJob job;

    @Option(
            names = "--file",
            paramLabel = "FILE",
            required = true,
            description = "The name of the file on the source, as jobs and run show it.")
    private String file;

    @Mixin
    private Output output;

    private record Answer(String automation, String file, String state) {}

    JobsSkipCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public void run() {
        try (AppContext context = AppContext.open(terminal, JobRunsConfiguration.class)) {
            LoadedJob loaded = job.read(context);
            Delivery skipped = context.get(SkippedFiles.class).skip(loaded.job(), file, RunSession.person());
            Answer answer = new Answer(
                    loaded.job().id(), skipped.listed().name(), skipped.state().name());
            output.print(
                    answer,
                    () -> "Skipped %s of %s: it is not imported.".formatted(answer.file(), answer.automation()));
        }
    }
}
