package io.muster.evaluator;

import io.muster.intercept.decide.DecisionCall;
import io.muster.intercept.decide.PageTest.Device;
import io.muster.intercept.decide.Percentage;
import io.muster.intercept.decide.Reference.Form;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Reads what a call asks, from its query or its body. It is used again for each call; the reference goes byte by byte from
 * the query into its place.
 */
final class Call {

    /** The most projects of one call. */
    static final int MOST_PROJECTS = 20;

    private static final int MOST_INTERCEPTS = 200;
    private static final int ID_LENGTH = 18;
    private static final int MOST_DRAW_DIGITS = 4;
    private static final JsonMapper MAPPER = JsonMapper.builder()
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .build();

    private final DecisionCall decision = new DecisionCall();
    private final List<String> projects = new ArrayList<>();
    private final List<String> intercepts = new ArrayList<>();
    private final List<String> seen = new ArrayList<>();
    private byte[] decoded = new byte[256];
    private int decodedLength;

    /** What is asked, ready to be decided about. */
    DecisionCall decision() {
        return decision;
    }

    /** The projects asked about, each once, in the order of the call. */
    List<String> projects() {
        return projects;
    }

    /** The intercepts asked about, each once; empty for all. */
    List<String> intercepts() {
        return intercepts;
    }

    private void begin(long now) {
        decision.at(now);
        projects.clear();
        intercepts.clear();
        seen.clear();
    }

    private void end() throws BadCallException {
        if (projects.isEmpty()) {
            throw BadCallException.invalid("project", "is missing");
        }
    }

    /** Reads a query, from behind the question mark. */
    void ofQuery(String uri, int from, long now) throws BadCallException {
        begin(now);
        int at = from;
        while (at < uri.length()) {
            int end = uri.indexOf('&', at);
            end = end < 0 ? uri.length() : end;
            int equals = uri.indexOf('=', at);
            equals = equals < 0 || equals > end ? end : equals;
            parameter(uri, at, equals, Math.min(equals + 1, end), end);
            at = end + 1;
        }

        end();
    }

    private void parameter(String uri, int name, int nameEnd, int from, int to) throws BadCallException {
        if (is("project", uri, name, nameEnd)) {
            project(text("project", uri, from, to));
        } else if (is("ref", uri, name, nameEnd)) {
            once("ref");
            decode("ref", uri, from, to);
            decision.reference().begin();
            for (int i = 0; i < decodedLength; i++) {
                decision.reference().append(decoded[i]);
            }

            accept(decision.referenceWritten());
        } else if (is("intercept", uri, name, nameEnd)) {
            intercept(text("intercept", uri, from, to));
        } else if (is("sig", uri, name, nameEnd)) {
            once("sig");
            decision.signature(text("sig", uri, from, to));
        } else if (is("url", uri, name, nameEnd)) {
            once("url");
            decision.url(text("url", uri, from, to));
        } else if (is("device", uri, name, nameEnd)) {
            once("device");
            device(text("device", uri, from, to));
        } else if (is("draw", uri, name, nameEnd)) {
            once("draw");
            draw(text("draw", uri, from, to));
        }
    }

    private static boolean is(String word, String uri, int from, int to) {
        return to - from == word.length() && uri.startsWith(word, from);
    }

    private void once(String field) throws BadCallException {
        if (seen.contains(field)) {
            throw BadCallException.invalid(field, "is given twice");
        }

        seen.add(field);
    }

