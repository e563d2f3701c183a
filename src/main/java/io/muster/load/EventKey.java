package io.muster.load;

import io.muster.support.Sha256;
import java.nio.ByteBuffer;

/**
 * The key of a transaction or touchpoint.
 *
 * @param high its first eight bytes
 * @param low its last eight bytes
 * @param whole whether it comes from an id of the record's own and its source; else it is completed with the contact's number
 */
public record EventKey(long high, long low, boolean whole) implements Comparable<EventKey> {

    /** The key of a record that has an id of its own, unique in its source. */
    public static EventKey ofId(String source, String id) {
        return whole(Sha256.of("id", source, id));
    }

    /** The key that such a record got before ids were kept: of the id alone. */
    public static EventKey formerOfId(String id) {
        return whole(Sha256.of("id", id));
    }

    private static EventKey whole(Sha256 hash) {
        return new EventKey(hash.first(), hash.second(), true);
    }

    /**
     * The key of a record without an id, for any contact.
     *
     * @param source where the record comes from
     * @param happenedAt epoch milliseconds
     * @param content all that tells it from another record of the same contact and moment
     * @param occurrence which of several equal records of one contact it is, counted from 1
     */
    public static EventKey ofContent(String source, long happenedAt, String content, long occurrence) {
        Sha256 hash = Sha256.of("content", source, Long.toString(happenedAt), content, Long.toString(occurrence));
        return new EventKey(hash.first(), hash.second(), false);
    }

    /** The key that such a record got before ids were kept: what no automation brought had an empty source. */
    public static EventKey formerOfContent(String source, long happenedAt, String content, long occurrence) {
        return ofContent(source.equals(EventSources.MANUAL) ? "" : source, happenedAt, content, occurrence);
    }

    /** The key that the record has for a contact. */
    public EventKey forContact(EventKind kind, long number) {
        if (whole) {
            return this;
        }

        Sha256 key = Sha256.of(kind.word(), Long.toString(number), Long.toHexString(high), Long.toHexString(low));
        return whole(key);
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
