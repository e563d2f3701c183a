package io.muster.automation.contactimport;

import io.muster.automation.jobfile.ContactImportJob;
import io.muster.jobs.Progress;

/**
 * New files of a job were imported; published as an event of the application context, once for a series of files. The
 * imports are complete, whatever its listeners do.
 *
 * @param progress told how far what follows has come
 */
public record FilesImported(ContactImportJob job, Progress progress) {}
