package io.muster.directory;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The values of a contact as one line of UTF-8: the fields in their order, then the embedded data as it is stored, with a
 * tab between two and {@code \N} for what is absent. A backslash stands before a backslash, tab or line feed that is part
 * of a value, so that a database takes the line as it is with {@code LOAD DATA} (MySQL 9.7 Reference Manual, section
 * 15.2.9). Equal values have equal lines.
 *
 * <p>One object writes line after line, see {@link #toBytes}. Not safe for use by several threads.
 */
public final class ProfileLine {

    /** How many values a line has. */
    public static final int WIDTH = ContactField.ALL.size() + 1;

    private static final byte[] HEX = "0123456789ABCDEF".getBytes(StandardCharsets.US_ASCII);

    private byte[] bytes = new byte[512];
    private int length;
    private boolean within;

    /** The values of a line: the fields, then the embedded data; null for what is absent. */
    static @Nullable String[] read(byte[] line) {
        @Nullable String[] values = new String[WIDTH];
        int start = 0;
        int place = 0;
        boolean escapes = false;
        for (int i = 0; i <= line.length; i++) {
            if (i == line.length || line[i] == '\t') {
                values[place++] = value(line, start, i, escapes);
                start = i + 1;
                escapes = false;
            } else if (line[i] == '\\') {
                escapes = true;
                i++;
            }
        }

        if (place != WIDTH) {
            throw new IllegalArgumentException("Not a line of " + WIDTH + " values: it has " + place);
        }

        return values;
    }

    private static @Nullable String value(byte[] line, int start, int end, boolean escapes) {
        if (!escapes) {
            return new String(line, start, end - start, StandardCharsets.UTF_8);
        }

        if (line[start] == '\\' && line[start + 1] == 'N') {
            // An N of a value is never escaped.
            return null;
        }

        ByteArrayOutputStream plain = new ByteArrayOutputStream(end - start);
        for (int i = start; i < end; i++) {
            if (line[i] == '\\') {
                i++;
                plain.write(line[i] == '0' ? 0 : line[i]);
            } else {
                plain.write(line[i]);
            }
        }

        return plain.toString(StandardCharsets.UTF_8);
    }

    /**
     * Writes the values of a line as they are.
     *
     * @param separator stands between two values
     * @param absent stands for one that is absent
     * @param out has room for the line
     * @return how many bytes
     */
    public static int plain(byte[] line, byte separator, byte absent, byte[] out) {
        int length = 0;
        for (int i = 0; i < line.length; i++) {
            byte b = line[i];
            if (b == '\t') {
                b = separator;
            } else if (b == '\\') {
                byte escaped = line[++i];
                b = escaped == 'N' ? absent : escaped == '0' ? 0 : escaped;
            }

            out[length++] = b;
        }

        return length;
    }

    /** See {@link Profile#fingerprint}. */
    static long fingerprint(byte[] line, long seed) {
        long sum = seed;
        for (int i = 0; i < line.length; i++) {
            int b = line[i];
            if (b == '\t') {
                sum = Profile.add(sum, Profile.ABSENT);
            } else if (b == '\\') {
                byte escaped = line[++i];
                sum = escaped == 'N' ? sum : Profile.add(sum, escaped == '0' ? 0 : (char) escaped);
            } else if (b >= 0) {
                sum = Profile.add(sum, (char) b);
            } else if (b < (byte) 0xE0) {
                sum = Profile.add(sum, (char) ((b & 0x1F) << 6 | (line[++i] & 0x3F)));
            } else if (b < (byte) 0xF0) {
                sum = Profile.add(sum, (char) ((b & 0xF) << 12 | (line[++i] & 0x3F) << 6 | (line[++i] & 0x3F)));
            } else {
                int point = (b & 7) << 18 | (line[++i] & 0x3F) << 12 | (line[++i] & 0x3F) << 6 | (line[++i] & 0x3F);
                sum = Profile.add(sum, Character.highSurrogate(point));
                sum = Profile.add(sum, Character.lowSurrogate(point));
            }
        }

        return Profile.add(sum, Profile.ABSENT);
    }

    /** The line, when all its values are written; the next one begins. */
    public byte[] toBytes() {
        byte[] line = Arrays.copyOf(bytes, length);
        length = 0;
        within = false;
        return line;
    }

    /** Writes a value; null for one that is absent. */
    public void value(@Nullable String value) {
        begin();
        if (value == null) {
            put((byte) '\\');
            put((byte) 'N');
            return;
        }

        for (int i = 0; i < value.length(); i++) {
            char c = value.charAt(i);
            if (Character.isHighSurrogate(c) && i + 1 < value.length()) {
                point(value.codePointAt(i++));
            } else {
                escaped(c);
            }
        }
    }

    /** Writes a value that is not absent. */
    public void value(char[] chars, int from, int to) {
        begin();
        for (int i = from; i < to; i++) {
            char c = chars[i];
            if (Character.isHighSurrogate(c) && i + 1 < to) {
                point(Character.toCodePoint(c, chars[++i]));
            } else {
                escaped(c);
            }
        }
    }

    /**
     * Writes the beginning of embedded data, or goes on in it.
     *
     * @param name the name of the next value as JSON text, from {@link #nameInJson}
     * @param first whether it is the first one
     */
    public void member(byte[] name, boolean first) {
        if (first) {
            begin();
        }

        put((byte) (first ? '{' : ','));
        room(name.length);
        System.arraycopy(name, 0, bytes, length, name.length);
        length += name.length;
    }

    /** Writes the value of embedded data as JSON text, see {@link EmbeddedJson}. */
    public void memberValue(char[] chars, int from, int to) {
        put((byte) '"');
        for (int i = from; i < to; i++) {
            char c = chars[i];
            if (c >= 0x80) {
                if (Character.isHighSurrogate(c) && i + 1 < to) {
                    point(Character.toCodePoint(c, chars[++i]));
                } else {
                    escaped(c);
                }
            } else if (c < ' ' || c == '"' || c == '\\') {
                escapedInJson(c);
            } else {
                put((byte) c);
            }
        }

        put((byte) '"');
    }

    /** Ends embedded data. */
    public void endMembers() {
        put((byte) '}');
    }

    /** A name of embedded data as {@link #member} takes it. */
    public static byte[] nameInJson(String name) {
        StringBuilder json = new StringBuilder();
        EmbeddedJson.appendText(json, name);
        ProfileLine line = new ProfileLine();
        line.value(json.append(':').toString());
        return line.toBytes();
    }

    /** A JSON escape, whose own backslash is escaped in the line. */
    private void escapedInJson(char c) {
        escaped('\\');
        switch (c) {
            case '"' -> put((byte) '"');
            case '\\' -> escaped('\\');
            case '\b' -> put((byte) 'b');
            case '\t' -> put((byte) 't');
            case '\n' -> put((byte) 'n');
            case '\f' -> put((byte) 'f');
            case '\r' -> put((byte) 'r');
            default -> {
                put((byte) 'u');
                put((byte) '0');
                put((byte) '0');
                put(HEX[c >> 4]);
                put(HEX[c & 0xF]);
            }
        }
    }

    private void begin() {
        if (within) {
            put((byte) '\t');
        }

        within = true;
    }

    private void escaped(char c) {
        switch (c) {
            case '\\', '\t', '\n' -> {
                put((byte) '\\');
                put((byte) c);
            }
            case 0 -> {
                put((byte) '\\');
                put((byte) '0');
            }
            default -> {
                if (c < 0x80) {
                    put((byte) c);
                } else {
                    point(c);
                }
            }
        }
    }

    private void point(int point) {
        if (point < 0x800) {
            put((byte) (0xC0 | point >> 6));
        } else {
            if (point < 0x10000) {
                put((byte) (0xE0 | point >> 12));
            } else {
                put((byte) (0xF0 | point >> 18));
                put((byte) (0x80 | (point >> 12 & 0x3F)));
            }

            put((byte) (0x80 | (point >> 6 & 0x3F)));
        }

        put((byte) (0x80 | (point & 0x3F)));
    }

    private void put(byte b) {
        if (length == bytes.length) {
            room(1);
        }

        bytes[length++] = b;
    }

    private void room(int needed) {
        if (length + needed > bytes.length) {
            bytes = Arrays.copyOf(bytes, Math.max(bytes.length * 2, length + needed));
        }
    }
}
