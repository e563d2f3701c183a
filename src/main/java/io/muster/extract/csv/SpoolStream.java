package io.muster.extract.csv;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;

/** The packed bytes of a spool file, counted. */
final class SpoolStream extends FilterInputStream {

    private volatile long count;

    SpoolStream(Path file) throws IOException {
        super(Files.newInputStream(file));
    }

    /** How many bytes have been read so far. */
    long count() {
        return count;
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
    }

    @Override
    @SuppressWarnings("NonAtomicVolatileUpdate") // one thread reads the file, others only look
    public int read(byte[] target, int offset, int length) throws IOException {
        int read = in.read(target, offset, length);
        if (read > 0) {
            count += read;
        }
        return read;
    }

    @Override
    public long skip(long n) {
        throw new UnsupportedOperationException("packed bytes are read, not skipped");
    }

    @Override
    public boolean markSupported() {
        return false;
    }

    /** The first bytes of a file, fewer when it is shorter. */
    static byte[] firstBytes(Path file, int length) throws IOException {
        try (InputStream in = Files.newInputStream(file)) {
            return in.readNBytes(length);
        }
    }
}
