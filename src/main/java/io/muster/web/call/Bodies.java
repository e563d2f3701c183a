package io.muster.web.call;

import java.io.IOException;
import java.io.InputStream;

/** Reads bodies as a whole and counts their bytes as they come, whatever their headers say. */
public final class Bodies {

    /**
     * Most callers send the whole body before they look for an answer. A connection that is closed while they send takes the
     * answer with it, so that much of what is too large is read and dropped.
     */
    private static final int MOST_DROPPED = 16 * 1_024 * 1_024;

    private Bodies() {}

    /**
     * The bytes of a body.
     *
     * @param length what its header says; negative for nothing
     * @throws TooLargeException when there are more than {@code most}, as soon as that is known
     */
    public static byte[] read(InputStream sent, long length, int most) throws IOException {
        byte[] body = length > most ? new byte[0] : sent.readNBytes(most + 1);
        if (length > most || body.length > most) {
            throw new TooLargeException(most);
        }

        return body;
    }

    /** Drops the rest of a body that is too large, unless that takes too long. */
    public static void drop(InputStream sent, long length) throws IOException {
        if (length <= MOST_DROPPED) {
            sent.skip(MOST_DROPPED);
        }
    }
}