    private String text(String field, String uri, int from, int to) throws BadCallException {
        decode(field, uri, from, to);
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(decoded, 0, decodedLength))
                    .toString();
        } catch (CharacterCodingException e) {
            throw BadCallException.invalid(field, "is not UTF-8");
        }
    }

    /** Takes percent signs and plus signs away. Each character of the line is one byte as it was sent. */
    private void decode(String field, String uri, int from, int to) throws BadCallException {
        if (decoded.length < to - from) {
            decoded = Arrays.copyOf(decoded, to - from);
        }

        int length = 0;
        for (int i = from; i < to; i++) {
            char c = uri.charAt(i);
            if (c == '%') {
                int high = hex(uri, i + 1, to);
                int low = hex(uri, i + 2, to);
                if (high < 0 || low < 0) {
                    throw BadCallException.invalid(field, "has a percent sign without two hexadecimal digits");
                }

                decoded[length++] = (byte) (high << 4 | low);
                i += 2;
            } else {
                decoded[length++] = (byte) (c == '+' ? ' ' : c);
            }
        }

        decodedLength = length;
    }

    private static int hex(String uri, int at, int to) {
        // Digits of other scripts are none here.
        return at < to && uri.charAt(at) < 0x80 ? Character.digit(uri.charAt(at), 16) : -1;
    }

    /** Reads a body. */
    void ofBody(byte[] body, long now) throws BadCallException {
        begin(now);
        JsonNode json;
        try {
            json = MAPPER.readTree(body);
        } catch (JacksonException e) {
            throw BadCallException.invalidBody("is not JSON");
        }

        if (!json.isObject()) {
            throw BadCallException.invalidBody("is no JSON object");
        }

        for (String id : texts(json, "project")) {
            project(id);
        }

        for (String id : texts(json, "intercept")) {
            intercept(id);
        }

        String reference = text(json, "ref");
        accept(reference == null ? Form.BLANK : decision.reference(reference));
        decision.signature(text(json, "sig"));
        decision.url(text(json, "url"));
        String device = text(json, "device");
        if (device != null) {
            device(device);
        }

        String draw = text(json, "draw");
        if (draw != null) {
            draw(draw);
        }

        end();
    }

    private static List<String> texts(JsonNode json, String field) throws BadCallException {
        JsonNode value = json.path(field);
        if (!value.isArray()) {
            String text = text(json, field);
            return text == null ? List.of() : List.of(text);
        }

        List<String> texts = new ArrayList<>();
        for (JsonNode one : value) {
            if (!one.isString()) {
                throw BadCallException.invalid(field, "holds something that is no text");
            }

            texts.add(one.stringValue());
        }

        return texts;
    }

    /** A whole number counts as text. */
    private static @Nullable String text(JsonNode json, String field) throws BadCallException {
        JsonNode value = json.path(field);
        if (value.isMissingNode() || value.isNull()) {
            return null;
        }

        if (value.isString()) {
            return value.stringValue();
        }

        if (value.isIntegralNumber()) {
            return value.asString();
        }

        throw BadCallException.invalid(field, "is no text");
    }

    private static void accept(Form form) throws BadCallException {
        if (form == Form.INVALID) {
            throw BadCallException.invalid(
                    "ref", "is longer than 255 characters, has control characters, or is not UTF-8");
        }
    }

    private void project(String id) throws BadCallException {
        checkId("project", "ZN_", id);
        if (!projects.contains(id)) {
            projects.add(id);
            if (projects.size() > MOST_PROJECTS) {
                throw BadCallException.invalid("project", "is given more than " + MOST_PROJECTS + " times");
            }
        }
    }

    private void intercept(String id) throws BadCallException {
        checkId("intercept", "SI_", id);
        if (!intercepts.contains(id)) {
            intercepts.add(id);
            decision.intercept(id);
            if (intercepts.size() > MOST_INTERCEPTS) {
                throw BadCallException.invalid("intercept", "is given more than " + MOST_INTERCEPTS + " times");
            }
        }
    }

    private static void checkId(String field, String prefix, String id) throws BadCallException {
        boolean right = id.length() == ID_LENGTH && id.startsWith(prefix);
        for (int i = prefix.length(); right && i < ID_LENGTH; i++) {
            char c = id.charAt(i);
            right = (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
        }

        if (!right) {
            throw BadCallException.invalid(field, "is no id: " + prefix + " and 15 letters and digits");
        }
    }

    private void device(String word) throws BadCallException {
        for (Device device : Device.values()) {
            if (device.word().equals(word)) {
                decision.device(device);
                return;
            }
        }

        throw BadCallException.invalid("device", "is none of mobile, tablet, desktop");
    }

    private void draw(String text) throws BadCallException {
        int number = -1;
        if (!text.isEmpty() && text.length() <= MOST_DRAW_DIGITS) {
            number = 0;
            for (int i = 0; i < text.length() && number >= 0; i++) {
                char c = text.charAt(i);
                number = c >= '0' && c <= '9' ? number * 10 + (c - '0') : -1;
            }
        }

        if (number < 0 || number >= Percentage.WHOLE) {
            throw BadCallException.invalid("draw", "is no number from 0 to 9999");
        }

        decision.draw(number);
    }
}
