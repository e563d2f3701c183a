package io.muster.automation.contactimport;

import io.muster.automation.jobfile.ContactImportJob;
import io.muster.automation.jobfile.JobFile;
import io.muster.automation.jobfile.Loader;
import io.muster.automation.jobfile.WorkflowJob;
import io.muster.automation.jobfile.WorkflowTask.Load;
import io.muster.extract.combine.Extraction;
import io.muster.jobs.ChainStep;
import io.muster.jobs.Chains;
import io.muster.jobs.Run;
import io.muster.jobs.contactimport.ImportSpec;
import io.muster.runs.ImportSettings;
import java.util.Objects;
import java.util.Optional;

/** The settings that job files give runs now. */
record PresentSettings(KnownJobs jobs, LoadSpecs specs, Chains chains) implements ImportSettings {

    @Override
    public ImportSpec now(Run run, ImportSpec before) {
        JobFile file = jobs.now(Objects.requireNonNull(run.automation()));
        if (file instanceof ContactImportJob job) {
            return job.toImportSpec();
        }

        Optional<ChainStep> step = chains.stepOf(run.number());
        if (file instanceof WorkflowJob job
                && step.isPresent()
                && job.kinds().equals(step.get().tasks())
                && job.tasks().get(step.get().task()) instanceof Load load
                && load.into() instanceof Loader.IntoDirectory) {
            Extraction extracted = before.extraction();
            ImportSpec now = specs.imports(job, step.get().task());
            // The rows are those of the run: what its extractors would find now is another matter.
            return extracted == null ? now : now.extracted(extracted);
        }

        throw KnownJobs.changed(file.id(), "it has other tasks now than run " + run.id() + " had");
    }
}
