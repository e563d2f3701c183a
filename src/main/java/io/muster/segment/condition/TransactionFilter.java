package io.muster.segment.condition;

import java.util.Optional;

/**
 * Which transactions of a contact count.
 *
 * @param where what their fields must say; empty for all
 * @param withinLast how recent they must be; those dated after the pass are not
 */
public record TransactionFilter(Optional<Condition<EventTest>> where, Optional<Span> withinLast) {}
