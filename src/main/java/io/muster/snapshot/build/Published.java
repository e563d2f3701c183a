package io.muster.snapshot.build;

/**
 * A snapshot that was published.
 *
 * @param project the project's public id
 * @param version the snapshot's version
 * @param contacts how many contacts its table was made of; 0 without a table
 * @param bytes of its files
 */
public record Published(String project, String version, long contacts, long bytes) {}
