package io.muster.cli;

import tools.jackson.core.StreamWriteFeature;
import tools.jackson.databind.MapperFeature;
import tools.jackson.databind.json.JsonMapper;

/** How answers look as JSON. */
final class Json {

    private Json() {}

    /** Keys in the order of the record's components, absent values as null, times as ISO-8601. */
    static JsonMapper mapper() {
        return JsonMapper.builder()
                .disable(MapperFeature.SORT_PROPERTIES_ALPHABETICALLY)
                .disable(StreamWriteFeature.AUTO_CLOSE_TARGET)
                .build();
    }
}
