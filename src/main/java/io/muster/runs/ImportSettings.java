package io.muster.runs;

import io.muster.jobs.contactimport.ImportSpec;

/** Finds the settings that an automation has now, when one of its runs is reprocessed. */
public interface ImportSettings {

    /**
     * The settings that the job file gives its imports as it is now.
     *
     * @param automation the id in the job file
     * @throws io.muster.support.Refusal when no usable job file of an import has that id
     */
    ImportSpec now(String automation);
}
