package io.muster.app;

import io.muster.jobs.RunKind;
import io.muster.jobs.RunStatus;
import org.jspecify.annotations.Nullable;

/**
 * Asks for runs; null asks for no such limit.
 *
 * @param directory id or name
 * @param automation the id in the job file
 * @param most how many on a page
 */
public record RunSearch(
        @Nullable String directory,
        @Nullable String automation,
        @Nullable RunKind kind,
        @Nullable RunStatus status,
        int most) {}
