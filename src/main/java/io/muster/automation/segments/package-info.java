/**
 * Rebuilds of segments as automations: by job files, after imports, and daily for directories that no job file covers.
 * {@link io.muster.automation.segments.SegmentRebuildRuns} runs them.
 */
@NullMarked
package io.muster.automation.segments;

import org.jspecify.annotations.NullMarked;
