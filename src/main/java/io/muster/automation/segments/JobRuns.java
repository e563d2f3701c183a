package io.muster.automation.segments;

import io.muster.automation.AutomationRuns;
import io.muster.automation.RunSummary;
import io.muster.automation.RunSummary.Status;
import io.muster.automation.RunUpkeep;
import io.muster.automation.Trigger;
import io.muster.automation.contactimport.ContactImportRuns;
import io.muster.automation.jobfile.ContactImportJob;
import io.muster.automation.jobfile.JobFile;
import io.muster.automation.jobfile.LoadedJob;
import io.muster.automation.jobfile.SegmentRebuildJob;
import io.muster.runs.RebuildAnswer;
import io.muster.runs.SegmentRebuilds;
import io.muster.segment.publish.SegmentHistory;
import io.muster.support.Refusal;
import java.time.Instant;
import java.util.Collection;
import java.util.List;

/** Runs jobs of every kind. */
public final class JobRuns implements AutomationRuns, RunUpkeep {

    private final ContactImportRuns imports;
    private final SegmentRebuildRuns rebuildRuns;
    private final SegmentRebuilds rebuilds;
    private final StandingRebuilds standing;
    private final SegmentHistory history;

    JobRuns(
            ContactImportRuns imports,
            SegmentRebuildRuns rebuildRuns,
            SegmentRebuilds rebuilds,
            StandingRebuilds standing,
            SegmentHistory history) {
        this.imports = imports;
        this.rebuildRuns = rebuildRuns;
        this.rebuilds = rebuilds;
        this.standing = standing;
        this.history = history;
    }

    @Override
    public List<RunSummary> run(JobFile file, Trigger trigger) {
        return switch (file) {
            case ContactImportJob job -> imports.run(job, trigger);
            case SegmentRebuildJob job -> List.of(rebuild(job));
        };
    }

    private RunSummary rebuild(SegmentRebuildJob job) {
        try {
            RebuildAnswer answer = rebuildRuns.rebuild(job);
            return summary(
                    job,
                    "version " + answer.rebuild().version(),
                    Status.COMPLETED,
                    answer.rebuild().started());
        } catch (Refusal refusal) {
            if (rebuildRuns.isStopping()) {
                // Gone on with when the next server starts.
                return summary(job, "stopped", Status.STOPPED, 0);
            }

            throw refusal;
        }
    }

    private static RunSummary summary(SegmentRebuildJob job, String run, Status status, long started) {
        Instant at = Instant.ofEpochMilli(started);
        return new RunSummary(run, job.id(), job.directory(), status, null, 0, 0, 0, 0, 0, 0, at, at);
    }

    @Override
    public List<LoadedJob> standing(Collection<LoadedJob> loaded) {
        return standing.beside(loaded);
    }

    @Override
    public void stopAll() {
        imports.stopAll();
        rebuildRuns.stopAll();
    }

    @Override
    public int markDead() {
        return imports.markDead() + rebuilds.markDead();
    }

    @Override
    public int prune(Instant endedBefore) {
        return imports.prune(endedBefore) + history.prune(endedBefore.toEpochMilli());
    }
}
