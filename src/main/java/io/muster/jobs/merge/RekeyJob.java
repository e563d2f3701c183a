package io.muster.jobs.merge;

import io.muster.dedup.merge.Rekey;
import io.muster.jobs.Progress;
import io.muster.jobs.RunLease;
import io.muster.jobs.RunStopped;
import io.muster.support.Refusal;
import org.springframework.batch.core.job.Job;
import org.springframework.batch.core.job.builder.JobBuilder;
import org.springframework.batch.core.repository.JobRepository;
import org.springframework.batch.core.step.builder.StepBuilder;
import org.springframework.batch.core.step.tasklet.Tasklet;
import org.springframework.batch.infrastructure.repeat.RepeatStatus;

/**
 * The re-key of a directory as a Spring Batch job of one step, which works in blocks of contacts. An attempt that was
 * cut off goes on from its last block. A rule that has to wait fails the run, with its findings reported.
 */
public final class RekeyJob {

    /** The job's name in Spring Batch. */
    public static final String NAME = "rekeyDirectory";

    private final JobRepository repository;
    private final UpkeepStores stores;

    /** Makes jobs on these stores. */
    public RekeyJob(JobRepository repository, UpkeepStores stores) {
        this.repository = repository;
        this.stores = stores;
    }

    /** The job of one attempt at a re-key. */
    public Job of(RunLease lease, Progress progress) {
        Tasklet work = (contribution, context) -> {
            progress.step("rekey");
            Rekey.Result result = new Rekey(stores.jdbc(), stores.fenced(lease), stores.clock())
                    .run(lease.run().directory(), reached -> {
                        progress.at(reached.done(), (double) reached.done() / Math.max(1, reached.end()));
                        if (lease.stopRequested()) {
                            throw new RunStopped();
                        }
                    });
            stores.report(lease, result);
            if (!result.problem().isEmpty()) {
                throw Refusal.conflict("RULES_PENDING", result.problem());
            }

            return RepeatStatus.FINISHED;
        };
        return new JobBuilder(NAME, repository)
                .start(new StepBuilder("rekey", repository).tasklet(work).build())
                .build();
    }
}
