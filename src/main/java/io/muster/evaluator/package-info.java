/**
 * The read-only process that answers decisions from snapshots: it has no database and starts in a moment. Its entry point is
 * {@link io.muster.evaluator.Evaluator}; {@link io.muster.evaluator.LocalDecisions} gives the same answers within the server. It uses {@code intercept.decide}, {@code snapshot.format} and {@code support} only.
 */
@NullMarked
package io.muster.evaluator;

import org.jspecify.annotations.NullMarked;
