package io.muster.jobs.contactimport;

import io.muster.jobs.SentImports;
import io.muster.load.Rejects.Reject;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Rows after deduplication: what they do to contacts is in the side file already.
 *
 * @param rows how many rows they are
 * @param share how much of the file has been read with them, 0 to 1
 * @param rejects those of the rows that were rejected
 * @param unchanged of contacts that a caller has sent: those that say what is so already
 * @param result what the survey found, in its last block; null in the blocks before
 */
record ResolvedBlock(
        int rows,
        double share,
        List<Reject> rejects,
        List<SentImports.Row> unchanged,
        @Nullable SurveyResult result) {}
