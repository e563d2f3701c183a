package io.muster.automation.jobs;

import io.muster.automation.jobfile.EventJob;
import io.muster.automation.jobfile.LoadedJob;
import io.muster.jobs.Automations;
import io.muster.jobs.event.EventJobs;
import io.muster.support.Ids;
import io.muster.support.PublicId;
import java.util.Collection;
import java.util.Map;
import java.util.TreeMap;

/** Gives automations their ids, once each; which automation it is says the id in the job file. */
public final class JobRegister {

    private final Automations automations;
    private final EventJobs events;
    private final Ids ids;

    JobRegister(Automations automations, EventJobs events, Ids ids) {
        this.automations = automations;
        this.events = events;
        this.ids = ids;
    }

    /**
     * Notes jobs and where their files are.
     *
     * @return the public ids of the automations, {@code AU_…}, by the ids in their files
     */
    public Map<String, String> seen(Collection<LoadedJob> jobs) {
        Map<String, String> seen = new TreeMap<>();
        for (LoadedJob loaded : jobs) {
            String name = loaded.job().id();
            automations.seen(name, loaded.file().toAbsolutePath().normalize().toString());
            if (loaded.job() instanceof EventJob) {
                // From the first time on it has its addresses.
                var ignored = events.token(automations.number(name));
            }

            seen.put(name, ids.of(PublicId.AUTOMATION, automations.number(name)));
        }

        return seen;
    }
}
