package io.muster.jobs.contactimport;

import io.muster.load.BulkWriting;
import org.jspecify.annotations.Nullable;

/**
 * How an import is cut into portions. Nothing of its result depends on it.
 *
 * @param lanes how many blocks are written at once
 * @param blockSize net writes in a block: large enough for bulk loading, small enough to repeat
 * @param rowsAtOnce rows that a survey judges and resolves at once
 * @param writing how blocks are written; null for the fastest way that the server allows
 */
public record ImportPace(
        int lanes, int blockSize, int rowsAtOnce, @Nullable BulkWriting writing) {

    /** What measurements favour. */
    public static final int BLOCK_SIZE = 20_000;

    /** What measurements favour. */
    public static final int ROWS_AT_ONCE = 4_000;
}
