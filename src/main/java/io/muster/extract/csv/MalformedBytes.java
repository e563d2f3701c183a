package io.muster.extract.csv;

/**
 * How bytes that do not belong to a file's character set live in text: byte {@code b} as the lone low surrogate
 * {@code U+DC00 + b}, which no well-formed text contains, so the exact bytes can be written again. The same idea as
 * Python's {@code surrogateescape} (PEP 383).
 */
public final class MalformedBytes {

    private static final char FIRST = '\uDC00';
    private static final char LAST = '\uDCFF';

    private MalformedBytes() {}

    static char escape(byte b) {
        return (char) (FIRST + (b & 0xFF));
    }

    static byte unescape(char c) {
        return (byte) (c - FIRST);
    }

    /** Index of the first malformed byte in the text at or after {@code from}, or -1. */
    public static int indexIn(CharSequence text, int from) {
        for (int i = from; i < text.length(); i++) {
            char c = text.charAt(i);
            if (Character.isHighSurrogate(c) && i + 1 < text.length() && Character.isLowSurrogate(text.charAt(i + 1))) {
                i++;
            } else if (c >= FIRST && c <= LAST) {
                return i;
            }
        }
        return -1;
    }

    /** The text as it may be shown or put into JSON or a database: every malformed byte becomes U+FFFD. */
    public static String shown(String text) {
        int at = indexIn(text, 0);
        if (at < 0) {
            return text;
        }

        char[] chars = text.toCharArray();
        for (; at >= 0; at = indexIn(text, at + 1)) {
            chars[at] = '\uFFFD';
        }
        return new String(chars);
    }
}
