package io.muster.directory;

import io.muster.support.PublicId;

/**
 * A named set of contacts of one directory.
 *
 * @param number its numeric id
 * @param directory its directory
 * @param name its name, unique in the directory
 * @param createdAt epoch milliseconds
 */
public record MailingList(int number, int directory, String name, long createdAt) {

    /** The list's id, {@code CG_…}. */
    public String id() {
        return PublicId.LIST.of(number);
    }
}
