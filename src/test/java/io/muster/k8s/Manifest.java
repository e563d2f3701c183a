package io.muster.k8s;

import com.google.gson.Gson;
import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonNull;
import com.google.gson.JsonObject;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;

/**
 * An object of Kubernetes as a file says it.
 *
 * @param where the file, for messages
 */
record Manifest(String where, JsonObject content) {

    private static final Gson PLAIN = new Gson();

    /** All objects of a file. */
    static List<Manifest> read(Path file) {
        try {
            return parse(file.toString(), Files.readString(file));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** All objects of a text of YAML. */
    static List<Manifest> parse(String where, String yaml) {
        List<Manifest> manifests = new ArrayList<>();
        for (Object document : new Yaml(new SafeConstructor(new LoaderOptions())).loadAll(yaml)) {
            if (document != null) {
                manifests.add(new Manifest(where, PLAIN.toJsonTree(document).getAsJsonObject()));
            }
        }

        return manifests;
    }

    /** A copy, to plant a fault in. */
    Manifest copy() {
        return new Manifest(where, content.deepCopy());
    }

    String kind() {
        return text("kind");
    }

    String apiVersion() {
        return text("apiVersion");
    }

    String name() {
        return text("metadata", "name");
    }

    boolean is(String kind, String name) {
        return kind().equals(kind) && name().equals(name);
    }

    /** The text at a path; blank where there is none. */
    String text(String... path) {
        return text(content, path);
    }

    /** The pods it makes; empty for what makes none. */
    Stream<Pod> pods() {
        JsonObject template = switch (kind()) {
            case "Deployment", "StatefulSet", "Job" -> object(content, "spec", "template");
            case "CronJob" -> object(content, "spec", "jobTemplate", "spec", "template");
            default -> new JsonObject();
        };
        return template.isEmpty() ? Stream.empty() : Stream.of(new Pod(this, template));
    }

    @Override
    public String toString() {
        return "%s %s of %s".formatted(kind(), name(), where);
    }

    static JsonElement at(JsonElement from, String... path) {
        JsonElement here = from;
        for (String step : path) {
            here = here.isJsonObject() && here.getAsJsonObject().has(step)
                    ? here.getAsJsonObject().get(step)
                    : JsonNull.INSTANCE;
        }

        return here;
    }

    static JsonObject object(JsonElement from, String... path) {
        JsonElement found = at(from, path);
        return found.isJsonObject() ? found.getAsJsonObject() : new JsonObject();
    }

    static String text(JsonElement from, String... path) {
        JsonElement found = at(from, path);
        return found.isJsonPrimitive() ? found.getAsString() : "";
    }

    static Stream<JsonElement> each(JsonElement from, String... path) {
        JsonElement found = at(from, path);
        return found.isJsonArray() ? StreamSupport.stream(found.getAsJsonArray().spliterator(), false) : Stream.empty();
    }

    /** Whether a selector (matchLabels and matchExpressions with In, or the plain labels of a Service) selects labels. */
    static boolean selects(JsonObject selector, JsonObject labels) {
        boolean plain = !selector.has("matchLabels") && !selector.has("matchExpressions");
        JsonObject wanted = plain ? selector : object(selector, "matchLabels");
        return wanted.entrySet().stream().allMatch(label -> has(labels, label))
                && each(selector, "matchExpressions").allMatch(one -> {
                    JsonArray values = at(one, "values").getAsJsonArray();
                    return text(one, "operator").equals("In")
                            && labels.has(text(one, "key"))
                            && values.contains(labels.get(text(one, "key")));
                });
    }

    private static boolean has(JsonObject labels, Map.Entry<String, JsonElement> label) {
        return label.getValue().equals(labels.get(label.getKey()));
    }

    /**
     * The pods of a manifest.
     *
     * @param owner what makes them
     * @param template their labels and specification
     */
    record Pod(Manifest owner, JsonObject template) {

        JsonObject labels() {
            return object(template, "metadata", "labels");
        }

        JsonObject spec() {
            return object(template, "spec");
        }

        Stream<JsonElement> containers() {
            return Stream.concat(each(spec(), "containers"), each(spec(), "initContainers"));
        }

        /** Whether it runs Muster; the trial database does not. */
        boolean isMuster() {
            return text(labels(), "app.kubernetes.io/name").equals("muster");
        }

        boolean hasPort(String nameOrNumber) {
            return containers()
                    .flatMap(container -> each(container, "ports"))
                    .anyMatch(port -> text(port, "name").equals(nameOrNumber)
                            || text(port, "containerPort").equals(nameOrNumber));
        }
    }
}
