package io.muster.dedup.resolve;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * One record as bytes, written or read from front to back: numbers big-endian, texts as UTF-8 behind their length. A text
 * can be compared without being decoded.
 */
final class RecordBytes {

    private static final int ABSENT = 0;
    private static final int LONG_TEXT = 255;

    private byte[] bytes = new byte[1 << 10];
    private int at;

    /** Starts writing. */
    RecordBytes rewind() {
        at = 0;
        return this;
    }

    /** Starts reading what lies in an array from an offset on. */
    RecordBytes read(byte[] source, int offset) {
        bytes = source;
        at = offset;
        return this;
    }

    byte[] array() {
        return bytes;
    }

    int length() {
        return at;
    }

    void putLong(long value) {
        room(8);
        for (int shift = 56; shift >= 0; shift -= 8) {
            bytes[at++] = (byte) (value >>> shift);
        }
    }

    void putInt(int value) {
        room(4);
        for (int shift = 24; shift >= 0; shift -= 8) {
            bytes[at++] = (byte) (value >>> shift);
        }
    }

    void putFlag(boolean value) {
        room(1);
        bytes[at++] = (byte) (value ? 1 : 0);
    }

    void putText(byte @Nullable [] utf8) {
        if (utf8 == null) {
            room(1);
            bytes[at++] = ABSENT;
            return;
        }

        room(5 + utf8.length);
        if (utf8.length + 1 < LONG_TEXT) {
            bytes[at++] = (byte) (utf8.length + 1);
        } else {
            bytes[at++] = (byte) LONG_TEXT;
            putInt(utf8.length);
        }

        System.arraycopy(utf8, 0, bytes, at, utf8.length);
        at += utf8.length;
    }

    long getLong() {
        long value = 0;
        for (int i = 0; i < 8; i++) {
            value = value << 8 | (bytes[at++] & 0xFF);
        }

        return value;
    }

    int getInt() {
        int value = 0;
        for (int i = 0; i < 4; i++) {
            value = value << 8 | (bytes[at++] & 0xFF);
        }

        return value;
    }

    boolean getFlag() {
        return bytes[at++] == 1;
    }

    @Nullable
    String getText() {
        int length = textLength();
        if (length < 0) {
            return null;
        }

        String text = new String(bytes, at, length, StandardCharsets.UTF_8);
        at += length;
        return text;
    }

    /** What was put as a text, as it is; null for none. */
    byte @Nullable [] getBytes() {
        int length = textLength();
        if (length < 0) {
            return null;
        }

        at += length;
        return Arrays.copyOfRange(bytes, at - length, at);
    }

    /** Passes over the next text and tells whether it is this one; null stands for none. */
    boolean passText(@Nullable String expected) {
        int length = textLength();
        if (length < 0) {
            return expected == null;
        }

        int start = at;
        at += length;
        return expected != null && isText(expected, start, length);
    }

    /** Passes over the next text. */
    void skipText() {
        at += Math.max(0, textLength());
    }

    private int textLength() {
        int first = bytes[at++] & 0xFF;
        return first == ABSENT ? -1 : first < LONG_TEXT ? first - 1 : getInt();
    }

    private boolean isText(String expected, int start, int length) {
        // UTF-8 has at least one byte a char and at most three.
        if (expected.length() > length || 3 * expected.length() < length) {
            return false;
        }

        int i = start;
        int end = start + length;
        for (int k = 0; k < expected.length(); k++) {
            char c = expected.charAt(k);
            if (c < 0x80) {
                if (i >= end || bytes[i++] != c) {
                    return false;
                }
            } else if (c < 0x800) {
                if (i + 2 > end || bytes[i++] != (byte) (0xC0 | c >> 6) || !isContinued(i++, c)) {
                    return false;
                }
            } else if (Character.isSurrogate(c)) {
                byte[] rest = expected.substring(k).getBytes(StandardCharsets.UTF_8);
                return Arrays.equals(rest, 0, rest.length, bytes, i, end);
            } else {
                if (i + 3 > end
                        || bytes[i++] != (byte) (0xE0 | c >> 12)
                        || !isContinued(i++, c >> 6)
                        || !isContinued(i++, c)) {
                    return false;
                }
            }
        }

        return i == end;
    }

    private boolean isContinued(int place, int bits) {
        return bytes[place] == (byte) (0x80 | (bits & 0x3F));
    }

    private void room(int needed) {
        if (at + needed > bytes.length) {
            bytes = Arrays.copyOf(bytes, Math.max(bytes.length * 2, at + needed));
        }
    }
}
