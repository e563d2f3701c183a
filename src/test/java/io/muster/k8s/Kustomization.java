package io.muster.k8s;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;

/**
 * A folder with a {@code kustomization.yaml}.
 *
 * @param folder where it is
 * @param content what the file says
 */
record Kustomization(Path folder, JsonObject content) {

    private static final String FILE = "kustomization.yaml";
    private static final Set<String> KEYS = Set.of(
            "apiVersion",
            "kind",
            "namespace",
            "resources",
            "components",
            "patches",
            "configMapGenerator",
            "generatorOptions",
            "images");

    /** Beside the manifests, and read by others than Kustomize. */
    private static final Set<String> APART = Set.of(FILE, "secrets.example.yaml", "alerts.test.yaml");

    static Kustomization read(Path folder) {
        return new Kustomization(
                folder, Manifest.read(folder.resolve(FILE)).getFirst().content());
    }

    /** All of a folder and of what is below it. */
    static List<Kustomization> all(Path root) {
        try (Stream<Path> files = Files.walk(root)) {
            return files.filter(file -> file.endsWith(FILE))
                    .sorted()
                    .map(file -> read(file.resolveSibling("").normalize()))
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    boolean isComponent() {
        return Manifest.text(content, "kind").equals("Component");
    }

    /** The manifests that it lists itself. */
    List<Manifest> resources() {
        return names("resources")
                .map(folder::resolve)
                .filter(Files::isRegularFile)
                .flatMap(file -> Manifest.read(file).stream())
                .toList();
    }

    /** The kustomizations that it is made of. */
    List<Kustomization> parts() {
        return Stream.concat(names("resources"), names("components"))
                .map(name -> folder.resolve(name).normalize())
                .filter(part -> Files.exists(part.resolve(FILE)))
                .map(Kustomization::read)
                .toList();
    }

    /** The files that are merged into manifests. */
    List<Manifest> patches() {
        return Manifest.each(content, "patches")
                .map(patch -> Manifest.text(patch, "path"))
                .filter(path -> !path.isEmpty())
                .map(folder::resolve)
                .filter(Files::isRegularFile)
                .flatMap(file -> Manifest.read(file).stream())
                .toList();
    }

    /** The ConfigMaps it makes: the keys by name, with texts of literals and of files. */
    List<Manifest> configMaps() {
        List<Manifest> maps = new ArrayList<>();
        Manifest.each(content, "configMapGenerator").forEach(generator -> {
            JsonObject data = new JsonObject();
            Manifest.each(generator, "literals").map(JsonElement::getAsString).forEach(literal -> {
                String[] parts = literal.split("=", 2);
                data.addProperty(parts[0], parts[1]);
            });
            Manifest.each(generator, "files").map(JsonElement::getAsString).forEach(file -> {
                try {
                    Path path = folder.resolve(file.replaceFirst("^[^=]*=", ""));
                    data.addProperty(path.getFileName().toString(), Files.readString(path));
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
            });
            JsonObject map = new JsonObject();
            map.addProperty("apiVersion", "v1");
            map.addProperty("kind", "ConfigMap");
            JsonObject metadata = new JsonObject();
            metadata.addProperty("name", Manifest.text(generator, "name"));
            map.add("metadata", metadata);
            map.add("data", data);
            maps.add(new Manifest(folder.resolve(FILE).toString(), map));
        });
        return maps;
    }

    /** What is wrong with it. */
    List<String> problems() {
        List<String> problems = new ArrayList<>();
        content.keySet().stream()
                .filter(key -> !KEYS.contains(key))
                .forEach(key -> problems.add("%s: %s is not a key that is used here".formatted(this, key)));
        Set<Path> listed = listed(problems);
        present().stream()
                .filter(file -> !listed.contains(file))
                .forEach(file -> problems.add("%s: %s is not listed".formatted(this, file)));
        Map<String, Set<String>> below = new TreeMap<>();
        parts().forEach(part -> part.collect(below));
        resources().forEach(manifest -> add(below, manifest));
        patches().forEach(patch -> {
            if (!below.getOrDefault(patch.kind(), Set.of()).contains(patch.name())) {
                problems.add("%s: the patch has no target: %s".formatted(this, patch));
            }
        });
        Manifest.each(content, "patches")
                .map(patch -> Manifest.text(patch, "target", "kind"))
                .filter(kind -> !kind.isEmpty() && !below.containsKey(kind))
                .forEach(kind -> problems.add("%s: a patch has no target of kind %s".formatted(this, kind)));
        Manifest.each(content, "configMapGenerator").forEach(generator -> {
            String name = Manifest.text(generator, "name");
            String behavior = Manifest.text(generator, "behavior");
            boolean there = below.getOrDefault("ConfigMap", Set.of()).contains(name);
            if (!isComponent() && there == behavior.isEmpty()) {
                problems.add("%s: the ConfigMap %s is %s".formatted(this, name, there ? "made twice" : "not there"));
            }
        });
        if (!Manifest.text(content, "generatorOptions", "disableNameSuffixHash").equals("true")
                && content.has("configMapGenerator")) {
            problems.add("%s: names of ConfigMaps would change with their content".formatted(this));
        }

        return problems;
    }

    private void collect(Map<String, Set<String>> names) {
        parts().forEach(part -> part.collect(names));
        resources().forEach(manifest -> add(names, manifest));
        configMaps().forEach(manifest -> add(names, manifest));
    }

    private static void add(Map<String, Set<String>> names, Manifest manifest) {
        names.computeIfAbsent(manifest.kind(), kind -> new TreeSet<>()).add(manifest.name());
    }

    private Set<Path> listed(List<String> problems) {
        Set<Path> listed = new TreeSet<>();
        Stream.of(
                        names("resources"),
                        names("components"),
                        Manifest.each(content, "patches")
                                .map(patch -> Manifest.text(patch, "path"))
                                .filter(path -> !path.isEmpty()),
                        Manifest.each(content, "configMapGenerator")
                                .flatMap(generator -> Manifest.each(generator, "files"))
                                .map(file -> file.getAsString().replaceFirst("^[^=]*=", "")))
                .flatMap(names -> names)
                .map(name -> folder.resolve(name).normalize())
                .forEach(path -> {
                    listed.add(path);
                    if (!Files.isRegularFile(path) && !Files.exists(path.resolve(FILE))) {
                        problems.add("%s: %s does not exist".formatted(this, path));
                    }
                });
        return listed;
    }

    /** The files of this folder, but not those of kustomizations below it. */
    private Set<Path> present() {
        try (Stream<Path> files = Files.walk(folder)) {
            return new TreeSet<>(files.filter(Files::isRegularFile)
                    .filter(file -> !APART.contains(file.getFileName().toString()))
                    .filter(file -> nearest(file).equals(folder))
                    .toList());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Path nearest(Path file) {
        Path folder = file.resolveSibling("");
        return Files.exists(folder.resolve(FILE)) ? folder : nearest(folder);
    }

    private Stream<String> names(String key) {
        JsonElement list = Manifest.at(content, key);
        return list instanceof JsonArray ? Manifest.each(content, key).map(JsonElement::getAsString) : Stream.empty();
    }

    @Override
    public String toString() {
        return folder.resolve(FILE).toString();
    }
}
