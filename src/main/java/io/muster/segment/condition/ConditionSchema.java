package io.muster.segment.condition;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;

/** The JSON Schema (draft 7, which editors know best) of conditions. */
final class ConditionSchema {

    private static final String NUMBER = "^[+-]?([0-9]+(\\.[0-9]*)?|\\.[0-9]+)([eE][+-]?[0-9]{1,3})?$";
    private static final String DATE = "^(today|now|[0-9]{4}-[0-9]{2}-[0-9]{2}"
            + "([Tt ][0-9]{2}:[0-9]{2}(:[0-9]{2}(\\.[0-9]{1,9})?)?([Zz]|[+-][0-9]{2}(:?[0-9]{2})?)?)?)$";
    private static final List<String> VALUE_TYPES = List.of("string", "number", "boolean");

    private ConditionSchema() {}

    static String json() {
        Map<String, Object> definitions = new LinkedHashMap<>();
        definitions.put("condition", condition());
        definitions.put("event", event());
        definitions.put("text", Map.of("type", VALUE_TYPES));
        definitions.put(
                "number",
                ordered("anyOf", List.of(Map.of("type", "number"), ordered("type", "string", "pattern", NUMBER))));
        definitions.put("date", ordered("type", "string", "pattern", DATE));
        definitions.put("span", ordered("type", "string", "pattern", "^[1-9][0-9]{0,4}[hdw]$"));
        definitions.put("truth", ordered("enum", List.of(true, false, "true", "false")));
        definitions.put("list", ordered("type", "string", "pattern", "^CG_[0-9A-Za-z]{15}$"));
        definitions.put("segment", ordered("type", "string", "pattern", "^SG_[0-9A-Za-z]{15}$"));
        definitions.put("name", ordered("type", VALUE_TYPES));
        definitions.put(
                "texts",
                ordered("anyOf", List.of(ref("text"), ordered("type", "array", "minItems", 1, "items", ref("text")))));
        definitions.put(
                "aggregate", operators(new LinkedHashMap<>(), List.of(), Form.NUMBER, ValueOperator.OF_AGGREGATE));
        Map<String, Object> schema = ordered(
                "$schema",
                "http://json-schema.org/draft-07/schema#",
                "title",
                "Muster segment condition",
                "description",
                "What must hold for a contact to be a member of a segment: a group or a test of one subject with one"
                        + " operator",
                "$ref",
                "#/definitions/condition",
                "definitions",
                definitions);
        return JsonMapper.builder()
                        .enable(SerializationFeature.INDENT_OUTPUT)
                        .build()
                        .writeValueAsString(schema)
                + "\n";
    }

    private static Map<String, Object> condition() {
        List<Object> variants = new ArrayList<>(groups("condition"));
        for (Form form : Form.values()) {
            List<String> fields = Arrays.stream(TestedField.values())
                    .filter(field -> field.form() == Form.TEXT || form == Form.DATE)
                    .map(TestedField::key)
                    .toList();
            variants.add(value(ordered("field", ordered("enum", fields)), List.of("field"), form));
        }

        // The dates among the fields need no as.
        List<String> dates = Arrays.stream(TestedField.values())
                .filter(field -> field.form() == Form.DATE)
                .map(TestedField::key)
                .toList();
        variants.add(operators(
                ordered("field", ordered("enum", dates)), List.of("field"), Form.DATE, ValueOperator.of(Form.DATE)));
        for (Form form : Form.values()) {
            variants.add(value(ordered("embedded", ref("name")), List.of("embedded"), form));
        }

        variants.add(closed(ordered("optedOut", ref("truth"), "list", ref("list")), List.of("optedOut")));
        for (String subject : List.of("list", "segment")) {
            for (String operator : List.of("is", "isNot")) {
                variants.add(closed(
                        ordered(subject, ref(subject), operator, ordered("const", "member")),
                        List.of(subject, operator)));
            }
        }

        variants.addAll(transactions());
        Map<String, Object> filter = closed(
                ordered(
                        "channel",
                        ref("texts"),
                        "kind",
                        ref("texts"),
                        "survey",
                        ref("texts"),
                        "intercept",
                        ref("texts"),
                        "withinLast",
                        ref("span")),
                List.of());
        variants.add(
                closed(ordered("touchpoints", filter, "count", ref("aggregate")), List.of("touchpoints", "count")));
        variants.add(closed(ordered("touchpoints", filter, "any", ref("truth")), List.of("touchpoints", "any")));
        return ordered("oneOf", variants);
    }

