/**
 * Evaluates the conditions of all segments of a directory in one pass over its contacts, and explains the answer for
 * one contact. Its entry point is {@link io.muster.segment.evaluate.Pass}; it only reads, from the connection it is given.
 */
@NullMarked
package io.muster.segment.evaluate;

import org.jspecify.annotations.NullMarked;
