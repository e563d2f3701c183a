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
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.zip.CRC32C;

/**
 * The side file of a survey while it is written: net writes one behind the other. A contact touched again is appended
 * again; the plan at the end names the positions that count. What was appended can be read back at once.
 *
 * <p>Layout: net writes, each behind its length; the blocks of the plan; the directory of blocks; a trailer of fixed
 * size. {@link BlockFile} reads it. One writer, not safe for several threads.
 */
public final class WriteLog implements Closeable {

    static final long MAGIC = 0x4D55535445523031L; // MUSTER01
    static final int TRAILER = 8 + 4 + 8;
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

    /** Where a finished log lies and how it can be recognised. */
    public record Finished(Path path, long length, long checksum, int blocks, long writes) {}

    /** Starts a new log; a file that lies there already is replaced. */
    public WriteLog(Path path) {
        this.path = path;
        try {
            // A process that lost its run may still hold the old file: it must not write into the new one.
            Files.deleteIfExists(path);
            this.channel = FileChannel.open(
                    path, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE, StandardOpenOption.READ);
        } catch (IOException e) {
            throw cannotWrite(e);
        }

        this.reader = new LogReader(channel);
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

    /** Writes the plan behind the net writes, syncs the file to disk and closes it. */
    public Finished finish(BlockPlan plan) {
        long[] offsets = new long[plan.blocks()];
        long writes = 0;
        for (int block = 0; block < offsets.length; block++) {
            offsets[block] = flushed + buffer.length();
            writes += append(plan.block(block));
            flushWhenFull();
        }

        long directory = flushed + buffer.length();
        for (long offset : offsets) {
            buffer.putLong(offset);
        }

        buffer.putLong(directory);
        buffer.putInt(offsets.length);
        buffer.putLong(MAGIC);
        flush();
        try {
            channel.force(true);
            channel.close();
        } catch (IOException e) {
            throw cannotWrite(e);
        }

        return new Finished(path, flushed, checksum.getValue(), offsets.length, writes);
    }

    private int append(BlockPlan.Block block) {
        long[] positions = block.positions();
        buffer.putInt(positions.length);
        for (long position : positions) {
            buffer.putLong(position);
        }

        buffer.putInt(block.keys().size());
        for (KeyChange change : block.keys()) {
            NetWriteCodec.key(change.key(), buffer);
            buffer.putLong(change.ownerBefore());
            refs(change.shadowsBefore());
            buffer.putLong(change.owner());
            refs(change.shadows());
            refs(change.met());
        }

        return positions.length;
    }

    private void refs(List<Long> refs) {
        buffer.putInt(refs.size());
        for (long ref : refs) {
            buffer.putLong(ref);
        }
    }

    private void flushWhenFull() {
        if (buffer.length() >= FLUSH_AT) {
            flush();
        }
    }

    private void flush() {
        try {
            ByteBuffer bytes = ByteBuffer.wrap(buffer.array(), 0, buffer.length());
            checksum.update(bytes.duplicate());
            while (bytes.hasRemaining()) {
                channel.write(bytes);
            }

            flushed += buffer.length();
            buffer.clear();
            // Written back as it grows, so that the last sync before loading has little left to do.
            if (flushed - synced >= SYNC_EVERY) {
                synced = flushed;
                channel.force(false);
            }
        } catch (IOException e) {
            throw cannotWrite(e);
        }
    }

    private Refusal cannotWrite(IOException e) {
        return Refusal.failed(
                "Cannot write the side file " + path + ": " + e.getMessage()
                        + ". Make room on the disk or check the folder's permissions, then resume the run.",
                e);
    }

    /** Closes the file; an unfinished log is of no use to anybody. */
    @Override
    public void close() {
        try {
            channel.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
