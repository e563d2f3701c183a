package io.muster.intercept.decide;

/**
 * A test of a target: whether the visitor is a member of a segment.
 *
 * @param segment the segment's public id
 * @param member true for "is member", false for "is no member"
 */
public record SegmentTest(String segment, boolean member) {}
