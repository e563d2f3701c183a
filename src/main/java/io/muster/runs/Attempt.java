package io.muster.runs;

import io.muster.jobs.Progress;
import io.muster.jobs.Run;
import io.muster.jobs.RunLease;
import org.springframework.batch.core.job.Job;

/** One attempt of this process at a run that it holds: what the kind of run adds to the life that all runs share. */
interface Attempt {

    /** The name of its job in Spring Batch. */
    String jobName();

    /**
     * Begins the queued run, after runs that go before it.
     *
     * @return false when it is not to be worked on: it was asked to stop, or another process holds it
     */
    boolean begin(RunLease lease, Progress progress);

    /** The job that does the work. */
    Job job(RunLease lease, Progress progress);

    /** Clears what is not needed any more; called when the attempt has ended, however it did. */
    default void close(Run run) {}
}
