/**
 * Where delivered files are and which of them to take: the words of a job file, the contract of a source, and the
 * choice among what a source lists. Its entry points are {@link io.muster.extract.source.FileSource} and
 * {@link io.muster.extract.source.FileChoice}; it depends on {@code io.muster.support} only.
 */
@NullMarked
package io.muster.extract.source;

import org.jspecify.annotations.NullMarked;
