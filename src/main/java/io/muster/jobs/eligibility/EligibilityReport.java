package io.muster.jobs.eligibility;

/**
 * What a run has found; stored as JSON with the run.
 *
 * @param eligible contacts that may be contacted
 * @param frequency contacts whom a frequency rule holds back
 * @param optedOut contacts who opted out
 */
public record EligibilityReport(long eligible, long frequency, long optedOut) {}
