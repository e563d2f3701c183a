package io.muster.dedup;

import io.muster.directory.Profile;
import java.util.Collections;
import java.util.Comparator;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.type.TypeReference;
import tools.jackson.databind.json.JsonMapper;

/**
 * Embedded data as the database stores it: a compact JSON object with its names in code point order; null when empty.
 */
public final class EmbeddedJson {

    /** By code point, which differs from the order of Java's strings beyond the basic plane. */
    public static final Comparator<String> BY_CODE_POINT = EmbeddedJson::compareCodePoints;

    private static final JsonMapper JSON = JsonMapper.builder().build();
    private static final TypeReference<Map<String, String>> TEXTS = new TypeReference<>() {};

    private EmbeddedJson() {}

    /** Reads what the database holds. */
    public static SortedMap<String, String> read(@Nullable String json) {
        if (json == null) {
            return Collections.emptySortedMap();
        }

        SortedMap<String, String> values = new TreeMap<>(BY_CODE_POINT);
        values.putAll(JSON.readValue(json, TEXTS));
        return values;
    }

    /** What the database is to hold; the map has its own order, which is that of {@link #BY_CODE_POINT}. */
    public static @Nullable String write(Map<String, String> values) {
        if (values.isEmpty()) {
            return null;
        }

        SortedMap<String, String> sorted = new TreeMap<>(BY_CODE_POINT);
        sorted.putAll(values);
        return JSON.writeValueAsString(sorted);
    }

    /** Embedded data in an order fit for a {@link Profile}. */
    public static SortedMap<String, String> sorted(Map<String, String> values) {
        SortedMap<String, String> sorted = new TreeMap<>(BY_CODE_POINT);
        sorted.putAll(values);
        return sorted;
    }

    private static int compareCodePoints(String left, String right) {
        int length = Math.min(left.length(), right.length());
        for (int i = 0; i < length; i++) {
            char a = left.charAt(i);
            char b = right.charAt(i);
            if (a != b) {
                boolean aAbove = Character.isSurrogate(a);
                boolean bAbove = Character.isSurrogate(b);
                return aAbove == bAbove ? Character.compare(a, b) : aAbove ? 1 : -1;
            }
        }

        return Integer.compare(left.length(), right.length());
    }
}
