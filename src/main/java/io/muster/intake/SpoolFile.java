package io.muster.intake;

import io.muster.support.PrivateFiles;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.regex.Pattern;
import java.util.zip.CRC32C;

/**
 * One file of the spool: a header, then records, each with its length, its checksum and
 * the checksum of these two in front. It is appended to by the process
 * that made it and by no other; whoever replays it has locked it. What an append left half done at the end is no record.
 */
final class SpoolFile implements AutoCloseable {

    private static final int AT_A_TIME = 1 << 20;
    private static final byte[] HEADER = "muster-events-1\n".getBytes(StandardCharsets.US_ASCII);
    private static final int PREFIX = 12;
    private static final Pattern NAME = Pattern.compile("events-\\d{15}-[0-9a-f]{16}\\.spool");

    private final Path path;
    private final FileChannel channel;
    private final FileLock lock;
    private volatile long written;
    private volatile long forced;

    /** How a reading ended. */
    enum End {
        /** There is more. */
        MORE,
        /** That was the last record, or the rest is an append that was cut off. */
        WHOLE,
        /** What follows is no record although it is there as a whole: the file is damaged. */
        DAMAGED
    }

    /**
     * Some records.
     *
     * @param to where they end
     */
    record Records(List<byte[]> records, long to, End end) {}

    private SpoolFile(Path path, FileChannel channel, FileLock lock, long length) {
        this.path = path;
        this.channel = channel;
        this.lock = lock;
        this.written = length;
        this.forced = length;
    }

