package io.muster.jobs.undo;

/**
 * What an undo is asked for; stored as JSON with its run.
 *
 * @param run the numeric id of the import that is taken back
 */
public record UndoSpec(long run) {}
