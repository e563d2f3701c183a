package io.muster.jobs.rebuild;

import io.muster.support.log.LogContext;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.SortedMap;
import org.jspecify.annotations.Nullable;
import org.roaringbitmap.RoaringBitmap;
import org.springframework.batch.core.job.Job;
import org.springframework.batch.core.job.builder.JobBuilder;
import org.springframework.batch.core.job.flow.FlowExecutionStatus;
import org.springframework.batch.core.job.flow.JobExecutionDecider;
import org.springframework.batch.core.partition.Partitioner;
import org.springframework.batch.core.partition.support.TaskExecutorPartitionHandler;
import org.springframework.batch.core.repository.JobRepository;
import org.springframework.batch.core.step.Step;
import org.springframework.batch.core.step.builder.StepBuilder;
import org.springframework.batch.core.step.tasklet.Tasklet;
import org.springframework.batch.infrastructure.item.ExecutionContext;
import org.springframework.batch.infrastructure.repeat.RepeatStatus;
import org.springframework.core.task.SimpleAsyncTaskExecutor;

/**
 * The rebuild of segments as a Spring Batch job: plan, evaluate in partitions of contact numbers, publish, clean. A
 * refresh of changed contacts evaluates twice: the changed ones, then all for the segments that need it. Each attempt at
 * a rebuild is a job instance of its own.
 */
public final class RebuildJob {

    /** The job's name in Spring Batch. */
    public static final String NAME = "rebuildSegments";

    private static final FlowExecutionStatus AGAIN = new FlowExecutionStatus("AGAIN");
    private static final String FIRST = "first";
    private static final String LAST = "last";

    private final JobRepository repository;
    private final RebuildStores stores;

    /** Makes jobs on these stores. */
    public RebuildJob(JobRepository repository, RebuildStores stores) {
        this.repository = repository;
        this.stores = stores;
    }

    /** The job of one attempt at a rebuild. */
    public Job of(RebuildWork work) {
        RebuildRun run = new RebuildRun(work, stores);
        Step evaluate = evaluate(run);
        Step publish = tasklet("publish", run::publish);
        JobExecutionDecider phases = (ignored, unused) -> {
            run.phaseDone();
            return run.phase() == null ? FlowExecutionStatus.COMPLETED : AGAIN;
        };
        return new JobBuilder(NAME, repository)
                .listener(new EndOfMoment(run))
                .start(tasklet("plan", run::plan))
                .next(evaluate)
                .next(phases)
                .on(AGAIN.getName())
                .to(evaluate)
                .from(phases)
                .on("*")
                .to(publish)
                .next(tasklet("clean", run::clean))
                .end()
                .build();
    }

    private Step evaluate(RebuildRun run) {
        SimpleAsyncTaskExecutor threads = new SimpleAsyncTaskExecutor("rebuild-");
        threads.setConcurrencyLimit(run.lanes());
        threads.setTaskDecorator(LogContext::carried);
        Tasklet range = (contribution, context) -> {
            Map<String, Object> bounds = context.getStepContext().getStepExecutionContext();
            run.evaluate(bound(bounds, FIRST), bound(bounds, LAST));
            return RepeatStatus.FINISHED;
        };
        TaskExecutorPartitionHandler handler = new TaskExecutorPartitionHandler();
        handler.setGridSize(run.lanes());
        handler.setTaskExecutor(threads);
        handler.setStep(
                new StepBuilder("evaluateRange", repository).tasklet(range).build());
        return new StepBuilder("evaluate", repository)
                .partitioner("evaluateRange", partitioner(run))
                .partitionHandler(handler)
                .build();
    }

    private static int bound(Map<String, Object> bounds, String name) {
        return (Integer) Objects.requireNonNull(bounds.get(name));
    }

    private static Partitioner partitioner(RebuildRun run) {
        return ignored -> {
            Map<String, ExecutionContext> partitions = new HashMap<>();
            Phase phase = run.phase();
            if (phase != null) {
                int size = run.blocksPerPartition();
                for (int first = 0; first < phase.blocks(); first += size) {
                    int last = Math.min(first + size, phase.blocks()) - 1;
                    if (hasWork(phase.changed(), first, last)) {
                        ExecutionContext bounds = new ExecutionContext();
                        bounds.putInt(FIRST, first);
                        bounds.putInt(LAST, last);
                        partitions.put(phase.name() + " " + first + "-" + last, bounds);
                    }
                }
            }

            return partitions;
        };
    }

    private static boolean hasWork(@Nullable SortedMap<Integer, RoaringBitmap> changed, int first, int last) {
        return changed == null || !changed.subMap(first, last + 1).isEmpty();
    }

    /** Something to do that may fail for the database. */
    private interface Action {
        void run() throws SQLException;
    }

    private Step tasklet(String name, Action action) {
        Tasklet tasklet = (contribution, context) -> {
            action.run();
            return RepeatStatus.FINISHED;
        };
        return new StepBuilder(name, repository).tasklet(tasklet).build();
    }
}
