package io.muster.automation.contactimport;

import io.muster.automation.jobfile.ContactImportJob;
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
import java.util.List;
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

    JobTrial(RunService service, Automations automations, AutomationDeliveries sources, SourceLooks looks) {
        this.service = service;
        this.automations = automations;
        this.sources = sources;
        this.looks = looks;
    }

    /** What came of it. */
    public record Tried(Run run, List<Sample.Contact> sample, List<Sample.Row> rows) {}

    private record Tryable(Listed file, DeliverySource source) {}

    /**
     * Tries a job.
     *
     * @param file a local file; null for the next new one of the source
     * @param contacts how many contacts are shown before and after
     * @throws Refusal when the source has no new file
     */
    public Tried run(ContactImportJob job, @Nullable Path file, int contacts, Actor actor, Progress progress) {
        long automation = automations.number(job.id());
        Tryable tryable = file == null ? next(job, automation) : local(file);
        ImportSpec spec = job.toImportSpec().trying(new ImportSpec.TrialOf(job.id(), automation));
        Sample sample = new Sample(contacts);
        Run run = service.run(new RunRequest.TryFile(tryable.file(), spec, tryable.source(), sample), actor, progress);
        if (run.status() != RunStatus.COMPLETED) {
            // There is nothing to go on with: the next trial begins anew.
            Run given = service.abandon(run.id(), actor);
            return new Tried(given, List.of(), sample.rows());
        }

        return new Tried(run, sample.contacts(), sample.rows());
    }

    private static Tryable local(Path file) {
        Listed listed = Listed.local(file);
        return new Tryable(listed, DeliverySource.local(Path.of(listed.path())));
    }

    private Tryable next(ContactImportJob job, long automation) {
        try (FileSource source = sources.open(job)) {
            Chosen chosen = looks.next(job, automation, source)
                    .orElseThrow(() -> Refusal.conflict(
                                    "NOTHING_NEW",
                                    "Cannot try " + job.id() + ": its source has no new file. Name one to try.")
                            .with("job", job.id()));
            return new Tryable(Listed.of(chosen.file()), sources.of(job, chosen));
        }
    }
}
