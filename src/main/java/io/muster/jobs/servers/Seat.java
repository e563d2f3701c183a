package io.muster.jobs.servers;

import io.muster.support.PrivateFiles;
import io.muster.support.Refusal;
import io.muster.support.StateFolder;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.EnumSet;
import java.util.UUID;

/**
 * The identity of a server: a file of its state folder, locked as long as its process lives. Servers on one state folder take
 * one file each, and a server that is started again takes the one of before.
 */
final class Seat implements AutoCloseable {

    private static final int ID_CHARS = 36;
    private static final int MOST = 1_000;

    private final FileChannel channel;
    private final String id;

    private Seat(FileChannel channel, String id) {
        this.channel = channel;
        this.id = id;
    }

    /** The first that is free. */
    static Seat take(StateFolder home) {
        Path folder = home.folder("servers");
        try {
            for (int number = 1; number <= MOST; number++) {
                FileChannel channel = FileChannel.open(
                        folder.resolve(Integer.toString(number)),
                        EnumSet.of(StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE),
                        PrivateFiles.FILE);
                if (isFree(channel)) {
                    return new Seat(channel, readOrMake(channel));
                }

                channel.close();
            }
        } catch (IOException e) {
            throw Refusal.failed(
                            "STATE_FOLDER",
                            "Cannot use the folder %s: %s. Check the disk and the permissions."
                                    .formatted(folder, e.getMessage()))
                    .causedBy(e);
        }

        throw Refusal.failed("Cannot start one more server on the state folder %s: %d run there. Stop some."
                .formatted(home.path(), MOST));
    }

    private static boolean isFree(FileChannel channel) throws IOException {
        try {
            FileLock lock = channel.tryLock();
            return lock != null;
        } catch (OverlappingFileLockException e) {
            // Another server of this process has it.
            return false;
        }
    }

    private static String readOrMake(FileChannel channel) throws IOException {
        ByteBuffer bytes = ByteBuffer.allocate(ID_CHARS);
        while (bytes.hasRemaining() && channel.read(bytes, bytes.position()) > 0) {
            // goes on until all is read
        }

        if (!bytes.hasRemaining()) {
            return new String(bytes.array(), StandardCharsets.US_ASCII);
        }

        String made = UUID.randomUUID().toString();
        ByteBuffer written = ByteBuffer.wrap(made.getBytes(StandardCharsets.US_ASCII));
        while (written.hasRemaining()) {
            var ignored = channel.write(written, written.position());
        }

        channel.force(true);
        return made;
    }

    String id() {
        return id;
    }

    /** Another process may take it then. */
    @Override
    public void close() throws IOException {
        channel.close();
    }
}
