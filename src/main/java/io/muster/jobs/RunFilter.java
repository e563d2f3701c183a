package io.muster.jobs;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * Which runs are listed.
 *
 * @param directory numeric id of their directory; null for all
 * @param automation the id in their job file; null for all
 * @param kind what they do; null for all
 * @param status how they are, as the ledger last heard; null for all
 * @param before numeric id of a newer run: only older ones; null from the newest on
 * @param times when they were started; null for any time
 * @param file a part of the name of their file; null for any
 * @param most the most that are listed, newest first
 */
public record RunFilter(
        @Nullable Integer directory,
        @Nullable String automation,
        @Nullable RunKind kind,
        @Nullable RunStatus status,
        @Nullable Long before,
        @Nullable Times times,
        @Nullable String file,
        int most) {

    /**
     * From one moment to another.
     *
     * @param from the first moment; null from the beginning on
     * @param until the moment after the last; null to the end
     */
    public record Times(@Nullable Instant from, @Nullable Instant until) {}

    /** The newest runs, however they are. */
    public RunFilter(@Nullable Integer directory, @Nullable String automation, @Nullable RunKind kind, int most) {
        this(directory, automation, kind, null, null, null, null, most);
    }

    /** The newest runs of a directory. */
    public static RunFilter ofDirectory(int directory, int most) {
        return new RunFilter(directory, null, null, most);
    }

    /** The same, of one kind. */
    public RunFilter of(RunKind only) {
        return new RunFilter(directory, automation, only, status, before, times, file, most);
    }
}
