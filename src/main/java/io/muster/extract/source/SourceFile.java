package io.muster.extract.source;

import io.muster.support.Sha256;
import java.time.Instant;
import java.time.temporal.ChronoUnit;

/**
 * One file as a source lists it.
 *
 * @param path where it is, in the words of the source
 * @param size in bytes
 * @param modified when it was last changed, to the precision of the source (whole seconds on SFTP), at most to the millisecond:
 *     the ledger of deliveries keeps no more, and a run that goes on must know its file again
 */
public record SourceFile(String path, long size, Instant modified) {

    /** Takes the time to the millisecond. */
    public SourceFile {
        modified = modified.truncatedTo(ChronoUnit.MILLIS);
    }

    /** The last part of the path. */
    public String name() {
        return nameOf(path);
    }

    /** The last part of a path. A name may hold backslashes. */
    public static String nameOf(String path) {
        return path.substring(path.lastIndexOf('/') + 1);
    }

    /** By what the ledger of deliveries knows it: a hash of path, size and time. */
    public byte[] listingKey() {
        return Sha256.of(path, Long.toString(size), Long.toString(modified.toEpochMilli()))
                .bytes();
    }

    /** Whether size and time are those of another look at the same path. */
    public boolean sameAs(SourceFile other) {
        return path.equals(other.path) && size == other.size && modified.equals(other.modified);
    }
}
