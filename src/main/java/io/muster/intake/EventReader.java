package io.muster.intake;

import io.muster.directory.EventDates;
import io.muster.directory.FieldRules;
import io.muster.directory.TouchpointChannel;
import io.muster.directory.TouchpointKind;
import io.muster.directory.Verdict;
import io.muster.intercept.decide.Reference;
import io.muster.support.Fold;
import io.muster.support.PublicId;
import io.muster.support.Refusal;
import java.nio.charset.StandardCharsets;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Reads what is sent: one JSON object or a list of them. All of it is checked before any of it is accepted; what is wrong is
 * refused with the name of the field. Fields that are not known here are passed over, so that senders may be newer.
 */
public final class EventReader {

    /** The most displays, clicks or responses of one call. */
    public static final int MOST_EVENTS = 500;

    /** The most touchpoints of one call. */
    public static final int MOST_TOUCHPOINTS = 1_000;

    private static final JsonMapper MAPPER = JsonMapper.builder()
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            // Answers are kept as they are.
            .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
            .build();
    private static final Pattern ID = Pattern.compile("[0-9A-Za-z]{15}");
    private static final FieldRules RULES = new FieldRules(null);
    private static final EventDates DATES = new EventDates(ZoneOffset.UTC, null);
    private static final Set<TouchpointChannel> CHANNELS = EnumSet.of(TouchpointChannel.WEB, TouchpointChannel.APP);
    private static final Set<TouchpointKind> CLICKS = EnumSet.of(
            TouchpointKind.CLICKED, TouchpointKind.DISMISSED, TouchpointKind.STARTED, TouchpointKind.ANSWERED);

    private EventReader() {}

    /** Confirmed displays. */
    public static List<SentEvent> displays(byte[] body) {
        return read("the displays", body, MOST_EVENTS, call -> event(call, TouchpointKind.SHOWN));
    }

    /** What visitors did with what was displayed. */
    public static List<SentEvent> clicks(byte[] body) {
        return read("the clicks", body, MOST_EVENTS, call -> event(call, kind(call, CLICKS)));
    }

    /** Responses to surveys. */
    public static List<SentResponse> responses(byte[] body) {
        return read("the responses", body, MOST_EVENTS, EventReader::response);
    }

    /** Touchpoints that other systems report. */
    public static List<SentTouchpoint> touchpoints(byte[] body) {
        return read("the touchpoints", body, MOST_TOUCHPOINTS, EventReader::touchpoint);
    }

    /** Whether a body that could be read is a list. */
    public static boolean isList(byte[] body) {
        return new String(body, StandardCharsets.UTF_8).stripLeading().startsWith("[");
    }

    private static SentEvent event(Fields call, TouchpointKind kind) {
        return new SentEvent(
                call.valid("id", RULES::judgeTouchpointId),
                call.id("project", PublicId.PROJECT),
                call.id("intercept", PublicId.INTERCEPT),
                reference(call),
                call.text("sig"),
                at(call),
                channel(call),
                kind);
    }

    private static SentResponse response(Fields call) {
        return new SentResponse(
                call.valid("id", RULES::judgeTouchpointId),
                call.id("project", PublicId.PROJECT),
                call.id("intercept", PublicId.INTERCEPT),
                reference(call),
                call.text("sig"),
                survey(call),
                at(call),
                call.answers());
    }

    private static @Nullable String survey(Fields call) {
        String survey = call.text("survey");
        return survey == null || Fold.isBlank(survey) ? null : call.valid("survey", RULES::judgeTouchpointId);
    }

    private static SentTouchpoint touchpoint(Fields call) {
        String contact = call.text("contact");
        String reference = reference(call);
        if ((contact == null) == (reference == null)) {
            throw call.wrong("contact", "and ref: exactly one of them is to be given");
        }

        return new SentTouchpoint(
                call.valid("key", RULES::judgeEmbedded),
                call.required("directory"),
                contact == null ? null : call.id("contact", PublicId.CONTACT),
                reference,
                TouchpointChannel.of(call.valid("channel", RULES::judgeChannel)).orElseThrow(),
                kind(call, EnumSet.allOf(TouchpointKind.class)),
                survey(call),
                at(call));
    }

    private static TouchpointKind kind(Fields call, Set<TouchpointKind> allowed) {
        return TouchpointKind.of(call.required("kind"))
                .filter(allowed::contains)
                .orElseThrow(() -> call.wrong(
                        "kind",
                        "is none of "
                                + String.join(
                                        ", ",
                                        allowed.stream()
                                                .map(TouchpointKind::word)
                                                .toList())));
    }

    /** The web when it is not given. */
    private static TouchpointChannel channel(Fields call) {
        String word = call.text("channel");
        return word == null
                ? TouchpointChannel.WEB
                : TouchpointChannel.of(word)
                        .filter(CHANNELS::contains)
                        .orElseThrow(() -> call.wrong("channel", "is none of web, app"));
    }

