package io.muster.runs;

import io.muster.extract.source.ControlFile;
import io.muster.jobs.Deliveries.Disposal;
import io.muster.jobs.contactimport.DeliverySource;
import java.nio.file.Path;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** A delivery whose file an earlier run has kept; everything else is asked of its source. */
record KeptDelivery(Path kept, DeliverySource origin) implements DeliverySource {

    @Override
    public void fetch(Path target) {
        new LocalDelivery(kept).fetch(target);
    }

    @Override
    public Optional<ControlFile> control() {
        return origin.control();
    }

    @Override
    public Disposal disposal() {
        return origin.disposal();
    }

    @Override
    public @Nullable String dispose() {
        return origin.dispose();
    }
}
