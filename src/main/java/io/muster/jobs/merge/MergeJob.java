package io.muster.jobs.merge;

import io.muster.dedup.merge.MergeRun;
import java.util.List;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.springframework.batch.core.job.Job;
import org.springframework.batch.core.job.builder.JobBuilder;
import org.springframework.batch.core.repository.JobRepository;
import org.springframework.batch.core.step.builder.StepBuilder;
import org.springframework.batch.core.step.tasklet.Tasklet;
import org.springframework.batch.infrastructure.repeat.RepeatStatus;

/**
 * The merge of all duplicates of a directory as a Spring Batch job: one step that merges some groups at a time, each in
 * a transaction of its own.
 */
public final class MergeJob {

    /** The job's name in Spring Batch. */
    public static final String NAME = "mergeDuplicates";

    private static final int GROUPS_AT_A_TIME = 100;

    private final JobRepository repository;

    /** Makes jobs of that repository. */
    public MergeJob(JobRepository repository) {
        this.repository = repository;
    }

    /**
     * The job of one merge.
     *
     * @param merged told of the merges made, some at a time
     * @param stop whether to end after the groups being merged
     */
    public Job of(MergeRun run, Consumer<List<MergeRun.Step>> merged, BooleanSupplier stop) {
        Tasklet merge = (contribution, context) -> {
            List<MergeRun.Step> steps = stop.getAsBoolean() ? List.of() : run.mergeNext(GROUPS_AT_A_TIME);
            if (steps.isEmpty()) {
                return RepeatStatus.FINISHED;
            }

            contribution.incrementWriteCount(steps.size());
            merged.accept(steps);
            return RepeatStatus.CONTINUABLE;
        };
        return new JobBuilder(NAME, repository)
                .start(new StepBuilder("merge", repository).tasklet(merge).build())
                .build();
    }
}
