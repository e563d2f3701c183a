package io.muster.automation.contactimport;

import io.muster.extract.source.ControlFile;
import io.muster.jobs.Deliveries.Disposal;
import io.muster.jobs.contactimport.DeliverySource;
import java.nio.file.Path;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** A delivery whose source is looked for when it is first needed. */
final class LaterDelivery implements DeliverySource {

    private final Supplier<DeliverySource> finder;
    private @Nullable DeliverySource found;

    LaterDelivery(Supplier<DeliverySource> finder) {
        this.finder = finder;
    }

    @Override
    public void fetch(Path target) {
        source().fetch(target);
    }

    @Override
    public Optional<ControlFile> control() {
        return source().control();
    }

    @Override
    public Disposal disposal() {
        return source().disposal();
    }

    @Override
    public @Nullable String dispose() {
        return source().dispose();
    }

    private DeliverySource source() {
        DeliverySource known = found;
        if (known == null) {
            known = finder.get();
            found = known;
        }

        return known;
    }
}
