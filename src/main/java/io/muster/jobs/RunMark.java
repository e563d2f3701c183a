package io.muster.jobs;

import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A run as a mark in a row of marks: how it ended, how long it took, how much it read.
 *
 * @param rows that an import has read; null for other kinds
 * @param file the name of its file; null for none
 */
public record RunMark(
        String id,
        RunStatus status,
        Instant started,
        Duration worked,
        @Nullable Long rows,
        @Nullable String file) {}
