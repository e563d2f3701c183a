/**
 * Automations: what a job file says, when it runs, who is told. Runs are started through
 * {@link io.muster.automation.AutomationRuns}, which {@code automation.jobs} implements for every kind of job.
 */
@NullMarked
package io.muster.automation;

import org.jspecify.annotations.NullMarked;
