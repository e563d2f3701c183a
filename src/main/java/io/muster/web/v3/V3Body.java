package io.muster.web.v3;

import io.muster.support.Fold;
import java.math.BigDecimal;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * The object that a caller sent. Null, blank texts and empty objects count as not sent, since clients send all they know of;
 * members that nobody asks for are passed over.
 */
final class V3Body {

    private static final int LONGEST_PLAIN = 400;

    private final ObjectNode object;
    private final String place;

    private V3Body(ObjectNode object, String place) {
        this.object = object;
        this.place = place;
    }

    static V3Body of(ObjectNode object) {
        return new V3Body(object, "");
    }

    /** An object within another body; its members are named with the place before. */
    static V3Body within(String place, ObjectNode object) {
        return new V3Body(object, place + ".");
    }

    /** A member as it was sent; null when it was not. */
    @Nullable
    JsonNode member(String name) {
        JsonNode value = object.get(name);
        if (value == null
                || value.isNull()
                || (value.isString() && Fold.trim(value.asString()).isEmpty())
                || (value.isObject() && value.isEmpty())) {
            return null;
        }

        return value;
    }

    /** A text without outer white space. */
    Optional<String> text(String name) {
        JsonNode value = member(name);
        if (value != null && !value.isString()) {
            throw V3Exception.badField(place + name, "is no text");
        }

        return Optional.ofNullable(value).map(text -> Fold.trim(text.asString()));
    }

    Optional<Boolean> flag(String name) {
        JsonNode value = member(name);
        if (value != null && !value.isBoolean()) {
            throw V3Exception.badField(place + name, "is neither true nor false");
        }

        return Optional.ofNullable(value).map(JsonNode::asBoolean);
    }

    Optional<V3Body> object(String name) {
        JsonNode value = member(name);
        if (value == null) {
            return Optional.empty();
        }

        if (value instanceof ObjectNode member) {
            return Optional.of(within(place + name, member));
        }

        throw V3Exception.badField(place + name, "is no object");
    }

    /** Texts by their names: of a member whose values are texts, numbers or booleans. */
    Map<String, String> texts(String name) {
        return object(name).map(V3Body::texts).orElse(Map.of());
    }

    /** Texts by their names, of this object. */
    Map<String, String> texts() {
        Map<String, String> texts = new LinkedHashMap<>();
        for (Map.Entry<String, JsonNode> member : object.properties()) {
            JsonNode value = member(member.getKey());
            if (value == null) {
                continue;
            }

            if (value.isContainer()) {
                throw V3Exception.badField(place + member.getKey(), "is no text, number, true or false");
            }

            texts.put(member.getKey(), text(value));
        }

        return texts;
    }

    /** The text of a number, true, false or text: {@code 7}, {@code 12.5}, {@code true}. */
    static String text(JsonNode value) {
        if (value.isNumber()) {
            BigDecimal number = value.decimalValue();
            return number.precision() + Math.abs((long) number.scale()) > LONGEST_PLAIN
                    ? number.toString()
                    : number.toPlainString();
        }

        return value.asString();
    }

    /** All of it. */
    ObjectNode node() {
        return object;
    }
}
