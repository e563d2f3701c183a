package io.muster.directory.store;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** Collects bytes for a stream. Text that is plain ASCII is copied, the rest encoded as UTF-8. */
final class Utf8Buffer {

    private static final int FULL = 1 << 16;

    private final OutputStream out;
    private byte[] bytes = new byte[FULL * 2];
    private int length;

    Utf8Buffer(OutputStream out) {
        this.out = out;
    }

    Utf8Buffer put(char ascii) {
        room(1);
        bytes[length++] = (byte) ascii;
        return this;
    }

    Utf8Buffer put(String text) {
        int chars = text.length();
        room(chars);
        int at = length;
        for (int i = 0; i < chars; i++) {
            char c = text.charAt(i);
            if (c > 0x7F) {
                byte[] encoded = text.getBytes(StandardCharsets.UTF_8);
                room(encoded.length);
                System.arraycopy(encoded, 0, bytes, length, encoded.length);
                length += encoded.length;
                return this;
            }

            bytes[at++] = (byte) c;
        }

        length = at;
        return this;
    }

    /** Hands full buffers on; called between contacts. */
    void flushFull() throws IOException {
        if (length >= FULL) {
            flush();
        }
    }

    void flush() throws IOException {
        out.write(bytes, 0, length);
        length = 0;
    }

    private void room(int more) {
        if (bytes.length - length < more) {
            bytes = Arrays.copyOf(bytes, Math.max(bytes.length * 2, length + more));
        }
    }
}
