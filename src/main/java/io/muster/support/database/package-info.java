/**
 * Access to the one store of record: connections, the server's version, the schema and its migrations.
 * Its entry points are {@link io.muster.support.database.Database} and, for Spring,
 * {@link io.muster.support.database.DatabaseConfiguration}; it uses {@code support} only.
 */
@NullMarked
package io.muster.support.database;

import org.jspecify.annotations.NullMarked;
