package io.muster.jobs.merge;

import io.muster.dedup.merge.Duplicates;
import io.muster.dedup.merge.MergeRun;
import io.muster.dedup.merge.MergeScope;
import io.muster.jobs.Progress;
import io.muster.jobs.RunLease;
import io.muster.jobs.RunStopped;
import java.util.List;
import org.springframework.batch.core.job.Job;
import org.springframework.batch.core.job.builder.JobBuilder;
import org.springframework.batch.core.repository.JobRepository;
import org.springframework.batch.core.step.builder.StepBuilder;
import org.springframework.batch.core.step.tasklet.Tasklet;
import org.springframework.batch.infrastructure.repeat.RepeatStatus;

/**
 * The merge of all duplicates of a directory as a Spring Batch job: one step that merges some groups at a time, each in
 * a transaction of its own. What is merged stays merged, so an attempt that was cut off is simply begun anew.
 */
public final class MergeJob {

    /** The job's name in Spring Batch. */
    public static final String NAME = "mergeDuplicates";

    private static final int GROUPS_AT_A_TIME = 100;

    private final JobRepository repository;
    private final UpkeepStores stores;

    /** Makes jobs on these stores. */
    public MergeJob(JobRepository repository, UpkeepStores stores) {
        this.repository = repository;
        this.stores = stores;
    }

    /** The job of one attempt at a merge. */
    public Job of(RunLease lease, Progress progress) {
        MergeScope scope =
                stores.json().readValue(lease.run().spec(), MergeSpec.class).scope();
        MergeRun run = new Duplicates(stores.dataSource(), stores.fenced(lease), stores.clock(), stores.ids())
                .start(lease.run().directory(), scope);
        Tasklet merge = (contribution, context) -> {
            progress.step("merge");
            if (lease.stopRequested()) {
                throw new RunStopped();
            }

            List<MergeRun.Step> steps = run.mergeNext(GROUPS_AT_A_TIME);
            contribution.incrementWriteCount(steps.size());
            MergeReport report = stores.report(lease, MergeReport.class)
                    .orElse(MergeReport.NONE)
                    .with(steps, run.progress());
            stores.report(lease, report);
            double all = report.merges() + run.progress().ahead();
            progress.at(report.merges(), all == 0 ? 1 : report.merges() / all);
            return steps.isEmpty() ? RepeatStatus.FINISHED : RepeatStatus.CONTINUABLE;
        };
        return new JobBuilder(NAME, repository)
                .start(new StepBuilder("merge", repository).tasklet(merge).build())
                .build();
    }
}
