package io.muster.database;

import org.jspecify.annotations.Nullable;

/**
 * What became of the tables of a database.
 *
 * @param database where it is; no credentials
 * @param from the version of its tables before; null when it had none
 * @param to their version now
 */
public record Migrated(String database, @Nullable Integer from, int to) {}
