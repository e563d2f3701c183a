package io.muster.load;

import io.muster.support.Sha256;
import java.nio.ByteBuffer;

/**
 * The key of a transaction or touchpoint.
 *
 * @param high its first eight bytes
 * @param low its last eight bytes
 * @param whole whether it comes from an id of the record's own; else it is completed with the contact's number
 */
public record EventKey(long high, long low, boolean whole) implements Comparable<EventKey> {

    /** The key of a record that has an id of its own, unique in its directory. */
    public static EventKey ofId(String id) {
        Sha256 hash = Sha256.of("id", id);
        return new EventKey(hash.first(), hash.second(), true);
    }

    /**
     * The key of a record without an id, for any contact.
     *
     * @param scope what tells records of different origin apart, for example the automation; empty for none
     * @param happenedAt epoch milliseconds
     * @param content all that tells it from another record of the same contact and moment
     * @param occurrence which of several equal records of one contact it is, counted from 1
     */
    public static EventKey ofContent(String scope, long happenedAt, String content, long occurrence) {
        Sha256 hash = Sha256.of("content", scope, Long.toString(happenedAt), content, Long.toString(occurrence));
        return new EventKey(hash.first(), hash.second(), false);
    }

    /** The key that the record has for a contact. */
    public EventKey forContact(EventKind kind, long number) {
        if (whole) {
            return this;
        }

        Sha256 key = Sha256.of(kind.word(), Long.toString(number), Long.toHexString(high), Long.toHexString(low));
        return new EventKey(key.first(), key.second(), true);
    }

    /** Reads a key as stored. */
    public static EventKey of(byte[] bytes) {
        ByteBuffer in = ByteBuffer.wrap(bytes);
        return new EventKey(in.getLong(), in.getLong(), true);
    }

    /** The key as stored; it must be whole. */
    public byte[] bytes() {
        return new Sha256(high, low).bytes();
    }

    /** Whole keys in the order of the database's index. */
    @Override
    public int compareTo(EventKey other) {
        int byHigh = Long.compareUnsigned(high, other.high);
        int byLow = byHigh != 0 ? byHigh : Long.compareUnsigned(low, other.low);
        return byLow != 0 ? byLow : Boolean.compare(whole, other.whole);
    }
}
