package io.muster.load;

import io.muster.directory.IdentityKey;
import io.muster.support.Refusal;
import java.io.Closeable;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.zip.CRC32C;

/** A finished side file, read block by block. Not safe for several threads: every lane opens its own. */
public final class BlockFile implements Closeable {

    private final FileChannel channel;
    private final LogReader reader;
    private final long directory;
    private final int blocks;

    /**
     * What one block does.
     *
     * @param number its number, counted from 0
     */
    public record Content(int number, List<NetWrite> writes, List<KeyChange> keys) {}

    private BlockFile(FileChannel channel) throws IOException {
        this.channel = channel;
        this.reader = new LogReader(channel);
        ByteBuffer trailer = reader.bytes(channel.size() - WriteLog.TRAILER, WriteLog.TRAILER);
        this.directory = trailer.getLong();
        this.blocks = trailer.getInt();
        if (trailer.getLong() != WriteLog.MAGIC) {
            throw Refusal.failed("Cannot read the side file: it is damaged. Resume the run.");
        }
    }

    /** Opens a finished side file. */
    public static BlockFile open(Path path) {
        try {
            return new BlockFile(FileChannel.open(path, StandardOpenOption.READ));
        } catch (IOException e) {
            throw Refusal.failed("Cannot read the side file " + path + ": " + e.getMessage() + ". Resume the run.", e);
        }
    }

    /** Whether a whole, undamaged side file lies there. Reads all of it. */
    public static boolean isIntact(Path path, long length, long checksum) {
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

            return actual.getValue() == checksum;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The number of blocks. */
    public int blocks() {
        return blocks;
    }

    /** Reads a block. */
    public Content block(int number) {
        long offset = reader.bytes(directory + 8L * number, 8).getLong();
        int count = reader.bytes(offset, 4).getInt();
        ByteBuffer listed = reader.bytes(offset + 4, 8 * count + 4);
        long[] positions = new long[count];
        for (int i = 0; i < count; i++) {
            positions[i] = listed.getLong();
        }

        int keyCount = listed.getInt();
        List<KeyChange> keys = new ArrayList<>(keyCount);
        long at = offset + 4 + 8L * count + 4;
        for (int i = 0; i < keyCount; i++) {
            at = readKey(at, keys);
        }

        return new Content(number, writes(positions), keys);
    }

    /** The net writes at these positions in this order, read in the order of the file. */
    private List<NetWrite> writes(long[] positions) {
        long[] ascending = positions.clone();
        Arrays.sort(ascending);
        if (Arrays.equals(ascending, positions)) {
            return Arrays.stream(positions).mapToObj(reader::read).toList();
        }

        Map<Long, NetWrite> byPosition = new HashMap<>(positions.length * 2);
        for (long position : ascending) {
            byPosition.put(position, reader.read(position));
        }

        return Arrays.stream(positions).mapToObj(byPosition::get).toList();
    }

    private long readKey(long position, List<KeyChange> keys) {
        ByteBuffer head = reader.bytes(position, 20 + 8 + 4);
        IdentityKey key = NetWriteCodec.key(head);
        long ownerBefore = head.getLong();
        int beforeCount = head.getInt();
        long at = position + 32;
        List<Long> before = refs(at, beforeCount);
        at += 8L * beforeCount;
        ByteBuffer tail = reader.bytes(at, 12);
        long owner = tail.getLong();
        int count = tail.getInt();
        at += 12;
        List<Long> shadows = refs(at, count);
        at += 8L * count;
        int metCount = reader.bytes(at, 4).getInt();
        keys.add(new KeyChange(key, ownerBefore, before, owner, shadows, refs(at + 4, metCount)));
        return at + 4 + 8L * metCount;
    }

    private List<Long> refs(long position, int count) {
        ByteBuffer bytes = reader.bytes(position, 8 * count);
        List<Long> refs = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            refs.add(bytes.getLong());
        }

        return refs;
    }

    /** Closes the file. */
    @Override
    public void close() {
        try {
            channel.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
