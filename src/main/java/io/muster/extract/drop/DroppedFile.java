package io.muster.extract.drop;

import io.muster.directory.Actor;
import io.muster.extract.source.SourceFile;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A file that a caller has sent for an automation.
 *
 * @param id its public id, {@code AFL_…}
 * @param automation the automation's numeric id
 * @param sha256 hash of its content in hexadecimal
 * @param processed when the run that dealt with it ended; null while none has
 * @param run numeric id of the run that dealt with it last; null when none did
 * @param content where its content lies
 */
public record DroppedFile(
        long number,
        String id,
        long automation,
        String name,
        long size,
        String sha256,
        State state,
        Instant uploaded,
        @Nullable Instant processed,
        @Nullable Long run,
        Actor uploader,
        Content content) {

    /** What became of a file; its delivery in the ledger says so. */
    public enum State {
        /** No run has taken it. */
        WAITING,
        /** A run works on it, or is interrupted and will be taken up. */
        PROCESSING,
        /** It was imported, or a person has settled it. */
        ARCHIVED,
        /** Its run has failed, or was given up. */
        FAILED
    }

    /**
     * Where content lies.
     *
     * @param spool the spool
     * @param host the machine that has this spool
     * @param name the content's name in it
     */
    public record Content(String spool, String host, String name) {}

    /** The file as a source of files lists it. Each upload is a file of its own, whatever its name. */
    SourceFile asSourceFile() {
        return new SourceFile(id + "/" + name, size, uploaded);
    }
}
