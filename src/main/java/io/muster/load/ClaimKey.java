package io.muster.load;

/**
 * A key that a contact is to own.
 *
 * @param rule the rule's id within its directory
 * @param high the first eight bytes, big-endian
 * @param low the last eight bytes, big-endian
 */
public record ClaimKey(int rule, long high, long low) implements Comparable<ClaimKey> {

    /** In the order of the database's index, which is the order in which locks are taken. */
    @Override
    public int compareTo(ClaimKey other) {
        int byRule = Integer.compare(rule, other.rule);
        if (byRule != 0) {
            return byRule;
        }

        int byHigh = Long.compareUnsigned(high, other.high);
        return byHigh != 0 ? byHigh : Long.compareUnsigned(low, other.low);
    }

    /** The key as it is stored. */
    public byte[] bytes() {
        return java.nio.ByteBuffer.allocate(16).putLong(high).putLong(low).array();
    }
}
