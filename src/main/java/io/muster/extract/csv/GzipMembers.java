package io.muster.extract.csv;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.util.zip.CRC32;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;

/**
 * The unpacked bytes of all members of a gzip file (RFC 1952). Unlike {@link java.util.zip.GZIPInputStream}, which
 * takes whatever it cannot read after the first member for the end, this refuses a member cut short and anything
 * after the last member but zero bytes.
 */
final class GzipMembers extends InputStream {

    private static final int HEADER_CRC = 2;
    private static final int EXTRA = 4;
    private static final int NAME = 8;
    private static final int COMMENT = 16;

    private final InputStream packed;
    private final String file;
    private final Inflater inflater = new Inflater(true);
    private final CRC32 crc = new CRC32();
    private final byte[] buffer = new byte[1 << 16];
    private int position;
    private int limit;
    private boolean ended;

    GzipMembers(InputStream packed, String file) throws IOException {
        this.packed = packed;
        this.file = file;
        try {
            header(next());
        } catch (EOFException e) {
            throw truncated();
        }
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
    }

    @Override
    public int read(byte[] target, int offset, int length) throws IOException {
        if (length == 0) {
            return 0;
        }
        try {
            while (!ended) {
                int read = inflater.inflate(target, offset, length);
                if (read > 0) {
                    crc.update(target, offset, read);
                    return read;
                }
                if (inflater.finished()) {
                    position = limit - inflater.getRemaining();
                    trailer();
                    nextMember();
                } else if (inflater.needsDictionary()) {
                    throw broken("it asks for a dictionary");
                } else {
                    fill();
                    inflater.setInput(buffer, 0, limit);
                    position = limit;
                }
            }
            return -1;
        } catch (EOFException e) {
            throw truncated();
        } catch (DataFormatException e) {
            throw broken("its packed data is damaged (" + e.getMessage() + ")");
        }
    }

    private void header(int first) throws IOException {
        if (first != 0x1F || next() != 0x8B || next() != 8) {
            throw broken("something that is not gzip follows the packed data");
        }

        int flags = next();
        skip(6);
        if ((flags & EXTRA) != 0) {
            skip(next() | next() << 8);
        }
        if ((flags & NAME) != 0) {
            skipText();
        }
        if ((flags & COMMENT) != 0) {
            skipText();
        }
        if ((flags & HEADER_CRC) != 0) {
            skip(2);
        }

        inflater.reset();
        crc.reset();
        inflater.setInput(buffer, position, limit - position);
        position = limit;
    }

    private void trailer() throws IOException {
        if (number() != crc.getValue()) {
            throw broken("its checksum is wrong");
        }
        if (number() != (inflater.getBytesWritten() & 0xFFFF_FFFFL)) {
            throw broken("its length is wrong");
        }
    }

    private void nextMember() throws IOException {
        int first = nextOrEnd();
        while (first == 0) {
            first = nextOrEnd();
        }

        if (first < 0) {
            ended = true;
        } else {
            header(first);
        }
    }

    private long number() throws IOException {
        return next() | next() << 8 | next() << 16 | (long) next() << 24;
    }

    private void skip(int count) throws IOException {
        for (int i = 0; i < count; i++) {
            next();
        }
    }

    private void skipText() throws IOException {
        while (next() != 0) {
            // up to the terminating zero
        }
    }

    private int next() throws IOException {
        int next = nextOrEnd();
        if (next < 0) {
            throw new EOFException();
        }
        return next;
    }

    private int nextOrEnd() throws IOException {
        if (position == limit && !refill()) {
            return -1;
        }
        return buffer[position++] & 0xFF;
    }

    private void fill() throws IOException {
        if (!refill()) {
            throw new EOFException();
        }
    }

    private boolean refill() throws IOException {
        position = 0;
        limit = Math.max(packed.read(buffer), 0);
        return limit > 0;
    }

    private FileRefused truncated() {
        return broken("it ends in the middle of the packed data");
    }

    private FileRefused broken(String reason) {
        return new FileRefused(
                FileRefused.Code.BROKEN_ARCHIVE,
                "Cannot unpack %s: %s. Have the gzip file delivered again.".formatted(file, reason));
    }

    @Override
    public void close() throws IOException {
        inflater.end();
        packed.close();
    }
}
