package io.muster.runs;

import io.muster.jobs.Run;
import io.muster.jobs.contactimport.ImportSpec;

/** Finds the settings that an automation has now, when one of its runs is reprocessed. */
public interface ImportSettings {

    /**
     * The settings that the job file gives such a run as it is now.
     *
     * @param run the run of the automation
     * @param before the settings that it had
     * @throws io.muster.support.Refusal when no usable job file of an import has the automation's id
     */
    ImportSpec now(Run run, ImportSpec before);
}
