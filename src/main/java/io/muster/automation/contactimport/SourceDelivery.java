package io.muster.automation.contactimport;

import io.muster.automation.jobfile.ContactImportJob;
import io.muster.automation.jobfile.ContactImportJob.Afterwards;
import io.muster.automation.jobfile.References;
import io.muster.extract.FileSources;
import io.muster.extract.source.Choice.Chosen;
import io.muster.extract.source.ControlFile;
import io.muster.extract.source.FileChanged;
import io.muster.extract.source.FileGone;
import io.muster.extract.source.FileSource;
import io.muster.extract.source.SourceFile;
import io.muster.jobs.Deliveries.Disposal;
import io.muster.jobs.contactimport.DeliverySource;
import io.muster.support.Refusal;
import java.nio.file.Path;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** A file on the source of a job. Every operation connects anew: an import may take longer than a session lives. */
final class SourceDelivery implements DeliverySource {

    private final FileSources sources;
    private final ContactImportJob job;
    private final References references;
    private final Chosen chosen;
    private boolean lost;

    SourceDelivery(FileSources sources, ContactImportJob job, References references, Chosen chosen) {
        this.sources = sources;
        this.job = job;
        this.references = references;
        this.chosen = chosen;
    }

    @Override
    public void fetch(Path target) {
        SourceFile file = chosen.file();
        try (FileSource source = open()) {
            source.fetch(file, target);
        } catch (FileGone | FileChanged e) {
            lost = true;
            throw Refusal.failed("Cannot fetch " + file.path() + " of " + job.id()
                    + ": it changed or went away while it was being fetched. It is looked at again with the next run.");
        }

        control().ifPresent(stated -> stated.checkContent(file.name(), target));
    }

    /** Whether the file changed or went away between listing and fetching. */
    boolean isLost() {
        return lost;
    }

    @Override
    public Optional<ControlFile> control() {
        SourceFile control = chosen.control();
        if (control == null) {
            return Optional.empty();
        }

        try (FileSource source = open()) {
            return Optional.of(ControlFile.parse(control.name(), source.read(control, ControlFile.MAX_BYTES)));
        }
    }

    @Override
    public Disposal disposal() {
        return switch (job.afterwards().action()) {
            case LEAVE -> Disposal.LEFT;
            case ARCHIVE -> Disposal.ARCHIVE_PENDING;
            case DELETE -> Disposal.DELETE_PENDING;
        };
    }

    /** Marker and control file first: as long as the file itself is there, a second try finds all that is left. */
    @Override
    public @Nullable String dispose() {
        try (FileSource source = open()) {
            disposeBeside(source, chosen.control());
            disposeBeside(source, chosen.marker());
            return disposeOf(source, chosen.file());
        }
    }

    private void disposeBeside(FileSource source, @Nullable SourceFile file) {
        if (file != null) {
            var ignored = disposeOf(source, file);
        }
    }

    private @Nullable String disposeOf(FileSource source, SourceFile file) {
        try {
            Afterwards afterwards = job.afterwards();
            if (afterwards.action() == Afterwards.Action.DELETE) {
                source.delete(file);
                return null;
            }

            String folder = references.value(Objects.requireNonNull(afterwards.folder()), "afterwards.folder");
            return source.archive(file, folder);
        } catch (FileGone e) {
            // An earlier try got this far before its process ended.
            return null;
        }
    }

    private FileSource open() {
        return sources.open(job.source().toSourceSpec(references));
    }
}
