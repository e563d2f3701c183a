package io.muster.directory;

/**
 * A contact as its row holds it.
 *
 * @param number its number in the directory, at least 1
 * @param version moves with every change; what was read must still be there when it is written
 * @param createdAt epoch milliseconds
 * @param modifiedAt epoch milliseconds of the last effective change
 * @param profile what is known of the person
 * @param lineage where its values come from
 */
public record StoredContact(
        long number, int version, long createdAt, long modifiedAt, Profile profile, Lineage lineage) {}
