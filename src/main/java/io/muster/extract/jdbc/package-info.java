/**
 * Records from a query of another database, over whatever JDBC driver lies in the folder of drivers. Its entry points are
 * {@link io.muster.extract.jdbc.JdbcExtractor} and {@link io.muster.extract.jdbc.JdbcDrivers}; it depends on
 * {@code extract.record} and {@code extract.source} only.
 */
@NullMarked
package io.muster.extract.jdbc;

import org.jspecify.annotations.NullMarked;
