package io.muster.app;

import io.muster.directory.EmbeddedJson;
import io.muster.directory.SurveyResponse;
import io.muster.support.Ids;
import io.muster.support.PublicId;
import java.time.Instant;
import java.util.Map;
import java.util.SortedMap;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.type.TypeReference;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.json.JsonMapper;

/**
 * A response as it is shown, in this order of keys.
 *
 * @param id its id, as its sender gives it
 * @param contact the id of its contact; null when it has none
 * @param survey null when neither the response nor its intercept names one
 * @param verified whether a token or a signature vouched for it
 * @param answers texts, numbers, truth values and lists of texts
 * @param embeddedData what it took along of its contact
 */
public record ResponseView(
        String id,
        String intercept,
        @Nullable String contact,
        @Nullable String survey,
        String at,
        boolean verified,
        Map<String, Object> answers,
        SortedMap<String, String> embeddedData) {

    // Numbers are shown as they were sent.
    private static final JsonMapper JSON = JsonMapper.builder()
            .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
            .build();

    static ResponseView of(SurveyResponse response, Ids ids) {
        Integer directory = response.directory();
        Long contact = response.contact();
        return new ResponseView(
                response.id(),
                ids.of(PublicId.INTERCEPT, response.intercept()),
                directory == null || contact == null ? null : ids.contact(directory, contact),
                response.survey(),
                Instant.ofEpochMilli(response.happenedAt()).toString(),
                response.verified(),
                answers(response),
                EmbeddedJson.read(response.embedded()));
    }

    /** What was answered, in the order in which it was sent. */
    static Map<String, Object> answers(SurveyResponse response) {
        return JSON.readValue(response.answers(), new TypeReference<Map<String, Object>>() {});
    }
}
