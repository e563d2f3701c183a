package io.muster.web.console.segments;

import java.util.List;
import java.util.Map;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * A condition as the form of the builder has it: every test with the same few keys, every value a text, so that what is half
 * written has a place as well. A group has {@code match} and {@code parts}. Going to the form and back gives the same
 * condition.
 */
final class ConditionForm {

    private static final JsonMapper JSON = JsonMapper.builder()
            .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
            .build();

    private static final List<String> GROUPS = List.of("all", "any", "none");
    private static final List<String> AGGREGATES = List.of("any", "count", "sum", "latest");
    private static final List<String> TOUCHPOINT_LISTS = List.of("channel", "kind", "survey", "intercept");

    /** What people write as a list of values. */
    private static final List<String> LISTS = List.of("in", "notIn");

    private static final String PAIR = "between";

    private ConditionForm() {}

    /** A form with one test, nothing of which is filled in. */
    static ObjectNode empty() {
        ObjectNode root = JSON.createObjectNode().put("match", "all");
        root.putArray("parts").addObject().put("subject", "field").put("name", "email");
        return root;
    }

    /** Reads what a page sent. */
    static JsonNode read(String json) {
        return JSON.readTree(json);
    }

    /**
     * The form of a condition.
     *
     * @param json the canonical JSON of the condition
     */
    static ObjectNode of(String json) {
        return root(JSON.readTree(json), false);
    }

    /** A test that is alone stands in a group of its own, which is marked, so that it can become one again. */
    private static ObjectNode root(JsonNode condition, boolean ofEvent) {
        if (isGroup(condition)) {
            return part(condition, ofEvent);
        }

        ObjectNode group = JSON.createObjectNode().put("match", "all").put("bare", true);
        group.putArray("parts").add(part(condition, ofEvent));
        return group;
    }

    private static boolean isGroup(JsonNode condition) {
        return GROUPS.stream().anyMatch(group -> condition.path(group).isArray());
    }

    private static ObjectNode part(JsonNode condition, boolean ofEvent) {
        for (String group : GROUPS) {
            if (condition.path(group).isArray()) {
                ObjectNode form = JSON.createObjectNode().put("match", group);
                ArrayNode parts = form.putArray("parts");
                condition.path(group).forEach(one -> parts.add(part(one, ofEvent)));
                return form;
            }
        }

        return ofEvent ? event(condition) : test(condition);
    }

    private static ObjectNode event(JsonNode condition) {
        ObjectNode form = JSON.createObjectNode();
        copy(condition, "field", form, "field");
        operator(condition, form);
        return form;
    }

    private static ObjectNode test(JsonNode condition) {
        ObjectNode form = JSON.createObjectNode();
        if (condition.has("optedOut")) {
            form.put("subject", "optedOut");
            copy(condition, "list", form, "name");
            return form.set("values", texts(condition.path("optedOut")));
        }

        for (String subject : List.of("list", "segment")) {
            if (condition.has(subject)) {
                form.put("subject", subject);
                copy(condition, subject, form, "name");
                return form.put("operator", condition.has("isNot") ? "isNot" : "is");
            }
        }

        for (String events : List.of("transactions", "touchpoints")) {
            if (condition.has(events)) {
                form.put("subject", events);
                filter(condition.path(events), form);
                aggregate(condition, form);
                return form;
            }
        }

        String subject = condition.has("embedded") ? "embedded" : "field";
        form.put("subject", subject);
        copy(condition, subject, form, "name");
        operator(condition, form);
        return form;
    }

    private static void filter(JsonNode filter, ObjectNode form) {
        copy(filter, "withinLast", form, "withinLast");
        if (filter.has("where")) {
            form.set("where", root(filter.path("where"), true));
        }

        for (String list : TOUCHPOINT_LISTS) {
            if (filter.has(list)) {
                form.set(list, texts(filter.path(list)));
            }
        }
    }

    private static void aggregate(JsonNode condition, ObjectNode form) {
        for (String aggregate : AGGREGATES) {
            JsonNode value = condition.path(aggregate);
            if (value.isObject()) {
                form.put("aggregate", aggregate);
                copy(value, "field", form, "field");
                operator(value, form);
            }
        }
    }

    /** The form of the value, the operator, and what follows it. */
    private static void operator(JsonNode condition, ObjectNode form) {
        copy(condition, "as", form, "as");
        for (Map.Entry<String, JsonNode> entry : condition.properties()) {
            String key = entry.getKey();
            if (!key.equals("field") && !key.equals("embedded") && !key.equals("as")) {
                form.put("operator", key);
                form.set("values", texts(entry.getValue()));
            }
        }
    }

