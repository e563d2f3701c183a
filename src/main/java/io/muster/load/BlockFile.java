package io.muster.load;

import java.io.Closeable;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** A finished side file, read block by block. Not safe for several threads. */
public final class BlockFile implements Closeable {

    private final FileChannel channel;
    private final LogReader reader;
    private final SideFile.Trailer trailer;

    /**
     * What one block does.
     *
     * @param number its number, counted from 0
     */
    public record Content(int number, List<NetWrite> writes, List<KeyChange> keys) {}

    private BlockFile(FileChannel channel, LogReader reader, SideFile.Trailer trailer) {
        this.channel = channel;
        this.reader = reader;
        this.trailer = trailer;
    }

    static BlockFile of(FileChannel channel) throws IOException {
        try {
            LogReader reader = new LogReader(channel);
            long size = channel.size();
            return new BlockFile(
                    channel,
                    reader,
                    SideFile.Trailer.read(reader.bytes(size - SideFile.Trailer.BYTES, SideFile.Trailer.BYTES)));
        } catch (IOException | RuntimeException e) {
            channel.close();
            throw e;
        }
    }

    /** Reads a block. */
    public Content block(int number) {
        long start = offset(number);
        long end = number + 1 == trailer.blocks() ? trailer.directory() : offset(number + 1);
        BlockPlan.Block block = BlockCodec.read(reader.bytes(start, Math.toIntExact(end - start)));
        return new Content(number, writes(block.positions()), block.keys());
    }

    private long offset(int block) {
        return reader.bytes(trailer.directory() + 8L * block, 8).getLong();
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
