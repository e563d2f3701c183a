/**
 * The servers that share a database: which are there, which spool each has, and whether their job files are the same. Its entry
 * points are {@link io.muster.jobs.servers.ThisServer} for the process that serves and {@link io.muster.jobs.servers.Servers}
 * for all others.
 */
@NullMarked
package io.muster.jobs.servers;

import org.jspecify.annotations.NullMarked;
