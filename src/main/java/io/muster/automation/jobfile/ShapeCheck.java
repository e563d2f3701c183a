package io.muster.automation.jobfile;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import io.muster.support.document.Node;
import io.muster.support.document.Node.Entry;
import io.muster.support.document.Place;
import io.muster.support.document.Problems;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * Compares a document with the shape of the records it is bound to. Everything that does not fit is a problem and is
 * left out of the tree that is handed on, so that one look finds all problems of a file.
 */
final class ShapeCheck {

    private static final JsonNodeFactory NODES = JsonNodeFactory.instance;

    private final Scalars scalars;
    private final Problems problems;
    private final Map<String, Place> places = new HashMap<>();

    ShapeCheck(Scalars scalars, Problems problems) {
        this.scalars = scalars;
        this.problems = problems;
    }

    /** What fits, for Jackson to bind; null when nothing does. */
    @Nullable
    JsonNode check(Type type, Node root) {
        return value(type, root, "");
    }

    /** Where a field stands; where it is missing, the nearest group that would hold it. */
    Place place(String field) {
        String path = field;
        while (!path.isEmpty()) {
            Place place = places.get(path);
            if (place != null) {
                return place;
            }

            int cut = Math.max(path.lastIndexOf('.'), path.lastIndexOf('['));
            path = cut < 0 ? "" : path.substring(0, cut);
        }

        return places.getOrDefault("", Place.START);
    }

    private @Nullable JsonNode value(Type type, Node node, String path) {
        places.putIfAbsent(path, node.place());
        Class<?> raw = raw(type);
        if (Collection.class.isAssignableFrom(raw)) {
            return list(argument(type, 0), node, path);
        }

        if (Map.class.isAssignableFrom(raw)) {
            return map(argument(type, 0), argument(type, 1), node, path);
        }

        Optional<Scalars.Scalar<?>> scalar = scalars.of(raw);
        if (scalar.isPresent() || raw.isEnum()) {
            return single(raw, scalar, node, path);
        }

        return group(raw, node, path);
    }

    private @Nullable JsonNode single(Class<?> raw, Optional<Scalars.Scalar<?>> type, Node node, String path) {
        if (!(node instanceof Node.Scalar scalar)) {
            problems.add(node.place(), path, "must be a single value, not " + node.described());
            return null;
        }

        if (scalar.isNull()) {
            problems.add(
                    node.place(),
                    path,
                    scalar.text().isEmpty()
                            ? "has no value. Write one, or remove the key"
                            : "has no value. Write one, or put '" + scalar.text() + "' in quotes if the word is meant");
            return null;
        }

        if (type.isPresent()) {
            Optional<String> fault = scalars.fault(type.get(), scalar.text());
            fault.ifPresent(reason -> problems.add(node.place(), path, reason));
            return fault.isPresent() ? null : NODES.stringNode(scalar.text());
        }

        for (Object constant : raw.getEnumConstants()) {
            if (Scalars.word((Enum<?>) constant).equals(scalar.text())) {
                return NODES.stringNode(((Enum<?>) constant).name());
            }
        }

        problems.add(node.place(), path, "must be one of " + Scalars.words(raw) + ", not '" + shown(scalar) + "'");
        return null;
    }

    private @Nullable JsonNode list(Type item, Node node, String path) {
        if (absent(node)) {
            return null;
        }

        if (!(node instanceof Node.Items list)) {
            problems.add(
                    node.place(),
                    path,
                    "must be a list, not " + node.described()
                            + ". Write each item in a line of its own that begins with '- '");
            return null;
        }

        ArrayNode array = NODES.arrayNode();
        boolean whole = true;
        for (int i = 0; i < list.items().size(); i++) {
            JsonNode value = value(item, list.items().get(i), path + "[" + i + "]");
            if (value == null) {
                whole = false;
            } else {
                array.add(value);
            }
        }

        // A gap would shift the places of the items behind it.
        return whole ? array : null;
    }

    private @Nullable JsonNode map(Type key, Type value, Node node, String path) {
        if (absent(node)) {
            return null;
        }

        if (!(node instanceof Node.Keys mapping)) {
            problems.add(
                    node.place(),
                    path,
                    "must be a group of keys, not " + node.described()
                            + ". Write each as KEY: VALUE in a line of its own");
            return null;
        }

        ObjectNode object = NODES.objectNode();
        mapping.entries().forEach((name, entry) -> {
            String child = path + "." + name;
            places.putIfAbsent(child, entry.keyPlace());
            Optional<String> fault = scalars.of(raw(key)).flatMap(type -> scalars.fault(type, name));
            fault.ifPresent(reason -> problems.add(entry.keyPlace(), child, reason));
            JsonNode fitting = value(value, entry.value(), child);
            if (fault.isEmpty() && fitting != null) {
                object.set(name, fitting);
            }
        });
        return object;
    }

