package io.muster.automation.segments;

import io.muster.automation.RebuildSummary;
import io.muster.automation.RunSummary;
import io.muster.automation.contactimport.FilesImported;
import io.muster.automation.jobfile.ContactImportJob;
import io.muster.automation.jobfile.JobFile;
import io.muster.automation.jobfile.SegmentRebuildJob;
import io.muster.automation.notify.Notifications;
import io.muster.directory.Actor;
import io.muster.directory.Directory;
import io.muster.directory.store.Directories;
import io.muster.jobs.Automations;
import io.muster.jobs.Progress;
import io.muster.jobs.Run;
import io.muster.jobs.RunFilter;
import io.muster.jobs.RunKind;
import io.muster.jobs.rebuild.Rebuild;
import io.muster.jobs.rebuild.RebuildRequest;
import io.muster.runs.RebuildAnswer;
import io.muster.runs.RunService;
import io.muster.runs.SegmentRebuilds;
import io.muster.segment.Segment;
import io.muster.segment.Segments;
import io.muster.segment.publish.Built;
import io.muster.support.Refusal;
import java.time.Instant;
import java.util.Objects;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.event.EventListener;

/** Rebuilds that job files ask for, and those after imports. */
public final class SegmentRebuildRuns {

    private static final Logger LOG = LoggerFactory.getLogger(SegmentRebuildRuns.class);

    private final RunService service;
    private final SegmentRebuilds rebuilds;
    private final Automations automations;
    private final Directories directories;
    private final Segments segments;
    private final Notifications notifications;

    /** Rebuilds with these parts. */
    public SegmentRebuildRuns(
            RunService service,
            SegmentRebuilds rebuilds,
            Automations automations,
            Directories directories,
            Segments segments,
            Notifications notifications) {
        this.service = service;
        this.rebuilds = rebuilds;
        this.automations = automations;
        this.directories = directories;
        this.segments = segments;
        this.notifications = notifications;
    }

    /** Rebuilds what the job says and notifies those it names; a refusal when it failed, which is notified as well. */
    public RebuildAnswer rebuild(SegmentRebuildJob job, Progress progress) {
        try {
            Directory directory = directories.find(job.directory());
            return rebuild(job, directory, request(job, directory), progress);
        } catch (Refusal refusal) {
            if (!service.isStopping()) {
                notifications.couldNotRun(job, refusal.getMessage());
            }

            throw refusal;
        }
    }

    /** As {@link #rebuild}; one that ends with its process is gone on with when the next server starts. */
    public RunSummary run(SegmentRebuildJob job) {
        try {
            return summary(job, rebuild(job, Progress.NONE).rebuild().run());
        } catch (Refusal refusal) {
            Optional<Run> last = service.list(new RunFilter(null, job.id(), RunKind.SEGMENT_REBUILD, 1)).stream()
                    .findFirst();
            if (service.isStopping() && last.isPresent()) {
                return summary(job, last.get());
            }

            throw refusal;
        }
    }

    private static RunSummary summary(SegmentRebuildJob job, Run run) {
        return new RunSummary(
                run.id(),
                job.id(),
                run.status(),
                run.reason(),
                null,
                Instant.ofEpochMilli(run.started()),
                Instant.ofEpochMilli(Objects.requireNonNullElse(run.ended(), run.heartbeat())));
    }

    /** The directory of a job. */
    public Directory directory(SegmentRebuildJob job) {
        return directories.find(job.directory());
    }

    private RebuildRequest request(SegmentRebuildJob job, Directory directory) {
        String cause = job.id();
        if (!job.segments().isEmpty()) {
            return RebuildRequest.alone(
                    directory.number(),
                    job.segments().stream()
                            .map(segment -> segments.find(directory.number(), segment))
                            .map(Segment::number)
                            .toList(),
                    cause);
        }

        return job.mode() == SegmentRebuildJob.Mode.INCREMENTAL
                ? RebuildRequest.incremental(directory.number(), cause)
                : RebuildRequest.full(directory.number(), cause);
    }

    /**
     * Rebuilds after new files of a job were imported, where the job wants that. The import is complete whatever happens
     * to the rebuild.
     */
    @EventListener
    void on(FilesImported imported) {
        ContactImportJob job = imported.job();
        if (job.rebuildSegments() == ContactImportJob.RebuildSegments.NONE) {
            return;
        }

        try {
            Directory directory = directories.find(job.loading().target().directory());
            RebuildRequest request = job.rebuildSegments() == ContactImportJob.RebuildSegments.INCREMENTAL
                    ? RebuildRequest.incremental(directory.number(), job.id())
                    : RebuildRequest.full(directory.number(), job.id());
            // A rebuild that runs already may have begun before the import ended.
            rebuild(job, directory, request.fromNow(), imported.progress());
        } catch (RuntimeException e) {
            LOG.error("automation={} is imported, but its segments could not be rebuilt", job.id(), e);
            if (!service.isStopping()) {
                notifications.couldNotRun(
                        job,
                        "Cannot rebuild the segments after the import: " + e.getMessage()
                                + " The import itself is complete.");
            }
        }
    }

    private RebuildAnswer rebuild(JobFile job, Directory directory, RebuildRequest request, Progress progress) {
        RebuildAnswer answer = rebuilds.rebuild(
                request, automations.number(job.id()), new Actor(Actor.Kind.AUTOMATION, job.id()), progress);
        notifications.rebuilt(job, summary(directory, answer));
        return answer;
    }

    private static RebuildSummary summary(Directory directory, RebuildAnswer answer) {
        Rebuild rebuild = answer.rebuild();
        return new RebuildSummary(
                directory.name(),
                rebuild.version(),
                rebuild.contacts(),
                answer.segments().size(),
                answer.segments().stream()
                        .filter(Built::isHeld)
                        .map(Built::name)
                        .toList(),
                Instant.ofEpochMilli(rebuild.run().started()),
                Instant.ofEpochMilli(Objects.requireNonNullElse(
                        rebuild.run().ended(), rebuild.run().started())));
    }
}
