package io.muster.bench;

import io.muster.snapshot.format.Manifest;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Stream;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Switches an evaluator between two snapshots to and fro while it is asked without a pause, and compares every answer with what
 * the snapshot that it names says. Tells the 99th percentile of answers in the second after each switch, and of all others.
 */
public final class SwitchBenchmark {

    private static final JsonMapper JSON = new JsonMapper();
    private static final int ASKING = 4;
    private static final long PAUSE_MILLIS = 4_000;
    private static final long AFTER_NANOS = 1_000_000_000L;

    private final String address;
    private final long contacts;
    private final Map<String, Integer> shifts = new HashMap<>();
    private final AtomicBoolean ended = new AtomicBoolean();
    private volatile long switchedAt = System.nanoTime() - 2 * AFTER_NANOS;

    @SuppressWarnings("ArrayRecordComponent") // Never compared.
    private record Answered(long[] quiet, long[] switching, int wrong, int failed) {}

    private SwitchBenchmark(String address, long contacts) {
        this.address = address;
        this.contacts = contacts;
    }

    /** Arguments: the tree that is served, the other one, the evaluator's address, how many contacts each has, how many switches. */
    public static void main(String[] args) throws Exception {
        new SwitchBenchmark(args[2], Long.parseLong(args[3]))
                .run(List.of(Path.of(args[0]), Path.of(args[1])), Integer.parseInt(args[4]));
    }

    private void run(List<Path> trees, int switches) throws Exception {
        List<Map<String, byte[]>> manifests = List.of(manifests(trees.get(0), 0), manifests(trees.get(1), 1));
        bring(trees.get(1), trees.get(0));
        List<Answered> all = new ArrayList<>();
        List<Thread> threads = new ArrayList<>();
        for (int i = 0; i < ASKING; i++) {
            int seed = i;
            threads.add(Thread.ofPlatform().start(() -> {
                Answered answered = ask(seed);
                synchronized (all) {
                    all.add(answered);
                }
            }));
        }

        Thread.sleep(3 * PAUSE_MILLIS);
        for (int i = 1; i <= switches; i++) {
            for (Map.Entry<String, byte[]> manifest : manifests.get(i % 2).entrySet()) {
                Path folder = trees.getFirst().resolve(manifest.getKey());
                Path part = Files.write(folder.resolve("bench.part"), manifest.getValue());
                Files.move(part, folder.resolve("manifest.json"), StandardCopyOption.ATOMIC_MOVE);
            }

            switchedAt = System.nanoTime();
            Thread.sleep(PAUSE_MILLIS);
        }

        ended.set(true);
        for (Thread thread : threads) {
            thread.join();
        }

        say(all, switches);
    }

    private Map<String, byte[]> manifests(Path tree, int shift) throws IOException {
        Map<String, byte[]> manifests = new LinkedHashMap<>();
        for (String project : SampleTree.PROJECTS) {
            byte[] bytes = Files.readAllBytes(tree.resolve(project).resolve("manifest.json"));
            shifts.put(Manifest.fromJson(bytes).version(), shift);
            manifests.put(project, bytes);
        }

        return manifests;
    }

    private static void bring(Path from, Path to) throws IOException {
        for (String project : SampleTree.PROJECTS) {
            try (Stream<Path> files = Files.list(from.resolve(project))) {
                for (Path file : files.toList()) {
                    Path there = to.resolve(project).resolve(file.getFileName());
                    if (!Files.exists(there)) {
                        Files.createLink(there, file);
                    }
                }
            }
        }
    }

    private Answered ask(int seed) {
        SplittableRandom random = new SplittableRandom(seed);
        long[] quiet = new long[1 << 22];
        long[] switching = new long[1 << 22];
        int quiets = 0;
        int switchings = 0;
        int wrong = 0;
        int failed = 0;
        try (HttpClient client = HttpClient.newHttpClient()) {
            while (!ended.get()) {
                long number = random.nextLong(contacts + contacts / 10);
                String project = SampleTree.PROJECTS.get(random.nextInt(3));
                HttpRequest request = HttpRequest.newBuilder(URI.create(
                                address + "/v1/decisions?project=" + project + "&ref=" + SampleTree.reference(number)))
                        .build();
                long begun = System.nanoTime();
                boolean isSwitching = begun - switchedAt < AFTER_NANOS;
                String body;
                try {
                    body = client.send(request, BodyHandlers.ofString()).body();
                } catch (IOException e) {
                    failed++;
                    continue;
                }

                long took = System.nanoTime() - begun;
                if (isSwitching) {
                    switching[switchings++] = took;
                } else {
                    quiet[quiets++] = took;
                }

                JsonNode answer = JSON.readTree(body);
                Integer shift = shifts.get(answer.path("snapshot").asString(""));
                JsonNode decisions = answer.path("decisions");
                int shown = (decisions.path(0).path("show").asBoolean() ? 1 : 0)
                        + (decisions.path(1).path("show").asBoolean() ? 2 : 0);
                if (shift == null
                        || decisions.size() != 2
                        || shown != (number < contacts ? SampleTree.shown(number, shift) : 0)) {
                    wrong++;
                }
            }
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }

        return new Answered(Arrays.copyOf(quiet, quiets), Arrays.copyOf(switching, switchings), wrong, failed);
    }

    private static void say(List<Answered> all, int switches) {
        long[] quiet = all.stream()
                .flatMapToLong(one -> Arrays.stream(one.quiet()))
                .sorted()
                .toArray();
        long[] switching = all.stream()
                .flatMapToLong(one -> Arrays.stream(one.switching()))
                .sorted()
                .toArray();
        Map<String, Object> answer = new LinkedHashMap<>();
        answer.put("what", "switch");
        answer.put("switches", switches);
        answer.put("answers", quiet.length + switching.length);
        answer.put("wrong", all.stream().mapToInt(Answered::wrong).sum());
        answer.put("failed", all.stream().mapToInt(Answered::failed).sum());
        answer.put("quietP50", micros(quiet, 0.5));
        answer.put("quietP99", micros(quiet, 0.99));
        answer.put("switchingP50", micros(switching, 0.5));
        answer.put("switchingP99", micros(switching, 0.99));
        System.out.println(JSON.writeValueAsString(answer));
    }

    private static long micros(long[] sorted, double share) {
        return sorted[(int) (sorted.length * share)] / 1_000;
    }
}
