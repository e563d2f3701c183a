package io.muster.intake;

import io.muster.support.Fold;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Optional;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** The answers of a response: texts, numbers, truth values and lists of texts by name. What is null was not answered. */
final class Answers {

    /** The most characters of a name. */
    static final int MOST_NAME = 200;

    private final ObjectNode kept = JsonMapper.shared().createObjectNode();

    /** Adds an answer; empty when it is kept, else what is wrong with it. */
    Optional<String> add(Map.Entry<String, JsonNode> answer) {
        String name = text(answer.getKey());
        if (Fold.isBlank(name) || name.codePointCount(0, name.length()) > MOST_NAME) {
            return Optional.of("has a name that is blank, or longer than " + MOST_NAME + " characters");
        }

        JsonNode value = answer.getValue();
        if (value.isString()) {
            kept.put(name, text(value.asString()));
        } else if (value.isNumber() || value.isBoolean()) {
            kept.set(name, value);
        } else if (value.isArray() && value.valueStream().allMatch(JsonNode::isString)) {
            ArrayNode texts = kept.putArray(name);
            value.forEach(one -> texts.add(text(one.asString())));
        } else if (!value.isNull()) {
            return Optional.of("is no text, number, truth value or list of texts");
        }

        return Optional.empty();
    }

    /** A page may cut a text within a character: what is left of that is none. */
    private static String text(String sent) {
        return new String(sent.getBytes(StandardCharsets.UTF_8), StandardCharsets.UTF_8);
    }

    /** All that were kept, as a JSON object in the order in which they came. */
    String json() {
        return kept.toString();
    }
}
