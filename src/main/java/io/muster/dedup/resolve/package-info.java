/**
 * Resolves the rows of a file, in file order, to contacts and folds all rows of one contact into one net write.
 * Its entry point is {@link io.muster.dedup.resolve.Resolver}; it reads the directory and writes nothing but its log.
 */
@NullMarked
package io.muster.dedup.resolve;

import org.jspecify.annotations.NullMarked;
