package io.muster.automation;

import io.muster.automation.jobfile.JobFile;
import io.muster.automation.jobfile.LoadedJob;
import java.util.Collection;
import java.util.List;

/**
 * Runs automations. Implemented where runs are known; used by the schedules of the server and by {@code ./muster run}.
 * Each implementation tells {@link io.muster.automation.notify.Notifications} about every run that ends, whoever
 * started it.
 */
public interface AutomationRuns {

    /**
     * Takes the new files of the automation, one run each, oldest first, and returns when they have ended.
     *
     * @return the runs in file order, also the failed one that ended the series; empty when there was nothing new
     * @throws AutomationBusy when a run of this automation is under way, here or in another process
     * @throws io.muster.support.Refusal when no run could be started: server not reached, secret missing …
     */
    List<RunSummary> run(JobFile job, Trigger trigger);

    /** Notes jobs and where their files are: from the first time on, the automation has an id. */
    void seen(Collection<LoadedJob> jobs);

    /**
     * Jobs that run by themselves although no file defines them.
     *
     * @param loaded the jobs that files define
     */
    default List<LoadedJob> standing(Collection<LoadedJob> loaded) {
        return List.of();
    }

    /**
     * Asks all runs of this process to stop cleanly after their current block, and starts no new ones. Returns at once;
     * the calls of {@link #run} return when their runs have stopped.
     */
    void stopAll();
}
