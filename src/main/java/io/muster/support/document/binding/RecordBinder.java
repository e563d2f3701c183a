package io.muster.support.document.binding;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import io.muster.support.document.DocumentKind;
import io.muster.support.document.Node;
import io.muster.support.document.Node.Entry;
import io.muster.support.document.Place;
import io.muster.support.document.Problems;
import jakarta.validation.ConstraintViolation;
import jakarta.validation.ElementKind;
import jakarta.validation.Path;
import jakarta.validation.Validation;
import jakarta.validation.Validator;
import jakarta.validation.constraints.NotBlank;
import jakarta.validation.constraints.NotNull;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.hibernate.validator.messageinterpolation.ParameterMessageInterpolator;
import org.jspecify.annotations.Nullable;

/**
 * Binds the nodes of a document to records: a key is a component in kebab-case, and an absent one is null. Lists, maps,
 * enumerations, the types of {@link Scalars}, sealed types with {@link JsonTypeInfo} and nodes that are read elsewhere are
 * known, and the constraints of
 * jakarta.validation are checked. Everything that does not fit is a problem and is left out, so that one look finds all
 * problems of a document. A binder is for one document.
 *
 * {@snippet lang="java" :
 * RecordBinder binder = new RecordBinder(new Scalars(), PROJECT_FILES, problems);
 * Optional<Project> project = binder.bind(Project.class, root);
 * project.filter(one -> one.from().isAfter(one.until())).ifPresent(
 *         one -> problems.add(binder.place("until"), "until", "is before from. Swap the two"));
 * }
 */
public final class RecordBinder {

    private static final Validator VALIDATOR = Validation.byDefaultProvider()
            .configure()
            .messageInterpolator(new ParameterMessageInterpolator(
                    Set.of(Locale.ENGLISH), Locale.ENGLISH, context -> Locale.ENGLISH, true))
            .buildValidatorFactory()
            .getValidator();

    private final Scalars scalars;
    private final DocumentKind kind;
    private final Problems problems;
    private final Map<String, Place> places = new HashMap<>();
    private final Set<String> inlined = new HashSet<>();

    /** The keys of maps as written, by the object that was made of them. */
    private final IdentityHashMap<Object, String> names = new IdentityHashMap<>();

    /** A binder that adds what is wrong to the problems. */
    public RecordBinder(Scalars scalars, DocumentKind kind, Problems problems) {
        this.scalars = scalars;
        this.kind = kind;
        this.problems = problems;
    }

    /** The record, as far as the document fits; empty when nothing does. */
    public <T> Optional<T> bind(Class<T> type, Node root) {
        T record = type.cast(value(type, root, ""));
        if (record != null) {
            VALIDATOR.validate(record).forEach(this::report);
        }

        return Optional.ofNullable(record);
    }

    private void report(ConstraintViolation<?> violation) {
        String field = field(violation.getPropertyPath());
        if (problems.covers(field)) {
            return;
        }

        Class<?> constraint =
                violation.getConstraintDescriptor().getAnnotation().annotationType();
        boolean missing =
                violation.getInvalidValue() == null && (constraint == NotNull.class || constraint == NotBlank.class);
        problems.add(place(field), field, missing ? "is missing. Add it, see " + kind.page() : violation.getMessage());
    }

    /** The path as people write it: {@code schedules[0].cron}, {@code mapping.columns.Email}. */
    private String field(Path path) {
        StringBuilder field = new StringBuilder();
        for (Path.Node node : path) {
            if (node.getIndex() != null) {
                field.append('[').append(node.getIndex()).append(']');
            } else if (node.getKey() != null) {
                field.append('.').append(names.getOrDefault(node.getKey(), String.valueOf(node.getKey())));
            }

            if (node.getKind() == ElementKind.PROPERTY && !inlined.contains(node.getName())) {
                field.append(field.isEmpty() ? "" : ".").append(key(node.getName()));
            }
        }

        return field.toString();
    }

