package io.muster.jobs.contactimport;

import org.jspecify.annotations.Nullable;

/**
 * Limits that protect the directory; a run that passes one fails before anything is loaded. Null means no limit.
 *
 * @param maxRejectedShare greatest share of rows rejected, 0 to 1
 * @param maxRejectedRows greatest number of rows rejected
 * @param maxShrinkage how much smaller than the automation's last imported file the file may be, in rows, 0 to 1
 * @param maxChangedShare greatest share of the directory's contacts that may change, 0 to 1
 * @param maxRowsPerKey greatest number of rows of the file that share one key value
 * @param minRows fewest rows a file must have
 */
public record ImportLimits(
        @Nullable Double maxRejectedShare,
        @Nullable Long maxRejectedRows,
        @Nullable Double maxShrinkage,
        @Nullable Double maxChangedShare,
        @Nullable Integer maxRowsPerKey,
        @Nullable Long minRows) {

    /** No limits. */
    public static ImportLimits none() {
        return new ImportLimits(null, null, null, null, null, null);
    }
}
