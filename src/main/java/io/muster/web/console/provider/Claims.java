package io.muster.web.console.provider;

import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What is said about a person. */
record Claims(Map<String, Object> values) {

    /** A text that is not blank. */
    Optional<String> text(String name) {
        return Optional.ofNullable(values.get(name))
                .filter(String.class::isInstance)
                .map(value -> value.toString().strip())
                .filter(text -> !text.isEmpty());
    }

    /** The texts at a name, or at a path with dots; empty when nothing is there. */
    Optional<List<String>> texts(String path) {
        Object found = values.containsKey(path) ? values.get(path) : at(path);
        return Optional.ofNullable(found)
                .map(value -> value instanceof Collection<?> many
                        ? many.stream().map(String::valueOf).toList()
                        : List.of(value.toString()));
    }

    private @Nullable Object at(String path) {
        Object at = values;
        for (String name : path.split("\\.", -1)) {
            at = at instanceof Map<?, ?> map ? map.get(name) : null;
        }

        return at;
    }
}