    /** Where a field is; for a missing one, the nearest group that would hold it. */
    public Place place(String field) {
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

    private @Nullable Object value(Type type, Node node, String path) {
        places.putIfAbsent(path, node.place());
        Class<?> raw = raw(type);
        if (raw == Node.class) {
            return node;
        }

        if (Collection.class.isAssignableFrom(raw)) {
            List<Object> list = list(argument(type, 0), node, path);
            return list != null && raw == Set.class ? new LinkedHashSet<>(list) : list;
        }

        if (Map.class.isAssignableFrom(raw)) {
            return map(argument(type, 0), argument(type, 1), node, path);
        }

        Optional<Scalars.Scalar<?>> scalar = scalars.of(raw);
        return scalar.isPresent() || raw.isEnum() ? single(raw, scalar, node, path) : group(raw, node, path);
    }

    private @Nullable Object single(Class<?> raw, Optional<Scalars.Scalar<?>> type, Node node, String path) {
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

        return type.isPresent() ? read(type.get(), scalar.text(), node.place(), path) : constant(raw, scalar, path);
    }

    private @Nullable Object read(Scalars.Scalar<?> type, String text, Place place, String path) {
        Optional<String> fault = scalars.fault(type, text);
        fault.ifPresent(reason -> problems.add(place, path, reason));
        return fault.isPresent() ? null : type.read().apply(text);
    }

    private @Nullable Object constant(Class<?> raw, Node.Scalar scalar, String path) {
        for (Object constant : raw.getEnumConstants()) {
            if (Scalars.word((Enum<?>) constant).equals(scalar.text())) {
                return constant;
            }
        }

        problems.add(scalar.place(), path, "must be one of " + Scalars.words(raw) + ", not '" + shown(scalar) + "'");
        return null;
    }

    private @Nullable List<Object> list(Type item, Node node, String path) {
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

        List<Object> values = new ArrayList<>();
        for (int i = 0; i < list.items().size(); i++) {
            Object value = value(item, list.items().get(i), path + "[" + i + "]");
            if (value != null) {
                values.add(value);
            }
        }

        // A gap would shift the places of the items after it.
        return values.size() == list.items().size() ? values : null;
    }

    private @Nullable Map<Object, Object> map(Type key, Type value, Node node, String path) {
        Node.Keys keys = keys(node, path);
        if (keys == null) {
            return null;
        }

        Map<Object, Object> map = new LinkedHashMap<>();
        keys.entries().forEach((name, entry) -> {
            String child = path + "." + name;
            places.putIfAbsent(child, entry.keyPlace());
            Object word = read(scalars.of(raw(key)).orElseThrow(), name, entry.keyPlace(), child);
            Object fitting = value(value, entry.value(), child);
            if (word != null && fitting != null) {
                map.put(word, fitting);
                names.put(word, name);
            }
        });
        return map;
    }

    private Node.@Nullable Keys keys(Node node, String path) {
        if (node instanceof Node.Keys keys) {
            return keys;
        }

        if (!absent(node) || path.isEmpty()) {
            problems.add(
                    node.place(),
                    path,
                    "must be a group of keys, not " + node.described()
                            + ". Write each as KEY: VALUE in a line of its own");
        }

        return null;
    }

    private @Nullable Object group(Class<?> raw, Node node, String path) {
        Node.Keys keys = keys(node, path);
        return keys == null ? null : raw.isSealed() ? variant(raw, keys, path) : members(raw, keys, path, null);
    }

    private @Nullable Object variant(Class<?> raw, Node.Keys keys, String path) {
        String selector = selector(raw);
        String names = String.join(", ", variants(raw).keySet());
        Entry entry = keys.entries().get(selector);
        if (entry == null) {
            problems.add(keys.place(), child(path, selector), "is missing. Write one of " + names);
            return null;
        }

        Class<?> variant =
                entry.value() instanceof Node.Scalar scalar ? variants(raw).get(scalar.text()) : null;
        if (variant == null) {
            String written = entry.value() instanceof Node.Scalar scalar ? ", not '" + shown(scalar) + "'" : "";
            problems.add(entry.value().place(), child(path, selector), "must be one of " + names + written);
            return null;
        }

        return members(variant, keys, path, selector);
    }

    private @Nullable Object members(Class<?> raw, Node.Keys keys, String path, @Nullable String selector) {
        Map<String, RecordComponent> known = new LinkedHashMap<>();
        keys(raw, known);
        Map<String, Object> values = new HashMap<>();
        keys.entries().forEach((name, entry) -> {
            if (!name.equals(selector)) {
                String child = child(path, name);
                RecordComponent component = known.get(name);
                places.putIfAbsent(child, entry.keyPlace());
                if (component == null) {
                    problems.add(entry.keyPlace(), child, unknown(name, known.keySet()));
                } else {
                    Object value = value(component.getGenericType(), entry.value(), child);
                    if (value != null) {
                        values.put(name, value);
                    }
                }
            }
        });
        return whole(raw, values, keys.place(), path);
    }

    /** The keys of a record with those of the records that are inlined. */
    private void keys(Class<?> raw, Map<String, RecordComponent> known) {
        for (RecordComponent component : raw.getRecordComponents()) {
            if (component.isAnnotationPresent(Inline.class)) {
                inlined.add(component.getName());
                keys(component.getType(), known);
            } else {
                known.put(key(component.getName()), component);
            }
        }
    }

    private @Nullable Object whole(Class<?> raw, Map<String, Object> values, Place place, String path) {
        RecordComponent[] components = raw.getRecordComponents();
        @Nullable Object[] ordered = new Object[components.length];
        for (int i = 0; i < components.length; i++) {
            ordered[i] = components[i].isAnnotationPresent(Inline.class)
                    ? whole(components[i].getType(), values, place, path)
                    : values.get(key(components[i].getName()));
        }

        return made(raw, ordered, place, path);
    }

    private @Nullable Object made(Class<?> raw, @Nullable Object[] values, Place place, String path) {
        try {
            var constructor = raw.getDeclaredConstructor(Arrays.stream(raw.getRecordComponents())
                    .map(RecordComponent::getType)
                    .toArray(Class<?>[]::new));
            constructor.setAccessible(true);
            return constructor.newInstance(values);
        } catch (InvocationTargetException refused) {
            if (refused.getCause() instanceof IllegalArgumentException fault) {
                problems.add(place, path, "cannot be used: " + fault.getMessage());
                return null;
            }

            throw new IllegalStateException(refused.getCause());
        } catch (ReflectiveOperationException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    private static String unknown(String name, Collection<String> known) {
        String written = name.toLowerCase(Locale.ROOT).replace('_', '-');
        return known.stream()
                .filter(key -> isNear(key, written) || isNear(written, key))
                .findFirst()
                .map(near -> "is not a known key here. Did you mean " + near + "?")
                .orElse("is not a known key here. Use " + String.join(", ", known));
    }

    /** Whether one or two characters were left out of a word. */
    private static boolean isNear(String part, String whole) {
        int missing = whole.length() - part.length();
        return missing >= 0
                && missing <= 2
                && whole.matches(part.chars()
                        .mapToObj(c -> Pattern.quote(Character.toString(c)))
                        .collect(Collectors.joining(".*", ".*", ".*")));
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

    private static Type argument(Type type, int index) {
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
