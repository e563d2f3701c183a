package io.muster.extract.pick;

import io.muster.support.Refusal;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.json.JsonMapper;

/**
 * One JSON value, strictly read: UTF-8, one value and nothing after it, no name twice in an object, not deeper than 100 levels.
 *
 * @param root maps, lists, texts, numbers, truth values, or null
 */
public record JsonDocument(@Nullable Object root) {

    private static final int DEEPEST = 100;

    private static final JsonMapper JSON = JsonMapper.builder(JsonFactory.builder()
                    .streamReadConstraints(StreamReadConstraints.builder()
                            .maxNestingDepth(DEEPEST)
                            .build())
                    .build())
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
            .build();

    /** The text of bytes. */
    public static String text(byte[] bytes) {
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .onMalformedInput(CodingErrorAction.REPORT)
                    .onUnmappableCharacter(CodingErrorAction.REPORT)
                    .decode(ByteBuffer.wrap(bytes))
                    .toString();
        } catch (CharacterCodingException e) {
            throw bad("it is not UTF-8").causedBy(e);
        }
    }

    /**
     * Reads a JSON value.
     *
     * @throws Refusal when it is none
     */
    public static JsonDocument of(String text) {
        try {
            if (text.isBlank()) {
                throw bad("it is empty");
            }

            return new JsonDocument(JSON.readValue(text, Object.class));
        } catch (JacksonException e) {
            throw bad(reason(e)).causedBy(e);
        }
    }

    /** Without any text of the body. */
    private static String reason(JacksonException e) {
        String where = e.getLocation() == null
                ? ""
                : " at line %d, column %d"
                        .formatted(e.getLocation().getLineNr(), e.getLocation().getColumnNr());
        return "it is not valid JSON, or nested deeper than " + DEEPEST + " levels" + where;
    }

    private static Refusal bad(String reason) {
        return Refusal.invalid("BAD_JSON", "Cannot read the event: " + reason + ". Send one JSON value in UTF-8.");
    }
}
