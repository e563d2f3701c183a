package io.muster.jobs.contactimport;

import io.muster.extract.source.Choice.Chosen;
import io.muster.extract.source.SourceSpec;
import io.muster.jobs.Deliveries.Disposal;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Where the file of a run is, and what happens to it there once the run has balanced. */
public sealed interface Fetchable {

    /** A file on this machine that a person named; it stays where it is. */
    record Local(Path file) implements Fetchable {}

    /** What a caller has sent; it stays where it is. */
    record Sent(long size, Supplier<InputStream> content) implements Fetchable {}

    /** Records that the run extracts; there is no file. */
    record Records() implements Fetchable {}

    /**
     * A file on a source, with its marker and control file.
     *
     * @param afterwards what happens to the files: left, {@code ARCHIVE_PENDING} or {@code DELETE_PENDING}
     * @param archive the folder they are archived into; null when they are not archived
     */
    record OnSource(
            SourceSpec source,
            Chosen chosen,
            Disposal afterwards,
            @Nullable String archive) implements Fetchable {}
}
