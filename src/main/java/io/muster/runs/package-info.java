/**
 * Everything that runs, with one life cycle: started, awaited, stopped, resumed, reprocessed, given up. The only user of
 * Spring Batch's job operator; its entry point is {@link io.muster.runs.RunService}, and who wants to hear of ends
 * listens to {@link io.muster.runs.RunEnded}.
 */
@NullMarked
package io.muster.runs;

import org.jspecify.annotations.NullMarked;
