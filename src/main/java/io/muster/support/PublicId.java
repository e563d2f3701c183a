package io.muster.support;

import java.util.OptionalLong;

/**
 * Public ids: a prefix and 15 characters of {@code 0-9A-Za-z}, computed from the numeric id and back without a look-up.
 *
 * <p>The 15 characters carry the 64 bits of the id, mixed so that neighbours look unlike each other, and a check of 24
 * bits that also covers the prefix: a mistyped id or an id of another kind is recognised as such and never read as
 * something else. The mapping is fixed for all time; it hides nothing.
 */
public enum PublicId {
    /** A directory. */
    DIRECTORY("POOL_"),
    /** A mailing list. */
    LIST("CG_"),
    /** A contact; its number holds directory and contact number, see {@link #contact(int, long)}. */
    CONTACT("CID_"),
    /** A segment. */
    SEGMENT("SG_"),
    /** A project. */
    PROJECT("ZN_"),
    /** An intercept. */
    INTERCEPT("SI_"),
    /** An automation. */
    AUTOMATION("AU_"),
    /** A run. */
    RUN("RN_"),
    /** A merge. */
    MERGE("MG_");

    /** Bits of a contact id that hold the contact's number within its directory. */
    private static final int CONTACT_NUMBER_BITS = 40;

    private static final long CONTACT_NUMBER_MASK = (1L << CONTACT_NUMBER_BITS) - 1;
    private static final int LENGTH = 15;
    private static final int CHECK_BITS = 24;
    private static final long CHECK_MASK = (1L << CHECK_BITS) - 1;
    private static final char[] DIGITS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz".toCharArray();
    private static final int BASE = DIGITS.length;
    // 62^8: the id is written as two halves so that all arithmetic stays within 64 bits.
    private static final long HALF_BASE = 218_340_105_584_896L;

    private final String prefix;

    PublicId(String prefix) {
        this.prefix = prefix;
    }

    /** The prefix with its underscore, for example {@code CID_}. */
    public String prefix() {
        return prefix;
    }

    /** The numeric id of a contact: its directory (below 2^23) and its number in that directory (below 2^40). */
    public static long contact(int directory, long number) {
        if (directory < 0 || directory >= 1 << 23 || number < 0 || number > CONTACT_NUMBER_MASK) {
            throw new IllegalArgumentException("Invalid contact: directory " + directory + ", number " + number);
        }

        return (long) directory << CONTACT_NUMBER_BITS | number;
    }

    /** The directory within a contact's numeric id. */
    public static int directoryOf(long contact) {
        return (int) (contact >>> CONTACT_NUMBER_BITS);
    }

    /** The number within a contact's numeric id. */
    public static long numberOf(long contact) {
        return contact & CONTACT_NUMBER_MASK;
    }

    /** The public id of a numeric id. */
    public String of(long id) {
        long mixed = mix(id);
        long check = check(id);
        // The value is check * 2^64 + mixed, below 2^88 < 62^15; divided by 62^8 in two steps of 32 bits.
        long high = check << 32 | mixed >>> 32;
        long quotientHigh = high / HALF_BASE;
        long rest = high % HALF_BASE;
        // rest < 2^48: bring the low 32 bits down in two steps of 16 bits.
        long step = rest << 16 | (mixed >>> 16 & 0xFFFF);
        long quotientMiddle = Long.divideUnsigned(step, HALF_BASE);
        rest = Long.remainderUnsigned(step, HALF_BASE);
        step = rest << 16 | (mixed & 0xFFFF);
        long quotientLow = Long.divideUnsigned(step, HALF_BASE);
        rest = Long.remainderUnsigned(step, HALF_BASE);
        long upper = (quotientHigh << 32) + (quotientMiddle << 16) + quotientLow;
        char[] text = new char[LENGTH];
        write(rest, text, LENGTH - 8, 8);
        write(upper, text, 0, LENGTH - 8);
        return prefix + new String(text);
    }

    /** The numeric id behind a public id of this kind; empty when the text is none. */
    public OptionalLong read(String text) {
        if (!text.startsWith(prefix) || text.length() != prefix.length() + LENGTH) {
            return OptionalLong.empty();
        }

        long upper = read(text, prefix.length(), LENGTH - 8);
        long lower = read(text, prefix.length() + LENGTH - 8, 8);
        if (upper < 0 || lower < 0) {
            return OptionalLong.empty();
        }

        long high = Math.multiplyHigh(upper, HALF_BASE);
        long low = upper * HALF_BASE;
        long sum = low + lower;
        long check = high + (Long.compareUnsigned(sum, low) < 0 ? 1 : 0);
        long id = unmix(sum);
        return check == check(id) ? OptionalLong.of(id) : OptionalLong.empty();
    }

    private long check(long id) {
        long hash = mix(id ^ prefix.hashCode() * 0x9E3779B97F4A7C15L);
        return (hash >>> 17 ^ hash >>> 41) & CHECK_MASK;
    }

    private static void write(long value, char[] text, int from, int length) {
        long rest = value;
        for (int i = from + length - 1; i >= from; i--) {
            text[i] = DIGITS[(int) (rest % BASE)];
            rest /= BASE;
        }
    }

    private static long read(String text, int from, int length) {
        long value = 0;
        for (int i = from; i < from + length; i++) {
            int digit = digit(text.charAt(i));
            if (digit < 0) {
                return -1;
            }

            value = value * BASE + digit;
        }

        return value;
    }

    private static int digit(char c) {
        if (c >= '0' && c <= '9') {
            return c - '0';
        }

        if (c >= 'A' && c <= 'Z') {
            return c - 'A' + 10;
        }

        return c >= 'a' && c <= 'z' ? c - 'a' + 36 : -1;
    }

    // The finalizer of MurmurHash3 (Austin Appleby, public domain) and its inverse: a bijection on 64 bits.
    private static long mix(long value) {
        long h = value ^ 0x6D75737465720001L;
        h ^= h >>> 33;
        h *= 0xFF51AFD7ED558CCDL;
        h ^= h >>> 33;
        h *= 0xC4CEB9FE1A85EC53L;
        return h ^ h >>> 33;
    }

    private static long unmix(long value) {
        long h = value;
        h ^= h >>> 33;
        h *= 0x9CB4B2F8129337DBL;
        h ^= h >>> 33;
        h *= 0x4F74430C22A54005L;
        h ^= h >>> 33;
        return h ^ 0x6D75737465720001L;
    }
}
