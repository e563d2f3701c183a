package io.muster.dedup.resolve;

import io.muster.support.Refusal;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Records by contact number, packed into pages: in memory up to a bound, the rest in a file, so that its size does not
 * count as memory of the process. Written once, then read in any order. Not safe for use by several threads.
 */
final class RecordStore implements AutoCloseable {

    private static final int PAGE = 1 << 20;
    private static final int NUMBERS_BITS = 14;
    private static final int FIRST_READ = 1 << 9;

    private final Path spillFile;
    private final long mostInMemory;
    private final List<byte[]> pages = new ArrayList<>();
    private byte[] page = new byte[PAGE];
    private int used;
    private @Nullable FileChannel spill;
    private long spilled;
    // Where the record of a number lies, plus 1; by parts, as numbers need not be dense.
    private long[] @Nullable [] positions = new long[16] @Nullable [];
    private byte[] window = new byte[FIRST_READ];
    private final RecordBytes record = new RecordBytes();

    /**
     * @param spillFile where records beyond the bound go; made when it is needed, deleted in the end
     * @param mostInMemory bytes that are kept in memory
     */
    RecordStore(Path spillFile, long mostInMemory) {
        this.spillFile = spillFile;
        this.mostInMemory = mostInMemory;
    }

    /** Adds the record of a number. */
    void add(RecordBytes bytes, long number) {
        int length = bytes.length();
        if (used + 4 + length > page.length) {
            turnPage(length);
        }

        position(number, start() + used);
        page[used] = (byte) (length >>> 24);
        page[used + 1] = (byte) (length >>> 16);
        page[used + 2] = (byte) (length >>> 8);
        page[used + 3] = (byte) length;
        System.arraycopy(bytes.array(), 0, page, used + 4, length);
        used += 4 + length;
    }

    /** The record of a number, valid until the next call; null when there is none. */
    @Nullable
    RecordBytes get(long number) {
        int part = (int) (number >>> NUMBERS_BITS);
        long[] numbers = part < positions.length ? positions[part] : null;
        long position = numbers == null ? -1 : numbers[(int) number & (1 << NUMBERS_BITS) - 1] - 1;
        if (position < 0) {
            return null;
        }

        long inMemory = (long) pages.size() * PAGE;
        if (position < inMemory) {
            return record.read(pages.get((int) (position / PAGE)), (int) (position % PAGE) + 4);
        }

        long inFile = position - inMemory;
        return inFile >= spilled ? record.read(page, (int) (inFile - spilled) + 4) : record.read(spilled(inFile), 4);
    }

    private long start() {
        return (long) pages.size() * PAGE + spilled;
    }

    private void turnPage(int needed) {
        // A record longer than a page cannot stay in memory, where all pages have one size.
        if (spill == null && page.length == PAGE && needed + 4 <= PAGE && (pages.size() + 1L) * PAGE <= mostInMemory) {
            pages.add(page);
            page = new byte[PAGE];
        } else {
            write();
            page = needed + 4 > page.length ? new byte[needed + 4] : page;
        }

        used = 0;
    }

    private void write() {
        try {
            FileChannel channel = spill;
            if (channel == null) {
                channel = FileChannel.open(
                        spillFile,
                        StandardOpenOption.CREATE,
                        StandardOpenOption.TRUNCATE_EXISTING,
                        StandardOpenOption.READ,
                        StandardOpenOption.WRITE,
                        StandardOpenOption.DELETE_ON_CLOSE);
                spill = channel;
            }

            ByteBuffer bytes = ByteBuffer.wrap(page, 0, used);
            while (bytes.hasRemaining()) {
                channel.write(bytes);
            }

            spilled += used;
        } catch (IOException e) {
            throw Refusal.failed(
                            "SPOOL_UNWRITABLE",
                            "Cannot write " + spillFile + ": " + e.getMessage()
                                    + ". Make room on the disk or check the folder's permissions, then resume the run.")
                    .causedBy(e);
        }
    }

    private byte[] spilled(long position) {
        int length = read(position, FIRST_READ).getInt();
        if (4 + length > FIRST_READ) {
            read(position, 4 + length);
        }

        return window;
    }

    private ByteBuffer read(long position, int count) {
        FileChannel channel = spill;
        if (channel == null) {
            throw new IllegalStateException("Nothing was written to " + spillFile);
        }

        if (window.length < count) {
            window = new byte[count];
        }

        ByteBuffer bytes = ByteBuffer.wrap(window, 0, count);
        try {
            while (bytes.hasRemaining() && channel.read(bytes, position + bytes.position()) >= 0) {
                // until it is there or the file ends
            }
        } catch (IOException e) {
            throw Refusal.failed(
                            "SPOOL_UNREADABLE",
                            "Cannot read " + spillFile + ": " + e.getMessage() + ". Resume the run.")
                    .causedBy(e);
        }

        return bytes.rewind();
    }

    private void position(long number, long position) {
        int part = Math.toIntExact(number >>> NUMBERS_BITS);
        if (part >= positions.length) {
            positions = Arrays.copyOf(positions, Math.max(part + 1, positions.length * 2));
        }

        long[] numbers = positions[part];
        if (numbers == null) {
            numbers = new long[1 << NUMBERS_BITS];
            positions[part] = numbers;
        }

        numbers[(int) number & (1 << NUMBERS_BITS) - 1] = position + 1;
    }

    @Override
    public void close() {
        try {
            if (spill != null) {
                spill.close();
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
