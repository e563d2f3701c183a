package io.muster.jobs;

import org.jspecify.annotations.Nullable;

/**
 * Which runs are listed.
 *
 * @param directory numeric id of their directory; null for all
 * @param automation the id in their job file; null for all
 * @param kind what they do; null for all
 * @param most the most that are listed, newest first
 */
public record RunFilter(
        @Nullable Integer directory,
        @Nullable String automation,
        @Nullable RunKind kind,
        int most) {

    /** The newest runs of a directory. */
    public static RunFilter ofDirectory(int directory, int most) {
        return new RunFilter(directory, null, null, most);
    }

    /** The same, of one kind. */
    public RunFilter of(RunKind only) {
        return new RunFilter(directory, automation, only, most);
    }
}
