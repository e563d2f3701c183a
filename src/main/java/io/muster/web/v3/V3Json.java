package io.muster.web.v3;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import tools.jackson.core.JacksonException;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** Reads JSON that anybody may have sent. */
final class V3Json {

    private static final int DEEPEST = 100;

    private static final JsonMapper MAPPER = JsonMapper.builder(JsonFactory.builder()
                    .streamReadConstraints(StreamReadConstraints.builder()
                            .maxNestingDepth(DEEPEST)
                            .maxNumberLength(400)
                            .build())
                    .build())
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
            .build();

    private V3Json() {}

    /** The object that a body is; an error for anything else. */
    static ObjectNode object(byte[] body) {
        if (value(body) instanceof ObjectNode object) {
            return object;
        }

        throw bad("is no object");
    }

    /** The value that a body is, whatever it is. */
    static JsonNode value(byte[] body) {
        try {
            String text = StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(body))
                    .toString();
            JsonNode node = MAPPER.readTree(text);
            if (node == null || node.isMissingNode()) {
                throw bad("is empty");
            }

            return node;
        } catch (CharacterCodingException e) {
            throw bad("is not UTF-8");
        } catch (JacksonException e) {
            throw bad("is no JSON, is nested deeper than 100, has a number that is too long or a member twice");
        }
    }

    private static V3Exception bad(String reason) {
        return V3Exception.bad("BAD_JSON", "Cannot read the body: it %s. Send a JSON object.".formatted(reason));
    }
}
