/**
 * Segments as people define them: the store of definitions with their history, who uses whom, and the guard of each.
 * {@link io.muster.segment.Segments} is the way in; members are read in {@code members} and switched in {@code publish}.
 */
@NullMarked
package io.muster.segment;

import org.jspecify.annotations.NullMarked;
