package io.muster.automation.contactimport;

import io.muster.automation.jobfile.ContactImportJob;
import io.muster.automation.jobfile.ContactImportJob.Afterwards;
import io.muster.automation.jobfile.ContactImportJob.OnFailure;
import io.muster.automation.jobfile.ContactImportJob.Order;
import io.muster.automation.jobfile.JobExtractor;
import io.muster.automation.jobfile.JobFile;
import io.muster.automation.jobfile.Loader;
import io.muster.automation.jobfile.References;
import io.muster.automation.jobfile.WorkflowJob;
import io.muster.automation.jobfile.WorkflowTask.Load;
import io.muster.extract.combine.Combination;
import io.muster.extract.combine.Extraction;
import io.muster.extract.csv.FileFormat;
import io.muster.extract.record.RecordSpec;
import io.muster.jobs.Automations;
import io.muster.jobs.Watermarks;
import io.muster.jobs.contactimport.ImportSpec;
import io.muster.jobs.fileout.FileOutSpec;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/** What job files ask of runs: settings with everything looked up but the secrets, and watermarks as they are reached. */
public final class LoadSpecs {

    private final References references;
    private final Automations automations;
    private final Watermarks watermarks;

    LoadSpecs(References references, Automations automations, Watermarks watermarks) {
        this.references = references;
        this.automations = automations;
        this.watermarks = watermarks;
    }

    /** What a job does with the files of a source; empty when it takes none. */
    Optional<FileImport> files(JobFile file) {
        return switch (file) {
            case ContactImportJob job -> Optional.of(FileImport.of(job));
            case WorkflowJob job -> job.driver().map(driver -> driven(job, driver));
            default -> Optional.empty();
        };
    }

    private FileImport driven(WorkflowJob job, JobExtractor.Files driver) {
        Load load = (Load) job.tasks().getFirst();
        Afterwards afterwards = load.afterwards();
        return new FileImport(
                job,
                driver.source(),
                driver.files(),
                afterwards == null ? new Afterwards(Afterwards.Action.LEAVE, null) : afterwards,
                OnFailure.HOLD_BACK,
                null,
                Order.OLDEST_FIRST,
                () -> imports(job, 0));
    }

    /** The settings of a run that loads into a directory: that of a task, counted from 0. */
    public ImportSpec imports(WorkflowJob job, int task) {
        Load load = (Load) job.tasks().get(task);
        boolean driven = task == 0 && job.driver().isPresent();
        return ((Loader.IntoDirectory) load.into())
                .toImportSpec(Extraction.FORMAT)
                .transformed(load.transform())
                .extracted(extraction(job, load, driven));
    }

    /** The settings of a run that writes a file. */
    public FileOutSpec fileOut(WorkflowJob job, Load load, Loader.File file) {
        return new FileOutSpec(
                extraction(job, load, false),
                load.transform(),
                file.columns(),
                file.format(),
                file.to().toSourceSpec(job.id(), references),
                file.name(),
                job.zone());
    }

    private Extraction extraction(WorkflowJob job, Load load, boolean driven) {
        Map<String, String> reached = watermarks.reached(automations.number(job.id()));
        List<Extraction.Part> parts = new ArrayList<>();
        FileFormat delivered = null;
        for (JobExtractor extractor : load.extract()) {
            if (driven && parts.isEmpty() && extractor instanceof JobExtractor.Files files) {
                delivered = files.format().toFileFormat();
                parts.add(new Extraction.Part(files.name(), null));
            } else {
                RecordSpec spec = extractor.toRecordSpec(job.id(), references);
                String watermark = reached.get(extractor.name());
                parts.add(new Extraction.Part(extractor.name(), watermark == null ? spec : spec.since(watermark)));
            }
        }

        Combination combination = load.combine();
        return new Extraction(parts, combination == null ? new Combination.Union() : combination, delivered);
    }

    /** What the rows of a task are called, where a file would have its name. */
    public static String name(Load load) {
        return load.extract().stream().map(JobExtractor::name).collect(Collectors.joining("+"));
    }
}
