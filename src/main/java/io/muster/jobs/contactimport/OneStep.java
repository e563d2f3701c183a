package io.muster.jobs.contactimport;

import io.micrometer.observation.ObservationRegistry;
import io.muster.jobs.ObservedStep;
import java.util.List;
import org.springframework.batch.core.BatchStatus;
import org.springframework.batch.core.job.AbstractJob;
import org.springframework.batch.core.job.JobExecution;
import org.springframework.batch.core.job.JobInterruptedException;
import org.springframework.batch.core.repository.JobRepository;
import org.springframework.batch.core.repository.support.ResourcelessJobRepository;
import org.springframework.batch.core.step.AbstractStep;
import org.springframework.batch.core.step.StepExecution;
import org.springframework.batch.infrastructure.item.ExecutionContext;

/**
 * A whole job as one step, which alone is entered into the metadata of Spring Batch: the commits of an entry for each step
 * would be most of what a small import does.
 */
final class OneStep extends AbstractStep {

    private final JobRepository unkept;
    private final AbstractJob job;

    /**
     * @param repository where the one step is entered
     * @param unkept the repository of the job, used once
     */
    OneStep(JobRepository repository, ResourcelessJobRepository unkept, AbstractJob job) {
        super(repository);
        setName("import");
        this.unkept = unkept;
        this.job = job;
    }

    @Override
    public void setObservationRegistry(ObservationRegistry registry) {
        super.setObservationRegistry(registry);
        ObservedStep.observe(job, registry);
    }

    @Override
    protected void doExecute(StepExecution step) throws Exception {
        JobExecution kept = step.getJobExecution();
        JobExecution execution = unkept.createJobExecution(
                unkept.createJobInstance(job.getName(), kept.getJobParameters()),
                kept.getJobParameters(),
                new ExecutionContext());
        job.execute(execution);
        List<Throwable> failures = execution.getAllFailureExceptions();
        if (!failures.isEmpty()) {
            throw failures.getFirst() instanceof Exception first
                    ? first
                    : new IllegalStateException(failures.getFirst());
        }

        if (execution.getStatus() != BatchStatus.COMPLETED) {
            throw new JobInterruptedException("The run is to stop");
        }
    }
}
