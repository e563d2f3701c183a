/**
 * The one change stream of a directory and the gate that its writers share. Writers record through
 * {@link io.muster.directory.changes.ChangeStream} which contacts they changed; it depends on {@code support} only, and
 * the stores of the directory use it.
 */
@NullMarked
package io.muster.directory.changes;

import org.jspecify.annotations.NullMarked;
