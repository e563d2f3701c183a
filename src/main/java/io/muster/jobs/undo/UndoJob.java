package io.muster.jobs.undo;

import io.muster.dedup.LockRetry;
import io.muster.dedup.undo.Kept;
import io.muster.jobs.FencedTransactions;
import io.muster.jobs.Progress;
import io.muster.jobs.Run;
import io.muster.jobs.RunLease;
import io.muster.jobs.RunStopped;
import io.muster.load.JournalBlock;
import io.muster.load.JournalReader.Place;
import java.util.Optional;
import java.util.Set;
import org.springframework.batch.core.job.Job;
import org.springframework.batch.core.job.builder.JobBuilder;
import org.springframework.batch.core.repository.JobRepository;
import org.springframework.batch.core.step.Step;
import org.springframework.batch.core.step.builder.StepBuilder;
import org.springframework.batch.core.step.tasklet.Tasklet;
import org.springframework.batch.infrastructure.repeat.RepeatStatus;

/**
 * The undo of an import as a Spring Batch job. Its steps:
 *
 * <ol>
 *   <li>{@code undo} takes the blocks of the import back, the last one first, each in one transaction with its row in the
 *       ledger and the fence;
 *   <li>{@code lists} deletes the list that the import made.
 * </ol>
 *
 * <p>An attempt that was cut off goes on with the blocks that are not in the ledger.
 */
public final class UndoJob {

    /** The job's name in Spring Batch. */
    public static final String NAME = "undoRun";

    private final JobRepository repository;
    private final UndoStores stores;

    /** Makes jobs on these stores. */
    public UndoJob(JobRepository repository, UndoStores stores) {
        this.repository = repository;
        this.stores = stores;
    }

    /** The job of one attempt at an undo. */
    public Job of(RunLease lease, Progress progress) {
        UndoSpec spec = stores.json().readValue(lease.run().spec(), UndoSpec.class);
        Run undone = stores.runs().find(spec.run()).orElseThrow();
        Attempt attempt = new Attempt(
                lease, progress, new UndoWork(stores, undone, lease.run().number(), stores.undosUpTo(spec.after())));
        return new JobBuilder(NAME, repository)
                .start(step("undo", attempt, attempt::undoNext))
                .next(step("lists", attempt, attempt::deleteList))
                .build();
    }

    private Step step(String name, Attempt attempt, Portion portion) {
        Tasklet tasklet = (contribution, context) -> {
            attempt.progress.step(name);
            if (attempt.lease.stopRequested()) {
                throw new RunStopped();
            }

            return portion.work() ? RepeatStatus.CONTINUABLE : RepeatStatus.FINISHED;
        };
        return new StepBuilder(name, repository).tasklet(tasklet).build();
    }

    private interface Portion {

        /** Does some of the work; whether there may be more. */
        boolean work();
    }

    private final class Attempt {

        private final RunLease lease;
        private final Progress progress;
        private final UndoWork work;
        private final LockRetry transactions;

        Attempt(RunLease lease, Progress progress, UndoWork work) {
            this.lease = lease;
            this.progress = progress;
            this.work = work;
            this.transactions = new LockRetry(new FencedTransactions(stores.transactions(), stores.runs(), lease));
        }

        boolean undoNext() {
            Set<Place> done = work.done();
            Optional<Place> next = work.places().stream()
                    .filter(place -> !done.contains(place))
                    .findFirst();
            next.ifPresent(this::undo);
            report(next.isPresent() ? done.size() + 1 : done.size());
            return next.isPresent();
        }

        private void undo(Place place) {
            JournalBlock block = work.read(place);
            transactions.inTransaction(status -> {
                work.undo(place, block);
                return place;
            });
        }

        boolean deleteList() {
            Optional<Kept> kept = transactions.inTransaction(work::deleteList);
            kept.ifPresent(why -> transactions.inTransaction(status -> {
                work.keep(why);
                return why;
            }));
            report(work.places().size());
            return false;
        }

        private void report(int blocks) {
            UndoReport report = work.report();
            stores.runs()
                    .report(lease.run().number(), lease.epoch(), stores.json().writeValueAsString(report));
            progress.at(
                    report.deleted() + report.restored(),
                    work.places().isEmpty()
                            ? 1
                            : (double) blocks / work.places().size());
        }
    }
}
