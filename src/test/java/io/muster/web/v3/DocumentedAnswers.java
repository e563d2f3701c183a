package io.muster.web.v3;

import static org.assertj.core.api.Assertions.assertThat;

import com.networknt.schema.Error;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Pattern;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** Holds answers against the OpenAPI document: no member that is not documented, none missing, each of its type. */
final class DocumentedAnswers {

    private static final String SCHEMA = "#/components/schemas/";

    private final ObjectNode document = OpenApi.document();
    private final SchemaRegistry registry = SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12);
    private final Map<String, Schema> schemas = new ConcurrentHashMap<>();

    /** Fails when an answer is not as it is documented; answers to calls that only tests know are left alone. */
    void check(String method, String address, int status, String text) {
        String path = V3Paths.plain(address.replaceFirst("[?].*", ""));
        if (!V3Paths.isOurs(path) || path.contains("/probe") || method.equals("HEAD") || method.equals("TRACE")) {
            return;
        }

        String schema = status >= 400
                ? path.equals(V3Paths.TOKEN) ? "OauthError" : "Error"
                : operation(method, path)
                        .map(operation -> schema(operation, status))
                        .orElseThrow(() -> new AssertionError("Not documented: " + method + " " + path));
        List<Error> errors = of(schema).validate(JsonMapper.shared().readTree(text));
        assertThat(errors).as("%s %s %s: %s", method, path, schema, text).isEmpty();
    }

    /** The path of the document that a path is one of, most exact ones first. */
    Optional<JsonNode> operation(String method, String path) {
        return document.get("paths").properties().stream()
                .filter(entry -> Pattern.matches(
                        entry.getKey().replaceAll("[{][^}]*[}]", "[^/]+").replace(".json", "[.]json"), path))
                .min((one, other) -> Integer.compare(variables(one.getKey()), variables(other.getKey())))
                .map(entry -> entry.getValue().get(method.toLowerCase(Locale.ROOT)));
    }

    private static int variables(String path) {
        return path.split("[{]", -1).length;
    }

    private String schema(JsonNode operation, int status) {
        JsonNode response = operation.get("responses").get(Integer.toString(status));
        if (response == null) {
            throw new AssertionError(status + " is not documented: " + operation);
        }

        if (response.has("$ref")) {
            response = document.at(response.get("$ref").asString().substring(1));
        }

        JsonNode schema = response.at("/content/application~1json/schema");
        return schema.has("$ref") ? schema.get("$ref").asString().replace(SCHEMA, "") : "";
    }

    private Schema of(String name) {
        return schemas.computeIfAbsent(name, key -> {
            ObjectNode whole = JsonMapper.shared().createObjectNode();
            whole.put("$schema", "https://json-schema.org/draft/2020-12/schema");
            whole.set("components", document.get("components"));
            if (!key.isEmpty()) {
                whole.put("$ref", SCHEMA + key);
            }

            return registry.getSchema(whole);
        });
    }
}
