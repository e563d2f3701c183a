package io.muster.directory;

import java.time.ZoneId;

/**
 * An isolated set of contacts.
 *
 * @param number its numeric id
 * @param id its public id, {@code POOL_…}
 * @param name its name, unique in the installation
 * @param timeZone where its days begin
 * @param settings its settings
 * @param createdAt epoch milliseconds
 */
public record Directory(
        int number, String id, String name, ZoneId timeZone, DirectorySettings settings, long createdAt) {}
