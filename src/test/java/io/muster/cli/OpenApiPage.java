package io.muster.cli;

import java.io.IOException;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.dataformat.yaml.YAMLMapper;

/** A page in OpenAPI, and whether values are as it says. It may use no more of JSON Schema than is known here. */
final class OpenApiPage {

    private static final Set<String> KEYWORDS = Set.of(
            "$ref",
            "description",
            "enum",
            "items",
            "maxItems",
            "maxLength",
            "maximum",
            "minLength",
            "minimum",
            "pattern",
            "properties",
            "required",
            "type");

    private final JsonNode page;

    private OpenApiPage(JsonNode page) {
        this.page = page;
    }

    static OpenApiPage read(Path file) throws IOException {
        return new OpenApiPage(new YAMLMapper().readTree(Files.readString(file)));
    }

    /** A call of the page, by its address. */
    record Operation(String path, JsonNode description) {

        JsonNode schema() {
            return description.at("/requestBody/content/application~1json/schema");
        }

        List<JsonNode> examples() {
            List<JsonNode> examples = new ArrayList<>();
            description
                    .at("/requestBody/content/application~1json/examples")
                    .forEach(example -> examples.add(example.get("value")));
            return examples;
        }

        boolean names(int status) {
            return description.path("responses").has(Integer.toString(status));
        }
    }

    String version() {
        return page.path("openapi").asString();
    }

    List<Operation> operations() {
        return page.path("paths").properties().stream()
                .map(path -> new Operation(path.getKey(), path.getValue().get("post")))
                .toList();
    }

    /** The body that the page promises with a status. */
    JsonNode answer(Operation operation, int status) {
        JsonNode response = operation.description().path("responses").path(Integer.toString(status));
        return resolved(response).at("/content/application~1json/schema");
    }

    /** What is behind a reference to another place of the page. */
    JsonNode resolved(JsonNode node) {
        JsonNode reference = node.path("$ref");
        if (reference.isMissingNode()) {
            return node;
        }

        JsonNode target = page.at(reference.asString().substring(1));
        if (target.isMissingNode()) {
            throw new AssertionError("the page refers to " + reference + ", which is not there");
        }

        return resolved(target);
    }

    /** The object that a body is, or has in its list. */
    JsonNode object(JsonNode schema) {
        JsonNode resolved = resolved(schema);
        return resolved.has("items") ? object(resolved.get("items")) : resolved;
    }

    /** What is wrong with a value, with its place; a field that the page does not name is wrong as well. */
    List<String> problems(JsonNode schema, JsonNode value) {
        List<String> problems = new ArrayList<>();
        check(schema, value, "", problems);
        return problems;
    }

    private void check(JsonNode unresolved, JsonNode value, String place, List<String> problems) {
        JsonNode schema = resolved(unresolved);
        Set<String> unknown = new TreeSet<>(schema.propertyNames());
        unknown.removeAll(KEYWORDS);
        if (schema.isEmpty() || !unknown.isEmpty()) {
            throw new AssertionError("a schema of the page cannot be judged by: " + schema);
        }

        if (!isOfType(schema.get("type"), value)) {
            problems.add("%s is %s, not %s".formatted(place, value, schema.get("type")));
            return;
        }

        if (schema.has("enum") && !contains(schema.get("enum"), value)) {
            problems.add("%s is %s, none of %s".formatted(place, value, schema.get("enum")));
        }

        if (value.isString()) {
            text(schema, value.asString(), place, problems);
        } else if (value.isNumber()) {
            BigDecimal number = value.decimalValue();
            if ((schema.has("minimum") && number.compareTo(schema.get("minimum").decimalValue()) < 0)
                    || (schema.has("maximum")
                            && number.compareTo(schema.get("maximum").decimalValue()) > 0)) {
                problems.add("%s is %s".formatted(place, number));
            }
        } else if (value.isArray()) {
            for (int i = 0; i < value.size(); i++) {
                check(schema.get("items"), value.get(i), place + "[" + i + "]", problems);
            }
        } else if (value.isObject()) {
            object(schema, value, place, problems);
        }
    }

    private void object(JsonNode schema, JsonNode value, String place, List<String> problems) {
        schema.path("required").forEach(name -> {
            if (!value.has(name.asString())) {
                problems.add("%s.%s is missing".formatted(place, name.asString()));
            }
        });
        value.properties().forEach(field -> {
            JsonNode property = schema.path("properties").path(field.getKey());
            String at = place + "." + field.getKey();
            if (property.isMissingNode()) {
                problems.add(at + " is not on the page");
            } else {
                check(property, field.getValue(), at, problems);
            }
        });
    }

    private static void text(JsonNode schema, String text, String place, List<String> problems) {
        int length = text.codePointCount(0, text.length());
        if (length < schema.path("minLength").asInt(0)
                || length > schema.path("maxLength").asInt(Integer.MAX_VALUE)
                || !Pattern.compile(schema.path("pattern").asString(""))
                        .matcher(text)
                        .find()) {
            problems.add("%s is '%s'".formatted(place, text));
        }
    }

    private static boolean isOfType(@Nullable JsonNode type, JsonNode value) {
        if (type == null) {
            return true;
        }

        if (type.isArray()) {
            return type.valueStream().anyMatch(one -> isOfType(one, value));
        }

        return switch (type.asString()) {
            case "object" -> value.isObject();
            case "array" -> value.isArray();
            case "string" -> value.isString();
            case "integer" -> value.isIntegralNumber();
            case "boolean" -> value.isBoolean();
            case "null" -> value.isNull();
            default -> throw new AssertionError("no type: " + type.asString().toUpperCase(Locale.ROOT));
        };
    }

    private static boolean contains(JsonNode list, JsonNode value) {
        return list.valueStream().anyMatch(value::equals);
    }
}
