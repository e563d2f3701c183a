package io.muster.jobs.rebuild;

/**
 * Findings of a rebuild; stored as JSON with its run when readers see what it built.
 *
 * @param version the version that it built
 * @param contacts contacts read
 * @param held whether segments were held back
 */
public record RebuildReport(long version, long contacts, boolean held) {}
