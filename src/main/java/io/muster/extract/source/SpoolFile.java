package io.muster.extract.source;

import io.muster.support.Refusal;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.DirectoryStream;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Set;

/**
 * A file being fetched: private to this user, under a temporary name until it is complete, and gone when closed
 * before that. Its final name appears with the whole content synced to disk, or not at all.
 */
public final class SpoolFile implements AutoCloseable {

    private static final List<String> FULL =
            List.of("No space left on device", "Disk quota exceeded", "not enough space on the disk");

    private static final String PARTIAL = ".part";

    private static final Set<PosixFilePermission> OWNER_FILE = PosixFilePermissions.fromString("rw-------");
    private static final Set<PosixFilePermission> OWNER_FOLDER = PosixFilePermissions.fromString("rwx------");

    private final Path target;
    private final Path partial;
    private final FileChannel channel;
    private final long size;
    private final byte[] buffer = new byte[1 << 17];
    private long written;

    private SpoolFile(Path target, Path partial, FileChannel channel, long size) {
        this.target = target;
        this.partial = partial;
        this.channel = channel;
        this.size = size;
    }

    /**
     * Makes the folder where it is missing, checks the space and opens the temporary file.
     *
     * @param size the bytes expected
     * @throws Refusal when there is not enough space, or the folder cannot be written
     */
    public static SpoolFile create(Path target, long size) {
        Path folder = target.toAbsolutePath().normalize().getParent();
        if (folder == null) {
            throw new IllegalArgumentException("A spool file needs a folder");
        }
        try {
            Files.createDirectories(folder, ownerOnly(folder, OWNER_FOLDER));
            long free = Files.getFileStore(folder).getUsableSpace();
            if (free < size) {
                throw full(size, folder, free);
            }

            // A name of its own: a process that was stopped and has lost its run must not take another one's file for
            // its own.
            String name = target.getFileName() + ".";
            deleteLeftovers(folder, name);
            Path partial = Files.createTempFile(folder, name, PARTIAL, ownerOnly(folder, OWNER_FILE));
            FileChannel channel = FileChannel.open(partial, StandardOpenOption.WRITE);
            return new SpoolFile(folder.resolve(target.getFileName()), partial, channel, size);
        } catch (IOException e) {
            throw unwritable(target, e);
        }
    }

    private static void deleteLeftovers(Path folder, String name) throws IOException {
        try (DirectoryStream<Path> files = Files.newDirectoryStream(
                folder,
                file -> file.getFileName().toString().startsWith(name)
                        && file.getFileName().toString().endsWith(PARTIAL))) {
            for (Path leftover : files) {
                Files.deleteIfExists(leftover);
            }
        }
    }

    private static FileAttribute<?>[] ownerOnly(Path folder, Set<PosixFilePermission> permissions) {
        boolean posix = folder.getFileSystem().supportedFileAttributeViews().contains("posix");
        return posix
                ? new FileAttribute<?>[] {PosixFilePermissions.asFileAttribute(permissions)}
                : new FileAttribute<?>[0];
    }

    /** How many bytes it has. */
    public long written() {
        return written;
    }

    /**
     * Appends all the stream has, but one byte more than {@code limit} in all at most.
     *
     * @throws IOException when the stream fails; what was appended stays
     * @throws Refusal when the disk fails
     */
    public void append(InputStream in, long limit) throws IOException {
        int read = in.read(buffer);
        while (read >= 0) {
            write(ByteBuffer.wrap(buffer, 0, read));
            if (written > limit) {
                return;
            }
            read = in.read(buffer);
        }
    }

    private void write(ByteBuffer bytes) {
        try {
            while (bytes.hasRemaining()) {
                written += channel.write(bytes);
            }
        } catch (IOException e) {
            throw failed(partial, e);
        }
    }

    /** Syncs it to disk and gives it its name. */
    public void complete() {
        try {
            channel.force(true);
            channel.close();
            Files.move(partial, target, StandardCopyOption.ATOMIC_MOVE);
            syncFolder();
        } catch (IOException e) {
            throw failed(target, e);
        }
    }

    private Refusal failed(Path file, IOException e) {
        Path folder = target.toAbsolutePath().getParent();
        return isFull(e) && folder != null
                ? full(size, folder, folder.toFile().getUsableSpace()).causedBy(e)
                : unwritable(file, e);
    }

    /** The JDK has no exception of its own for it. */
    private static boolean isFull(IOException e) {
        String message = String.valueOf(e.getMessage());
        return FULL.stream().anyMatch(message::contains);
    }

    private static Refusal full(long size, Path folder, long free) {
        return Refusal.failed(
                "DISK_FULL",
                "Cannot fetch a file of %,d bytes to %s: the disk is full, only %,d bytes are free there. Make room on the disk."
                        .formatted(size, folder, free));
    }

    private void syncFolder() throws IOException {
        Path folder = target.getParent();
        if (folder == null) {
            return;
        }
        try (FileChannel entry = FileChannel.open(folder, StandardOpenOption.READ)) {
            entry.force(true);
        } catch (FileSystemException e) {
            // Windows cannot open folders; its file systems journal the rename themselves
            if (folder.getFileSystem().supportedFileAttributeViews().contains("posix")) {
                throw e;
            }
        }
    }

    private static Refusal unwritable(Path file, IOException e) {
        return Refusal.failed(
                "Cannot write the spool file %s: %s. Check the disk and the permissions."
                        .formatted(file, e.getMessage()),
                e);
    }

    @Override
    public void close() {
        try {
            channel.close();
            Files.deleteIfExists(partial);
        } catch (IOException e) {
            throw unwritable(partial, e);
        }
    }
}
