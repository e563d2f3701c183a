package io.muster.database.embedded;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * The small detached process that stops the server some time after its last user has left.
 *
 * <p>It runs as {@code java Keeper FOLDER LINGER_MILLIS} from a copy of this one class file, so it uses the JDK only and has
 * no nested classes. Nothing depends on it but the stop: when it is killed, the next user starts another.
 */
final class Keeper {

    private static final long LOOK_MILLIS = 500;
    private static final long STOP_MINUTES = 10;

    private final Path folder;
    private final Path users;
    private final long lingerNanos;
    private long idleSince = System.nanoTime();
    private FileTime lastChange = FileTime.fromMillis(0);
    private Optional<ProcessHandle> server = Optional.empty();

    private Keeper(Path folder, long lingerMillis) {
        this.folder = folder;
        this.users = folder.resolve("users");
        this.lingerNanos = TimeUnit.MILLISECONDS.toNanos(lingerMillis);
    }

    public static void main(String[] args) throws IOException, InterruptedException {
        Path folder = Path.of(args[0]);
        try (FileChannel channel = FileChannel.open(folder.resolve("keeper.lock"), StandardOpenOption.WRITE);
                FileLock lock = onlyOne(channel)) {
            if (lock != null) {
                new Keeper(folder, Long.parseLong(args[1])).watch();
            }
        }
    }

    // A user that asks whether there is a keeper holds the lock for a moment.
    private static FileLock onlyOne(FileChannel channel) throws IOException, InterruptedException {
        FileLock lock = channel.tryLock();
        for (int i = 0; lock == null && i < 20; i++) {
            Thread.sleep(100);
            lock = channel.tryLock();
        }

        return lock;
    }

    private void watch() throws InterruptedException {
        boolean done = false;
        while (!done) {
            Thread.sleep(Math.clamp(lingerNanos / 1_000_000, 50, LOOK_MILLIS));
            server = server().or(() -> server);
            try {
                done = isIdle() && stopUnlessUsed();
            } catch (IOException | DirectoryIteratorException e) {
                if (Files.isDirectory(users)) {
                    continue;
                }

                // Somebody removed the whole folder: a server on deleted files serves nobody.
                server.ifPresent(Keeper::stop);
                done = true;
            }
        }
    }

    private boolean isIdle() throws IOException {
        FileTime change = Files.getLastModifiedTime(users);
        if (!change.equals(lastChange) || used()) {
            lastChange = change;
            idleSince = System.nanoTime();
        }

        return System.nanoTime() - idleSince >= lingerNanos;
    }

    private boolean stopUnlessUsed() throws IOException {
        try (FileChannel gate = FileChannel.open(folder.resolve("gate.lock"), StandardOpenOption.WRITE);
                FileLock lock = gate.tryLock()) {
            if (lock == null || used()) {
                return false;
            }

            removeAbandonedMarks();
            server().ifPresent(Keeper::stop);
            return true;
        }
    }

    private boolean used() throws IOException {
        try (DirectoryStream<Path> marks = Files.newDirectoryStream(users)) {
            for (Path mark : marks) {
                try (FileChannel channel = FileChannel.open(mark, StandardOpenOption.WRITE);
                        FileLock lock = channel.tryLock()) {
                    if (lock == null) {
                        return true;
                    }
                } catch (NoSuchFileException e) {
                    // Its user left while we looked.
                    lastChange = FileTime.fromMillis(0);
                }
            }
        }

        return false;
    }

    private void removeAbandonedMarks() throws IOException {
        try (DirectoryStream<Path> marks = Files.newDirectoryStream(users)) {
            for (Path mark : marks) {
                Files.deleteIfExists(mark);
            }
        }
    }

    private Optional<ProcessHandle> server() {
        try {
            return ProcessHandle.of(Long.parseLong(
                            Files.readString(folder.resolve("server.pid")).strip()))
                    .filter(process ->
                            process.info().command().orElse("mariadbd").endsWith("mariadbd"));
        } catch (IOException | NumberFormatException e) {
            return Optional.empty();
        }
    }

    private static void stop(ProcessHandle server) {
        server.destroy();
        try {
            server.onExit().get(STOP_MINUTES, TimeUnit.MINUTES);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (java.util.concurrent.ExecutionException | java.util.concurrent.TimeoutException e) {
            // It has its signal and will end; whoever comes next waits for it by its pid file.
            return;
        }
    }
}
