package io.muster.intercept.decide;

import io.muster.support.Fold;
import io.muster.support.SipHash;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * The external reference of one call, as trimmed UTF-8. It is written byte by byte and used again for the next call, so
 * that reading one makes no object. Not safe for several threads.
 */
public final class Reference {

    /** The most code points of a reference. */
    public static final int MAX_CODE_POINTS = 255;

    // The longest reference with as much white space again; what is longer cannot be one.
    private static final int ROOM = 8 * MAX_CODE_POINTS;

    private final byte[] bytes = new byte[ROOM];
    private int from;
    private int end;
    private boolean overflowed;
    private boolean ascii;

    /** What was written. */
    public enum Form {
        /** A reference. */
        PRESENT,
        /** Nothing but white space. */
        BLANK,
        /** Too long, with control characters, or not UTF-8. */
        INVALID
    }

    /** Forgets what was there. */
    public void begin() {
        from = 0;
        end = 0;
        overflowed = false;
    }

    /** Appends one byte of UTF-8. */
    public void append(byte next) {
        if (end < ROOM) {
            bytes[end++] = next;
        } else {
            overflowed = true;
        }
    }

    /** Takes a whole text. */
    public Form of(CharSequence text) {
        begin();
        try {
            ByteBuffer encoded = StandardCharsets.UTF_8.newEncoder().encode(CharBuffer.wrap(text));
            if (encoded.remaining() > ROOM) {
                return Form.INVALID;
            }

            end = encoded.remaining();
            encoded.get(bytes, 0, end);
            return finish();
        } catch (CharacterCodingException e) {
            return Form.INVALID;
        }
    }

    /** Trims and judges what was written. */
    public Form finish() {
        if (overflowed) {
            return Form.INVALID;
        }

        int any = 0;
        for (int i = 0; i < end; i++) {
            any |= bytes[i];
        }

        ascii = any >= 0;
        return ascii ? finishAscii() : finishUnicode();
    }

    private Form finishAscii() {
        while (from < end && isSpace(bytes[from])) {
            from++;
        }

        while (end > from && isSpace(bytes[end - 1])) {
            end--;
        }

        for (int i = from; i < end; i++) {
            if (bytes[i] < ' ' || bytes[i] == 0x7F) {
                return Form.INVALID;
            }
        }

        if (end - from > MAX_CODE_POINTS) {
            return Form.INVALID;
        }

        return end == from ? Form.BLANK : Form.PRESENT;
    }

    private Form finishUnicode() {
        String text;
        try {
            text = StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes, 0, end))
                    .toString();
        } catch (CharacterCodingException e) {
            return Form.INVALID;
        }

        if (text.chars().anyMatch(c -> Character.isISOControl(c) && !Character.isWhitespace(c) && c != 0x85)) {
            return Form.INVALID;
        }

        text = Fold.trim(text);
        if (text.chars().anyMatch(Character::isISOControl) || text.codePointCount(0, text.length()) > MAX_CODE_POINTS) {
            return Form.INVALID;
        }

        byte[] trimmed = text.getBytes(StandardCharsets.UTF_8);
        System.arraycopy(trimmed, 0, bytes, 0, trimmed.length);
        from = 0;
        end = trimmed.length;
        ascii = trimmed.length == text.length();
        return end == 0 ? Form.BLANK : Form.PRESENT;
    }

    /** The white space among the ASCII control characters, and the blank; other control characters are no white space. */
    private static boolean isSpace(byte c) {
        return c == ' ' || (c >= '\t' && c <= '\r');
    }

    /** The keyed hash of the trimmed bytes. */
    public long hash(SipHash hash) {
        return hash.of(bytes, from, end - from);
    }

    /** Whether these are the same bytes. */
    public boolean sameAs(byte[] other) {
        return Arrays.equals(bytes, from, end, other, 0, other.length);
    }

    /** The trimmed bytes, copied. */
    public byte[] utf8() {
        return Arrays.copyOfRange(bytes, from, end);
    }

    /** The trimmed bytes, to be read at once. */
    ByteBuffer view() {
        return ByteBuffer.wrap(bytes, from, end - from);
    }

    boolean isAscii() {
        return ascii;
    }

    int length() {
        return end - from;
    }

    byte at(int index) {
        return bytes[from + index];
    }

    /** The reference as text. */
    @Override
    public String toString() {
        return new String(bytes, from, end - from, StandardCharsets.UTF_8);
    }
}
