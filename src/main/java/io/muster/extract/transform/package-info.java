/**
 * Changes to the values of records between reading and judging them, in the order of a job file: pure functions of the
 * record. Its entry points are {@link io.muster.extract.transform.Transform} and
 * {@link io.muster.extract.transform.Transforms}; it depends on {@code io.muster.support} only.
 */
@NullMarked
package io.muster.extract.transform;

import org.jspecify.annotations.NullMarked;
