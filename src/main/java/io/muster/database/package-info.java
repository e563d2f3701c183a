/**
 * Access to the one store of record: connections, the server's version, the schema and its migrations.
 * Its entry points are {@link io.muster.database.Database} and, for Spring,
 * {@link io.muster.database.DatabaseConfiguration}; it uses {@code support} only.
 */
@NullMarked
package io.muster.database;

import org.jspecify.annotations.NullMarked;
