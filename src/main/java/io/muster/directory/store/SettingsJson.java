package io.muster.directory.store;

import io.muster.directory.DirectorySettings;
import io.muster.directory.DirectorySettings.MergeMode;
import io.muster.directory.FieldPolicy;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** The settings of a directory as they are stored; what is missing has its default. */
public final class SettingsJson {

    private static final String POLICIES = "policies";
    private static final String NULL_TOKENS = "nullTokens";
    private static final String REGION = "region";
    private static final String MERGE_MODE = "mergeMode";
    private static final String PROTECT_REFERENCE = "protectReference";
    private static final String PLACEHOLDERS = "placeholders";
    private static final String MAX_GROUP = "maxGroup";
    private static final String SOURCES = "sources";

    private SettingsJson() {}

    static String write(DirectorySettings settings) {
        ObjectNode json = JsonMapper.shared().createObjectNode();
        ObjectNode policies = json.putObject(POLICIES);
        settings.policies().forEach((target, policy) -> policies.put(target, policy.name()));
        write(json.putArray(NULL_TOKENS), settings.nullTokens());
        json.put(REGION, settings.region());
        json.put(MERGE_MODE, settings.mergeMode().name());
        json.put(PROTECT_REFERENCE, settings.protectReference());
        write(json.putArray(PLACEHOLDERS), settings.placeholders());
        json.put(MAX_GROUP, settings.maxGroup());
        write(json.putArray(SOURCES), settings.sources());
        return json.toString();
    }

    /** The settings; what is not written has the value a new directory starts with. */
    public static DirectorySettings read(String text) {
        JsonNode json = JsonMapper.shared().readTree(text);
        DirectorySettings defaults = DirectorySettings.defaults();
        Map<String, FieldPolicy> policies = new LinkedHashMap<>();
        json.path(POLICIES)
                .properties()
                .forEach(entry -> policies.put(
                        entry.getKey(), FieldPolicy.valueOf(entry.getValue().asString())));
        return new DirectorySettings(
                policies,
                read(json.path(NULL_TOKENS)),
                json.path(REGION).isString() ? json.path(REGION).asString() : null,
                json.path(MERGE_MODE).isString()
                        ? MergeMode.valueOf(json.path(MERGE_MODE).asString())
                        : defaults.mergeMode(),
                json.path(PROTECT_REFERENCE).asBoolean(defaults.protectReference()),
                read(json.path(PLACEHOLDERS)),
                json.path(MAX_GROUP).asInt(defaults.maxGroup()),
                read(json.path(SOURCES)));
    }

    private static void write(ArrayNode array, List<String> values) {
        values.forEach(array::add);
    }

    private static List<String> read(JsonNode array) {
        List<String> values = new ArrayList<>();
        array.forEach(value -> values.add(value.asString()));
        return values;
    }
}
