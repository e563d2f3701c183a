package io.muster.jobs.contactimport;

import io.muster.dedup.resolve.DirectoryViews;
import io.muster.dedup.resolve.KeyMemory;
import io.muster.load.BulkWriting;
import io.muster.support.KnownSettings;
import org.jspecify.annotations.Nullable;

/**
 * How an import is cut into portions; its result does not depend on it.
 *
 * @param lanes how many blocks are written at once
 * @param blockSize net writes in a block: large enough for bulk loading, small enough to repeat
 * @param rowsAtOnce rows that a survey judges and resolves at once
 * @param keyMemory bytes of memory for the keys of a file; what is beyond them lies in mapped files
 * @param streamedFrom rows from which on the directory may be read as a whole instead of being looked up
 * @param checkpointRows rows after which a survey notes how far it has come
 * @param writing how blocks are written; null for the fastest way that the server allows
 */
public record ImportTuning(
        int lanes,
        int blockSize,
        int rowsAtOnce,
        long keyMemory,
        long streamedFrom,
        long checkpointRows,
        @Nullable BulkWriting writing) {

    /** The value that measurements favour. */
    public static final int BLOCK_SIZE = KnownSettings.LOAD_BLOCK.usual();

    /** The value that measurements favour. */
    public static final int ROWS_AT_ONCE = 10_000;

    private static final long CHECKPOINT_ROWS = KnownSettings.SURVEY_CHECKPOINT.usual();

    /** A tuning with the usual bounds of memory. */
    public ImportTuning(int lanes, int blockSize, int rowsAtOnce, @Nullable BulkWriting writing) {
        this(lanes, blockSize, rowsAtOnce, KeyMemory.DEFAULT_BYTES, DirectoryViews.LEAST_ROWS, writing);
    }

    /** A tuning with the usual checkpoints. */
    public ImportTuning(
            int lanes,
            int blockSize,
            int rowsAtOnce,
            long keyMemory,
            long streamedFrom,
            @Nullable BulkWriting writing) {
        this(lanes, blockSize, rowsAtOnce, keyMemory, streamedFrom, CHECKPOINT_ROWS, writing);
    }
}
