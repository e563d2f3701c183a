/**
 * The ways files come in: where they lie, which of them to take, how they are fetched, read and put away.
 * Its entry points are {@link io.muster.extract.FileSources} and {@code io.muster.extract.csv.RecordReader}.
 */
@NullMarked
package io.muster.extract;

import org.jspecify.annotations.NullMarked;
