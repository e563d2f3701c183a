package io.muster.cli;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** How things of one kind are listed for a person: one row each, or a sentence when there are none. */
final class Listing<T> {

    private final String none;
    private final List<String> headers = new ArrayList<>();
    private final List<Function<T, @Nullable Object>> cells = new ArrayList<>();

    /** @param none what is said when there are none */
    Listing(String none) {
        this.none = none;
    }

    /** Adds a column; absent values are empty cells. */
    Listing<T> column(String header, Function<T, @Nullable Object> cell) {
        headers.add(header);
        cells.add(cell);
        return this;
    }

    /** The table. */
    String text(List<T> items) {
        if (items.isEmpty()) {
            return none + "\n";
        }

        TextTable table = new TextTable(headers.toArray(String[]::new));
        items.forEach(
                item -> table.row(cells.stream().map(cell -> cell.apply(item)).toArray()));
        return table.toString();
    }
}
