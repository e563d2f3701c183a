package io.muster.automation.contactimport;

import io.muster.automation.jobfile.ContactImportJob;
import io.muster.automation.jobfile.ContactImportJob.Afterwards;
import io.muster.automation.jobfile.ContactImportJob.OnFailure;
import io.muster.automation.jobfile.ContactImportJob.Order;
import io.muster.automation.jobfile.JobFile;
import io.muster.automation.jobfile.JobSource;
import io.muster.extract.source.FileChoice;
import io.muster.jobs.contactimport.ImportSpec;
import java.time.Duration;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * What a job does with the files of a source, whatever kind of job it is.
 *
 * @param job the job
 * @param spec the specification of each run, as it is when a run begins
 */
record FileImport(
        JobFile job,
        JobSource source,
        FileChoice files,
        Afterwards afterwards,
        OnFailure onFailure,
        @Nullable Duration holdBack,
        Order order,
        Supplier<ImportSpec> spec) {

    static FileImport of(ContactImportJob job) {
        return new FileImport(
                job,
                job.source(),
                job.files(),
                job.afterwards(),
                job.onFailure(),
                job.holdBack(),
                job.order(),
                job::toImportSpec);
    }

    String id() {
        return job.id();
    }

    ImportSpec toImportSpec() {
        return spec.get();
    }
}
