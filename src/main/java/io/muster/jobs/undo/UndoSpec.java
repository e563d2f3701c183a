package io.muster.jobs.undo;

import org.jspecify.annotations.Nullable;

/**
 * What an undo is asked for; stored as JSON with its run.
 *
 * @param run the numeric id of the import that is taken back
 * @param after the numeric id of the undo before it, which was given up; null when it is the first
 */
public record UndoSpec(long run, @Nullable Long after) {}
