package io.muster.web.v3;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A part of a longer list.
 *
 * @param nextPage the whole address of the next part; null on the last one
 */
record V3Page<T>(List<T> elements, @Nullable String nextPage) {

    V3Page {
        elements = List.copyOf(elements);
    }
}