    private static List<Object> transactions() {
        Map<String, Object> where = ordered("where", ref("event"), "withinLast", ref("span"));
        Map<String, Object> whereOfField = new LinkedHashMap<>(where);
        whereOfField.put("field", ref("name"));
        Map<String, Object> filter = closed(where, List.of());
        Map<String, Object> filterOfField = closed(whereOfField, List.of("field"));
        List<Object> variants = new ArrayList<>();
        for (String word : List.of("any", "count")) {
            Map<String, Object> asked = ref(word.equals("any") ? "truth" : "aggregate");
            variants.add(closed(ordered("transactions", filter, word, asked), List.of("transactions", word)));
        }

        // The field is with the operator, with the transactions, or beside both.
        for (String word : List.of("sum", "latest")) {
            Map<String, Object> bare = aggregate(word, Map.of(), List.of());
            variants.add(closed(
                    ordered(
                            "transactions",
                            filter,
                            word,
                            aggregate(word, ordered("field", ref("name")), List.of("field"))),
                    List.of("transactions", word)));
            variants.add(closed(ordered("transactions", filterOfField, word, bare), List.of("transactions", word)));
            variants.add(closed(
                    ordered("transactions", filter, "field", ref("name"), word, bare),
                    List.of("transactions", "field", word)));
        }

        return variants;
    }

    private static Map<String, Object> aggregate(String word, Map<String, Object> field, List<String> required) {
        if (word.equals("sum")) {
            return operators(field, required, Form.NUMBER, ValueOperator.OF_AGGREGATE);
        }

        List<Object> forms = new ArrayList<>();
        for (Form form : Form.values()) {
            forms.add(value(field, required, form));
        }

        return ordered("oneOf", forms);
    }

    private static Map<String, Object> event() {
        List<Object> variants = new ArrayList<>(groups("event"));
        for (Form form : Form.values()) {
            variants.add(value(ordered("field", ref("name")), List.of("field"), form));
        }

        return ordered("oneOf", variants);
    }

    private static List<Object> groups(String of) {
        List<Object> groups = new ArrayList<>();
        for (Condition.Kind kind : Condition.Kind.values()) {
            groups.add(closed(
                    ordered(kind.key(), ordered("type", "array", "minItems", 1, "items", ref(of))),
                    List.of(kind.key())));
        }

        return groups;
    }

    /** A test of a value read in that form. */
    private static Map<String, Object> value(Map<String, Object> subject, List<String> required, Form form) {
        Map<String, Object> properties = new LinkedHashMap<>(subject);
        properties.put("as", ordered("const", form.key()));
        List<String> keys = new ArrayList<>(required);
        if (form != Form.TEXT) {
            keys.add("as");
        }

        return operators(properties, keys, form, ValueOperator.of(form));
    }

    private static Map<String, Object> operators(
            Map<String, Object> others, List<String> required, Form form, Set<ValueOperator> operators) {
        Map<String, Object> properties = new LinkedHashMap<>(others);
        List<Object> one = new ArrayList<>();
        for (ValueOperator operator : operators) {
            properties.put(operator.key(), operand(operator, form));
            one.add(ordered("required", List.of(operator.key())));
        }

        Map<String, Object> schema = closed(properties, required);
        schema.put("oneOf", one);
        return schema;
    }

    private static Map<String, Object> operand(ValueOperator operator, Form form) {
        Map<String, Object> value = ref(form.key());
        return switch (operator.follows()) {
            case VALUE -> value;
            case LIST -> ordered("type", "array", "minItems", 1, "items", value);
            case PAIR -> ordered("type", "array", "minItems", 2, "maxItems", 2, "items", value);
            case PART, PATTERN -> ref("text");
            case SPAN -> ref("span");
            case TRUTH -> ref("truth");
        };
    }

    private static Map<String, Object> closed(Map<String, Object> properties, List<String> required) {
        Map<String, Object> schema = ordered("type", "object", "additionalProperties", false);
        if (!required.isEmpty()) {
            schema.put("required", required);
        }

        schema.put("properties", properties);
        return schema;
    }

    private static Map<String, Object> ref(String definition) {
        return ordered("$ref", "#/definitions/" + definition);
    }

    private static Map<String, Object> ordered(Object... keysAndValues) {
        Map<String, Object> map = new LinkedHashMap<>();
        for (int i = 0; i < keysAndValues.length; i += 2) {
            map.put((String) keysAndValues[i], keysAndValues[i + 1]);
        }

        return map;
    }
}
