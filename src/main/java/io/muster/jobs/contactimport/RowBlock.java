package io.muster.jobs.contactimport;

import io.muster.dedup.resolve.DirectoryView;
import io.muster.dedup.resolve.IncomingRow;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Judged rows of a file, in file order. The last block of a file has no rows.
 *
 * @param ahead what was looked up for them already; null when nothing was
 * @param share how much of the file has been read with them, 0 to 1
 * @param rowsOfFile rows of the file in the last block; -1 in the blocks before
 */
record RowBlock(List<IncomingRow> rows, DirectoryView.@Nullable Ahead ahead, double share, long rowsOfFile) {

    boolean isLast() {
        return rowsOfFile >= 0;
    }
}
