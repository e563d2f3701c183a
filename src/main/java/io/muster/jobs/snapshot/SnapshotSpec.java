package io.muster.jobs.snapshot;

/**
 * What is asked of a snapshot run; stored as JSON with the run.
 *
 * @param force whether it may have far fewer contacts than the snapshot before
 */
public record SnapshotSpec(boolean force) {}
