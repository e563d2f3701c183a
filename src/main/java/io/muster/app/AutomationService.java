package io.muster.app;

import io.muster.automation.jobfile.ContactImportJob;
import io.muster.automation.jobfile.EventJob;
import io.muster.automation.jobfile.JobFile;
import io.muster.automation.jobfile.JobFiles;
import io.muster.automation.jobfile.JobFolder;
import io.muster.automation.jobfile.LoadedJob;
import io.muster.automation.jobfile.ScheduleEntry;
import io.muster.automation.jobfile.SegmentRebuildJob;
import io.muster.automation.jobfile.WorkflowJob;
import io.muster.automation.jobs.JobRegister;
import io.muster.automation.schedule.Schedule.Firing;
import io.muster.automation.segments.StandingRebuilds;
import io.muster.automation.server.JobSchedules;
import io.muster.jobs.Automations;
import io.muster.jobs.Deliveries;
import io.muster.support.Refusal;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Automations with their next runs and how the last ones went. */
public final class AutomationService {

    /** So many of the last runs are told of in a list. */
    public static final int LAST_RUNS = 30;

    private static final int NEXT_TIMES = 10;

    private final JobFiles files;
    private final JobRegister register;
    private final StandingRebuilds standing;
    private final Automations automations;
    private final Deliveries deliveries;
    private final RunViews runs;
    private final InstantSource clock;

    AutomationService(
            JobFiles files,
            JobRegister register,
            StandingRebuilds standing,
            Automations automations,
            Deliveries deliveries,
            RunViews runs,
            InstantSource clock) {
        this.files = files;
        this.register = register;
        this.standing = standing;
        this.automations = automations;
        this.deliveries = deliveries;
        this.runs = runs;
        this.clock = clock;
    }

    /**
     * What there is.
     *
     * @param broken job files that are not usable
     */
    public record All(List<AutomationView> automations, List<AutomationView.Broken> broken) {}

    /**
     * All automations by id, and the job files that are not usable.
     *
     * @param most of the newest runs of each; 0 where they are not asked for
     */
    public All list(int most) {
        JobFolder folder = files.load();
        Map<String, String> ids = register.seen(folder.jobs());
        return new All(
                loaded(folder)
                        .sorted(Comparator.comparing(loaded -> loaded.job().id()))
                        .map(loaded ->
                                view(loaded, ids.getOrDefault(loaded.job().id(), ""), most))
                        .toList(),
                folder.broken().stream()
                        .map(file -> new AutomationView.Broken(file.file().toString(), file.lines()))
                        .toList());
    }

    private Stream<LoadedJob> loaded(JobFolder folder) {
        return Stream.concat(folder.jobs().stream(), standing.beside(folder.jobs()).stream());
    }

    /**
     * One automation.
     *
     * @param id {@code AU_…}, or the id in its job file
     * @param most of its newest runs
     */
    public AutomationView show(String id, int most) {
        JobFolder folder = files.load();
        Map<String, String> ids = register.seen(folder.jobs());
        return loaded(folder)
                .filter(loaded -> loaded.job().id().equals(id)
                        || id.equals(ids.get(loaded.job().id())))
                .findFirst()
                .map(loaded -> view(loaded, ids.getOrDefault(loaded.job().id(), ""), most))
                .orElseThrow(() -> Refusal.notFound(
                                "UNKNOWN_AUTOMATION",
                                "There is no automation '" + id + "', or its job file is not usable now.")
                        .with("automation", id));
    }

    private AutomationView view(LoadedJob loaded, String publicId, int most) {
        JobFile job = loaded.job();
        List<Instant> next = next(job);
        return new AutomationView(
                job.id(),
                publicId,
                job.name(),
                kind(job),
                loaded.file().toString(),
                job.zone(),
                job.schedules().stream().map(entry -> text(entry, job)).toList(),
                next,
                next.isEmpty() ? idle(job) : null,
                publicId.isEmpty()
                        ? List.of()
                        : deliveries.waiting(automations.number(job.id())).stream()
                                .map(delivery -> delivery.listed().name())
                                .toList(),
                most == 0
                        ? List.of()
                        : runs.page(new RunSearch(null, job.id(), null, null, most), null)
                                .items());
    }

    private static String kind(JobFile job) {
        return switch (job) {
            case ContactImportJob ignored -> ContactImportJob.KIND;
            case SegmentRebuildJob ignored -> SegmentRebuildJob.KIND;
            case EventJob ignored -> EventJob.KIND;
            case WorkflowJob ignored -> WorkflowJob.KIND;
        };
    }

    private static String text(ScheduleEntry entry, JobFile job) {
        return entry.cron() != null
                ? entry.cron() + " (" + (entry.zone() == null ? job.zone() : entry.zone()) + ")"
                : "every " + String.valueOf(entry.every()).substring(2).toLowerCase(java.util.Locale.ROOT);
    }

    private List<Instant> next(JobFile job) {
        List<Instant> times = new ArrayList<>();
        Optional<Firing> firing = JobSchedules.next(job, clock.instant());
        while (firing.isPresent() && times.size() < NEXT_TIMES) {
            times.add(firing.get().at());
            firing = JobSchedules.next(job, firing.get().at());
        }

        return times;
    }

    private static @Nullable String idle(JobFile job) {
        if (job instanceof EventJob) {
            return "It runs when events come.";
        }

        return job.enabled()
                ? "It has no schedule: it runs on demand only."
                : "Its job file says enabled: false, so that its schedules do not run.";
    }
}
