package io.muster.runs;

import io.muster.database.LockConflicts;
import io.muster.directory.Actor;
import io.muster.jobs.Automations;
import io.muster.jobs.Progress;
import io.muster.jobs.Run;
import io.muster.jobs.RunFolder;
import io.muster.jobs.RunKind;
import io.muster.jobs.RunLease;
import io.muster.jobs.RunLedger;
import io.muster.jobs.RunStatus;
import io.muster.jobs.fileout.FileOutJob;
import io.muster.runs.RunService.Force;
import io.muster.support.Refusal;
import io.muster.support.Spool;
import java.nio.file.Path;
import java.util.Objects;
import java.util.Optional;
import org.springframework.batch.core.job.Job;
import org.springframework.transaction.support.TransactionTemplate;
import tools.jackson.databind.json.JsonMapper;

/** Files that go out, as runs. */
final class FileOutRuns implements RunsOfKind {

    private final RunLedger runs;
    private final Automations automations;
    private final TransactionTemplate transactions;
    private final FileOutJob jobs;
    private final Spool spool;
    private final String owner;
    private final JsonMapper json;

    FileOutRuns(
            RunLedger runs,
            Automations automations,
            TransactionTemplate transactions,
            FileOutJob jobs,
            Spool spool,
            String owner,
            JsonMapper json) {
        this.runs = runs;
        this.automations = automations;
        this.transactions = transactions;
        this.jobs = jobs;
        this.spool = spool;
        this.owner = owner;
        this.json = json;
    }

    /** @throws AutomationHeld when a run of the automation is under way */
    Entry enter(RunRequest.FileOut request, Actor actor) {
        Run entered = LockConflicts.retry()
                .call(() -> Objects.requireNonNull(transactions.execute(status -> {
                    Optional<Run> holder = automations.holder(request.automation());
                    if (holder.isPresent()) {
                        throw new AutomationHeld(holder.get());
                    }

                    Run run = runs.enter(
                            new RunLedger.NewRun(
                                    RunKind.FILE_OUT,
                                    request.automation(),
                                    null,
                                    request.directory(),
                                    json.writeValueAsString(request.spec()),
                                    owner,
                                    request.step()),
                            actor);
                    automations.hold(request.automation(), run.number());
                    return run;
                })));
        return new Entry.Own(entered, new FileOutAttempt());
    }

    @Override
    public Optional<Entry.Own> resume(Run run, Force force, Actor actor) {
        return LockConflicts.retry()
                .call(() -> Objects.requireNonNull(transactions.execute(status -> takeOver(run, actor))))
                .map(taken -> new Entry.Own(taken, new FileOutAttempt()));
    }

    private Optional<Run> takeOver(Run run, Actor actor) {
        String automation = run.automation();
        if (automation != null) {
            long number = automations.number(automation);
            automations
                    .holder(number)
                    .filter(holder -> holder.number() != run.number())
                    .ifPresent(holder -> {
                        throw Refusal.busy(
                                        "RUN_UNDER_WAY",
                                        "Cannot resume run " + run.id() + ": run " + holder.id()
                                                + " of the same automation is under way. Wait for it, or stop it.")
                                .with("run", holder.id());
                    });
            automations.hold(number, run.number());
        }

        return runs.takeOver(run, owner, actor);
    }

    @Override
    public void abandoned(Run run) {
        RunFolder.delete(spool(run));
    }

    private Path spool(Run run) {
        return spool.at(run.id());
    }

    /** An attempt at a file. */
    private final class FileOutAttempt implements Attempt {

        @Override
        public String jobName() {
            return FileOutJob.NAME;
        }

        @Override
        public boolean begin(RunLease lease, Progress progress) {
            return runs.begin(lease.run());
        }

        @Override
        public Job job(RunLease lease, Progress progress) {
            return jobs.of(lease, spool.part(lease.run().id()), progress);
        }

        /** Until the run has completed, what is there already is needed to go on. */
        @Override
        public void close(Run run) {
            boolean completed = runs.find(run.number())
                    .filter(now -> now.status() == RunStatus.COMPLETED)
                    .isPresent();
            if (completed) {
                RunFolder.delete(spool(run));
            }
        }
    }
}
