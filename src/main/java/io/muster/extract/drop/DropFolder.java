package io.muster.extract.drop;

import io.muster.extract.source.ReceivedFiles;
import io.muster.extract.source.ReceivedFiles.Received;
import io.muster.support.Refusal;
import io.muster.support.Spool;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Where the content of dropped files lies on this machine: {@code drop} in the spool. The name of a content begins with the
 * name of the process that has received it, which holds a lock as long as it lives: what a lost process has left half done
 * is told from what another one receives now.
 */
final class DropFolder {

    private static final Logger LOG = LoggerFactory.getLogger(DropFolder.class);

    private static final String LOCK = ".lock";

    /** The database may need as long to end what a lost process has begun. */
    private static final Duration UNSURE = Duration.ofMinutes(1);

    private static final Duration OWN_UNSURE = Duration.ofHours(1);

    private final ReceivedFiles files;
    private final String process = UUID.randomUUID().toString();
    private final AtomicLong received = new AtomicLong();
    private @Nullable FileLock held;

    DropFolder(Spool spool) {
        this.files = new ReceivedFiles(spool, "drop");
    }

    /**
     * Receives content, as {@link ReceivedFiles#receive} does.
     *
     * @param expected the number of bytes as far as it is known, else 0
     * @param limit more bytes than that are refused
     * @throws IOException when the sender fails; nothing is left then
     * @throws Refusal when there are too many bytes, or the disk is full or fails
     */
    Received receive(InputStream content, long expected, long limit) throws IOException {
        String name = process() + "." + received.incrementAndGet();
        return files.receive(name, content, expected, limit, () -> tooLarge(limit));
    }

    private static Refusal tooLarge(long limit) {
        return Refusal.invalid(
                        "TOO_LARGE",
                        "Cannot take the file: it has more than the %,d bytes that its job allows. Send a smaller one, or raise format.max-size of the job."
                                .formatted(limit))
                .with("limit", limit);
    }

    /** The content of that name, which need not exist. */
    Path path(String name) {
        return files.path(name);
    }

    boolean has(String name) {
        return Files.isRegularFile(path(name));
    }

    void delete(String name) {
        files.delete(name);
    }

    /** The name of this spool: another one for each folder that several machines do not share. */
    String spool() {
        return files.spool();
    }

    private synchronized String process() {
        if (held == null) {
            try {
                FileChannel channel = FileChannel.open(
                        files.made().resolve(process + LOCK), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
                held = channel.lock();
            } catch (IOException e) {
                throw failed(e);
            }
        }

        return process;
    }

    /**
     * Removes what lost processes have left half done, and content without a record.
     *
     * @param recorded whether there is a record of the content of that name
     */
    void tidy(Predicate<String> recorded) {
        List<Path> all = files.all();
        for (Path lock : all) {
            String name = lock.getFileName().toString();
            if (name.endsWith(LOCK) && !name.equals(process + LOCK)) {
                tidyAfter(lock, name.substring(0, name.length() - LOCK.length()), all, recorded);
            }
        }

        // Every process sees to content without a record of all processes, its own included, once it is old.
        all.stream()
                .filter(file -> isContent(file) && isOlderThan(file, OWN_UNSURE) && !recorded.test(nameOf(file)))
                .forEach(file -> delete(nameOf(file)));
    }

    private void tidyAfter(Path lock, String lost, List<Path> all, Predicate<String> recorded) {
        try (FileChannel channel = FileChannel.open(lock, StandardOpenOption.WRITE)) {
            if (channel.tryLock() == null) {
                return;
            }

            boolean unsure = false;
            for (Path file : all) {
                if (nameOf(file).startsWith(lost + ".") && !file.equals(lock)) {
                    if (!isContent(file)) {
                        Files.deleteIfExists(file);
                    } else if (!recorded.test(nameOf(file))) {
                        unsure |= !isOlderThan(file, UNSURE);
                        if (isOlderThan(file, UNSURE)) {
                            delete(nameOf(file));
                        }
                    }
                }
            }

            if (!unsure) {
                Files.deleteIfExists(lock);
            }
        } catch (NoSuchFileException | OverlappingFileLockException e) {
            LOG.debug("{} is another process's", lock, e);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Content is named {@code PROCESS.NUMBER}; while it is received, more follows. */
    private static boolean isContent(Path file) {
        return nameOf(file).matches("[0-9a-f-]{36}[.][0-9]+");
    }

    private static String nameOf(Path file) {
        return file.getFileName().toString();
    }

    private static boolean isOlderThan(Path file, Duration age) {
        return ReceivedFiles.isOlderThan(file, Instant.now().minus(age));
    }

    private static Refusal failed(IOException e) {
        return Refusal.failed(
                        "STATE_FOLDER",
                        "Cannot use the spool of dropped files: %s. Check the disk and the permissions."
                                .formatted(e.getMessage()))
                .causedBy(e);
    }
}
