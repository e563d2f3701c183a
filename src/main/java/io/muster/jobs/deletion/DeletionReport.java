package io.muster.jobs.deletion;

/**
 * Findings of a deletion; stored as JSON with its run.
 *
 * @param rows rows deleted so far, over all attempts
 */
public record DeletionReport(long rows) {}
