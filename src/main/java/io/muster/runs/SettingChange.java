package io.muster.runs;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.NullNode;

/**
 * A setting of a run that differs from that of another run.
 *
 * @param key the setting, written as in job files as far as these have it: {@code limits.max-rejected}
 * @param before its value in the other run; null where it was not set
 * @param now its value in this one; null where it is not set
 */
public record SettingChange(String key, JsonNode before, JsonNode now) {

    /** Keys of job files that have another name in the settings of a run. */
    private static final Map<String, String> WRITTEN =
            Map.of("directory", "target.directory", "list", "target.list", "invalid", "invalid-values");

    /** Below these are names of columns, fields and values, which stay as they are. */
    private static final Set<String> NAMES_BELOW =
            Set.of("mapping.columns", "mapping.values", "mapping.usual", "policies", "invalid-values");

    private static final Pattern CAMEL = Pattern.compile("[a-z]+(?:[A-Z][a-z]*)+");

    /** What differs between two settings, by key. */
    public static List<SettingChange> between(JsonNode before, JsonNode now) {
        SortedMap<String, JsonNode> former = new TreeMap<>();
        collect("", before, former);
        SortedMap<String, JsonNode> present = new TreeMap<>();
        collect("", now, present);
        Set<String> keys = new TreeSet<>(former.keySet());
        keys.addAll(present.keySet());
        List<SettingChange> changes = new ArrayList<>();
        for (String key : keys) {
            JsonNode was = former.getOrDefault(key, NullNode.getInstance());
            JsonNode is = present.getOrDefault(key, NullNode.getInstance());
            if (!was.equals(is)) {
                changes.add(new SettingChange(key, was, is));
            }
        }

        return changes;
    }

    private static void collect(String key, JsonNode value, Map<String, JsonNode> into) {
        if (!value.isObject()) {
            into.put(key, value);
            return;
        }

        boolean names = NAMES_BELOW.stream().anyMatch(above -> key.equals(above) || key.startsWith(above + "."));
        for (Map.Entry<String, JsonNode> entry : value.properties()) {
            String name = names ? entry.getKey() : written(key, entry.getKey());
            collect(key.isEmpty() ? name : key + "." + name, entry.getValue(), into);
        }
    }

    private static String written(String parent, String name) {
        if (parent.isEmpty() && WRITTEN.containsKey(name)) {
            return WRITTEN.get(name);
        }

        return CAMEL.matcher(name).matches()
                ? name.replaceAll("([a-z])([A-Z])", "$1-$2").toLowerCase(Locale.ROOT)
                : name;
    }

    /** The change in one line. */
    public String text() {
        return key + ": " + text(before) + " -> " + text(now);
    }

    private static String text(JsonNode value) {
        return value.isNull() ? "not set" : value.isString() ? value.stringValue() : value.toString();
    }
}
