package io.muster.segment.condition;

/**
 * A test of a field of one transaction.
 *
 * @param field its name, compared without case
 */
public record EventTest(String field, ValueTest test) {}
