package io.muster.directory;

/**
 * What a contact is recognised by under one rule: 128 bits of the rule's values.
 *
 * @param rule the rule's id within its directory; {@link #CONTENT_RULE} for content keys
 * @param high the first eight bytes, big-endian
 * @param low the last eight bytes, big-endian
 */
public record IdentityKey(int rule, long high, long low) implements Comparable<IdentityKey> {

    /** The pseudo rule of rows for which every rule is skipped: their key is their content. */
    public static final int CONTENT_RULE = 0;

    /** In the order of the database's index: rule, then the bytes as unsigned. */
    @Override
    public int compareTo(IdentityKey other) {
        int byRule = Integer.compare(rule, other.rule);
        if (byRule != 0) {
            return byRule;
        }

        int byHigh = Long.compareUnsigned(high, other.high);
        return byHigh != 0 ? byHigh : Long.compareUnsigned(low, other.low);
    }

    /** The 16 bytes as stored. */
    public byte[] bytes() {
        byte[] bytes = new byte[16];
        for (int i = 0; i < 8; i++) {
            bytes[i] = (byte) (high >>> (56 - 8 * i));
            bytes[8 + i] = (byte) (low >>> (56 - 8 * i));
        }

        return bytes;
    }

    /** Reads the 16 bytes as stored. */
    public static IdentityKey of(int rule, byte[] bytes) {
        long high = 0;
        long low = 0;
        for (int i = 0; i < 8; i++) {
            high = high << 8 | (bytes[i] & 0xFF);
            low = low << 8 | (bytes[8 + i] & 0xFF);
        }

        return new IdentityKey(rule, high, low);
    }
}
