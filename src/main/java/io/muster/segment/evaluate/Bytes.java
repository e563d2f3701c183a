package io.muster.segment.evaluate;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/** Bytes looked at eight at a time: values are short, and there are many. */
final class Bytes {

    private static final VarHandle LONG = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
    private static final VarHandle INT = MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);
    private static final long ONES = 0x0101010101010101L;
    private static final long HIGHS = 0x8080808080808080L;
    private static final long QUOTES = ONES * '"';
    private static final long BACKSLASHES = ONES * '\\';

    /** Strings of that length or less are told from each other by their keys. */
    static final int FEW = 8;

    private static final long MIX = 0x9E3779B97F4A7C15L;

    private Bytes() {}

    static long eight(byte[] bytes, int at) {
        return (long) LONG.get(bytes, at);
    }

    /** Up to eight bytes as a number, which together with their count tells them from all others. */
    static long few(byte[] bytes, int from, int length) {
        if (length >= 4) {
            return ((int) INT.get(bytes, from) & 0xFFFFFFFFL) | ((long) (int) INT.get(bytes, from + length - 4) << 32);
        }

        return length == 0
                ? 0
                : (bytes[from] & 0xFF)
                        | (bytes[from + (length >>> 1)] & 0xFF) << 8
                        | (bytes[from + length - 1] & 0xFF) << 16;
    }

    /** A number that tells a string of that length from others if it is short, else almost certainly. */
    static long key(byte[] bytes, int from, int length) {
        if (length <= FEW) {
            return few(bytes, from, length);
        }

        long key = length;
        int end = from + length;
        for (int at = from; end - at > 8; at += 8) {
            key = mix(key, eight(bytes, at));
        }

        return mix(key, eight(bytes, end - 8));
    }

    private static long mix(long key, long bits) {
        long product = (key ^ bits) * MIX;
        return product ^ product >>> 32;
    }

    /** Finds where a text in quotes ends, and its key on the way. */
    static final class Quoted {

        private int end;
        private long key;

        /** Where the next quote or backslash is; -1 when there is none. */
        int end() {
            return end;
        }

        /** The key of what stands before it. */
        long key() {
            return key;
        }

        /** @param bytes at least eight */
        void read(byte[] bytes, int from) {
            long eight = window(bytes, from);
            long found = found(eight);
            long sum = eight;
            int at = from;
            if (found == 0) {
                do {
                    at += 8;
                    if (at >= bytes.length) {
                        end = -1;
                        return;
                    }

                    eight = window(bytes, at);
                    found = found(eight);
                    if (found == 0) {
                        sum = mix(sum, eight);
                    }
                } while (found == 0);

                int length = Long.numberOfTrailingZeros(found) >>> 3;
                end = at + length;
                key = length == 0 ? sum : mix(sum, eight & (1L << (length << 3)) - 1);
            } else {
                int length = Long.numberOfTrailingZeros(found) >>> 3;
                end = at + length;
                key = eight & (1L << (length << 3)) - 1;
            }
        }

        /** The next eight bytes; zeros behind the last. */
        private static long window(byte[] bytes, int at) {
            int missing = at + 8 - bytes.length;
            return missing <= 0
                    ? eight(bytes, at)
                    : missing < 8 ? eight(bytes, bytes.length - 8) >>> (missing << 3) : 0;
        }
    }

    /** As {@code Arrays.equals} of two ranges, without what that costs for short ones. */
    static boolean equal(byte[] one, int first, byte[] other, int from, int length) {
        if (length <= 8) {
            return few(one, first, length) == few(other, from, length);
        }

        for (int i = 0; i < length - 8; i += 8) {
            if (eight(one, first + i) != eight(other, from + i)) {
                return false;
            }
        }

        return eight(one, first + length - 8) == eight(other, from + length - 8);
    }

    /** Where the next quote or backslash is; -1 when there is none. */
    static int quoteOrBackslash(byte[] bytes, int from) {
        int at = from;
        while (at + 8 <= bytes.length) {
            long found = found(eight(bytes, at));
            if (found != 0) {
                return at + (Long.numberOfTrailingZeros(found) >>> 3);
            }

            at += 8;
        }

        while (at < bytes.length) {
            if (bytes[at] == '"' || bytes[at] == '\\') {
                return at;
            }

            at++;
        }

        return -1;
    }

    /** The lowest bit that is set tells the first quote or backslash. */
    private static long found(long eight) {
        long quote = eight ^ QUOTES;
        long backslash = eight ^ BACKSLASHES;
        return ((quote - ONES & ~quote) | (backslash - ONES & ~backslash)) & HIGHS;
    }

    /**
     * Copies bytes with {@code A} to {@code Z} made small.
     *
     * @return negative when a byte is not ASCII
     */
    static long lower(byte[] from, int start, int length, byte[] into) {
        long beyond = 0;
        int i = 0;
        for (; i + 8 <= length; i += 8) {
            long eight = eight(from, start + i);
            beyond |= eight;
            LONG.set(into, i, lower(eight));
        }

        if (i < length && length >= 8) {
            long eight = eight(from, start + length - 8);
            beyond |= eight;
            LONG.set(into, length - 8, lower(eight));
        } else {
            for (; i < length; i++) {
                byte b = from[start + i];
                beyond |= b;
                into[i] = (byte) (b >= 'A' && b <= 'Z' ? b + ('a' - 'A') : b);
            }
        }

        return (beyond & HIGHS) == 0 ? 0 : -1;
    }

    private static long lower(long eight) {
        long low = eight & ~HIGHS;
        long fromA = low + ONES * (0x80 - 'A');
        long beyondZ = low + ONES * (0x7F - 'Z');
        long capital = (fromA ^ beyondZ) & ~eight & HIGHS;
        return eight | capital >>> 2;
    }
}
