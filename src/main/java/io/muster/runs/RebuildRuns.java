package io.muster.runs;

import io.muster.directory.Actor;
import io.muster.directory.store.Directories;
import io.muster.jobs.Progress;
import io.muster.jobs.Run;
import io.muster.jobs.RunKind;
import io.muster.jobs.RunLease;
import io.muster.jobs.RunLedger;
import io.muster.jobs.RunStatus;
import io.muster.jobs.rebuild.Rebuild;
import io.muster.jobs.rebuild.RebuildJob;
import io.muster.jobs.rebuild.RebuildPace;
import io.muster.jobs.rebuild.RebuildRequest;
import io.muster.jobs.rebuild.RebuildRequest.Freshness;
import io.muster.jobs.rebuild.RebuildStores;
import io.muster.jobs.rebuild.RebuildWork;
import io.muster.runs.RunService.Force;
import java.util.List;
import java.util.Optional;
import org.springframework.batch.core.job.Job;
import tools.jackson.databind.json.JsonMapper;

/**
 * Rebuilds as runs. A directory has one at a time: a request that a running one covers joins it, as does any request
 * that a queued one covers, since its moment is still to come; every other request queues a run of its own. A rebuild
 * that was cut off is begun anew under its number when the same is asked for, and given up when something else is.
 */
final class RebuildRuns implements RunsOfKind {

    private final RebuildStores stores;
    private final Directories directories;
    private final RebuildJob jobs;
    private final RebuildPace pace;
    private final String owner;
    private final JsonMapper json;

    RebuildRuns(
            RebuildStores stores,
            Directories directories,
            RebuildJob jobs,
            RebuildPace pace,
            String owner,
            JsonMapper json) {
        this.stores = stores;
        this.directories = directories;
        this.jobs = jobs;
        this.pace = pace;
        this.owner = owner;
        this.json = json;
    }

    Entry enter(RunRequest.Rebuild request, Actor actor) {
        return stores.retry().inTransaction(status -> {
            RebuildRequest wanted = request.request();
            stores.versions().pass(wanted.directory());
            List<Run> open = open(wanted.directory());
            Optional<Run> joined =
                    open.stream().filter(run -> answers(run, wanted)).findFirst();
            if (joined.isPresent()) {
                return new Entry.Joined(joined.get());
            }

            for (Run run : open) {
                if (run.status().isResumable()) {
                    Optional<Run> taken = stores.rebuilds().request(run).isSameAs(wanted)
                            ? stores.runs().takeOver(run, owner, actor)
                            : Optional.empty();
                    if (taken.isPresent()) {
                        return new Entry.Own(taken.get(), new RebuildAttempt(wanted, actor));
                    }

                    stores.runs().abandon(run, actor);
                }
            }

            Run entered = stores.runs()
                    .enter(
                            new RunLedger.NewRun(
                                    RunKind.SEGMENT_REBUILD,
                                    request.automation(),
                                    null,
                                    wanted.directory(),
                                    json.writeValueAsString(wanted),
                                    owner),
                            actor);
            return new Entry.Own(entered, new RebuildAttempt(wanted, actor));
        });
    }

    private boolean answers(Run run, RebuildRequest wanted) {
        boolean inTime = run.status() == RunStatus.QUEUED
                || (run.status() == RunStatus.RUNNING && wanted.freshness() == Freshness.RUNNING);
        return inTime && stores.rebuilds().request(run).covers(wanted);
    }

    private List<Run> open(int directory) {
        return stores.runs().open(directory, RunKind.SEGMENT_REBUILD);
    }

    @Override
    public Optional<Entry.Own> resume(Run run, Force force, Actor actor) {
        return stores.retry().inTransaction(status -> {
            stores.versions().pass(run.directory());
            return stores.runs()
                    .takeOver(run, owner, actor)
                    .map(taken -> new Entry.Own(
                            taken, new RebuildAttempt(stores.rebuilds().request(taken), actor)));
        });
    }

    /** What the run of a directory waits for. */
    private enum Turn {
        EARLIER_RUNS,
        NOTHING,
        LOST
    }

    private Turn turn(Run run, Actor actor) {
        return stores.retry().inTransaction(status -> {
            stores.versions().pass(run.directory());
            List<Run> others = open(run.directory()).stream()
                    .filter(other -> other.number() != run.number())
                    .toList();
            if (others.stream().anyMatch(other -> goesBefore(other, run))) {
                return Turn.EARLIER_RUNS;
            }

            // A version is begun after theirs: they cannot be gone on with any more.
            others.stream()
                    .filter(other -> other.status().isResumable())
                    .forEach(other -> stores.runs().abandon(other, actor));
            if (!stores.runs().begin(run)) {
                return Turn.LOST;
            }

            stores.rebuilds().giveVersion(run);
            return Turn.NOTHING;
        });
    }

    private static boolean goesBefore(Run other, Run run) {
        return other.status() == RunStatus.RUNNING
                || (other.status() == RunStatus.QUEUED && other.number() < run.number());
    }

    /** An attempt at a rebuild that answers that request. */
    private final class RebuildAttempt implements Attempt {

        private final RebuildRequest request;
        private final Actor actor;

        RebuildAttempt(RebuildRequest request, Actor actor) {
            this.request = request;
            this.actor = actor;
        }

        @Override
        public String jobName() {
            return RebuildJob.NAME;
        }

        @Override
        public boolean begin(RunLease lease, Progress progress) {
            while (!lease.stopRequested()) {
                Turn turn = turn(lease.run(), actor);
                if (turn != Turn.EARLIER_RUNS) {
                    return turn == Turn.NOTHING;
                }

                progress.step("waiting");
                Looking.pause("the rebuild's turn");
            }

            return false;
        }

        @Override
        public Job job(RunLease lease, Progress progress) {
            Run run = lease.run();
            Rebuild rebuild = stores.rebuilds().of(run).orElseThrow();
            return jobs.of(new RebuildWork(
                    lease,
                    rebuild.version(),
                    request,
                    directories.byNumber(run.directory()).orElseThrow(),
                    pace,
                    progress));
        }
    }
}
