/**
 * The deletion of a directory as a Spring Batch job. {@link io.muster.jobs.deletion.DeletionJob} is its entry point; only
 * {@code runs} starts it.
 */
@NullMarked
package io.muster.jobs.deletion;

import org.jspecify.annotations.NullMarked;
