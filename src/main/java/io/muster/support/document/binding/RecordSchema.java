package io.muster.support.document.binding;

import io.muster.support.document.Node;
import jakarta.validation.constraints.DecimalMax;
import jakarta.validation.constraints.DecimalMin;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.NotBlank;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Pattern;
import jakarta.validation.constraints.Size;
import java.lang.reflect.AnnotatedElement;
import java.lang.reflect.AnnotatedParameterizedType;
import java.lang.reflect.AnnotatedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;

/** The JSON Schema (draft 7, which editors know best) of documents, made from the records that they are bound to. */
public final class RecordSchema {

    private final Scalars scalars;

    /** Schemas of records with these single values. */
    public RecordSchema(Scalars scalars) {
        this.scalars = scalars;
    }

    /** The schema of documents that are bound to a type, as JSON text that ends with a line break. */
    public String json(String title, Class<?> type) {
        Map<String, Object> schema = new LinkedHashMap<>();
        schema.put("$schema", "http://json-schema.org/draft-07/schema#");
        schema.put("title", title);
        schema.putAll(group(type));
        return JsonMapper.builder()
                        .enable(SerializationFeature.INDENT_OUTPUT)
                        .build()
                        .writeValueAsString(schema)
                + "\n";
    }

    private Map<String, Object> type(AnnotatedType annotated) {
        Type type = annotated.getType();
        Class<?> raw = RecordBinder.raw(type);
        Map<String, Object> schema = new LinkedHashMap<>();
        if (raw == Node.class) {
            schema.put("type", "object");
            return schema;
        }

        if (Collection.class.isAssignableFrom(raw)) {
            schema.put("type", List.of("array", "null"));
            schema.put("items", constrained(argument(annotated, 0)));
            return schema;
        }

        if (Map.class.isAssignableFrom(raw)) {
            schema.put("type", List.of("object", "null"));
            Class<?> key = RecordBinder.raw(argument(annotated, 0).getType());
            if (key != String.class) {
                schema.put(
                        "propertyNames",
                        new TreeMap<>(scalars.of(key).orElseThrow().schema()));
            }

            Map<String, Object> values = constrained(argument(annotated, 1));
            // Values that are text may be written without quotes, where editors take them for numbers or truth values.
            schema.put(
                    "additionalProperties",
                    values.equals(Map.of("type", "string"))
                            ? Map.of("type", List.of("string", "number", "boolean"))
                            : values);
            return schema;
        }

        Optional<Scalars.Scalar<?>> scalar = scalars.of(raw);
        if (scalar.isPresent()) {
            schema.putAll(new TreeMap<>(scalar.get().schema()));
            return schema;
        }

        if (raw.isEnum()) {
            schema.put(
                    "enum",
                    Arrays.stream(raw.getEnumConstants())
                            .map(constant -> Scalars.word((Enum<?>) constant))
                            .toList());
            return schema;
        }

        return group(raw);
    }

    private Map<String, Object> constrained(AnnotatedType annotated) {
        Map<String, Object> schema = type(annotated);
        constraints(annotated, schema);
        return schema;
    }

    private static AnnotatedType argument(AnnotatedType annotated, int index) {
        return ((AnnotatedParameterizedType) annotated).getAnnotatedActualTypeArguments()[index];
    }

    private Map<String, Object> group(Class<?> raw) {
        if (!raw.isSealed()) {
            return members(raw, null, null);
        }

        List<Map<String, Object>> variants = new ArrayList<>();
        RecordBinder.variants(raw)
                .forEach((word, variant) -> variants.add(members(variant, RecordBinder.selector(raw), word)));
        return variants.size() == 1 ? variants.getFirst() : new LinkedHashMap<>(Map.of("oneOf", variants));
    }

    private Map<String, Object> members(Class<?> raw, @Nullable String selector, @Nullable String word) {
        Map<String, Object> properties = new LinkedHashMap<>();
        List<String> required = new ArrayList<>();
        if (selector != null && word != null) {
            properties.put(selector, Map.of("const", word));
            required.add(selector);
        }

        properties(raw, properties, required);

        Map<String, Object> schema = new LinkedHashMap<>();
        schema.put("type", "object");
        schema.put("additionalProperties", false);
        if (!required.isEmpty()) {
            schema.put("required", required);
        }

        schema.put("properties", properties);
        return schema;
    }

    private void properties(Class<?> raw, Map<String, Object> properties, List<String> required) {
        for (RecordComponent component : raw.getRecordComponents()) {
            if (component.isAnnotationPresent(Inline.class)) {
                properties(component.getType(), properties, required);
                continue;
            }

            String key = RecordBinder.key(component.getName());
            properties.put(key, property(component));
            if (component.getAccessor().isAnnotationPresent(NotNull.class)
                    || component.getAccessor().isAnnotationPresent(NotBlank.class)) {
                required.add(key);
            }
        }
    }

    private Map<String, Object> property(RecordComponent component) {
        Map<String, Object> schema = type(component.getAnnotatedType());
        constraints(component.getAccessor(), schema);
        About about = component.getAnnotation(About.class);
        Map<String, Object> described = new LinkedHashMap<>();
        described.put("description", about.value());
        if (!about.byDefault().isEmpty()) {
            described.put("default", plain(component, about.byDefault()));
        }

        described.putAll(schema);
        return described;
    }

    private static Object plain(RecordComponent component, String text) {
        Class<?> type = component.getType();
        if (type == Boolean.class) {
            return Boolean.valueOf(text);
        }

        return Number.class.isAssignableFrom(type) ? new BigDecimal(text) : text;
    }

    private static void constraints(AnnotatedElement element, Map<String, Object> schema) {
        boolean list = schema.containsKey("items");
        boolean map = schema.containsKey("additionalProperties") && !schema.containsKey("properties");
        Size size = element.getAnnotation(Size.class);
        if (size != null) {
            if (size.min() > 0) {
                schema.put(list ? "minItems" : map ? "minProperties" : "minLength", size.min());
            }

            if (size.max() < Integer.MAX_VALUE) {
                schema.put(list ? "maxItems" : map ? "maxProperties" : "maxLength", size.max());
            }
        }

        Pattern pattern = element.getAnnotation(Pattern.class);
        if (pattern != null) {
            schema.put("pattern", "^(" + pattern.regexp() + ")$");
        }

        if (element.isAnnotationPresent(NotBlank.class)) {
            schema.putIfAbsent("minLength", 1);
        }

        Min min = element.getAnnotation(Min.class);
        if (min != null) {
            schema.put("minimum", min.value());
        }

        Max max = element.getAnnotation(Max.class);
        if (max != null) {
            schema.put("maximum", max.value());
        }

        DecimalMin decimalMin = element.getAnnotation(DecimalMin.class);
        if (decimalMin != null) {
            schema.put("minimum", new BigDecimal(decimalMin.value()));
        }

        DecimalMax decimalMax = element.getAnnotation(DecimalMax.class);
        if (decimalMax != null) {
            schema.put("maximum", new BigDecimal(decimalMax.value()));
        }
    }
}
