package io.muster.load;

/**
 * A transaction or touchpoint whose place a run has given to a newer one.
 *
 * @param before how it was before
 */
public record ReplacedEvent(EventKind kind, StoredEvent before) {}