    private static @Nullable String reference(Fields call) {
        String text = call.text("ref");
        if (text == null) {
            return null;
        }

        Reference reference = new Reference();
        return switch (reference.of(text)) {
            case PRESENT -> reference.toString();
            case BLANK -> null;
            case INVALID -> throw call.invalidReference();
        };
    }

    /** ISO 8601, in UTC without an offset, or a number of milliseconds. */
    private static @Nullable Long at(Fields call) {
        String text = call.text("at");
        if (text == null) {
            return null;
        }

        if (call.isNumber("at")) {
            return Long.parseLong(call.number("at"));
        }

        if (DATES.judge(text) instanceof Verdict.Valid valid) {
            return Long.parseLong(valid.value());
        }

        throw call.wrong("at", "is no time as ISO 8601, such as 2026-12-01T09:30:00Z");
    }

    /** The fields of a body that is one object. */
    static Fields one(String what, byte[] body) {
        return new Fields(what, "", json(what, body));
    }

    private static JsonNode json(String what, byte[] body) {
        try {
            return MAPPER.readTree(body);
        } catch (JacksonException e) {
            throw Refusal.invalid("INVALID", "Cannot accept " + what + ": the body is not JSON.");
        }
    }

    private static <T> List<T> read(String what, byte[] body, int most, Function<Fields, T> reader) {
        JsonNode json = json(what, body);
        if (!json.isArray()) {
            return List.of(reader.apply(new Fields(what, "", json)));
        }

        if (json.size() > most) {
            throw Refusal.invalid(
                    "TOO_MANY",
                    "Cannot accept %s: the list has %d, more than %d. Send them in several calls."
                            .formatted(what, json.size(), most));
        }

        List<T> read = new ArrayList<>(json.size());
        for (int i = 0; i < json.size(); i++) {
            read.add(reader.apply(new Fields(what, "[" + i + "].", json.get(i))));
        }

        return read;
    }

    /** The fields of one of what is sent. */
    record Fields(String what, String path, JsonNode json) {

        Fields {
            if (!json.isObject()) {
                throw Refusal.invalid(
                        "INVALID",
                        "Cannot accept %s: %s is no JSON object."
                                .formatted(
                                        what,
                                        path.isEmpty()
                                                ? "the body"
                                                : "what is at " + path.substring(0, path.length() - 1)));
            }
        }

        Refusal wrong(String field, String reason) {
            return Refusal.invalid("INVALID", "Cannot accept %s: %s%s %s.".formatted(what, path, field, reason))
                    .with("field", path + field);
        }

        Refusal invalidReference() {
            return wrong("ref", "is longer than 255 characters, has control characters, or is not UTF-8");
        }

        boolean isNumber(String field) {
            return json.path(field).isIntegralNumber();
        }

        String number(String field) {
            if (!json.path(field).canConvertToLong()) {
                throw wrong(field, "is no time");
            }

            return json.path(field).asString();
        }

        /** A whole number counts as text. */
        @Nullable
        String text(String field) {
            JsonNode value = json.path(field);
            if (value.isMissingNode() || value.isNull()) {
                return null;
            }

            if (value.isString() || value.isIntegralNumber()) {
                return value.asString();
            }

            throw wrong(field, "is no text");
        }

        String answers() {
            JsonNode value = json.path("answers");
            if (!value.isObject()) {
                throw wrong("answers", "is no JSON object");
            }

            Answers answers = new Answers();
            for (Map.Entry<String, JsonNode> answer : value.properties()) {
                answers.add(answer).ifPresent(reason -> {
                    throw wrong("answers." + answer.getKey(), reason);
                });
            }

            return answers.json();
        }

        String required(String field) {
            String text = text(field);
            if (text == null || Fold.isBlank(text)) {
                throw wrong(field, "is missing");
            }

            return text;
        }

        String valid(String field, Function<String, Verdict> judge) {
            return switch (judge.apply(required(field))) {
                case Verdict.Valid valid -> valid.value();
                case Verdict.Invalid invalid ->
                    throw Refusal.invalid(
                                    invalid.code(),
                                    "Cannot accept %s: %s%s is wrong. %s"
                                            .formatted(what, path, field, invalid.reason()))
                            .with("field", path + field);
                case Verdict.Blank ignored -> throw wrong(field, "is missing");
            };
        }

        String id(String field, PublicId kind) {
            String text = required(field);
            if (text.startsWith(kind.prefix())
                    && ID.matcher(text.substring(kind.prefix().length())).matches()) {
                return text;
            }

            throw wrong(field, "is no id: " + kind.prefix() + " and 15 letters and digits");
        }
    }
}
