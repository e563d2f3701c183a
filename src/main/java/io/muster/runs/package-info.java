/**
 * Runs as operators see them: started, watched, stopped, resumed, reprocessed, abandoned. The only user of Spring
 * Batch's job operator; its entry point is {@link io.muster.runs.Operator}.
 */
@NullMarked
package io.muster.runs;

import org.jspecify.annotations.NullMarked;
