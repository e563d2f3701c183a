package io.muster.automation.contactimport;

import io.muster.automation.jobfile.JobFile;
import io.muster.automation.jobfile.Loader;
import io.muster.automation.jobfile.WorkflowJob;
import io.muster.automation.jobfile.WorkflowTask.Load;
import io.muster.directory.Actor;
import io.muster.extract.source.Choice.Chosen;
import io.muster.extract.source.FileSource;
import io.muster.jobs.Automations;
import io.muster.jobs.Deliveries.Listed;
import io.muster.jobs.Progress;
import io.muster.jobs.Run;
import io.muster.jobs.RunStatus;
import io.muster.jobs.contactimport.DeliverySource;
import io.muster.jobs.contactimport.ImportSpec;
import io.muster.jobs.contactimport.Sample;
import io.muster.runs.RunRequest;
import io.muster.runs.RunService;
import io.muster.support.Refusal;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Tries a job: its next file, or a local one, as a dry run with the job's settings. Nothing of the directory changes, no
 * delivery is taken, and the file stays as it is.
 */
public final class JobTrial {

    private final RunService service;
    private final Automations automations;
    private final AutomationDeliveries sources;
    private final SourceLooks looks;
    private final LoadSpecs specs;
    private final InstantSource clock;

    JobTrial(
            RunService service,
            Automations automations,
            AutomationDeliveries sources,
            SourceLooks looks,
            LoadSpecs specs,
            InstantSource clock) {
        this.specs = specs;
        this.clock = clock;
        this.service = service;
        this.automations = automations;
        this.sources = sources;
        this.looks = looks;
    }

    /** What came of it. */
    public record Tried(Run run, List<Sample.Contact> sample, List<Sample.Row> rows) {}

    private record Tryable(Listed file, DeliverySource source, ImportSpec spec) {}

    /**
     * Tries a job.
     *
     * @param file a local file; null for the next new one of the source
     * @param contacts how many contacts are shown before and after
     * @throws Refusal when the source has no new file
     */
    public Tried run(JobFile job, @Nullable Path file, int contacts, Actor actor, Progress progress) {
        long automation = automations.number(job.id());
        Tryable tryable = tryable(job, automation, file);
        ImportSpec spec = tryable.spec().trying(new ImportSpec.TrialOf(job.id(), automation));
        Sample sample = new Sample(contacts);
        Run run = service.run(new RunRequest.TryFile(tryable.file(), spec, tryable.source(), sample), actor, progress);
        if (run.status() != RunStatus.COMPLETED) {
            // There is nothing to go on with: the next trial begins anew.
            Run given = service.abandon(run.id(), actor);
            return new Tried(given, List.of(), sample.rows());
        }

        return new Tried(run, sample.contacts(), sample.rows());
    }

    private Tryable tryable(JobFile job, long automation, @Nullable Path file) {
        Optional<FileImport> files = specs.files(job);
        if (files.isPresent()) {
            return file == null
                    ? next(files.get(), automation)
                    : local(file, files.get().toImportSpec());
        }

        if (file == null
                && job instanceof WorkflowJob workflow
                && workflow.tasks().getFirst() instanceof Load load
                && load.into() instanceof Loader.IntoDirectory) {
            return new Tryable(
                    Listed.ofRecords(LoadSpecs.name(load), clock.instant()),
                    DeliverySource.records(),
                    specs.imports(workflow, 0));
        }

        throw Refusal.invalid(
                        "NOTHING_TO_TRY",
                        "Cannot try " + job.id() + ": "
                                + (file == null
                                        ? "its first task loads nothing into a directory."
                                        : "it takes no files. Leave the file out."))
                .with("job", job.id());
    }

    private static Tryable local(Path file, ImportSpec spec) {
        Listed listed = Listed.local(file);
        return new Tryable(listed, DeliverySource.local(Path.of(listed.path())), spec);
    }

    private Tryable next(FileImport job, long automation) {
        try (FileSource source = sources.open(job)) {
            Chosen chosen = looks.next(job, automation, source)
                    .orElseThrow(() -> Refusal.conflict(
                                    "NOTHING_NEW",
                                    "Cannot try " + job.id() + ": its source has no new file. Name one to try.")
                            .with("job", job.id()));
            return new Tryable(Listed.of(chosen.file()), sources.of(job, chosen), job.toImportSpec());
        }
    }
}
