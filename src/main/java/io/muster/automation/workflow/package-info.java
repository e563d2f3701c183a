/**
 * Workflows: their tasks in order, each a run, the next one when the one before has completed.
 * {@link io.muster.automation.workflow.WorkflowRuns} is its entry point.
 */
@NullMarked
package io.muster.automation.workflow;

import org.jspecify.annotations.NullMarked;
