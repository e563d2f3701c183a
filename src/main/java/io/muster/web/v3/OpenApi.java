package io.muster.web.v3;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;
import tools.jackson.dataformat.yaml.YAMLMapper;

/** The OpenAPI document of the API: one file for each group of calls, put together. */
final class OpenApi {

    private static final List<String> PARTS = List.of("base", "contacts", "segments", "imports", "files", "events");

    private OpenApi() {}

    /** The document. */
    static ObjectNode document() {
        ObjectNode all = JsonMapper.shared().createObjectNode();
        YAMLMapper yaml = YAMLMapper.builder().build();
        for (String part : PARTS) {
            String name = "/openapi/" + part + ".yaml";
            try (InputStream in = Objects.requireNonNull(OpenApi.class.getResourceAsStream(name), name)) {
                merge(all, (ObjectNode) yaml.readTree(in));
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        return all;
    }

    private static void merge(ObjectNode into, ObjectNode part) {
        for (Map.Entry<String, JsonNode> member : part.properties()) {
            if (into.get(member.getKey()) instanceof ObjectNode present
                    && member.getValue() instanceof ObjectNode more) {
                merge(present, more);
            } else {
                into.set(member.getKey(), member.getValue());
            }
        }
    }
}
