package io.muster.automation.segments;

import io.muster.automation.RebuildSummary;
import io.muster.automation.jobfile.ContactImportJob;
import io.muster.automation.jobfile.JobFile;
import io.muster.automation.jobfile.SegmentRebuildJob;
import io.muster.automation.notify.Notifications;
import io.muster.directory.Directory;
import io.muster.directory.store.Directories;
import io.muster.jobs.Progress;
import io.muster.jobs.rebuild.Rebuild;
import io.muster.jobs.rebuild.RebuildRequest;
import io.muster.runs.RebuildAnswer;
import io.muster.runs.SegmentRebuilds;
import io.muster.segment.Segment;
import io.muster.segment.Segments;
import io.muster.segment.publish.Built;
import io.muster.support.Refusal;
import java.time.Instant;
import java.util.Objects;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Rebuilds that job files ask for, and those after imports. */
public final class SegmentRebuildRuns {

    private static final Logger LOG = LoggerFactory.getLogger(SegmentRebuildRuns.class);

    private final SegmentRebuilds rebuilds;
    private final Directories directories;
    private final Segments segments;
    private final Notifications notifications;
    private volatile Progress progress = Progress.NONE;
    private volatile boolean stopping;

    /** Rebuilds through the operator. */
    public SegmentRebuildRuns(
            SegmentRebuilds rebuilds, Directories directories, Segments segments, Notifications notifications) {
        this.rebuilds = rebuilds;
        this.directories = directories;
        this.segments = segments;
        this.notifications = notifications;
    }

    /** Shows how far rebuilds have come from now on. */
    public void show(Progress shown) {
        this.progress = shown;
    }

    /** Rebuilds what the job says and tells whom it names; a refusal when it failed, which is told as well. */
    public RebuildAnswer rebuild(SegmentRebuildJob job) {
        try {
            Directory directory = directories.find(job.directory());
            return told(job, directory, request(job, directory));
        } catch (Refusal refusal) {
            if (!stopping) {
                notifications.couldNotRun(job, refusal.getMessage());
            }

            throw refusal;
        }
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
     * Rebuilds after new files of a job were imported, where the job wants that. The import is complete whatever becomes
     * of it.
     */
    public void afterImport(ContactImportJob job) {
        if (job.rebuildSegments() == ContactImportJob.RebuildSegments.NONE) {
            return;
        }

        try {
            Directory directory = directories.find(job.target().directory());
            RebuildRequest request = job.rebuildSegments() == ContactImportJob.RebuildSegments.INCREMENTAL
                    ? RebuildRequest.incremental(directory.number(), job.id())
                    : RebuildRequest.full(directory.number(), job.id());
            // A rebuild that runs already may have begun before the import ended.
            told(job, directory, request.fromNow());
        } catch (RuntimeException e) {
            LOG.error("automation={} is imported, but its segments could not be rebuilt", job.id(), e);
            if (!stopping) {
                notifications.couldNotRun(
                        job,
                        "Cannot rebuild the segments after the import: " + e.getMessage()
                                + " The import itself is complete.");
            }
        }
    }

    private RebuildAnswer told(JobFile job, Directory directory, RebuildRequest request) {
        RebuildAnswer answer = rebuilds.rebuild(request, progress);
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
                Instant.ofEpochMilli(rebuild.started()),
                Instant.ofEpochMilli(Objects.requireNonNullElse(rebuild.ended(), rebuild.started())));
    }

    /** Whether this process was asked to stop. */
    boolean isStopping() {
        return stopping;
    }

    /** Asks rebuilds of this process to stop, and begins no new ones. */
    public void stopAll() {
        stopping = true;
        rebuilds.stopAll();
    }
}
