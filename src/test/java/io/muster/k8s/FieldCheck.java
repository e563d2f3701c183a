package io.muster.k8s;

import com.google.gson.Gson;
import com.google.gson.GsonBuilder;
import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonSyntaxException;
import com.google.gson.TypeAdapter;
import com.google.gson.stream.JsonReader;
import com.google.gson.stream.JsonWriter;
import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * Fields and types. A manifest is read into the model of its kind and written again: what is lost on the way is no field, and
 * what changes has another type. The model itself names the required fields that are missing. The models are found by their
 * names, since compilers warn of the annotations in them.
 */
final class FieldCheck {

    private static final String MODELS = "io.kubernetes.client.openapi.models.";

    private static final Gson MODEL = new GsonBuilder()
            .registerTypeAdapter(OffsetDateTime.class, new TypeAdapter<OffsetDateTime>() {
                @Override
                public void write(JsonWriter out, OffsetDateTime time) throws IOException {
                    out.value(time == null ? null : time.toString());
                }

                @Override
                public OffsetDateTime read(JsonReader in) throws IOException {
                    return OffsetDateTime.parse(in.nextString());
                }
            })
            .create();

    /** Kinds that are no part of Kubernetes itself: the fields that are used of them, as dotted paths. */
    private static final Map<String, Set<String>> CUSTOM = Map.of(
            "ServiceMonitor",
            Set.of(
                    "spec",
                    "spec.selector",
                    "spec.selector.matchLabels",
                    "spec.selector.matchLabels.*",
                    "spec.endpoints",
                    "spec.endpoints.port",
                    "spec.endpoints.path",
                    "spec.endpoints.interval",
                    "spec.endpoints.scrapeTimeout"),
            "PrometheusRule",
            Set.of(
                    "spec",
                    "spec.groups",
                    "spec.groups.name",
                    "spec.groups.interval",
                    "spec.groups.rules",
                    "spec.groups.rules.alert",
                    "spec.groups.rules.record",
                    "spec.groups.rules.expr",
                    "spec.groups.rules.for",
                    "spec.groups.rules.keep_firing_for",
                    "spec.groups.rules.labels",
                    "spec.groups.rules.labels.*",
                    "spec.groups.rules.annotations",
                    "spec.groups.rules.annotations.*"));

    private FieldCheck() {}

    /** What is wrong with a whole manifest. */
    static List<String> whole(Manifest manifest) {
        List<String> problems = new ArrayList<>(part(manifest));
        if (problems.isEmpty() && !CUSTOM.containsKey(manifest.kind())) {
            missing(manifest, problems);
        }

        return problems;
    }

    /** What is wrong with one that is merged into another: nothing has to be there. */
    static List<String> part(Manifest manifest) {
        List<String> problems = new ArrayList<>();
        if (CUSTOM.containsKey(manifest.kind())) {
            custom(manifest, problems);
            return problems;
        }

        JsonObject content = manifest.content().deepCopy();
        // A word of Kustomize.
        content.remove("$patch");
        try {
            compare(
                    manifest.toString(),
                    "",
                    content,
                    MODEL.toJsonTree(MODEL.fromJson(content, model(manifest))),
                    problems);
        } catch (JsonSyntaxException e) {
            problems.add(manifest + ": " + e.getMessage());
        }

        return problems;
    }

    private static void missing(Manifest manifest, List<String> problems) {
        try {
            model(manifest).getMethod("validateJsonElement", JsonElement.class).invoke(null, manifest.content());
        } catch (InvocationTargetException e) {
            problems.add(manifest + ": " + e.getTargetException().getMessage());
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException(e);
        }
    }

    private static Class<?> model(Manifest manifest) {
        String version = manifest.apiVersion().replaceFirst("^.*/", "").replaceFirst("^v", "V");
        try {
            return Class.forName(MODELS + version + manifest.kind());
        } catch (ClassNotFoundException e) {
            throw new IllegalArgumentException(
                    "%s: there is no kind %s in %s".formatted(manifest, manifest.kind(), manifest.apiVersion()), e);
        }
    }

    private static void compare(String where, String path, JsonElement given, JsonElement read, List<String> problems) {
        if (given instanceof JsonObject fields && read instanceof JsonObject known) {
            fields.entrySet().forEach(field -> {
                String deeper = path + "/" + field.getKey();
                if (known.has(field.getKey())) {
                    compare(where, deeper, field.getValue(), known.get(field.getKey()), problems);
                } else {
                    problems.add("%s: %s is no field".formatted(where, deeper));
                }
            });
        } else if (given instanceof JsonArray items && read instanceof JsonArray same && items.size() == same.size()) {
            for (int i = 0; i < items.size(); i++) {
                compare(where, path + "/" + i, items.get(i), same.get(i), problems);
            }
        } else if (!given.equals(read)) {
            problems.add("%s: %s is %s, and read as %s".formatted(where, path, given, read));
        }
    }

    private static void custom(Manifest manifest, List<String> problems) {
        Set<String> used = new TreeSet<>();
        manifest.content().entrySet().stream()
                .filter(field -> !Set.of("apiVersion", "kind", "metadata").contains(field.getKey()))
                .forEach(field -> paths(field.getKey(), field.getValue(), used));
        Set<String> known = CUSTOM.getOrDefault(manifest.kind(), Set.of());
        used.stream()
                .filter(path -> known.stream().noneMatch(field -> matches(field, path)))
                .forEach(path -> problems.add("%s: %s is no field".formatted(manifest, path)));
    }

    /** A field that ends with a star has names of any kind below it. */
    private static boolean matches(String field, String path) {
        return field.endsWith(".*") ? path.startsWith(field.substring(0, field.length() - 1)) : field.equals(path);
    }

    private static void paths(String path, JsonElement value, Set<String> paths) {
        paths.add(path);
        if (value instanceof JsonArray items) {
            items.forEach(item -> paths(path, item, paths));
        } else if (value instanceof JsonObject fields) {
            fields.entrySet().forEach(field -> paths(path + "." + field.getKey(), field.getValue(), paths));
        }
    }
}
