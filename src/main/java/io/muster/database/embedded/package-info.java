/**
 * The database server that Muster brings along and runs itself when no other is named: unpacking, initialising, starting,
 * sharing between processes and stopping after the last of them.
 * Its entry point is {@link io.muster.database.embedded.EmbeddedServer}; it uses {@code support} only.
 */
@NullMarked
package io.muster.database.embedded;

import org.jspecify.annotations.NullMarked;
