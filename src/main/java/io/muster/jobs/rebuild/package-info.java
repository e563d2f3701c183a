/**
 * The rebuild of segments as a Spring Batch job, partitioned over ranges of contact numbers, and the ledger of rebuilds.
 * {@link io.muster.jobs.rebuild.RebuildJob} is the job; only {@code operator} starts it.
 */
@NullMarked
package io.muster.jobs.rebuild;

import org.jspecify.annotations.NullMarked;
