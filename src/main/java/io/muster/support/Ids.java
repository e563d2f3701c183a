package io.muster.support;

import java.util.OptionalLong;

/**
 * The public ids of one installation: a prefix and 15 characters of {@code 0-9A-Za-z}, computed from the numeric id and back
 * without a look-up.
 *
 * <p>The 15 characters carry the 64 bits of the id, mixed so that neighbours look unlike each other, and a check of 24
 * bits that also covers the prefix. A mistyped id passes the check with a probability of 2<sup>-24</sup>; an id of another
 * kind is never read as one of this kind. The mapping hides nothing.
 *
 * <p>The installation's seed takes part in both: the same number has another id elsewhere, and the check carries a tag of the
 * installation, so that an id of another installation is recognised as such (but for one installation in 4,096, whose ids stand
 * for numbers that are not in use here). Seed 0 is that of all installations made before there was a seed. The mapping of a
 * seed is fixed for all time.
 */
public final class Ids {

    private static final int LENGTH = 15;
    private static final int CHECK_BITS = 24;
    private static final long CHECK_MASK = (1L << CHECK_BITS) - 1;
    // The low 12 bits of a seed are the tag; it lies in the upper half of the check, whose lower half is the same
    // everywhere.
    private static final int TAG_BITS = 12;
    private static final long TAG_MASK = (1L << TAG_BITS) - 1;
    private static final char[] DIGITS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz".toCharArray();
    private static final int BASE = DIGITS.length;
    // 62^8: the id is written as two halves so that all arithmetic stays within 64 bits.
    private static final long HALF_BASE = 218_340_105_584_896L;
    private static final long INPUT_KEY = 0x9E3779B97F4A7C15L;
    private static final long OUTPUT_KEY = 0xD1B54A32D192ED03L;

    private final long tag;
    private final long before;
    private final long after;

    /** What a text is to this installation. */
    private enum Origin {
        HERE,
        ELSEWHERE,
        NOWHERE
    }

    /** The ids of the installation with this seed. */
    public Ids(long seed) {
        tag = (seed & TAG_MASK) << (CHECK_BITS - TAG_BITS);
        before = seed == 0 ? 0 : mix(seed + INPUT_KEY);
        after = seed == 0 ? 0 : mix(seed + OUTPUT_KEY);
    }

    /** The public id of a numeric id. */
    public String of(PublicId kind, long id) {
        long mixed = mix(id ^ before) ^ after;
        return kind.prefix() + text(mixed, check(kind, mixed) ^ tag);
    }

    /** The public id of a contact. */
    public String contact(int directory, long number) {
        return of(PublicId.CONTACT, PublicId.contact(directory, number));
    }

    /** The public id of a transaction. */
    public String transaction(int directory, long number) {
        return of(PublicId.TRANSACTION, PublicId.contact(directory, number));
    }

    /** The public id of a contact's membership in a list. */
    public String lookup(int list, long number) {
        return of(PublicId.LOOKUP, PublicId.contact(list, number));
    }

    /** The public id of a token as the one that acts. */
    public String user(int token) {
        return of(PublicId.USER, token);
    }

    /** The public id of a batch of transactions. */
    public String batch(int directory, long number) {
        return of(PublicId.TRANSACTION_BATCH, PublicId.contact(directory, number));
    }

    /** The public id of contacts that were sent to be imported. */
    public String sentImport(long number) {
        return of(PublicId.SENT_IMPORT, number);
    }

    /** The public id of a directory. */
    public String directory(int number) {
        return of(PublicId.DIRECTORY, number);
    }

    /** The public id of a mailing list. */
    public String list(int number) {
        return of(PublicId.LIST, number);
    }

    /** The public id of a segment. */
    public String segment(long number) {
        return of(PublicId.SEGMENT, number);
    }

    /** The public id of a run. */
    public String run(long number) {
        return of(PublicId.RUN, number);
    }

    /** The public id of a merge. */
    public String merge(long number) {
        return of(PublicId.MERGE, number);
    }

    /** The public id of a rule of contact frequency. */
    public String frequencyRule(long number) {
        return of(PublicId.FREQUENCY_RULE, number);
    }

    /** The numeric id that a public id of this kind stands for; empty when the text is no such id of this installation. */
    public OptionalLong read(PublicId kind, String text) {
        long mixed = mixed(kind, text);
        return origin(kind, text, mixed) == Origin.HERE
                ? OptionalLong.of(unmix(mixed ^ after) ^ before)
                : OptionalLong.empty();
    }

    /** Whether a text is an id of some kind of another installation. */
    public boolean isOfAnotherInstallation(String text) {
        for (PublicId kind : PublicId.values()) {
            if (origin(kind, text, mixed(kind, text)) == Origin.ELSEWHERE) {
                return true;
            }
        }

        return false;
    }

    private Origin origin(PublicId kind, String text, long mixed) {
        if (!isShaped(kind, text)) {
            return Origin.NOWHERE;
        }

        long difference = check(text, kind.prefix().length()) ^ check(kind, mixed);
        if (difference == tag) {
            return Origin.HERE;
        }

        return (difference & TAG_MASK) == 0 && difference <= CHECK_MASK ? Origin.ELSEWHERE : Origin.NOWHERE;
    }

    private static boolean isShaped(PublicId kind, String text) {
        int from = kind.prefix().length();
        if (!text.startsWith(kind.prefix()) || text.length() != from + LENGTH) {
            return false;
        }

        for (int i = from; i < text.length(); i++) {
            if (digit(text.charAt(i)) < 0) {
                return false;
            }
        }

        return true;
    }

    // The check is of the mixed bits, so that it can be computed without the seed that mixed them.
    private static long check(PublicId kind, long mixed) {
        long hash = mix(unmix(mixed) ^ kind.prefix().hashCode() * 0x9E3779B97F4A7C15L);
        return (hash >>> 17 ^ hash >>> 41) & CHECK_MASK;
    }

    /** The value check * 2^64 + mixed, below 2^88 < 62^15, divided by 62^8 in steps. */
    private static String text(long mixed, long check) {
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
        return new String(text);
    }

    private static long mixed(PublicId kind, String text) {
        if (!isShaped(kind, text)) {
            return 0;
        }

        int from = kind.prefix().length();
        return read(text, from, LENGTH - 8) * HALF_BASE + read(text, from + LENGTH - 8, 8);
    }

    private static long check(String text, int from) {
        long upper = read(text, from, LENGTH - 8);
        long lower = read(text, from + LENGTH - 8, 8);
        long low = upper * HALF_BASE;
        return Math.multiplyHigh(upper, HALF_BASE) + (Long.compareUnsigned(low + lower, low) < 0 ? 1 : 0);
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
            value = value * BASE + digit(text.charAt(i));
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
