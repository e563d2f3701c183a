package io.muster.cli;

import io.muster.automation.jobfile.JobFile;
import io.muster.automation.jobfile.JobFiles;
import io.muster.automation.jobfile.JobFolder;
import io.muster.automation.jobfile.LoadedJob;
import io.muster.automation.jobs.JobRegister;
import io.muster.automation.jobs.JobRunsConfiguration;
import io.muster.automation.schedule.Schedule.Firing;
import io.muster.automation.server.JobSchedules;
import java.time.Clock;
import java.time.Instant;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code muster jobs}: the job files and when they run next. Those seen for the first time get their ids. */
@Command(
        name = "jobs",
        description = "List the job files and when they run next.",
        subcommands = {JobsCheckCommand.class, JobsSchemaCommand.class},
        footer = {
            "",
            "Job files are read from the folder jobs, or from the one that the setting muster.jobs (MUSTER_JOBS)"
                    + " names.",
            "",
            "Examples:",
            "  muster jobs",
            "  muster jobs --json",
            "  muster jobs check jobs/nightly.yaml"
        })
final class JobsCommand implements Runnable {

    private static final DateTimeFormatter LOCAL = DateTimeFormatter.ofPattern("EEE yyyy-MM-dd HH:mm", Locale.ENGLISH);

    private final Clock clock = Clock.systemUTC();
    private final Terminal terminal;

    @Mixin
    private Output output;

    JobsCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public void run() {
        try (AppContext context = AppContext.open(terminal, JobRunsConfiguration.class)) {
            JobFiles files = context.get(JobFiles.class);
            JobFolder folder = files.load();
            Map<String, String> ids = context.get(JobRegister.class).seen(folder.jobs());
            Instant now = clock.instant();
            List<Job> jobs =
                    folder.jobs().stream().map(loaded -> job(loaded, ids, now)).toList();
            List<Broken> broken = folder.broken().stream()
                    .map(file -> new Broken(file.file().toString(), file.lines()))
                    .toList();
            output.print(new Jobs(jobs, broken), () -> text(files, jobs, broken));
        }
    }

    private static Job job(LoadedJob loaded, Map<String, String> ids, Instant now) {
        JobFile job = loaded.job();
        Firing next = JobSchedules.next(job, now).orElse(null);
        return new Job(
                job.id(),
                ids.getOrDefault(job.id(), ""),
                job.name(),
                loaded.file().toString(),
                job.enabled(),
                job.schedules().isEmpty(),
                next == null ? null : next.at(),
                next == null ? null : LOCAL.format(next.at().atZone(job.zone())) + " " + job.zone());
    }

    private static String text(JobFiles files, List<Job> jobs, List<Broken> broken) {
        if (jobs.isEmpty() && broken.isEmpty()) {
            return "No job files in %s. Write one, see docs/job-files.md.".formatted(files.folder());
        }

        TextTable table = new TextTable("ID", "AUTOMATION", "NEXT RUN", "NAME", "FILE");
        jobs.forEach(job -> table.row(
                job.id(),
                job.automationId(),
                job.nextLocal() != null ? job.nextLocal() : !job.enabled() ? "not enabled" : "on demand",
                job.name(),
                job.file()));
        broken.forEach(file -> table.row(
                "-", "-", "not usable", file.problems().size() + " problems, see muster jobs check", file.file()));
        return table.toString();
    }

    private record Jobs(List<Job> jobs, List<Broken> broken) {}

    private record Job(
            String id,
            String automationId,
            String name,
            String file,
            boolean enabled,
            boolean onDemand,
            @Nullable Instant next,
            @Nullable String nextLocal) {}

    private record Broken(String file, List<String> problems) {}
}
