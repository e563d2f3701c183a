package io.muster.segment;

/** A segment with how many members its versions have. */
public record SizedSegment(Segment segment, SegmentSize size) {}
