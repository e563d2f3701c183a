package io.muster.app;

import io.muster.intercept.SegmentUses;
import io.muster.segment.Segment;
import io.muster.segment.SegmentSize;
import io.muster.segment.members.SegmentTrends;
import java.util.List;

/**
 * A segment with its sizes and who uses it.
 *
 * @param days the last switch of each day, oldest first
 */
public record SegmentOverview(
        Segment segment, SegmentSize size, List<SegmentTrends.Day> days, List<SegmentUses.Use> usedBy) {

    /** Copies the lists. */
    public SegmentOverview {
        days = List.copyOf(days);
        usedBy = List.copyOf(usedBy);
    }
}
