package io.muster.dedup;

import io.muster.directory.CodePointOrder;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/** Embedded data in the order in which it is stored. */
public final class ByName {

    private ByName() {}

    /** A copy in code point order of the names. */
    public static SortedMap<String, String> sorted(Map<String, String> values) {
        SortedMap<String, String> sorted = new TreeMap<>(CodePointOrder.INSTANCE);
        sorted.putAll(values);
        return sorted;
    }
}
