/**
 * Whether an intercept is shown to a visitor: definitions of projects and intercepts as snapshots hold them, and the
 * decision itself, which reads no database and allocates nothing. Its entry point is
 * {@link io.muster.intercept.decide.Decider}.
 */
@NullMarked
package io.muster.intercept.decide;

import org.jspecify.annotations.NullMarked;
