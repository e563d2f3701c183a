package io.muster.load;

import io.muster.support.Refusal;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Optional;
import java.util.zip.CRC32C;

/**
 * The side file of a survey: all that the load writes, cut into blocks. A survey creates it and appends net writes, the
 * plan finishes it, the load opens it and reads block by block. Layout, all numbers big-endian:
 *
 * <pre>
 * net writes    each: length (4), {@link NetWriteCodec net write}
 * blocks        each: {@link BlockCodec positions of its net writes, keys that change hands}
 * directory     for each block: its offset (8)
 * trailer       offset of the directory (8), number of blocks (4), magic (8)
 * </pre>
 *
 * <p>A contact touched again is appended again; only the positions that blocks name count. Length and checksum of the
 * finished file are in the ledger, so a file that was lost or damaged is noticed before it is loaded.
 */
public record SideFile(Path path) {

    static final long MAGIC = 0x4D55535445523033L; // MUSTER03

    /** A finished side file, and how it can be recognised. */
    public record Finished(Path path, long length, long checksum, int blocks, long writes) {}

    /** So many bytes of a file that is being written, all of them net writes, and how they can be recognised. */
    public record Beginning(long length, long checksum) {}

    /** Starts a new file; one that is there already is replaced. */
    public WriteLog create() {
        return new WriteLog(path, path);
    }

    /** Goes on with an unfinished file behind its beginning; empty when that is not there as it was. */
    public Optional<WriteLog> goOn(Beginning beginning) {
        return WriteLog.goOn(path, beginning);
    }

    /** Opens the finished file; each thread opens its own. */
    public BlockFile open() {
        try {
            return BlockFile.of(FileChannel.open(path, StandardOpenOption.READ));
        } catch (IOException e) {
            throw Refusal.failed("Cannot read the side file " + path + ": " + e.getMessage() + ". Resume the run.", e);
        }
    }

    /** Whether the whole finished file is there, undamaged. Reads all of it. */
    public boolean isIntact(long length, long checksum) {
        try {
            if (!Files.isRegularFile(path) || Files.size(path) != length) {
                return false;
            }

            CRC32C actual = new CRC32C();
            try (FileChannel channel = FileChannel.open(path, StandardOpenOption.READ)) {
                ByteBuffer buffer = ByteBuffer.allocateDirect(1 << 20);
                while (channel.read(buffer) >= 0) {
                    actual.update(buffer.flip());
                    buffer.clear();
                }
            }

            return actual.getValue() == checksum && hasThisLayout();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Whether the file was not left by an older release, whose layout nobody reads any more. */
    private boolean hasThisLayout() throws IOException {
        try (FileChannel channel = FileChannel.open(path, StandardOpenOption.READ)) {
            ByteBuffer magic = ByteBuffer.allocate(Long.BYTES);
            return channel.read(magic, channel.size() - Long.BYTES) == Long.BYTES && magic.getLong(0) == MAGIC;
        }
    }

    /** The end of the file: where the directory of blocks is. */
    record Trailer(long directory, int blocks) {

        static final int BYTES = 8 + 4 + 8;

        void write(NetWriteCodec.Bytes out) {
            out.putLong(directory);
            out.putInt(blocks);
            out.putLong(MAGIC);
        }

        static Trailer read(ByteBuffer in) {
            Trailer trailer = new Trailer(in.getLong(), in.getInt());
            if (in.getLong() != MAGIC) {
                throw Refusal.failed("Cannot read the side file: it is damaged. Resume the run.");
            }

            return trailer;
        }
    }
}
