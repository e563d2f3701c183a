package io.muster.automation.contactimport;

import io.muster.automation.jobfile.ContactImportJob;
import io.muster.automation.jobfile.ContactImportJob.Afterwards;
import io.muster.automation.jobfile.References;
import io.muster.automation.jobfile.Setting;
import io.muster.extract.FileSources;
import io.muster.extract.source.Choice.Chosen;
import io.muster.extract.source.FileSource;
import io.muster.extract.source.SourceFile;
import io.muster.jobs.Deliveries.Delivery;
import io.muster.jobs.Deliveries.Disposal;
import io.muster.jobs.Deliveries.Listed;
import io.muster.jobs.Run;
import io.muster.jobs.contactimport.DeliverySource;
import io.muster.jobs.contactimport.Fetchable;
import io.muster.runs.DeliverySources;
import java.util.Objects;

/** The files of automations on their sources, also those of runs that are resumed or reprocessed. */
final class AutomationDeliveries implements DeliverySources {

    private final FileSources sources;
    private final References references;
    private final KnownJobs jobs;

    AutomationDeliveries(FileSources sources, References references, KnownJobs jobs) {
        this.sources = sources;
        this.references = references;
        this.jobs = jobs;
    }

    /** Connects to the source of a job. */
    FileSource open(ContactImportJob job) {
        return sources.open(job.source().toSourceSpec(references));
    }

    /** A file that was chosen on the source of a job. */
    DeliverySource of(ContactImportJob job, Chosen chosen) {
        return DeliverySource.of(sources, () -> onSource(job, chosen));
    }

    @Override
    public DeliverySource of(Run run, Delivery delivery) {
        return DeliverySource.of(sources, () -> find(run, delivery));
    }

    private Fetchable find(Run run, Delivery delivery) {
        ContactImportJob job = jobs.find(Objects.requireNonNull(run.automation()));
        Listed listed = delivery.listed();
        String archived = delivery.archivedAs();
        if (delivery.disposal() == Disposal.ARCHIVED && archived != null) {
            // An archived file stays where it is.
            SourceFile file = new SourceFile(archived, listed.size(), listed.modified());
            return new Fetchable.OnSource(
                    job.source().toSourceSpec(references), new Chosen(file, null, null), Disposal.LEFT, null);
        }

        return onSource(job, beside(job, new SourceFile(listed.path(), listed.size(), listed.modified())));
    }

    private Fetchable onSource(ContactImportJob job, Chosen chosen) {
        Afterwards afterwards = job.afterwards();
        Setting folder = afterwards.folder();
        return new Fetchable.OnSource(
                job.source().toSourceSpec(references),
                chosen,
                switch (afterwards.action()) {
                    case LEAVE -> Disposal.LEFT;
                    case ARCHIVE -> Disposal.ARCHIVE_PENDING;
                    case DELETE -> Disposal.DELETE_PENDING;
                },
                folder == null ? null : references.value(folder, "afterwards.folder"));
    }

    /** The file with its marker and control file, as far as they are still there. */
    private Chosen beside(ContactImportJob job, SourceFile file) {
        try (FileSource source = open(job)) {
            return job.files().choose(source.list(), listed -> !listed.sameAs(file)).take().stream()
                    .findFirst()
                    .orElse(new Chosen(file, null, null));
        }
    }
}
