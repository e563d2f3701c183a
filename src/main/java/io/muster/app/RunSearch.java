package io.muster.app;

import io.muster.jobs.RunFilter.Times;
import io.muster.jobs.RunKind;
import io.muster.jobs.RunStatus;
import org.jspecify.annotations.Nullable;

/**
 * Asks for runs; null asks for no such limit.
 *
 * @param directory id or name
 * @param automation the id in the job file
 * @param times when they were started
 * @param text the id of a run, or a part of the name of their file
 * @param most how many on a page
 */
public record RunSearch(
        @Nullable String directory,
        @Nullable String automation,
        @Nullable RunKind kind,
        @Nullable RunStatus status,
        @Nullable Times times,
        @Nullable String text,
        int most) {

    /** Runs of any time, with any file. */
    public RunSearch(
            @Nullable String directory,
            @Nullable String automation,
            @Nullable RunKind kind,
            @Nullable RunStatus status,
            int most) {
        this(directory, automation, kind, status, null, null, most);
    }
}
