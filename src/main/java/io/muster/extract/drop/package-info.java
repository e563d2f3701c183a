/**
 * Files that callers send for an automation. {@link io.muster.extract.drop.DroppedFiles} takes and keeps them, and is a source
 * of files for imports.
 */
@NullMarked
package io.muster.extract.drop;

import org.jspecify.annotations.NullMarked;
