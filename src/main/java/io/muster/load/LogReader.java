package io.muster.load;

import io.muster.support.Refusal;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;

/** Reads net writes and parts of a side file, best in ascending order. Not safe for several threads. */
final class LogReader {

    /** Read ahead of records that follow one another. */
    private static final int WINDOW = 1 << 20;
    /** Read around a record by itself. */
    private static final int PEEK = 1 << 11;
    /** A record no further ahead than this follows the last one. */
    private static final int NEAR = 1 << 14;

    private final FileChannel channel;
    private ByteBuffer window = ByteBuffer.allocate(WINDOW).limit(0);
    private long start;

    LogReader(FileChannel channel) {
        this.channel = channel;
    }

    NetWrite read(long position) {
        ByteBuffer head = bytes(position, 4);
        return NetWriteCodec.read(bytes(position + 4, head.getInt()));
    }

    /** The bytes from a position on: at least as many as asked for. */
    ByteBuffer bytes(long position, int count) {
        if (position < start || position + count > start + window.limit()) {
            fill(position, count);
        }

        return window.position((int) (position - start));
    }

    private void fill(long position, int count) {
        if (count > window.capacity()) {
            window = ByteBuffer.allocate(count + WINDOW);
        }

        try {
            long end = start + window.limit();
            boolean following = position >= start && position <= end + NEAR;
            window.clear().limit(following ? window.capacity() : Math.max(count, PEEK));
            start = position;
            while (window.hasRemaining() && channel.read(window, position + window.position()) >= 0) {
                // until the window is full or the file ends
            }

            window.flip();
        } catch (IOException e) {
            throw Refusal.failed("Cannot read the side file: " + e.getMessage() + ". Resume the run.", e);
        }

        if (window.limit() < count) {
            throw Refusal.failed("Cannot read the side file: it ends too early. Resume the run.");
        }
    }
}
