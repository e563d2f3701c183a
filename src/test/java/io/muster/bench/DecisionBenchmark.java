package io.muster.bench;

import io.muster.snapshot.format.Manifest;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import javax.tools.JavaCompiler;
import javax.tools.StandardJavaFileManager;
import javax.tools.ToolProvider;
import org.openjdk.jmh.generators.core.BenchmarkGenerator;
import org.openjdk.jmh.generators.core.FileSystemDestination;
import org.openjdk.jmh.generators.reflection.RFGeneratorSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The parts of {@code src/bench/decisions} that need Java: a published tree, checked answers, the code of the microbenchmark. */
public final class DecisionBenchmark {

    private static final JsonMapper JSON = new JsonMapper();

    private DecisionBenchmark() {}

    /** Arguments: {@code tree FOLDER CONTACTS SHIFT}, {@code check ADDRESS CONTACTS SHIFT}, {@code generate FOLDER}. */
    public static void main(String[] args) throws Exception {
        switch (args[0]) {
            case "tree" -> tree(Path.of(args[1]), Long.parseLong(args[2]), Integer.parseInt(args[3]));
            case "check" -> check(args[1], Long.parseLong(args[2]), Integer.parseInt(args[3]));
            case "generate" -> generate(Path.of(args[1]));
            default -> throw new IllegalArgumentException("tree, check or generate");
        }
    }

    private static void tree(Path folder, long contacts, int shift) throws IOException {
        long start = System.nanoTime();
        List<Manifest> manifests = SampleTree.publish(
                folder.resolve("snapshots"),
                folder.resolve("tables"),
                contacts,
                shift,
                Clock.systemUTC().millis());
        Manifest.Table table = Objects.requireNonNull(manifests.getFirst().table());
        Map<String, Object> answer = new LinkedHashMap<>();
        answer.put("what", "tree");
        answer.put("contacts", contacts);
        answer.put("seconds", Math.round((System.nanoTime() - start) / 1e8) / 10.0);
        answer.put("bytes", table.bytes());
        answer.put("bytesPerContact", Math.round(10.0 * table.bytes() / contacts) / 10.0);
        say(answer);
    }

    /** Asks about contacts drawn at random and some that do not exist, and compares what is shown. */
    private static void check(String address, long contacts, int shift) throws Exception {
        SplittableRandom random = new SplittableRandom(1);
        int asked = 3_000;
        try (HttpClient client = HttpClient.newHttpClient()) {
            for (int i = 0; i < asked; i++) {
                long number = random.nextLong(contacts + contacts / 10);
                String project = SampleTree.PROJECTS.get(i % SampleTree.PROJECTS.size());
                JsonNode answer = JSON.readTree(client.send(
                                HttpRequest.newBuilder(URI.create(address + "/v1/decisions?project=" + project + "&ref="
                                                + SampleTree.reference(number)))
                                        .build(),
                                BodyHandlers.ofString())
                        .body());
                int expected = number < contacts ? SampleTree.shown(number, shift) : 0;
                JsonNode decisions = answer.path("decisions");
                int shown = (decisions.path(0).path("show").asBoolean() ? 1 : 0)
                        + (decisions.path(1).path("show").asBoolean() ? 2 : 0);
                if (decisions.size() != 2 || shown != expected) {
                    throw new IllegalStateException("%d should see %d, but: %s".formatted(number, expected, answer));
                }
            }
        }

        say(Map.of("what", "checked", "answers", asked, "wrong", 0));
    }

    /** Makes and compiles what JMH runs, as its annotation processor would. */
    private static void generate(Path folder) throws IOException {
        Path sources = Files.createDirectories(folder.resolve("sources"));
        RFGeneratorSource source = new RFGeneratorSource();
        source.processClasses(DecisionMicrobenchmark.class);
        FileSystemDestination destination = new FileSystemDestination(folder.toFile(), sources.toFile());
        BenchmarkGenerator generator = new BenchmarkGenerator();
        generator.generate(source, destination);
        generator.complete(source, destination);
        if (destination.hasErrors()) {
            throw new IllegalStateException(String.valueOf(destination.getErrors()));
        }

        JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
        List<Path> files;
        try (Stream<Path> all = Files.walk(sources)) {
            files = all.filter(file -> file.toString().endsWith(".java")).toList();
        }

        try (StandardJavaFileManager manager = compiler.getStandardFileManager(null, null, null)) {
            List<String> options = new ArrayList<>(List.of("-nowarn", "-proc:none", "-d", folder.toString()));
            options.addAll(List.of("-cp", System.getProperty("java.class.path")));
            if (!compiler.getTask(null, manager, null, options, null, manager.getJavaFileObjectsFromPaths(files))
                    .call()) {
                throw new IllegalStateException("The microbenchmark does not compile");
            }
        }
    }

    private static void say(Map<String, Object> answer) {
        System.out.println(JSON.writeValueAsString(answer));
    }
}
