package io.muster.extract.record;

import org.jspecify.annotations.Nullable;

/**
 * Who may be contacted, as a run has found it.
 *
 * @param directory id or name
 * @param run the run's id; null for the newest that has completed
 */
public record EligibilityRecords(String directory, @Nullable String run) implements InsideSpec {}
