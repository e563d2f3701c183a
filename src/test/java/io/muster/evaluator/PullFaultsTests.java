package io.muster.evaluator;

import static io.muster.evaluator.TestSnapshots.CAPPED_UNTIL;
import static io.muster.evaluator.TestSnapshots.FIRST;
import static io.muster.evaluator.TestSnapshots.PROJECT;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.muster.frequency.rules.FrequencyRules;
import io.muster.intercept.decide.ProjectDefinition;
import io.muster.snapshot.format.Manifest;
import io.muster.snapshot.format.SnapshotFolder;
import io.muster.snapshot.format.TableFile;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Files are damaged on the server and on the evaluator's own disk while visitors ask: no answer is wrong, and none fails.
 * {@code -Dmuster.rounds=N}: so many faults, of which 12 are all that there are.
 */
class PullFaultsTests {

    private static final int ROUNDS = Integer.getInteger("muster.rounds", 6);
    private static final ProjectDefinition DEFINITION = TestSnapshots.project(PROJECT, "linked", FIRST);
    private static final Duration SOON = Duration.ofSeconds(30);
    private static final int CONTACTS = 1_000;
    private static final int CLIENTS = 3;

    @TempDir
    private Path home;

    private final Random random = new Random(11);

    /** What happens to a file. */
    private enum Fault {
        /** One byte is another one. */
        CORRUPTED,
        /** A part at the end is missing. */
        TRUNCATED,
        /** It has not come yet. */
        MISSING
    }

    /** Which files. */
    private enum Part {
        TABLE,
        DEFINITIONS,
        MANIFEST,
        /** All that there is. */
        EVERYTHING
    }

    private static List<Path> files(SnapshotFolder tree, Manifest manifest, Part part) throws IOException {
        Path folder = tree.of(PROJECT);
        Path table = folder.resolve(
                java.util.Objects.requireNonNull(manifest.table()).file());
        Path definitions = folder.resolve(manifest.definitions().file());
        Path inUse = folder.resolve("manifest.json");
        return switch (part) {
            case TABLE -> List.of(table);
            case DEFINITIONS -> List.of(definitions);
            case MANIFEST -> List.of(inUse);
            case EVERYTHING -> {
                try (Stream<Path> all = Files.list(folder)) {
                    yield all.sorted(Comparator.reverseOrder()).toList();
                }
            }
        };
    }

    /** Damages files; the answer is what they were. */
    private Map<Path, byte[]> damage(List<Path> files, Fault fault) throws IOException {
        Map<Path, byte[]> whole = new HashMap<>();
        for (Path file : files) {
            byte[] bytes = Files.readAllBytes(file);
            whole.put(file, bytes);
            // A table may have a second name elsewhere: this one becomes a file of its own.
            Files.delete(file);
            switch (fault) {
                case CORRUPTED -> {
                    byte[] other = bytes.clone();
                    other[random.nextInt(other.length)] ^= (byte) (1 << random.nextInt(8));
                    Files.write(file, other);
                }
                case TRUNCATED -> Files.write(file, Arrays.copyOf(bytes, random.nextInt(bytes.length)));
                case MISSING -> {}
            }
        }

        return whole;
    }

    private static void mend(Map<Path, byte[]> whole) throws IOException {
        for (Map.Entry<Path, byte[]> file : whole.entrySet()) {
            Files.write(file.getKey(), file.getValue());
        }
    }

    /** Those who ask all the time, and what they were answered. */
    private static final class Visitors implements AutoCloseable {

        private final TestEvaluator evaluator;
        private final AtomicBoolean done = new AtomicBoolean();
        private final AtomicLong asked = new AtomicLong();
        private final List<CompletableFuture<List<String>>> all;

        Visitors(TestEvaluator evaluator) {
            this.evaluator = evaluator;
            this.all = Stream.generate(() -> CompletableFuture.supplyAsync(this::ask))
                    .limit(CLIENTS)
                    .toList();
        }

