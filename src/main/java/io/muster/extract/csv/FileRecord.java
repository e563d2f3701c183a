package io.muster.extract.csv;

import io.muster.support.Fold;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One record of a file.
 *
 * @param row its number among the records; the first data row is 1
 * @param line the physical line it starts in; the first line of the file is 1
 * @param cells every cell as it stands in the file, not trimmed; a malformed byte {@code b} stands as the lone
 *     surrogate {@code U+DC00 + b} (see {@link MalformedBytes}); never null, unmodifiable
 * @param problem why it must be rejected, null when it is well formed; a blank record has none
 */
public record FileRecord(
        long row, long line, List<String> cells, @Nullable RowProblem problem) {

    /** Whether all cells are empty or white space: such a row is skipped, whatever its number of cells. */
    public boolean blank() {
        if (cells instanceof CellSlices slices) {
            return slices.isBlank();
        }

        for (int i = 0; i < cells.size(); i++) {
            if (!Fold.isBlank(cells.get(i))) {
                return false;
            }
        }
        return true;
    }
}
