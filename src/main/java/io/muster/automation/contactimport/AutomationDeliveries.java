package io.muster.automation.contactimport;

import io.muster.automation.jobfile.ArchiveFolder;
import io.muster.automation.jobfile.ContactImportJob.Afterwards;
import io.muster.automation.jobfile.JobSource;
import io.muster.automation.jobfile.References;
import io.muster.automation.jobfile.Setting;
import io.muster.extract.FileSources;
import io.muster.extract.source.Choice.Chosen;
import io.muster.extract.source.FileSource;
import io.muster.extract.source.FileSource.Away;
import io.muster.extract.source.SourceFile;
import io.muster.jobs.Deliveries.Delivery;
import io.muster.jobs.Deliveries.Disposal;
import io.muster.jobs.Deliveries.Listed;
import io.muster.jobs.Run;
import io.muster.jobs.contactimport.DeliverySource;
import io.muster.jobs.contactimport.Fetchable;
import io.muster.runs.DeliverySources;
import io.muster.support.Refusal;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

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
    FileSource open(FileImport job) {
        return sources.open(job.source().toSourceSpec(job.id(), references));
    }

    /** A file that was chosen on the source of a job. */
    DeliverySource of(FileImport job, Chosen chosen) {
        return DeliverySource.of(sources, () -> onSource(job, chosen));
    }

    /**
     * The file of that name on the source of a job, with its marker and control file as far as they are there.
     *
     * @throws Refusal when the source has none
     */
    Chosen named(FileImport job, String name) {
        try (FileSource source = open(job)) {
            List<SourceFile> listing = source.list();
            SourceFile file = listing.stream()
                    .filter(listed -> listed.name().equals(name))
                    // A place may have several of one name, each with a path of its own.
                    .max(Comparator.comparing(SourceFile::modified))
                    .orElseThrow(() -> Refusal.notFound(
                                    "UNKNOWN_FILE",
                                    "Cannot find the file '" + name + "': there is none here, and none of that name at "
                                            + source.location() + ". Name a file of one of the two.")
                            .with("file", name));
            return beside(job, listing, file);
        }
    }

    @Override
    public DeliverySource of(Run run, Delivery delivery) {
        return DeliverySource.of(sources, () -> find(run, delivery));
    }

    @Override
    public boolean isHere(Run run, Delivery delivery) {
        FileImport job = jobs.files(Objects.requireNonNull(run.automation()));
        return switch (job.source()) {
            case JobSource.Drop ignored -> away(job, sourceFile(delivery)).isEmpty();
            case JobSource.Folder ignored -> isListed(job, delivery);
            case JobSource.Sftp ignored -> true;
            case JobSource.S3 ignored -> true;
        };
    }

    private boolean isListed(FileImport job, Delivery delivery) {
        if (delivery.disposal() == Disposal.ARCHIVED) {
            return true;
        }

        try (FileSource source = open(job)) {
            return source.list().stream().map(Listed::of).anyMatch(delivery.listed()::isSameAs);
        } catch (Refusal refusal) {
            // A folder that is not here has none of its files here.
            return false;
        }
    }

    /** Where a file of a source lies that cannot be fetched here. */
    Optional<Away> away(FileImport job, SourceFile file) {
        try (FileSource source = open(job)) {
            return source.away(file);
        }
    }

    private static SourceFile sourceFile(Delivery delivery) {
        Listed listed = delivery.listed();
        return new SourceFile(listed.path(), listed.size(), listed.modified());
    }

    private Fetchable find(Run run, Delivery delivery) {
        FileImport job = jobs.files(Objects.requireNonNull(run.automation()));
        Listed listed = delivery.listed();
        String archived = delivery.archivedAs();
        if (delivery.disposal() == Disposal.ARCHIVED && archived != null) {
            // An archived file stays where it is.
            SourceFile file = new SourceFile(archived, listed.size(), listed.modified());
            return new Fetchable.OnSource(
                    job.source().toSourceSpec(job.id(), references), new Chosen(file, null, null), Disposal.LEFT, null);
        }

        return onSource(job, beside(job, sourceFile(delivery)));
    }

    private Fetchable onSource(FileImport job, Chosen chosen) {
        Afterwards afterwards = job.afterwards();
        Setting folder = afterwards.folder();
        String archive = folder == null ? null : references.value(folder, "afterwards.folder");
        if (archive != null) {
            ArchiveFolder.fault(archive).ifPresent(fault -> {
                throw Refusal.failed("Cannot use afterwards.folder of " + job.id() + ": it " + fault + ".");
            });
        }

        return new Fetchable.OnSource(
                job.source().toSourceSpec(job.id(), references),
                chosen,
                switch (afterwards.action()) {
                    case LEAVE -> Disposal.LEFT;
                    case ARCHIVE -> Disposal.ARCHIVE_PENDING;
                    case DELETE -> Disposal.DELETE_PENDING;
                },
                archive);
    }

    /** The file with its marker and control file, as far as they are still there. */
    private Chosen beside(FileImport job, SourceFile file) {
        try (FileSource source = open(job)) {
            return beside(job, source.list(), file);
        }
    }

    /** The file of a listing with its marker and control file, as far as they are in it. */
    static Chosen beside(FileImport job, List<SourceFile> listing, SourceFile file) {
        return job.files().choose(listing, listed -> !listed.sameAs(file)).take().stream()
                .findFirst()
                .orElse(new Chosen(file, null, null));
    }
}
