package io.muster.sample;

import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/** One made-up customer as the shop of the samples knows it; what is not there is an empty cell. */
record Person(Map<Column, String> values) {

    static final Person NOBODY = new Person(Map.of());

    String get(Column column) {
        return values.getOrDefault(column, "");
    }

    Person with(Column column, String value) {
        EnumMap<Column, String> changed = new EnumMap<>(Column.class);
        changed.putAll(values);
        changed.put(column, value);
        return new Person(changed);
    }

    List<String> cells() {
        return Arrays.stream(Column.values()).map(this::get).toList();
    }
}
