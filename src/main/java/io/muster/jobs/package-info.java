/**
 * Spring Batch wiring: the jobs of Muster and what they have in common.
 * Only {@code operator} starts jobs.
 */
@NullMarked
package io.muster.jobs;

import org.jspecify.annotations.NullMarked;
