package io.muster.jobs;

import io.muster.extract.source.SpoolFile;
import io.muster.support.Refusal;
import io.muster.support.Sha256;
import io.muster.support.Spool;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.time.Duration;
import java.time.Instant;
import java.util.HexFormat;
import java.util.List;
import java.util.UUID;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Where files lie that people have uploaded: {@code uploads} in the spool, each under a name of its own. */
public final class UploadFolder {

    private static final Logger LOG = LoggerFactory.getLogger(UploadFolder.class);
    private static final String NAME = "uploads";

    /** An upload takes long on a slow line, and only then gets its record. */
    private static final Duration UNSURE = Duration.ofHours(12);

    private final Spool spool;

    /** The folder in a spool. */
    public UploadFolder(Spool spool) {
        this.spool = spool;
    }

    /** A file that was received whole and is on the disk, with its hash in hexadecimal. */
    public record Received(String content, long size, String sha256) {}

    /**
     * Receives a file; when this returns, it is on the disk. Its memory does not grow with the file.
     *
     * @param expected the number of bytes as far as it is known, else 0
     * @param limit more bytes than that are refused
     * @throws IOException when the sender fails; nothing is left then
     * @throws Refusal when there are too many bytes, or the disk is full or fails
     */
    public Received receive(InputStream sent, long expected, long limit) throws IOException {
        if (expected > limit) {
            throw tooLarge(limit);
        }

        String content = UUID.randomUUID().toString();
        MessageDigest digest = Sha256.digest();
        try (SpoolFile file = SpoolFile.create(spool.part(NAME).resolve(content), expected);
                DigestInputStream in = new DigestInputStream(sent, digest)) {
            file.append(in, limit);
            if (file.written() > limit) {
                throw tooLarge(limit);
            }

            file.complete();
            return new Received(content, file.written(), HexFormat.of().formatHex(digest.digest()));
        }
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
        return spool.at(NAME).resolve(content);
    }

    /** The name of this spool: another one for each folder that several machines do not share. */
    public String spool() {
        return spool.id();
    }

    /** Deletes a file if it is there. */
    public void delete(String content) {
        try {
            Files.deleteIfExists(path(content));
        } catch (IOException e) {
            // It has no record any more: tidying up tries again.
            LOG.warn("Cannot delete {}: {}", path(content), e.getMessage());
        }
    }

    /**
     * Removes old files without a record.
     *
     * @param recorded whether there is a record of the file of that name
     */
    void tidy(Instant now, Predicate<String> recorded) {
        Path folder = spool.at(NAME);
        if (!Files.isDirectory(folder)) {
            return;
        }

        List<Path> files;
        try (Stream<Path> listed = Files.list(folder)) {
            files = listed.toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }

        files.stream()
                .filter(file -> isOlderThan(file, now.minus(UNSURE)))
                .map(file -> file.getFileName().toString())
                .filter(name -> !recorded.test(name))
                .forEach(this::delete);
    }

    private static boolean isOlderThan(Path file, Instant moment) {
        try {
            return Files.getLastModifiedTime(file).toInstant().isBefore(moment);
        } catch (IOException e) {
            return false;
        }
    }
}
