package io.muster.directory;

import io.muster.support.PublicId;
import java.time.ZoneId;

/**
 * An isolated set of contacts.
 *
 * @param number its numeric id
 * @param name its name, unique in the installation
 * @param timeZone where its days begin
 * @param settings its settings
 * @param createdAt epoch milliseconds
 */
public record Directory(int number, String name, ZoneId timeZone, DirectorySettings settings, long createdAt) {

    /** The directory's id, {@code POOL_…}. */
    public String id() {
        return PublicId.DIRECTORY.of(number);
    }
}
