package io.muster.runs;

import io.muster.extract.source.ControlFile;
import io.muster.jobs.Deliveries.Disposal;
import io.muster.jobs.contactimport.DeliverySource;
import io.muster.support.Refusal;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** A file that somebody names; it is copied and left where it is. */
public record LocalDelivery(Path file) implements DeliverySource {

    @Override
    public void fetch(Path target) {
        try {
            Path part = target.resolveSibling(target.getFileName() + ".part");
            Files.copy(file, part, StandardCopyOption.REPLACE_EXISTING);
            Files.move(part, target, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } catch (IOException e) {
            throw Refusal.failed(
                    "Cannot read " + file + ": " + e.getMessage() + ". Check that the file is there and may be read.",
                    e);
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
