package io.muster.cli;

import io.muster.app.ChainView;
import io.muster.automation.contactimport.LastLooks;
import io.muster.automation.contactimport.LastLooks.Noted;
import io.muster.automation.jobfile.ContactImportJob;
import io.muster.automation.jobfile.EventJob;
import io.muster.automation.jobfile.JobFile;
import io.muster.automation.jobfile.JobFiles;
import io.muster.automation.jobfile.JobFolder;
import io.muster.automation.jobfile.LoadedJob;
import io.muster.automation.jobfile.WorkflowJob;
import io.muster.automation.jobs.JobControl;
import io.muster.automation.jobs.JobRegister;
import io.muster.automation.jobs.JobRunsConfiguration;
import io.muster.automation.schedule.Schedule.Firing;
import io.muster.automation.segments.StandingRebuilds;
import io.muster.automation.server.JobSchedules;
import io.muster.jobs.Automations;
import io.muster.jobs.Chains;
import io.muster.jobs.Deliveries;
import io.muster.jobs.Deliveries.Delivery;
import io.muster.jobs.Deliveries.Listed;
import io.muster.jobs.Holds.Hold;
import io.muster.jobs.event.EventJobs;
import io.muster.jobs.servers.JobFilesDiffer;
import io.muster.jobs.servers.Servers;
import io.muster.support.Ids;
import io.muster.support.PublicId;
import io.muster.support.PublicUrl;
import io.muster.support.Settings;
import java.time.Clock;
import java.time.Instant;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.springframework.core.env.Environment;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code muster jobs}: the job files and when they run next. Those seen for the first time get their ids. */
@Command(
        name = "jobs",
        description = {
            "List the job files and when they run next, with who holds one and why, and what waits for a person: failed runs that are pending, files"
                    + " that came late, files that the last look at the source passed over."
        },
        subcommands = {
            JobsCheckCommand.class,
            JobsTryCommand.class,
            JobsSchemaCommand.class,
            JobsSkipCommand.class,
            JobsHoldCommand.class,
            JobsReleaseCommand.class
        },
        footer = {
            "",
            "Directories with segments that no job file rebuilds by schedule are rebuilt daily; their rows name no file.",
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
            Map<String, Hold> holds = context.get(JobControl.class).holds();
            Instant now = clock.instant();
            List<Job> jobs = Stream.concat(
                            folder.jobs().stream(), context.get(StandingRebuilds.class).beside(folder.jobs()).stream())
                    .map(loaded -> job(
                            loaded,
                            ids,
                            now,
                            holds.get(loaded.job().id()),
                            open(context, loaded.job()),
                            event(context, loaded.job()),
                            chain(context, loaded.job())))
                    .toList();
            List<Broken> broken = folder.broken().stream()
                    .map(file -> new Broken(file.file().toString(), file.lines()))
                    .toList();
            List<JobFilesDiffer> differing = context.get(Servers.class).differingForLong();
            output.print(new Jobs(jobs, broken, differing), () -> text(files, jobs, broken, differing));
        }
    }

    private static Open open(AppContext context, JobFile job) {
        if (!(job instanceof ContactImportJob || job instanceof WorkflowJob)) {
            return new Open(List.of(), List.of(), List.of());
        }

        Automations automations = context.get(Automations.class);
        long automation = automations.number(job.id());
        return new Open(
                automations.pending(automation).stream()
                        .map(run -> new Pending(
                                run.id(),
                                Listed.nameOf(run.imported().file()),
                                run.status().name()))
                        .toList(),
                context.get(Deliveries.class).waiting(automation),
                context.get(LastLooks.class).of(automation));
    }

    private static @Nullable Event event(AppContext context, JobFile job) {
        if (!(job instanceof EventJob)) {
            return null;
        }

        long automation = context.get(Automations.class).number(job.id());
        String id = context.get(Ids.class).of(PublicId.EVENT, automation);
        String base = PublicUrl.read(new Settings(context.get(Environment.class)::getProperty))
                .orElse("");
        return new Event(
                id,
                base + "/v1/events/" + id,
                base + "/inbound-event/v1/events/json/triggers?urlTokenId="
                        + context.get(EventJobs.class).token(automation));
    }

    /** The chain of a workflow that is not done. */
    private static @Nullable ChainView chain(AppContext context, JobFile job) {
        if (!(job instanceof WorkflowJob)) {
            return null;
        }

        Chains chains = context.get(Chains.class);
        return chains.open(context.get(Automations.class).number(job.id()))
                .map(chain -> ChainView.of(chain, chains, context.get(Ids.class)))
                .orElse(null);
    }

    private static Job job(
            LoadedJob loaded,
            Map<String, String> ids,
            Instant now,
            @Nullable Hold hold,
            Open open,
            @Nullable Event event,
            @Nullable ChainView chain) {
        JobFile job = loaded.job();
        Firing next = hold == null ? JobSchedules.next(job, now).orElse(null) : null;
        return new Job(
                job.id(),
                ids.getOrDefault(job.id(), ""),
                job.name(),
                loaded.file().toString(),
                job.enabled(),
                job.schedules().isEmpty(),
                next == null ? null : next.at(),
                next == null ? null : LOCAL.format(next.at().atZone(job.zone())) + " " + job.zone(),
                hold == null ? null : JobsHoldCommand.Answer.of(hold),
                open.pending(),
                open.waiting().stream()
                        .map(file -> new Waiting(file.listed().name(), file.entered()))
                        .toList(),
                open.passedOver().stream()
                        .map(file -> new PassedOver(
                                file.name(), file.reason().name(), file.reason().text(), file.since()))
                        .toList(),
                event,
                chain);
    }

    private static String text(JobFiles files, List<Job> jobs, List<Broken> broken, List<JobFilesDiffer> differing) {
        if (jobs.isEmpty() && broken.isEmpty()) {
            return "No job files in %s. Write one, see docs/job-files.md.".formatted(files.folder());
        }

        TextTable table = new TextTable("ID", "AUTOMATION", "NEXT RUN", "NAME", "FILE");
        jobs.forEach(job -> table.row(
                job.id(),
                job.automationId(),
                job.nextLocal() != null
                        ? job.nextLocal()
                        : job.hold() != null
                                ? "held"
                                : !job.enabled() ? "not enabled" : job.event() != null ? "on events" : "on demand",
                job.name(),
                job.file()));
        broken.forEach(file -> table.row(
                "-", "-", "not usable", file.problems().size() + " problems, see muster jobs check", file.file()));
        StringBuilder text = new StringBuilder(table.toString());
        jobs.forEach(job -> waiting(job, text));
        differing.forEach(one -> text.append("Since %s: %s\n".formatted(one.since(), one.text())));
        return text.toString();
    }

    private static void waiting(Job job, StringBuilder text) {
        JobsHoldCommand.Answer hold = job.hold();
        if (hold != null) {
            text.append(hold.text()).append("\n");
        }

        Event event = job.event();
        if (event != null) {
            text.append("%s: takes events at %s and %s\n".formatted(job.id(), event.address(), event.triggerAddress()));
        }

        ChainView chain = job.chain();
        if (chain != null) {
            text.append("%s: its tasks since %s are not done: %s\n".formatted(job.id(), chain.started(), chain.text()));
        }

        job.pending()
                .forEach(run -> text.append("%s: %s is not imported: its run %s is %s. See: muster runs show %s\n"
                        .formatted(job.id(), run.file(), run.run(), run.status(), run.run())));
        job.waiting()
                .forEach(file -> text.append("%s: %s waits since %s: it came after a newer file was imported. %s\n"
                        .formatted(job.id(), file.file(), file.since(), VisitText.choice(job.id(), file.file()))));
        job.passedOver()
                .forEach(file -> text.append("%s: %s is passed over since %s: %s.\n"
                        .formatted(job.id(), file.file(), file.since(), file.reason())));
    }

    private record Open(List<Pending> pending, List<Delivery> waiting, List<Noted> passedOver) {}

    private record Pending(String run, String file, String status) {}

    private record Waiting(String file, Instant since) {}

    private record PassedOver(String file, String code, String reason, Instant since) {}

    private record Jobs(List<Job> jobs, List<Broken> broken, List<JobFilesDiffer> differing) {}

    private record Job(
            String id,
            String automationId,
            String name,
            String file,
            boolean enabled,
            boolean onDemand,
            @Nullable Instant next,
            @Nullable String nextLocal,
            JobsHoldCommand.@Nullable Answer hold,
            List<Pending> pending,
            List<Waiting> waiting,
            List<PassedOver> passedOver,
            @Nullable Event event,
            @Nullable ChainView chain) {}

    /** The addresses of one that takes events. */
    private record Event(String id, String address, String triggerAddress) {}

    private record Broken(String file, List<String> problems) {}
}
