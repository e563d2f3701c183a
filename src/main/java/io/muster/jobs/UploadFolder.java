package io.muster.jobs;

import io.muster.extract.source.ReceivedFiles;
import io.muster.extract.source.ReceivedFiles.Received;
import io.muster.support.Refusal;
import io.muster.support.Spool;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.UUID;
import java.util.function.Predicate;

/** Where files lie that people have uploaded: {@code uploads} in the spool. */
public final class UploadFolder {

    /** An upload takes long on a slow line, and only then gets its record. */
    private static final Duration UNSURE = Duration.ofHours(12);

    private final ReceivedFiles files;

    /** The folder in a spool. */
    public UploadFolder(Spool spool) {
        this.files = new ReceivedFiles(spool, "uploads");
    }

    /**
     * Receives a file, as {@link ReceivedFiles#receive} does.
     *
     * @param expected the number of bytes as far as it is known, else 0
     * @param limit more bytes than that are refused
     * @throws IOException when the sender fails; nothing is left then
     * @throws Refusal when there are too many bytes, or the disk is full or fails
     */
    public Received receive(InputStream sent, long expected, long limit) throws IOException {
        return files.receive(UUID.randomUUID().toString(), sent, expected, limit, () -> tooLarge(limit));
    }

    private static Refusal tooLarge(long limit) {
        return Refusal.invalid(
                        "TOO_LARGE",
                        "Cannot take the file: it has more than the %,d MiB that are allowed. Pack it with gzip, or raise MUSTER_IMPORTS_UPLOAD_SIZE."
                                .formatted(limit >> 20))
                .with("field", "file");
    }

    /** The file of that name, which need not exist. */
    public Path path(String content) {
        return files.path(content);
    }

    /** The name of this spool: another one for each folder that several machines do not share. */
    public String spool() {
        return files.spool();
    }

    /** Deletes a file if it is there. */
    public void delete(String content) {
        files.delete(content);
    }

    /** Deletes a file if it lies in this spool. */
    public void delete(String spool, String content) {
        if (spool.equals(files.spool())) {
            files.delete(content);
        }
    }

    /**
     * Removes old files without a record.
     *
     * @param recorded whether there is a record of the file of that name
     */
    void tidy(Instant now, Predicate<String> recorded) {
        files.all().stream()
                .filter(file -> ReceivedFiles.isOlderThan(file, now.minus(UNSURE)))
                .map(file -> file.getFileName().toString())
                .filter(name -> !recorded.test(name))
                .forEach(files::delete);
    }
}
