package io.muster.snapshot.format;

import java.util.Arrays;
import java.util.List;
import java.util.Objects;

/**
 * All that decisions need of one contact, as it is at one moment. Of several records of a contact the one with the
 * greatest version is in force, in whatever order they arrive.
 *
 * @param contact the contact's number in its directory
 * @param version greater for what is newer, over all contacts of the directory
 * @param references its reference and its aliases; empty when it was deleted, merged into another one, or has none
 * @param audiences its memberships, 64 in a word, in the order of the batch
 * @param times its next eligible times, in the order of the batch
 */
@SuppressWarnings("ArrayRecordComponent") // Lists of boxes would cost more than the contacts themselves.
public record FeedRecord(long contact, long version, List<String> references, long[] audiences, long[] times) {

    /** Copies the list. */
    public FeedRecord {
        references = List.copyOf(references);
    }

    /** A contact that exists no longer. */
    public static FeedRecord gone(long contact, long version) {
        return new FeedRecord(contact, version, List.of(), new long[0], new long[0]);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof FeedRecord record
                && contact == record.contact
                && version == record.version
                && references.equals(record.references)
                && Arrays.equals(audiences, record.audiences)
                && Arrays.equals(times, record.times);
    }

    @Override
    public int hashCode() {
        return Objects.hash(contact, version, references, Arrays.hashCode(audiences), Arrays.hashCode(times));
    }

    @Override
    public String toString() {
        return "contact %d at %d".formatted(contact, version);
    }
}
