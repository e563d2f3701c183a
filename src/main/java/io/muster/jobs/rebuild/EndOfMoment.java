package io.muster.jobs.rebuild;

import org.springframework.batch.core.job.JobExecution;
import org.springframework.batch.core.listener.JobExecutionListener;

/** Gives the connections of the moment back, however the job ends. */
record EndOfMoment(RebuildRun run) implements JobExecutionListener {

    @Override
    public void afterJob(JobExecution execution) {
        run.close();
    }
}
