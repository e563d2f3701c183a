package io.muster.database.embedded;

import io.muster.support.Refusal;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A lock file between processes: the kernel gives it back whatever way its holder ends.
 *
 * <p>File locks belong to the whole process and closing any channel of the file gives them up, so threads of one process
 * take turns on the class's monitor and never have the file open twice.
 */
final class FolderLock {

    private static final Logger NOTICE = LoggerFactory.getLogger("muster.notice");
    private static final Duration PATIENCE = Duration.ofMinutes(15);
    private static final Duration QUIET = Duration.ofSeconds(2);
    private static final long PAUSE_MILLIS = 50;

    private FolderLock() {}

    /** Does the work while this process holds the lock; waits for another holder. */
    static <T> T holding(ServerFolder folder, Supplier<T> work) {
        synchronized (FolderLock.class) {
            try (FileChannel channel =
                            FileChannel.open(folder.gate(), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
                    FileLock lock = acquire(channel, folder)) {
                if (!lock.isValid()) {
                    throw new IllegalStateException("Lock " + folder.gate() + " was given up");
                }
                return work.get();
            } catch (IOException e) {
                throw folder.unusable(e);
            }
        }
    }

    /** Whether some process holds the lock file. To be asked inside {@link #holding} only. */
    static boolean isHeld(Path file) throws IOException {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
                FileLock lock = channel.tryLock()) {
            return lock == null;
        }
    }

    private static FileLock acquire(FileChannel channel, ServerFolder folder) throws IOException {
        long start = System.nanoTime();
        boolean told = false;
        while (true) {
            FileLock lock = channel.tryLock();
            if (lock != null) {
                return lock;
            }

            long waited = System.nanoTime() - start;
            if (waited > PATIENCE.toNanos()) {
                throw Refusal.failed(
                        "Cannot reach the embedded database: another process has been starting or stopping it for %d minutes. Look into %s and at the processes using %s."
                                .formatted(PATIENCE.toMinutes(), folder.log(), folder.root()));
            }

            if (!told && waited > QUIET.toNanos()) {
                NOTICE.info("Waiting for another process that starts or stops the embedded database");
                told = true;
            }

            Pause.millis(PAUSE_MILLIS);
        }
    }
}
