package io.muster.app;

import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Some of a list, in the order of an index.
 *
 * @param items the items of this page
 * @param next the cursor that the next page is asked for with; null when this is the last one
 */
public record Page<T>(List<T> items, @Nullable String next) {

    /** Greatest number of items that a front asks for at once. */
    public static final int MOST = 10_000;

    /** Copies the items. */
    public Page {
        items = List.copyOf(items);
    }

    /** The page of at most that many items, of a list that was read one item further. */
    static <T> Page<T> of(List<T> read, int most, Function<T, String> cursor) {
        return read.size() <= most
                ? new Page<>(read, null)
                : new Page<>(read.subList(0, most), cursor.apply(read.get(most - 1)));
    }

    /** The page with each item in another form. */
    <R> Page<R> map(Function<T, R> form) {
        return new Page<>(items.stream().map(form).toList(), next);
    }
}