    /** A new file, which this process alone appends to. */
    static SpoolFile create(Path folder, long now) throws IOException {
        String name =
                "events-%015d-%016x.spool".formatted(now, UUID.randomUUID().getMostSignificantBits());
        Path path = folder.resolve(name);
        // It has its name from when it is locked, so that no other process takes it for one that was left.
        Path part = folder.resolve(name + ".part");
        FileChannel channel = FileChannel.open(
                part,
                EnumSet.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.READ, StandardOpenOption.WRITE),
                PrivateFiles.FILE);
        try {
            SpoolFile file = new SpoolFile(path, channel, channel.lock(), 0);
            file.append(List.of(), true);
            file.force(HEADER.length);
            Files.move(part, path, StandardCopyOption.ATOMIC_MOVE);
            try (FileChannel directory = FileChannel.open(folder)) {
                directory.force(true);
            }

            return file;
        } catch (IOException e) {
            channel.close();
            Files.deleteIfExists(part);
            throw e;
        }
    }

    /** A file that was left by a process that has ended; empty when its process lives. */
    static Optional<SpoolFile> takeOver(Path path) throws IOException {
        FileChannel channel;
        try {
            channel = FileChannel.open(path, StandardOpenOption.READ, StandardOpenOption.WRITE);
        } catch (NoSuchFileException e) {
            // Its process has just replayed it.
            return Optional.empty();
        }

        try {
            FileLock lock = channel.tryLock();
            if (lock != null) {
                return Optional.of(new SpoolFile(path, channel, lock, channel.size()));
            }
        } catch (OverlappingFileLockException e) {
            // Another part of this process has it.
        } catch (IOException e) {
            channel.close();
            throw e;
        }

        channel.close();
        return Optional.empty();
    }

    /** The files in a folder, the oldest first. */
    static List<Path> in(Path folder) throws IOException {
        try (var files = Files.list(folder)) {
            return files.filter(
                            file -> NAME.matcher(file.getFileName().toString()).matches())
                    .sorted()
                    .toList();
        }
    }

    /** Its name, by which it is known in the database. */
    String name() {
        return path.getFileName().toString();
    }

    long bytes() {
        return written;
    }

    /** The bytes that records take. */
    static long bytesOf(List<byte[]> records) {
        return records.stream().mapToLong(record -> PREFIX + record.length).sum();
    }

    /** Where a record that begins at a place ends. */
    static long after(long from, byte[] record) {
        return (from == 0 ? HEADER.length : from) + PREFIX + record.length;
    }

    /**
     * Appends records, not on the disk yet. When that fails the file is as before.
     *
     * @return where they end
     */
    long append(List<byte[]> records) throws IOException {
        return append(records, false);
    }

    private long append(List<byte[]> records, boolean header) throws IOException {
        int length = Math.toIntExact(bytesOf(records)) + (header ? HEADER.length : 0);
        ByteBuffer bytes = ByteBuffer.allocate(length);
        if (header) {
            bytes.put(HEADER);
        }

        for (byte[] record : records) {
            int checksum = checksum(record);
            bytes.putInt(record.length)
                    .putInt(checksum)
                    .putInt(checksum(record.length, checksum))
                    .put(record);
        }

        bytes.flip();
        try {
            long at = written;
            while (bytes.hasRemaining()) {
                at += channel.write(bytes, at);
            }

            written = at;
            return at;
        } catch (IOException e) {
            channel.truncate(written);
            throw e;
        }
    }

    /** Waits until everything up to there is on the disk. */
    void force(long to) throws IOException {
        if (forced < to) {
            long now = written;
            channel.force(false);
            forced = now;
        }
    }

    /** Reads records from a place on; the first place is 0. */
    Records read(long from, int most) throws IOException {
        long at = from == 0 ? HEADER.length : from;
        long length = channel.size();
        List<byte[]> records = new ArrayList<>();
        if (from == 0 && !hasHeader()) {
            return new Records(records, at, length < HEADER.length ? End.WHOLE : End.DAMAGED);
        }

        while (records.size() < most) {
            if (at + PREFIX > length) {
                return new Records(records, at, End.WHOLE);
            }

            ByteBuffer prefix = bytes(at, PREFIX);
            int size = prefix.getInt();
            int checksum = prefix.getInt();
            if (prefix.getInt() != checksum(size, checksum) || size <= 0) {
                return new Records(records, at, isBlank(at, length) ? End.WHOLE : End.DAMAGED);
            }

            if (at + PREFIX + size > length) {
                return new Records(records, at, End.WHOLE);
            }

            byte[] record = bytes(at + PREFIX, size).array();
            if (checksum(record) != checksum) {
                return new Records(records, at, isBlank(at + PREFIX + size, length) ? End.WHOLE : End.DAMAGED);
            }

            records.add(record);
            at += PREFIX + size;
        }

        return new Records(records, at, End.MORE);
    }

    private boolean hasHeader() throws IOException {
        return channel.size() >= HEADER.length && ByteBuffer.wrap(HEADER).equals(bytes(0, HEADER.length));
    }

    /** Whether nothing was written from there on: after a loss of power the end of a file may be empty. */
    private boolean isBlank(long from, long length) throws IOException {
        for (long at = from; at < length; at += AT_A_TIME) {
            ByteBuffer bytes = bytes(at, (int) Math.min(AT_A_TIME, length - at));
            while (bytes.hasRemaining()) {
                if (bytes.get() != 0) {
                    return false;
                }
            }
        }

        return true;
    }

    private ByteBuffer bytes(long at, int length) throws IOException {
        ByteBuffer bytes = ByteBuffer.allocate(length);
        while (bytes.hasRemaining()) {
            if (channel.read(bytes, at + bytes.position()) < 0) {
                throw new IOException("The file " + path + " ended while it was read");
            }
        }

        return bytes.flip();
    }

    /** Of length and checksum of a record. */
    private static int checksum(int length, int checksum) {
        CRC32C prefix = new CRC32C();
        prefix.update(
                ByteBuffer.allocate(PREFIX).putInt(length).putInt(checksum).flip());
        return (int) prefix.getValue();
    }

    private static int checksum(byte[] record) {
        CRC32C checksum = new CRC32C();
        checksum.update(record);
        return (int) checksum.getValue();
    }

    /** Removes it. */
    void delete() throws IOException {
        Files.deleteIfExists(path);
        close();
    }

    /** Puts it aside under another name, out of the spool. */
    void setAside() throws IOException {
        Files.move(path, path.resolveSibling(name() + ".damaged"));
        close();
    }

    @Override
    public void close() throws IOException {
        lock.close();
        channel.close();
    }
}
