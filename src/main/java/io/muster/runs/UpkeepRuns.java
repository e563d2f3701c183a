package io.muster.runs;

import io.muster.database.LockConflicts;
import io.muster.directory.Actor;
import io.muster.directory.Directory;
import io.muster.directory.store.Directories;
import io.muster.jobs.Deliveries;
import io.muster.jobs.Progress;
import io.muster.jobs.Run;
import io.muster.jobs.RunKind;
import io.muster.jobs.RunLease;
import io.muster.jobs.RunLedger;
import io.muster.jobs.deletion.DeletionJob;
import io.muster.jobs.eligibility.EligibilityJob;
import io.muster.jobs.merge.MergeJob;
import io.muster.jobs.merge.MergeSpec;
import io.muster.jobs.merge.RekeyJob;
import io.muster.jobs.snapshot.SnapshotJob;
import io.muster.jobs.snapshot.SnapshotSpec;
import io.muster.runs.RunService.Force;
import io.muster.support.Refusal;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiFunction;
import java.util.stream.Stream;
import org.springframework.batch.core.job.Job;
import tools.jackson.databind.json.JsonMapper;

/**
 * Work on what a directory has already, as runs: merges, re-keys, snapshots,
 * questions of eligibility, and its deletion. What is done is done, so one that was cut off goes
 * on when the same is asked for again.
 */
final class UpkeepRuns implements RunsOfKind {

    private final RunLedger runs;
    private final MergeJob merges;
    private final RekeyJob rekeys;
    private final DeletionJob deletions;
    private final SnapshotJob snapshots;
    private final EligibilityJob eligibility;
    private final Directories directories;
    private final DirectoryUses uses;
    private final String owner;
    private final JsonMapper json;

    UpkeepRuns(
            RunLedger runs,
            MergeJob merges,
            RekeyJob rekeys,
            DeletionJob deletions,
            SnapshotJob snapshots,
            EligibilityJob eligibility,
            Directories directories,
            DirectoryUses uses,
            String owner,
            JsonMapper json) {
        this.runs = runs;
        this.merges = merges;
        this.rekeys = rekeys;
        this.deletions = deletions;
        this.snapshots = snapshots;
        this.eligibility = eligibility;
        this.directories = directories;
        this.uses = uses;
        this.owner = owner;
        this.json = json;
    }

    Entry enter(RunRequest.Merge request, Actor actor) {
        return enter(RunKind.MERGE, request.directory(), new MergeSpec(request.scope()), actor);
    }

    Entry enter(RunRequest.Rekey request, Actor actor) {
        return enter(RunKind.RE_KEY, request.directory(), Map.of(), actor);
    }

    Entry enter(RunRequest.Deletion request, Actor actor) {
        Directory directory = directories.byNumber(request.directory()).orElseThrow();
        Optional<Refusal> named = namedByJobs(directory);
        if (named.isPresent()) {
            throw named.get();
        }

        return enter(RunKind.DELETION, request.directory(), Map.of("name", directory.name()), actor);
    }

    Entry enter(RunRequest.Snapshot request, Actor actor) {
        return enter(RunKind.SNAPSHOT, request.directory(), new SnapshotSpec(request.force()), actor);
    }

    Entry enter(RunRequest.Eligibility request, Actor actor) {
        return enter(RunKind.ELIGIBILITY, request.directory(), request.spec(), actor);
    }

    /** All that stands in the way of deleting a directory now. */
    List<Refusal> against(RunRequest.Deletion request) {
        Directory directory = directories.byNumber(request.directory()).orElseThrow();
        return Stream.concat(namedByJobs(directory).stream(), runs.againstDeletion(directory.number()).stream())
                .toList();
    }

    private Optional<Refusal> namedByJobs(Directory directory) {
        String jobs = String.join(", ", uses.of(directory));
        return jobs.isEmpty()
                ? Optional.empty()
                : Optional.of(Refusal.conflict(
                                "DIRECTORY_IN_USE",
                                "Cannot delete the directory '" + directory.name() + "': these jobs name it: " + jobs
                                        + ". Remove their files, or name another directory there.")
                        .with("jobs", jobs));
    }

    private Entry enter(RunKind kind, int directory, Object asked, Actor actor) {
        String spec = json.writeValueAsString(asked);
        Optional<Entry.Own> goneOnWith = runs.open(directory, kind).stream()
                .filter(run -> run.status().isResumable() && run.spec().equals(spec))
                .flatMap(run -> resume(run, Force.NO, actor).stream())
                .findFirst();
        return goneOnWith.orElseGet(() -> own(
                runs.enter(new RunLedger.NewRun(kind, Deliveries.NO_AUTOMATION, null, directory, spec, owner), actor)));
    }

    @Override
    public Optional<Entry.Own> resume(Run run, Force force, Actor actor) {
        // A process that is stopped keeps its locks until the database ends its sessions.
        return LockConflicts.retry()
                .call(() -> runs.takeOver(run, owner, actor))
                .map(this::own);
    }

    private Entry.Own own(Run run) {
        return new Entry.Own(
                run,
                switch (run.kind()) {
                    case MERGE -> new UpkeepAttempt(runs, MergeJob.NAME, merges::of);
                    case RE_KEY -> new UpkeepAttempt(runs, RekeyJob.NAME, rekeys::of);
                    case DELETION -> new UpkeepAttempt(runs, DeletionJob.NAME, deletions::of);
                    case SNAPSHOT -> new UpkeepAttempt(runs, SnapshotJob.NAME, snapshots::of);
                    case ELIGIBILITY -> new UpkeepAttempt(runs, EligibilityJob.NAME, eligibility::of);
                    default -> throw new IllegalStateException("Not here: " + run.kind());
                });
    }

    private record UpkeepAttempt(RunLedger runs, String jobName, BiFunction<RunLease, Progress, Job> jobs)
            implements Attempt {

        @Override
        public boolean begin(RunLease lease, Progress progress) {
            return runs.begin(lease.run());
        }

        @Override
        public Job job(RunLease lease, Progress progress) {
            return jobs.apply(lease, progress);
        }
    }
}
