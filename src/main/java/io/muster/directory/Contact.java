package io.muster.directory;

/**
 * A contact as it is stored.
 *
 * @param directory its directory
 * @param number its number in that directory, at least 1; never used again
 * @param id its public id, {@code CID_…}
 * @param version moves with every change
 * @param createdAt epoch milliseconds
 * @param modifiedAt epoch milliseconds of the last effective change
 * @param profile what is known of the person
 * @param lineage where its values come from
 */
public record Contact(
        int directory,
        long number,
        String id,
        int version,
        long createdAt,
        long modifiedAt,
        Profile profile,
        Lineage lineage) {}
