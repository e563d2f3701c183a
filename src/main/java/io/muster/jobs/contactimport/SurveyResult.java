package io.muster.jobs.contactimport;

import io.muster.dedup.resolve.Resolved;

/**
 * What a survey found.
 *
 * @param rowsRead rows of the file
 * @param resolved what they came to
 */
record SurveyResult(long rowsRead, Resolved resolved) {}
