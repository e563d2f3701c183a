package io.muster.jobs.contactimport;

import io.muster.dedup.resolve.IncomingRow;
import java.util.List;

/**
 * Some rows of a file, in file order: the item of the survey.
 *
 * @param share how much of the file has been read with them, 0 to 1
 */
record RowBlock(List<IncomingRow> rows, double share) {}
