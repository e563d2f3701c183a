package io.muster.extract.http;

import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.io.JsonStringEncoder;

/**
 * A JSON object as one row: an object in it becomes values {@code a.b}, an array its JSON text, null a blank; numbers
 * stay as they are written.
 */
final class JsonRecord {

    private final Map<String, String> values = new LinkedHashMap<>();
    private final int bound;
    private int length;
    private @Nullable String problem;

    private JsonRecord(int bound) {
        this.bound = bound;
    }

    /**
     * Reads the value at which the parser is, to its end.
     *
     * @param bound how many characters it may have
     */
    static JsonRecord read(JsonParser json, int bound) {
        JsonRecord read = new JsonRecord(bound);
        if (json.currentToken() == JsonToken.START_OBJECT) {
            read.object(json, "");
        } else {
            read.problem = "NO_OBJECT The record is no JSON object.";
            read.values.put("value", read.text(json));
        }
        return read;
    }

    /** The values by their names. */
    Map<String, String> values() {
        return values;
    }

    /** Why it is no row, as a code and a sentence; null when it is one. */
    @Nullable
    String problem() {
        return problem;
    }

    /** What of it could be read. */
    String raw() {
        StringBuilder raw = new StringBuilder("{");
        values.forEach((name, value) -> raw.append(raw.length() == 1 ? "" : ",")
                .append(quoted(name))
                .append(':')
                .append(quoted(value)));
        return printable(raw.append('}').toString());
    }

    /** Surrogates without a partner and NUL cannot be stored. */
    static String printable(String text) {
        StringBuilder printable = new StringBuilder(text);
        for (int i = 0; i < printable.length(); i++) {
            if (isLone(printable, i) || printable.charAt(i) == 0) {
                printable.setCharAt(i, '\uFFFD');
            }
        }
        return printable.toString();
    }

    private static boolean isLone(CharSequence text, int at) {
        char here = text.charAt(at);
        if (Character.isHighSurrogate(here)) {
            return at + 1 == text.length() || !Character.isLowSurrogate(text.charAt(at + 1));
        }
        return Character.isLowSurrogate(here) && (at == 0 || !Character.isHighSurrogate(text.charAt(at - 1)));
    }

    private void object(JsonParser json, String prefix) {
        Set<String> names = new HashSet<>();
        while (json.nextToken() == JsonToken.PROPERTY_NAME) {
            String name = json.currentName();
            if (!names.add(name)) {
                problem = "DUPLICATE_NAME The record has two values of one name.";
            }
            json.nextToken();
            if (json.currentToken() == JsonToken.START_OBJECT) {
                object(json, prefix + name + ".");
            } else {
                put(prefix + name, text(json));
            }
        }
    }

    private void put(String name, String value) {
        length += name.length() + value.length();
        if (length > bound) {
            problem = "RECORD_TOO_LONG The record is longer than %,d characters.".formatted(bound);
            return;
        }
        if (isBroken(name) || isBroken(value)) {
            problem = "BROKEN_TEXT The record holds NUL, or half of a character.";
        }
        if (values.putIfAbsent(name, value) != null && problem == null) {
            problem = "DUPLICATE_NAME The record has two values of one name.";
        }
    }

    private static boolean isBroken(String text) {
        for (int i = 0; i < text.length(); i++) {
            if (text.charAt(i) == 0 || isLone(text, i)) {
                return true;
            }
        }
        return false;
    }

    private String text(JsonParser json) {
        return switch (json.currentToken()) {
            case VALUE_NULL -> "";
            case START_ARRAY, START_OBJECT -> {
                StringBuilder text = new StringBuilder();
                append(json, text);
                yield text.toString();
            }
            default -> json.getString();
        };
    }

    private void append(JsonParser json, StringBuilder text) {
        switch (json.currentToken()) {
            case START_ARRAY -> {
                String before = "[";
                while (json.nextToken() != JsonToken.END_ARRAY) {
                    add(text, before);
                    append(json, text);
                    before = ",";
                }
                add(text, before.equals("[") ? "[]" : "]");
            }
            case START_OBJECT -> {
                Set<String> names = new HashSet<>();
                String before = "{";
                while (json.nextToken() == JsonToken.PROPERTY_NAME) {
                    if (!names.add(json.currentName())) {
                        problem = "DUPLICATE_NAME The record has two values of one name.";
                    }
                    add(text, before + quoted(json.currentName()) + ":");
                    json.nextToken();
                    append(json, text);
                    before = ",";
                }
                add(text, before.equals("{") ? "{}" : "}");
            }
            case VALUE_STRING -> add(text, quoted(json.getString()));
            default -> add(text, json.getString());
        }
    }

    /** What is beyond the bound is refused in the end, so there is no need to keep it. */
    private void add(StringBuilder text, String more) {
        if (text.length() <= bound) {
            text.append(more);
        }
    }

    private static String quoted(String text) {
        return "\"" + new String(JsonStringEncoder.getInstance().quoteAsCharArray(text)) + "\"";
    }
}
