/**
 * Jobs of every kind: runs each by what it is, for the server and for {@code muster run}.
 * {@link io.muster.automation.jobs.JobRuns} is its entry point.
 */
@NullMarked
package io.muster.automation.jobs;

import org.jspecify.annotations.NullMarked;
