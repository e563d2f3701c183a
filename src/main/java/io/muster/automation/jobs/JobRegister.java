package io.muster.automation.jobs;

import io.muster.automation.jobfile.LoadedJob;
import io.muster.jobs.Automations;
import io.muster.support.Ids;
import io.muster.support.PublicId;
import java.util.Collection;
import java.util.Map;
import java.util.TreeMap;

/** Gives automations their ids, once each; which automation it is says the id in the job file. */
public final class JobRegister {

    private final Automations automations;
    private final Ids ids;

    JobRegister(Automations automations, Ids ids) {
        this.automations = automations;
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
            seen.put(name, ids.of(PublicId.AUTOMATION, automations.number(name)));
        }

        return seen;
    }
}
