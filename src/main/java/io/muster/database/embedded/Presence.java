package io.muster.database.embedded;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * The mark of one user of the server: a file of its own, locked as long as the user is there. The kernel unlocks it when
 * the process ends, also by kill -9, and the keeper removes what is left.
 */
final class Presence implements AutoCloseable {

    private final Path file;
    private final FileChannel channel;

    private Presence(Path file, FileChannel channel) {
        this.file = file;
        this.channel = channel;
    }

    /** Enters. Only while the gate is held, so that nobody takes the file for an abandoned one before it is locked. */
    static Presence enter(ServerFolder folder) {
        try {
            Path file = Files.createTempFile(
                    folder.users(), Long.toString(ProcessHandle.current().pid()) + "-", ".lock");
            FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE);
            channel.lock();
            return new Presence(file, channel);
        } catch (IOException e) {
            throw folder.unusable(e);
        }
    }

    @Override
    public void close() throws IOException {
        try (channel) {
            Files.deleteIfExists(file);
        }
    }
}