    private @Nullable JsonNode group(Class<?> raw, Node node, String path) {
        if (absent(node) && !path.isEmpty()) {
            return null;
        }

        if (!(node instanceof Node.Keys mapping)) {
            problems.add(
                    node.place(),
                    path,
                    "must be a group of keys, not " + node.described()
                            + ". Write each as KEY: VALUE in a line of its own");
            return null;
        }

        return raw.isSealed() ? variant(raw, mapping, path) : members(raw, mapping, path, null);
    }

    private @Nullable JsonNode variant(Class<?> raw, Node.Keys mapping, String path) {
        String selector = selector(raw);
        String names = variants(raw).keySet().stream().collect(Collectors.joining(", "));
        Entry entry = mapping.entries().get(selector);
        if (entry == null) {
            problems.add(mapping.place(), child(path, selector), "is missing. Write one of " + names);
            return null;
        }

        Class<?> variant =
                entry.value() instanceof Node.Scalar scalar ? variants(raw).get(scalar.text()) : null;
        if (variant == null) {
            String written = entry.value() instanceof Node.Scalar scalar ? ", not '" + shown(scalar) + "'" : "";
            problems.add(entry.value().place(), child(path, selector), "must be one of " + names + written);
            return null;
        }

        return members(variant, mapping, path, selector);
    }

    private JsonNode members(Class<?> raw, Node.Keys mapping, String path, @Nullable String selector) {
        Map<String, Type> known = new LinkedHashMap<>();
        for (RecordComponent component : raw.getRecordComponents()) {
            known.put(key(component.getName()), component.getGenericType());
        }

        ObjectNode object = NODES.objectNode();
        mapping.entries().forEach((name, entry) -> {
            String child = child(path, name);
            Type type = known.get(name);
            places.putIfAbsent(child, entry.keyPlace());
            if (name.equals(selector)) {
                object.put(name, ((Node.Scalar) entry.value()).text());
            } else if (type == null) {
                problems.add(entry.keyPlace(), child, unknown(name, known.keySet()));
            } else {
                JsonNode value = value(type, entry.value(), child);
                if (value != null) {
                    object.set(name, value);
                }
            }
        });
        return object;
    }

    private static String unknown(String name, Collection<String> known) {
        String near = known.stream()
                .filter(key -> distance(key, name.toLowerCase(Locale.ROOT).replace('_', '-')) <= 2)
                .findFirst()
                .orElse(null);
        return near != null
                ? "is not a known key here. Did you mean " + near + "?"
                : "is not a known key here. Use " + String.join(", ", known);
    }

    /** Levenshtein distance, for texts as short as keys. */
    private static int distance(String left, String right) {
        int[] row = new int[right.length() + 1];
        Arrays.setAll(row, i -> i);
        for (int i = 1; i <= left.length(); i++) {
            int diagonal = row[0];
            row[0] = i;
            for (int j = 1; j <= right.length(); j++) {
                int substituted = diagonal + (left.charAt(i - 1) == right.charAt(j - 1) ? 0 : 1);
                diagonal = row[j];
                row[j] = Math.min(substituted, Math.min(row[j], row[j - 1]) + 1);
            }
        }

        return row[right.length()];
    }

    private static boolean absent(Node node) {
        return node instanceof Node.Scalar scalar && scalar.isNull();
    }

    private static String shown(Node.Scalar scalar) {
        String text = scalar.text();
        return text.length() <= 60 ? text : text.substring(0, 60) + "…";
    }

    private static String child(String path, String name) {
        return path.isEmpty() ? name : path + "." + name;
    }

    /** The key of a record component: {@code missedRuns} is written {@code missed-runs}. */
    static String key(String component) {
        return component.replaceAll("([a-z0-9])([A-Z])", "$1-$2").toLowerCase(Locale.ROOT);
    }

    static Class<?> raw(Type type) {
        return type instanceof ParameterizedType generic ? (Class<?>) generic.getRawType() : (Class<?>) type;
    }

    static Type argument(Type type, int index) {
        return ((ParameterizedType) type).getActualTypeArguments()[index];
    }

    /** The key that selects the variant of a sealed type. */
    static String selector(Class<?> sealed) {
        return sealed.getAnnotation(JsonTypeInfo.class).property();
    }

    /** The variants of a sealed type by the word that selects them. */
    static Map<String, Class<?>> variants(Class<?> sealed) {
        Map<String, Class<?>> variants = new LinkedHashMap<>();
        for (JsonSubTypes.Type type :
                List.of(sealed.getAnnotation(JsonSubTypes.class).value())) {
            variants.put(type.name(), type.value());
        }

        return variants;
    }
}
