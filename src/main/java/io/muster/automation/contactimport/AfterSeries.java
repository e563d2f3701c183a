package io.muster.automation.contactimport;

import io.muster.automation.jobfile.ContactImportJob;

/** Told when new files of a job were imported: once for a series of files. It cannot make the imports fail any more. */
@FunctionalInterface
public interface AfterSeries {

    /** New files of the job were imported. */
    void imported(ContactImportJob job);
}
