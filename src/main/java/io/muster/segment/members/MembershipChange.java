package io.muster.segment.members;

/**
 * A contact joined or left a segment.
 *
 * @param segment the segment's numeric id
 * @param segmentName its name now
 * @param version the version that readers were switched to
 * @param joined true when it joined, false when it left
 * @param at when, epoch milliseconds
 */
public record MembershipChange(long segment, String segmentName, long version, boolean joined, long at) {}
