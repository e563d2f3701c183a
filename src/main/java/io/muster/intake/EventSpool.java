package io.muster.intake;

import io.muster.support.PrivateFiles;
import io.muster.support.Refusal;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Where accepted events wait for the database: files in one folder, readable by their owner only. An append returns when its
 * records are on the disk; callers that append at the same time share the wait. What processes that have ended left there is
 * taken over.
 */
final class EventSpool implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(EventSpool.class);
    private static final long SMALLEST_PART = 1L << 20;
    private static final long LARGEST_PART = 16L << 20;
    private static final int PARTS = 16;
    private static final String SET_ASIDE = "set-aside.jsonl";
    private static final String DAMAGED = ".damaged";

    private final Path folder;
    private final long limit;
    private final InstantSource clock;

    // Taken before the other one where both are needed.
    private final ReentrantLock forcing = new ReentrantLock();
    private final ReentrantLock appending = new ReentrantLock();
    private final Deque<SpoolFile> complete = new ArrayDeque<>();
    private @Nullable SpoolFile current;
    private final AtomicLong bytes = new AtomicLong();
    private volatile boolean broken;

    /**
     * A spool.
     *
     * @param folder made where it is missing
     * @param limit the most bytes of all its files
     */
    EventSpool(Path folder, long limit, InstantSource clock) {
        this.folder = folder;
        this.limit = limit;
        this.clock = clock;
        try {
            if (!Files.isDirectory(folder)) {
                Files.createDirectories(folder, PrivateFiles.FOLDER);
            }
        } catch (IOException e) {
            throw Refusal.failed(
                            "STATE_FOLDER",
                            "Cannot create the folder " + folder + ": " + e.getMessage() + ". Make it writable.")
                    .causedBy(e);
        }
    }

    /** Takes over what processes that have ended left. */
    void adopt() throws IOException {
        appending.lock();
        try {
            Set<String> own = new HashSet<>();
            complete.forEach(file -> own.add(file.name()));
            if (current != null) {
                own.add(current.name());
            }

            for (Path path : SpoolFile.in(folder)) {
                if (!own.contains(path.getFileName().toString())) {
                    SpoolFile.takeOver(path).ifPresent(file -> {
                        LOG.info(
                                "Taken over from a process that has ended: {} with {} bytes",
                                file.name(),
                                file.bytes());
                        complete.add(file);
                        bytes.addAndGet(file.bytes());
                    });
                }
            }
        } finally {
            appending.unlock();
        }
    }

    /**
     * Appends records; they are on the disk when this returns.
     *
     * @throws Refusal when there is no room, or the disk does not take them: then none of them is kept for sure
     */
    void append(List<byte[]> records) {
        try {
            SpoolFile file;
            long end;
            appending.lock();
            try {
                long more = SpoolFile.bytesOf(records);
                if (bytes.get() + more > limit) {
                    throw full();
                }

                file = current();
                end = file.append(records);
                bytes.addAndGet(more);
            } finally {
                appending.unlock();
            }

            forcing.lock();
            try {
                file.force(end);
            } finally {
                forcing.unlock();
            }

            broken = false;
            if (end > Math.clamp(limit / PARTS, SMALLEST_PART, LARGEST_PART)) {
                complete();
            }
        } catch (IOException e) {
            broken = true;
            LOG.error("Cannot append to the spool of events in {}: {}", folder, e.getMessage(), e);
            leaveCurrent();
            throw Refusal.busy(
                            "SPOOL_UNUSABLE",
                            "Cannot accept the events: the database is away, and they cannot be kept. Send them again.")
                    .causedBy(e);
        }
    }

    private SpoolFile current() throws IOException {
        SpoolFile file = current;
        if (file == null) {
            file = SpoolFile.create(folder, clock.millis());
            bytes.addAndGet(file.bytes());
            current = file;
        }

        return file;
    }

    private static Refusal full() {
        return Refusal.busy(
                "SPOOL_FULL",
                "Cannot accept the events: the database is away, and no more of them can be kept. Send them again.");
    }

    /** The current file takes no more records. */
    private void complete() throws IOException {
        forcing.lock();
        try {
            appending.lock();
            try {
                if (current != null) {
                    current.force(current.bytes());
                    complete.add(current);
                    current = null;
                }
            } finally {
                appending.unlock();
            }
        } finally {
            forcing.unlock();
        }
    }

    /** After a failure nothing is appended to a file any more. */
    private void leaveCurrent() {
        appending.lock();
        try {
            if (current != null) {
                complete.add(current);
                current = null;
            }
        } finally {
            appending.unlock();
        }
    }

    /** The oldest file, to be replayed; nothing is appended to it any more. Empty when nothing waits. */
    Optional<SpoolFile> oldest() throws IOException {
        complete();
        appending.lock();
        try {
            return Optional.ofNullable(complete.peek());
        } finally {
            appending.unlock();
        }
    }

    /** All events of a file are recorded: it is removed. */
    void finished(SpoolFile file) throws IOException {
        forget(file);
        file.delete();
    }

    /** The rest of a file cannot be read: it is put aside. */
    void damaged(SpoolFile file) throws IOException {
        LOG.error("The file {} of the spool of events is damaged: what follows is put aside", file.name());
        forget(file);
        file.setAside();
    }

    private void forget(SpoolFile file) {
        appending.lock();
        try {
            complete.remove(file);
            bytes.addAndGet(-file.bytes());
        } finally {
            appending.unlock();
        }
    }

    /** Keeps a line of JSON about an event that cannot be recorded, so that the others can go on. */
    void setAside(byte[] line) throws IOException {
        Path file = folder.resolve(SET_ASIDE);
        try (FileChannel channel = FileChannel.open(
                file,
                EnumSet.of(StandardOpenOption.CREATE, StandardOpenOption.APPEND, StandardOpenOption.WRITE),
                PrivateFiles.FILE)) {
            ByteBuffer bytesOfLine = ByteBuffer.allocate(line.length + 1)
                    .put(line)
                    .put((byte) '\n')
                    .flip();
            while (bytesOfLine.hasRemaining()) {
                channel.write(bytesOfLine);
            }

            channel.force(true);
        }
    }

    /** What was put aside and waits for a person: files with their paths. */
    List<Path> putAside() {
        try (var files = Files.list(folder)) {
            return files.filter(
                            file -> file.endsWith(SET_ASIDE) || file.toString().endsWith(DAMAGED))
                    .sorted()
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Whether a call of the usual size can be kept. A disk that failed is tried. */
    boolean hasRoom() {
        if (bytes.get() + SMALLEST_PART > limit) {
            return false;
        }

        if (broken) {
            try {
                Path tried = Files.createTempFile(folder, "try-", ".part", PrivateFiles.FILE);
                Files.delete(tried);
                broken = false;
            } catch (IOException e) {
                LOG.debug("The folder {} still takes no file", folder, e);
            }
        }

        return !broken;
    }

    /** Whether nothing waits. */
    boolean isEmpty() {
        appending.lock();
        try {
            return current == null && complete.isEmpty();
        } finally {
            appending.unlock();
        }
    }

    /** The bytes of what waits. */
    long bytes() {
        return bytes.get();
    }

    /** The most bytes. */
    long limit() {
        return limit;
    }

    @Override
    public void close() throws IOException {
        complete();
        appending.lock();
        try {
            for (SpoolFile file : complete) {
                file.close();
            }

            complete.clear();
        } finally {
            appending.unlock();
        }
    }
}
