package io.muster.load;

import io.muster.load.NetWriteCodec.Bytes;
import io.muster.support.Refusal;
import java.io.Closeable;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Optional;
import java.util.function.ObjLongConsumer;
import java.util.zip.CRC32C;

/**
 * The side file of a survey while it is written; {@link SideFile} creates it. What was appended can be read back at once.
 * One writer, not safe for several threads.
 */
public final class WriteLog implements Closeable {

    private static final int FLUSH_AT = 1 << 20;
    private static final long SYNC_EVERY = 64L << 20;

    private final Path path;
    private final FileChannel channel;
    private final CRC32C checksum = new CRC32C();
    private final Bytes buffer = new Bytes();
    private final Bytes record = new Bytes();
    private long flushed;
    private long synced;
    private final LogReader reader;

    /** @param begunAs where the file is created, in case it takes its place later */
    WriteLog(Path path, Path begunAs) {
        this.path = path;
        try {
            // A process that lost its run may still hold the old file: it must not write into the new one.
            Files.deleteIfExists(begunAs);
            this.channel = FileChannel.open(
                    begunAs, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE, StandardOpenOption.READ);
        } catch (IOException e) {
            throw cannotWrite(e);
        }

        this.reader = new LogReader(channel);
    }

    /** Goes on in a copy of the file, for the same reason. */
    static Optional<WriteLog> goOn(Path path, SideFile.Beginning beginning) {
        if (!Files.isRegularFile(path)) {
            return Optional.empty();
        }

        Path begunAs = path.resolveSibling(path.getFileName() + ".next");
        WriteLog log = new WriteLog(path, begunAs);
        try {
            log.copy(beginning.length());
            if (!log.beginning().equals(beginning)) {
                log.close();
                Files.delete(begunAs);
                return Optional.empty();
            }

            Files.move(begunAs, path, StandardCopyOption.ATOMIC_MOVE);
            return Optional.of(log);
        } catch (IOException e) {
            log.close();
            throw log.cannotWrite(e);
        }
    }

    private void copy(long length) throws IOException {
        try (FileChannel former = FileChannel.open(path, StandardOpenOption.READ)) {
            ByteBuffer bytes = ByteBuffer.allocateDirect(FLUSH_AT);
            while (flushed < length) {
                bytes.clear().limit((int) Math.min(FLUSH_AT, length - flushed));
                if (former.read(bytes) < 0) {
                    return;
                }

                append(bytes.flip());
            }
        }
    }

    /** What was appended up to now, all of it in the file. */
    public SideFile.Beginning beginning() {
        flush();
        return new SideFile.Beginning(flushed, checksum.getValue());
    }

    /** Reads all net writes again, in the order in which they were appended, each with its position. */
    public void forEach(ObjLongConsumer<NetWrite> sink) {
        flush();
        for (long position = 0; position < flushed; ) {
            int length = reader.bytes(position, Integer.BYTES).getInt();
            sink.accept(NetWriteCodec.read(reader.bytes(position + Integer.BYTES, length)), position);
            position += Integer.BYTES + length;
        }
    }

    /** Appends a net write; the result is its position. */
    public long append(NetWrite write) {
        record.clear();
        NetWriteCodec.write(write, record);
        long position = flushed + buffer.length();
        buffer.putInt(record.length());
        buffer.put(record.array(), record.length());
        flushWhenFull();
        return position;
    }

    /** Reads back what was appended at a position. */
    public NetWrite read(long position) {
        if (position >= flushed) {
            int at = (int) (position - flushed);
            ByteBuffer bytes = ByteBuffer.wrap(buffer.array(), 0, buffer.length());
            bytes.position(at + 4);
            return NetWriteCodec.read(bytes);
        }

        return reader.read(position);
    }

    /** Writes the plan after the net writes, syncs the file to disk and closes it. */
    public SideFile.Finished finish(BlockPlan plan) {
        long[] offsets = new long[plan.blocks()];
        long writes = 0;
        for (int number = 0; number < offsets.length; number++) {
            offsets[number] = flushed + buffer.length();
            BlockPlan.Block block = plan.block(number);
            BlockCodec.write(block, buffer);
            writes += block.positions().length;
            flushWhenFull();
        }

        SideFile.Trailer trailer = new SideFile.Trailer(flushed + buffer.length(), offsets.length);
        for (long offset : offsets) {
            buffer.putLong(offset);
        }

        trailer.write(buffer);
        flush();
        try {
            channel.force(true);
            channel.close();
        } catch (IOException e) {
            throw cannotWrite(e);
        }

        return new SideFile.Finished(path, flushed, checksum.getValue(), offsets.length, writes);
    }

    private void flushWhenFull() {
        if (buffer.length() >= FLUSH_AT) {
            flush();
        }
    }

    private void flush() {
        try {
            append(ByteBuffer.wrap(buffer.array(), 0, buffer.length()));
            buffer.clear();
        } catch (IOException e) {
            throw cannotWrite(e);
        }
    }

    private void append(ByteBuffer bytes) throws IOException {
        checksum.update(bytes.duplicate());
        while (bytes.hasRemaining()) {
            flushed += channel.write(bytes);
        }

        // Written back as it grows, so that the last sync before loading has little left to do.
        if (flushed - synced >= SYNC_EVERY) {
            synced = flushed;
            channel.force(false);
        }
    }

    private Refusal cannotWrite(IOException e) {
        return Refusal.failed(
                "Cannot write the side file " + path + ": " + e.getMessage()
                        + ". Make room on the disk or check the folder's permissions, then resume the run.",
                e);
    }

    /** Closes the file; an unfinished one is useless. */
    @Override
    public void close() {
        try {
            channel.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
