package io.muster.runs;

import io.muster.jobs.Run;
import io.muster.jobs.contactimport.ImportSpec;
import java.util.List;

/**
 * What reprocessing a run would do.
 *
 * @param run the run whose file is imported again
 * @param spec the settings of the new run
 * @param changes what differs from last time
 */
public record Reprocessing(Run run, ImportSpec spec, List<SettingChange> changes) {

    /** Copies the changes. */
    public Reprocessing {
        changes = List.copyOf(changes);
    }
}
