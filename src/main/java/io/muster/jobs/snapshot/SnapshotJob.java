package io.muster.jobs.snapshot;

import io.muster.intercept.Project;
import io.muster.jobs.FencedTransactions;
import io.muster.jobs.Progress;
import io.muster.jobs.RunLease;
import io.muster.jobs.RunStopped;
import io.muster.snapshot.build.Published;
import io.muster.snapshot.format.SnapshotTable;
import io.muster.snapshot.format.TableFile;
import io.muster.support.Attempts;
import io.muster.support.PublicId;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.SortedSet;
import org.springframework.batch.core.job.Job;
import org.springframework.batch.core.job.builder.JobBuilder;
import org.springframework.batch.core.repository.JobRepository;
import org.springframework.batch.core.step.builder.StepBuilder;
import org.springframework.batch.core.step.tasklet.Tasklet;
import org.springframework.batch.infrastructure.repeat.RepeatStatus;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * The publication of a directory as a Spring Batch job: the step {@code table} builds the table of its contacts in a folder of the
 * run, the step {@code publish} reads it from there and publishes every project in force. An attempt that was cut off begins anew,
 * since the moment that it showed has gone; what it had published stands until then.
 */
public final class SnapshotJob {

    /** The job's name in Spring Batch. */
    public static final String NAME = "publishSnapshots";

    private final JobRepository repository;
    private final SnapshotStores stores;

    /** Makes jobs on those stores. */
    public SnapshotJob(JobRepository repository, SnapshotStores stores) {
        this.repository = repository;
        this.stores = stores;
    }

    /** The job of one attempt. */
    public Job of(RunLease lease, Progress progress) {
        return new JobBuilder(NAME, repository)
                .start(new StepBuilder("table", repository)
                        .tasklet(step(() -> table(lease, progress)))
                        .build())
                .next(new StepBuilder("publish", repository)
                        .tasklet(step(() -> publish(lease, progress)))
                        .build())
                .build();
    }

    private interface Work {

        void run() throws IOException;
    }

    private static Tasklet step(Work work) {
        return (contribution, context) -> {
            work.run();
            return RepeatStatus.FINISHED;
        };
    }

    private void table(RunLease lease, Progress progress) throws IOException {
        progress.step("table");
        for (String run : stores.snapshots().building()) {
            if (run.equals(lease.run().id()) || !isUnderWay(run)) {
                stores.snapshots().built(run);
            }
        }

        Path folder = stores.snapshots().building(lease.run().id());
        int directory = lease.run().directory();
        if (stores.snapshots().linkedTo(directory).isEmpty()) {
            return;
        }

        SortedSet<Long> audiences = stores.snapshots().audiences(directory);
        var ignored = stores.tables().build(directory, audiences, folder, (contacts, share) -> {
            if (lease.stopRequested()) {
                throw new RunStopped();
            }

            progress.at(contacts, share);
        });
    }

    private boolean isUnderWay(String run) {
        OptionalLong number = stores.ids().read(PublicId.RUN, run);
        return number.isPresent()
                && stores.runs()
                        .find(number.getAsLong())
                        .filter(found -> !found.status().isOver())
                        .isPresent();
    }

    /** Each project in a transaction that only the holder of the run can commit. */
    private void publish(RunLease lease, Progress progress) throws IOException {
        progress.step("publish");
        Path folder = stores.snapshots().building(lease.run().id());
        Optional<TableFile> table = SnapshotTable.files(folder).stream().findFirst();
        boolean force =
                stores.json().readValue(lease.run().spec(), SnapshotSpec.class).force();
        TransactionTemplate fenced =
                new TransactionTemplate(new FencedTransactions(stores.transactions(), stores.runs(), lease));
        List<Published> published = new ArrayList<>();
        Attempts attempts = new Attempts();
        if (table.isPresent()) {
            for (Project project : stores.snapshots().linkedTo(lease.run().directory())) {
                attempts.attempt(() -> Objects.requireNonNull(
                                fenced.execute(status -> stores.snapshots().publishBuilt(project, table.get(), force)))
                        .ifPresent(published::add));
                progress.at(published.size(), 0);
            }
        }

        SnapshotReport report =
                new SnapshotReport(table.map(TableFile::contacts).orElse(0L), published);
        stores.runs().report(lease.run().number(), lease.epoch(), stores.json().writeValueAsString(report));
        stores.snapshots().built(lease.run().id());
        attempts.end();
    }
}
