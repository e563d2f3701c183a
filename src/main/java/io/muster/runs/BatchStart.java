package io.muster.runs;

import io.muster.support.Refusal;
import java.util.List;
import org.springframework.batch.core.BatchStatus;
import org.springframework.batch.core.job.Job;
import org.springframework.batch.core.job.JobExecution;
import org.springframework.batch.core.job.parameters.JobParameters;
import org.springframework.batch.core.launch.JobOperator;
import org.springframework.dao.ConcurrencyFailureException;

/** Starts jobs of Spring Batch in the caller's thread. */
final class BatchStart {

    private static final int ATTEMPTS = 5;

    private final JobOperator operator;

    BatchStart(JobOperator operator) {
        this.operator = operator;
    }

    /** Runs a job to its end, however that is. */
    JobExecution start(Job job, JobParameters parameters) throws Exception {
        for (int attempt = 1; ; attempt++) {
            try {
                return operator.start(job, parameters);
            } catch (ConcurrencyFailureException e) {
                // Jobs that start together meet in the metadata tables (spring-batch #4523).
                if (attempt == ATTEMPTS) {
                    throw e;
                }
            }
        }
    }

    /** Runs a job to its good end, or throws what ended it. */
    void complete(Job job, JobParameters parameters) {
        JobExecution execution;
        try {
            execution = start(job, parameters);
        } catch (RuntimeException e) {
            throw e;
        } catch (Exception e) {
            throw Refusal.failed(
                    "Cannot start the job " + job.getName() + ": " + e.getMessage() + ". Run it again.", e);
        }

        if (execution.getStatus() != BatchStatus.COMPLETED) {
            List<Throwable> failures = execution.getAllFailureExceptions();
            throw failures.isEmpty()
                    ? new IllegalStateException("The job " + job.getName() + " ended as " + execution.getStatus())
                    : rethrowable(failures.getFirst());
        }
    }

    private static RuntimeException rethrowable(Throwable failure) {
        return failure instanceof RuntimeException runtime ? runtime : new IllegalStateException(failure);
    }
}
