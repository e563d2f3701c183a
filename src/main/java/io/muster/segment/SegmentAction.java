package io.muster.segment;

/**
 * Something that somebody did to a segment.
 *
 * @param action create, update, rename, guard, delete, publish or rollback
 * @param actor who
 * @param detail what it came to
 * @param actedAt epoch milliseconds
 */
public record SegmentAction(String action, String actor, String detail, long actedAt) {}
