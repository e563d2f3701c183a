package io.muster.jobs.contactimport;

import io.muster.extract.source.ControlFile;
import io.muster.jobs.Deliveries.Disposal;
import java.nio.file.Path;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Where the file of a run comes from, and what becomes of it there. */
public interface DeliverySource {

    /** Fetches the file; its content has been compared with its control file, if it has one. */
    void fetch(Path target);

    /** What the file's control file says; empty when it has none. */
    Optional<ControlFile> control();

    /** What is to become of the file once the run has balanced: left, archived or deleted. */
    Disposal disposal();

    /** Archives or deletes the file; the result is the name it has now, null when it has none. */
    @Nullable
    String dispose();
}
