package io.muster.extract.source;

/**
 * The files that callers have sent for an automation.
 *
 * @param automation the automation's id in its job file
 */
public record DropSource(String automation) implements SourceSpec {}
