package io.muster.jobs.snapshot;

import io.muster.intercept.Project;
import io.muster.jobs.Progress;
import io.muster.jobs.RunLease;
import io.muster.jobs.RunStopped;
import io.muster.snapshot.build.Published;
import io.muster.snapshot.format.SnapshotTable;
import io.muster.snapshot.format.TableFile;
import io.muster.support.Refusal;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SortedSet;
import java.util.stream.Stream;
import org.springframework.batch.core.job.Job;
import org.springframework.batch.core.job.builder.JobBuilder;
import org.springframework.batch.core.repository.JobRepository;
import org.springframework.batch.core.step.builder.StepBuilder;
import org.springframework.batch.core.step.tasklet.Tasklet;
import org.springframework.batch.infrastructure.repeat.RepeatStatus;

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
        Path folder = stores.snapshots().building(lease.run().id());
        empty(folder);
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

    private void publish(RunLease lease, Progress progress) throws IOException {
        progress.step("publish");
        Path folder = stores.snapshots().building(lease.run().id());
        Optional<TableFile> table = SnapshotTable.files(folder).stream().findFirst();
        boolean force =
                stores.json().readValue(lease.run().spec(), SnapshotSpec.class).force();
        List<Published> published = new ArrayList<>();
        if (table.isPresent()) {
            for (Project project : stores.snapshots().linkedTo(lease.run().directory())) {
                fence(lease);
                stores.snapshots().publish(project, table.get(), force).ifPresent(published::add);
                progress.at(published.size(), 0);
            }
        }

        SnapshotReport report =
                new SnapshotReport(table.map(TableFile::contacts).orElse(0L), published);
        stores.runs().report(lease.run().number(), lease.epoch(), stores.json().writeValueAsString(report));
        empty(folder);
        Files.deleteIfExists(folder);
    }

    /** A process that lost the run must not put an older moment in the place of a newer one. */
    private void fence(RunLease lease) {
        boolean held = stores.runs()
                .find(lease.run().number())
                .filter(now -> now.epoch() == lease.epoch())
                .isPresent();
        if (!held) {
            throw Refusal.conflict(
                            "RUN_TAKEN_OVER",
                            "Cannot go on with run " + lease.run().id() + ": another process has taken it over.")
                    .with("run", lease.run().id());
        }
    }

    private static void empty(Path folder) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            for (Path file : files.toList()) {
                Files.deleteIfExists(file);
            }
        }
    }
}
