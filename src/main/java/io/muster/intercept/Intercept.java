package io.muster.intercept;

import org.jspecify.annotations.Nullable;

/**
 * An invitation on a site.
 *
 * @param number its numeric id
 * @param id its public id, {@code SI_…}
 * @param project the number of its project
 * @param name unique in the project
 * @param draft the settings that people work on
 * @param applied the settings in force; null before the first time
 * @param active whether it is switched on
 * @param createdAt epoch milliseconds; the earlier one is the older intercept
 * @param modifiedAt epoch milliseconds
 */
public record Intercept(
        long number,
        String id,
        long project,
        String name,
        InterceptSettings draft,
        @Nullable InterceptSettings applied,
        boolean active,
        long createdAt,
        long modifiedAt) {

    /** Its name and id, for messages. */
    public String called() {
        return "'" + name + "' (" + id + ")";
    }
}
