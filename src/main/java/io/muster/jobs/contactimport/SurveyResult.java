package io.muster.jobs.contactimport;

import io.muster.dedup.resolve.Resolved;
import io.muster.load.SideFile;
import org.jspecify.annotations.Nullable;

/**
 * What a survey found.
 *
 * @param rowsRead rows of the file
 * @param resolved their outcomes
 * @param merges how many contacts the file would make part of others when duplicates are merged after it
 * @param side the side file with what is to be loaded; null in a dry run
 */
record SurveyResult(long rowsRead, Resolved resolved, long merges, SideFile.@Nullable Finished side) {}
