package io.muster.directory;

import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.ObjectReader;
import tools.jackson.databind.json.JsonMapper;

/**
 * Embedded data as it is stored: one compact JSON object, its keys in code point order, everything beyond ASCII
 * unescaped. Equal data has equal text, so that two contacts compare without reading it.
 */
public final class EmbeddedJson {

    private static final ObjectReader ANY_FORM = JsonMapper.shared().readerFor(JsonNode.class);
    private static final char[] HEX = "0123456789ABCDEF".toCharArray();

    private EmbeddedJson() {}

    /** The stored form; null when there is no data. */
    public static @Nullable String write(Map<String, String> embedded) {
        if (embedded.isEmpty()) {
            return null;
        }

        StringBuilder json = new StringBuilder(32 * embedded.size());
        char before = '{';
        for (Map.Entry<String, String> entry : sorted(embedded).entrySet()) {
            json.append(before);
            appendText(json, entry.getKey());
            json.append(':');
            appendText(json, entry.getValue());
            before = ',';
        }

        return json.append('}').toString();
    }

    /** The data in the order of its names; empty for null. Reads any form of a JSON object of texts. */
    public static SortedMap<String, String> read(@Nullable String json) {
        SortedMap<String, String> embedded = new TreeMap<>(CodePointOrder.INSTANCE);
        if (json != null && !new Scanner(json).readInto(embedded)) {
            embedded.clear();
            readAnyForm(json, embedded);
        }

        return embedded;
    }

    /** Appends a text as a JSON string. */
    public static void appendText(StringBuilder json, String text) {
        json.append('"');
        int length = text.length();
        int plain = 0;
        for (int i = 0; i < length; i++) {
            char c = text.charAt(i);
            if (c < ' ' || c == '"' || c == '\\') {
                json.append(text, plain, i);
                appendEscape(json, c);
                plain = i + 1;
            }
        }

        json.append(text, plain, length).append('"');
    }

    private static void appendEscape(StringBuilder json, char c) {
        json.append('\\');
        switch (c) {
            case '"', '\\' -> json.append(c);
            case '\b' -> json.append('b');
            case '\t' -> json.append('t');
            case '\n' -> json.append('n');
            case '\f' -> json.append('f');
            case '\r' -> json.append('r');
            default -> json.append("u00").append(HEX[c >> 4]).append(HEX[c & 0xF]);
        }
    }

    private static SortedMap<String, String> sorted(Map<String, String> embedded) {
        if (embedded instanceof SortedMap<String, String> map && map.comparator() == CodePointOrder.INSTANCE) {
            return map;
        }

        SortedMap<String, String> sorted = new TreeMap<>(CodePointOrder.INSTANCE);
        sorted.putAll(embedded);
        return sorted;
    }

    private static void readAnyForm(String json, SortedMap<String, String> embedded) {
        try {
            JsonNode root = ANY_FORM.readValue(json);
            if (!root.isObject()) {
                throw new IllegalArgumentException("Invalid embedded data: no JSON object");
            }

            root.properties()
                    .forEach(entry ->
                            embedded.put(entry.getKey(), entry.getValue().asString()));
        } catch (JacksonException e) {
            // Its message would show the data.
            throw new IllegalArgumentException("Invalid embedded data: no JSON");
        }
    }

    /** Reads the stored form; says so when the text has another. */
    private static final class Scanner {

        private final String json;
        private int at;

        Scanner(String json) {
            this.json = json;
        }

        boolean readInto(SortedMap<String, String> embedded) {
            if (!take('{')) {
                return false;
            }

            if (take('}')) {
                return at == json.length();
            }

            do {
                String name = text();
                if (name == null || !take(':')) {
                    return false;
                }

                String value = text();
                if (value == null) {
                    return false;
                }

                embedded.put(name, value);
            } while (take(','));

            return take('}') && at == json.length();
        }

        private boolean take(char c) {
            if (at < json.length() && json.charAt(at) == c) {
                at++;
                return true;
            }

            return false;
        }

        private @Nullable String text() {
            if (!take('"')) {
                return null;
            }

            int start = at;
            StringBuilder unescaped = null;
            while (at < json.length()) {
                char c = json.charAt(at++);
                if (c == '"') {
                    return unescaped == null
                            ? json.substring(start, at - 1)
                            : unescaped.append(json, start, at - 1).toString();
                }

                if (c < ' ') {
                    return null;
                }

                if (c == '\\') {
                    unescaped = unescaped == null ? new StringBuilder(64) : unescaped;
                    unescaped.append(json, start, at - 1);
                    if (!unescape(unescaped)) {
                        return null;
                    }

                    start = at;
                }
            }

            return null;
        }

        private boolean unescape(StringBuilder unescaped) {
            char c = at < json.length() ? json.charAt(at++) : 0;
            switch (c) {
                case '"', '\\', '/' -> unescaped.append(c);
                case 'b' -> unescaped.append('\b');
                case 't' -> unescaped.append('\t');
                case 'n' -> unescaped.append('\n');
                case 'f' -> unescaped.append('\f');
                case 'r' -> unescaped.append('\r');
                case 'u' -> {
                    int unit = 0;
                    for (int end = at + 4; at < end; at++) {
                        int digit = at < json.length() ? Character.digit(json.charAt(at), 16) : -1;
                        if (digit < 0) {
                            return false;
                        }

                        unit = unit << 4 | digit;
                    }

                    unescaped.append((char) unit);
                }
                default -> {
                    return false;
                }
            }

            return true;
        }
    }
}
