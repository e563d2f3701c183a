package io.muster.extract.csv;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One record of a file.
 *
 * @param row its number among the records; the first data row is 1
 * @param line the physical line it starts in; the first line of the file is 1
 * @param cells every cell as it is in the file, not trimmed; a malformed byte {@code b} is the lone
 *     surrogate {@code U+DC00 + b} (see {@link MalformedBytes}); never null, unmodifiable
 * @param problem why it must be rejected, null when it is well formed; a blank record has none
 */
public record FileRecord(
        long row, long line, List<String> cells, @Nullable RowProblem problem) {

    /** Whether all cells are empty or white space: such a row is skipped, whatever its number of cells. */
    public boolean blank() {
        for (int i = 0; i < cells.size(); i++) {
            if (!blank(cells.get(i))) {
                return false;
            }
        }
        return true;
    }

    private static boolean blank(String cell) {
        for (int i = 0; i < cell.length(); i++) {
            char c = cell.charAt(i);
            if (!Character.isWhitespace(c) && !Character.isSpaceChar(c)) {
                return false;
            }
        }
        return true;
    }
}