    private static ArrayNode texts(JsonNode value) {
        ArrayNode texts = JSON.createArrayNode();
        if (value.isArray()) {
            value.forEach(one -> texts.add(one.asString()));
        } else {
            texts.add(value.asString());
        }

        return texts;
    }

    private static void copy(JsonNode from, String key, ObjectNode to, String as) {
        if (from.has(key)) {
            to.put(as, from.path(key).asString());
        }
    }

    /** The condition that a form says, as JSON; what is missing in the form is missing there. */
    static JsonNode condition(JsonNode form) {
        return whole(form, false);
    }

    private static JsonNode whole(JsonNode group, boolean ofEvent) {
        JsonNode parts = group.path("parts");
        boolean alone = group.path("bare").asBoolean(false)
                && parts.size() == 1
                && group.path("match").asString("").equals("all")
                && !parts.path(0).has("match");
        return written(alone ? parts.path(0) : group, ofEvent);
    }

    private static ObjectNode written(JsonNode form, boolean ofEvent) {
        if (form.has("match")) {
            String match = form.path("match").asString("");
            ObjectNode group = JSON.createObjectNode();
            ArrayNode parts = group.putArray(GROUPS.contains(match) ? match : "all");
            form.path("parts").forEach(part -> parts.add(written(part, ofEvent)));
            return group;
        }

        return ofEvent ? writtenEvent(form) : writtenTest(form);
    }

    private static ObjectNode writtenEvent(JsonNode form) {
        ObjectNode event = JSON.createObjectNode().put("field", text(form, "field"));
        writeOperator(form, event);
        return event;
    }

    private static ObjectNode writtenTest(JsonNode form) {
        ObjectNode test = JSON.createObjectNode();
        String subject = text(form, "subject");
        switch (subject) {
            case "optedOut" -> {
                test.put("optedOut", value(form, 0));
                if (!text(form, "name").isEmpty()) {
                    test.put("list", text(form, "name"));
                }
            }
            case "list", "segment" -> {
                test.put(subject, text(form, "name"));
                String operator = text(form, "operator");
                if (!operator.isEmpty()) {
                    test.put(operator, "member");
                }
            }
            case "transactions", "touchpoints" -> {
                test.set(subject, writtenFilter(form, subject));
                writeAggregate(form, test);
            }
            case "field", "embedded" -> {
                test.put(subject, text(form, "name"));
                writeOperator(form, test);
            }
            default -> {
                // Names nothing to test: the reader of conditions says so.
            }
        }

        return test;
    }

    private static ObjectNode writtenFilter(JsonNode form, String subject) {
        ObjectNode filter = JSON.createObjectNode();
        if (subject.equals("transactions") && form.has("where")) {
            filter.set("where", whole(form.path("where"), true));
        }

        if (subject.equals("touchpoints")) {
            for (String list : TOUCHPOINT_LISTS) {
                if (!form.path(list).isEmpty()) {
                    filter.set(list, texts(form.path(list)));
                }
            }
        }

        if (!text(form, "withinLast").isEmpty()) {
            filter.put("withinLast", text(form, "withinLast"));
        }

        return filter;
    }

    private static void writeAggregate(JsonNode form, ObjectNode test) {
        String aggregate = text(form, "aggregate");
        if (aggregate.equals("any")) {
            test.put("any", value(form, 0));
        } else if (AGGREGATES.contains(aggregate)) {
            ObjectNode asked = test.putObject(aggregate);
            if (!aggregate.equals("count")) {
                asked.put("field", text(form, "field"));
            }

            writeOperator(form, asked);
        }
    }

    private static void writeOperator(JsonNode form, ObjectNode test) {
        if (!text(form, "as").isEmpty()) {
            test.put("as", text(form, "as"));
        }

        String operator = text(form, "operator");
        if (operator.isEmpty()) {
            return;
        }

        if (LISTS.contains(operator)) {
            test.set(operator, texts(form.path("values")));
        } else if (operator.equals(PAIR)) {
            test.putArray(operator).add(value(form, 0)).add(value(form, 1));
        } else if (operator.equals("isEmpty") || operator.equals("isNotEmpty")) {
            test.put(operator, "true");
        } else {
            test.put(operator, value(form, 0));
        }
    }

    private static String text(JsonNode form, String key) {
        return form.path(key).asString("");
    }

    private static String value(JsonNode form, int index) {
        return form.path("values").path(index).asString("");
    }
}
