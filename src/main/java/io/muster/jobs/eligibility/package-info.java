/**
 * The question who of a segment or list may be contacted, as a Spring Batch job: for callers that do not wait.
 * {@link io.muster.jobs.eligibility.EligibilityJob} is its entry point, {@link io.muster.jobs.eligibility.EligibilityResults}
 * reads what it has found; who is eligible is decided in {@code frequency}.
 */
@NullMarked
package io.muster.jobs.eligibility;

import org.jspecify.annotations.NullMarked;