        private List<String> ask() {
            List<String> answers = new ArrayList<>();
            try {
                while (!done.get()) {
                    HttpResponse<String> answer =
                            evaluator.decide("project=" + PROJECT + "&ref=C-" + answers.size() % CONTACTS);
                    answers.add(answer.statusCode() + answer.body());
                    asked.incrementAndGet();
                }
            } catch (IOException | InterruptedException e) {
                throw new IllegalStateException(e);
            }

            return answers;
        }

        /** Waits until some more have been answered. */
        void more() {
            long before = asked.get();
            await().atMost(SOON).until(() -> asked.get() > before + 100);
        }

        /** Every answer fits the version that it names. */
        void check(Map<String, Boolean> shows) {
            done.set(true);
            for (CompletableFuture<List<String>> one : all) {
                List<String> answers = one.join();
                assertThat(answers).isNotEmpty().allSatisfy(answer -> {
                    assertThat(answer).startsWith("200{\"snapshot\":\"");
                    String version = version(answer);
                    assertThat(shows).containsKey(version);
                    assertThat(answer).contains("\"show\":" + shows.get(version));
                });
                assertThat(answers.stream().map(Visitors::version))
                        .as("versions never go back")
                        .isSorted();
            }
        }

        private static String version(String answer) {
            return answer.substring(16, answer.indexOf('"', 16));
        }

        @Override
        public void close() {
            done.set(true);
        }
    }

    @Test
    void noAnswerIsWrongOrFailsWhateverHappensToFiles() throws Exception {
        TestSnapshots snapshots = new TestSnapshots(home.resolve("server"));
        SnapshotFolder own = new SnapshotFolder(home.resolve("evaluator/evaluator/snapshots"));
        Path token = Files.writeString(home.resolve("token"), TestServer.TOKEN);
        Map<String, Boolean> shows = new HashMap<>();
        Manifest last = snapshots.publish(DEFINITION, snapshots.table(CONTACTS, FrequencyRules.ALWAYS));
        shows.put(last.version(), true);
        try (TestServer server = new TestServer(snapshots.folder());
                TestEvaluator evaluator = new TestEvaluator(
                        home.resolve("evaluator"), "--server", server.address(), "--token-file", token.toString())) {
            serves(evaluator, last);
            try (Visitors visitors = new Visitors(evaluator)) {
                for (int round = 0; round < ROUNDS; round++) {
                    Fault fault = Fault.values()[round % Fault.values().length];
                    Part part = Part.values()[round % Part.values().length];
                    server.away(true);
                    boolean show = !Boolean.TRUE.equals(shows.get(last.version()));
                    TableFile table = snapshots.table(CONTACTS, show ? FrequencyRules.ALWAYS : CAPPED_UNTIL);
                    Manifest next = snapshots.publish(DEFINITION, table);
                    shows.put(next.version(), show);
                    damage(files(own, last, part), fault);
                    Map<Path, byte[]> whole = damage(files(snapshots.folder(), next, part), fault);
                    int lists = server.lists();
                    server.away(false);
                    // The next look begins when the attempt to bring what is damaged has ended.
                    await().atMost(SOON).until(() -> server.lists() > lists + 1);
                    assertThat(evaluator.decide("project=" + PROJECT).body())
                            .as("%s %s", fault, part)
                            .contains(last.version());
                    visitors.more();

                    mend(whole);
                    serves(evaluator, next);
                    last = next;
                }

                visitors.more();
                visitors.check(shows);
            }
        }

        try (TestEvaluator alone = new TestEvaluator(
                home.resolve("evaluator"), "--server", "http://127.0.0.1:1", "--token-file", token.toString())) {
            assertThat(alone.get("/health/ready").statusCode()).isEqualTo(200);
            assertThat(alone.decide("project=" + PROJECT + "&ref=C-1").body())
                    .as("from its disk, with everything else gone")
                    .contains(last.version(), "\"show\":" + shows.get(last.version()));
        }
    }

    private static void serves(TestEvaluator evaluator, Manifest manifest) {
        await().atMost(SOON)
                .until(() -> evaluator.decide("project=" + PROJECT).body().contains(manifest.version()));
    }
}
