package io.muster.automation.contactimport;

import io.muster.extract.source.ControlFile;
import io.muster.extract.source.FileChanged;
import io.muster.extract.source.FileGone;
import io.muster.extract.source.FileSource;
import io.muster.extract.source.SourceFile;
import io.muster.jobs.Deliveries.Disposal;
import io.muster.jobs.contactimport.DeliverySource;
import io.muster.support.Refusal;
import java.nio.file.Path;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** A file that an earlier run has archived, for reprocessing it; it stays where it is. */
record ArchivedDelivery(Supplier<FileSource> sources, SourceFile file) implements DeliverySource {

    @Override
    public void fetch(Path target) {
        try (FileSource source = sources.get()) {
            source.fetch(file, target);
        } catch (FileGone | FileChanged e) {
            throw Refusal.failed("Cannot fetch " + file.path()
                    + ": the archived file is not there any more, or not the same. Have the file delivered again.");
        }
    }

    @Override
    public Optional<ControlFile> control() {
        return Optional.empty();
    }

    @Override
    public Disposal disposal() {
        return Disposal.LEFT;
    }

    @Override
    public @Nullable String dispose() {
        return null;
    }
}
