package io.muster.web.console.segments;

import java.util.Map;
import java.util.regex.Pattern;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Writes conditions as YAML for people: groups as lists, a line for each test. */
final class ConditionYaml {

    private static final JsonMapper JSON = JsonMapper.shared();

    /** What YAML takes for a text or a number without quotes, and no reader for nothing. */
    private static final Pattern PLAIN = Pattern.compile("-?[A-Za-z0-9_][A-Za-z0-9_.+-]*");

    private static final Pattern NOTHING = Pattern.compile("(?i)null");

    private final StringBuilder yaml = new StringBuilder();

    private ConditionYaml() {}

    /** The YAML of a condition as JSON; ends with a line break. */
    static String of(JsonNode condition) {
        ConditionYaml writer = new ConditionYaml();
        writer.block(condition, "");
        return writer.yaml.toString();
    }

    /** A group or a test, where a line has begun. */
    private void block(JsonNode condition, String indent) {
        Map.Entry<String, JsonNode> only =
                condition.size() == 1 ? condition.properties().iterator().next() : null;
        if (only == null || !only.getValue().isArray()) {
            flow(condition);
            yaml.append('\n');
            return;
        }

        yaml.append(only.getKey()).append(":");
        yaml.append(only.getValue().isEmpty() ? " []\n" : "\n");
        only.getValue().forEach(part -> {
            yaml.append(indent).append("  - ");
            block(part, indent + "    ");
        });
    }

    private void flow(JsonNode node) {
        if (node.isObject()) {
            String before = "{";
            for (Map.Entry<String, JsonNode> entry : node.properties()) {
                yaml.append(before).append(entry.getKey()).append(": ");
                flow(entry.getValue());
                before = ", ";
            }

            yaml.append(node.isEmpty() ? "{}" : "}");
        } else if (node.isArray()) {
            String before = "[";
            for (JsonNode one : node) {
                yaml.append(before);
                flow(one);
                before = ", ";
            }

            yaml.append(node.isEmpty() ? "[]" : "]");
        } else {
            scalar(node.asString());
        }
    }

    private void scalar(String text) {
        boolean plain = PLAIN.matcher(text).matches() && !NOTHING.matcher(text).matches();
        yaml.append(plain ? text : JSON.writeValueAsString(text));
    }
}
