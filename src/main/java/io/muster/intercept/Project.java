package io.muster.intercept;

import org.jspecify.annotations.Nullable;

/**
 * A site with intercepts.
 *
 * @param number its numeric id
 * @param id its public id, {@code ZN_…}
 * @param name unique in the installation
 * @param draft the settings that people work on
 * @param applied the settings in force; null before the first time
 * @param version moves with everything that changes what is in force; 0 before the first time
 * @param appliedAt when that was, epoch milliseconds; null before the first time
 * @param paused whether it is switched off at once and whole
 * @param secret what references are signed with; null until signing was first switched on
 * @param debugKey what debug tokens are verified with
 * @param createdAt epoch milliseconds
 * @param modifiedAt epoch milliseconds
 */
public record Project(
        long number,
        String id,
        String name,
        ProjectSettings draft,
        @Nullable ProjectSettings applied,
        int version,
        @Nullable Long appliedAt,
        boolean paused,
        @Nullable String secret,
        String debugKey,
        long createdAt,
        long modifiedAt) {

    /** Its name and id, for messages. */
    public String called() {
        return "'" + name + "' (" + id + ")";
    }

    /** Without its secrets. */
    @Override
    public String toString() {
        return "Project" + called();
    }
}
