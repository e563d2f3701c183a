/**
 * Takes back what an import did, block by block, from its journal: the driver of the identity rules beside imports, edits and
 * merges. {@link io.muster.dedup.undo.RunUndo} is its entry point.
 */
@NullMarked
package io.muster.dedup.undo;

import org.jspecify.annotations.NullMarked;
