package io.muster.jobs.undo;

/**
 * Findings of an undo; stored as JSON with its run after each block. A contact that the import changed in two rounds counts
 * twice.
 *
 * @param of the public id of the import that is taken back
 * @param deleted contacts that the import had made and that are gone
 * @param restored contacts that were there before and got something back
 * @param keptCount things that are not as they were before the import
 */
public record UndoReport(String of, long deleted, long restored, long keptCount) {}
