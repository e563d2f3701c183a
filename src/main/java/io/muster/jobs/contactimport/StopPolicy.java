package io.muster.jobs.contactimport;

import io.muster.jobs.RunLease;
import org.springframework.batch.core.job.JobInterruptedException;
import org.springframework.batch.core.step.StepExecution;
import org.springframework.batch.core.step.StepInterruptionPolicy;

/** Ends a step between two chunks when its run is to stop. */
final class StopPolicy implements StepInterruptionPolicy {

    private final RunLease lease;

    StopPolicy(RunLease lease) {
        this.lease = lease;
    }

    @Override
    public void checkInterrupted(StepExecution stepExecution) throws JobInterruptedException {
        if (lease.stopRequested()) {
            stepExecution.setTerminateOnly();
            throw new JobInterruptedException("The run is to stop");
        }
    }
}
