/**
 * Pages of segments: the list, a segment with its past, and the builder of conditions. Its entry point is
 * {@link io.muster.web.console.segments.SegmentPagesConfiguration}.
 */
@NullMarked
package io.muster.web.console.segments;

import org.jspecify.annotations.NullMarked;
