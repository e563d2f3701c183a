/**
 * Runs as operators see them: started, watched, stopped, resumed, reprocessed, abandoned. The only user of Spring
 * Batch's job operator; its entry point is {@link io.muster.operator.Operator}.
 */
@NullMarked
package io.muster.operator;

import org.jspecify.annotations.NullMarked;
