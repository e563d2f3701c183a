package io.muster.directory;

import io.muster.support.PublicId;

/**
 * A contact as it is stored.
 *
 * @param directory its directory
 * @param number its number in that directory, at least 1; never used again
 * @param version moves with every change
 * @param createdAt epoch milliseconds
 * @param modifiedAt epoch milliseconds of the last effective change
 * @param profile what is known of the person
 */
public record Contact(int directory, long number, int version, long createdAt, long modifiedAt, Profile profile) {

    /** The contact's id, {@code CID_…}. */
    public String id() {
        return PublicId.CONTACT.of(PublicId.contact(directory, number));
    }
}
