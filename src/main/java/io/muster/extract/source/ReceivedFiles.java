package io.muster.extract.source;

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
import java.time.Instant;
import java.util.HexFormat;
import java.util.List;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Files that are sent here, in a folder of the spool: each under a name of its own, and there whole or not at all. */
public final class ReceivedFiles {

    private static final Logger LOG = LoggerFactory.getLogger(ReceivedFiles.class);

    private final Spool spool;
    private final String folder;

    /** Those in a folder of a spool. */
    public ReceivedFiles(Spool spool, String folder) {
        this.spool = spool;
        this.folder = folder;
    }

    /** A file that was received whole and is on the disk, with its hash in hexadecimal. */
    public record Received(String content, long size, String sha256) {}

    /**
     * Receives a file; when this returns, it is on the disk. Its memory does not grow with the file.
     *
     * @param content the name that it gets here
     * @param expected the number of bytes as far as it is known, else 0
     * @param limit more bytes than that are refused
     * @param tooLarge what is answered then
     * @throws IOException when the sender fails; nothing is left then
     * @throws Refusal when there are too many bytes, or the disk is full or fails
     */
    public Received receive(String content, InputStream sent, long expected, long limit, Supplier<Refusal> tooLarge)
            throws IOException {
        if (expected > limit) {
            throw tooLarge.get();
        }

        MessageDigest digest = Sha256.digest();
        try (SpoolFile file = SpoolFile.create(made().resolve(content), expected);
                DigestInputStream in = new DigestInputStream(sent, digest)) {
            file.append(in, limit);
            if (file.written() > limit) {
                throw tooLarge.get();
            }

            file.complete();
            return new Received(content, file.written(), HexFormat.of().formatHex(digest.digest()));
        }
    }

    /** The folder, created where missing. */
    public Path made() {
        return spool.part(folder);
    }

    /** The name of this spool: another one for each folder that several machines do not share. */
    public String spool() {
        return spool.id();
    }

    /** The file of that name, which need not exist. */
    public Path path(String content) {
        return spool.at(folder).resolve(content);
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

    /** All files there, also those that are not whole. */
    public List<Path> all() {
        Path there = spool.at(folder);
        if (!Files.isDirectory(there)) {
            return List.of();
        }

        try (Stream<Path> listed = Files.list(there)) {
            return listed.toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Whether a file was last written before a moment; false for one that is gone. */
    public static boolean isOlderThan(Path file, Instant moment) {
        try {
            return Files.getLastModifiedTime(file).toInstant().isBefore(moment);
        } catch (IOException e) {
            return false;
        }
    }
}
