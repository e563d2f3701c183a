package io.muster.evaluator;

import static io.muster.evaluator.TestSnapshots.CAPPED_UNTIL;
import static io.muster.evaluator.TestSnapshots.FIRST;
import static io.muster.evaluator.TestSnapshots.PROJECT;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.muster.frequency.rules.FrequencyRules;
import io.muster.intercept.decide.ProjectDefinition;
import io.muster.snapshot.format.Manifest;
import io.muster.snapshot.format.SnapshotFolder.Publication;
import io.muster.snapshot.format.TableFile;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Snapshots are exchanged under load, and whatever happens to their files, no answer is wrong and none fails. */
class SnapshotSwitchTests {

    private static final ProjectDefinition DEFINITION = TestSnapshots.project(PROJECT, "linked", FIRST);
    private static final Duration SOON = Duration.ofSeconds(20);

    @TempDir
    private Path home;

    private Optional<TestSnapshots> published = Optional.empty();

    @BeforeEach
    void anEmptyTree() throws IOException {
        published = Optional.of(new TestSnapshots(home));
    }

    private TestSnapshots snapshots() {
        return published.orElseThrow();
    }

    /** Contacts are eligible in every other version; each answer must fit the version it names. */
    @Test
    void noAnswerIsWrongOrMixedWhileSnapshotsAreExchanged() throws Exception {
        TableFile eligible = snapshots().table(1_000, FrequencyRules.ALWAYS);
        TableFile capped = snapshots().table(1_000, CAPPED_UNTIL);
        Map<String, Boolean> shows = new ConcurrentHashMap<>();
        shows.put(snapshots().publish(DEFINITION, eligible).version(), true);
        try (TestEvaluator evaluator = new TestEvaluator(home)) {
            AtomicBoolean done = new AtomicBoolean();
            List<CompletableFuture<List<String>>> clients = Stream.generate(
                            () -> CompletableFuture.supplyAsync(() -> ask(evaluator, done)))
                    .limit(3)
                    .toList();
            for (int i = 0; i < 6; i++) {
                boolean show = i % 2 == 1;
                Manifest manifest = snapshots().publish(DEFINITION, show ? eligible : capped);
                shows.put(manifest.version(), show);
                await().atMost(SOON)
                        .until(() ->
                                evaluator.decide("project=" + PROJECT).body().contains(manifest.version()));
            }

            done.set(true);
            for (CompletableFuture<List<String>> client : clients) {
                List<String> answers = client.join();
                assertThat(answers).isNotEmpty().allSatisfy(answer -> {
                    String version = answer.substring(13, answer.indexOf('"', 13));
                    assertThat(shows).containsKey(version);
                    assertThat(answer).contains("\"show\":" + shows.get(version));
                });
                assertThat(answers.stream().map(answer -> answer.substring(13, answer.indexOf('"', 13))))
                        .as("versions never go back")
                        .isSorted();
            }
        }
    }

    private static List<String> ask(TestEvaluator evaluator, AtomicBoolean done) {
        List<String> answers = new ArrayList<>();
        try {
            while (!done.get()) {
                answers.add(evaluator
                        .decide("project=" + PROJECT + "&ref=C-" + answers.size() % 1_000)
                        .body());
            }
        } catch (IOException | InterruptedException e) {
            throw new IllegalStateException(e);
        }

        return answers;
    }

    @Test
    void aDamagedSnapshotIsRefusedAndTheOldOneServesOn() throws Exception {
        Manifest first = snapshots().publish(DEFINITION, snapshots().table(100, FrequencyRules.ALWAYS));
        try (TestEvaluator evaluator = new TestEvaluator(home)) {
            TableFile next = snapshots().table(101, FrequencyRules.ALWAYS);
            try (FileChannel file = FileChannel.open(next.path(), StandardOpenOption.WRITE)) {
                file.write(java.nio.ByteBuffer.wrap(new byte[] {1}), 5_000);
            }

            Manifest second = snapshots().publish(DEFINITION, next);
            await().atMost(SOON)
                    .until(() -> evaluator.get("/health/ready").body().contains("\"refused\":1"));
            assertThat(evaluator.decide("project=" + PROJECT + "&ref=C-1").body())
                    .contains(first.version(), "\"show\":true")
                    .doesNotContain(second.version());
            assertThat(evaluator.get("/health/ready").statusCode()).isEqualTo(200);
            assertThat(evaluator.metrics("/metrics").body()).contains("muster_evaluator_refused_snapshots 1.0");
        }
    }

    @Test
    void aHalfCopiedSnapshotIsServedWhenItIsWhole() throws Exception {
        Manifest first = snapshots().publish(DEFINITION, snapshots().table(100, FrequencyRules.ALWAYS));
        try (TestEvaluator evaluator = new TestEvaluator(home)) {
            TableFile next = snapshots().table(101, FrequencyRules.ALWAYS);
            byte[] whole = Files.readAllBytes(next.path());
            Path copy = snapshots().folder().of(PROJECT).resolve(next.path().getFileName());
            Files.write(copy, java.util.Arrays.copyOf(whole, whole.length / 2));
            Manifest second = snapshots().publish(DEFINITION, next);
            await().atMost(SOON)
                    .until(() -> evaluator.get("/health/ready").body().contains("\"refused\":1"));
            assertThat(evaluator.decide("project=" + PROJECT).body()).contains(first.version());

            Files.write(copy, whole);
            await().atMost(SOON)
                    .until(() -> evaluator.decide("project=" + PROJECT).body().contains(second.version()));
            assertThat(evaluator.get("/health/ready").body()).contains("\"refused\":0");
        }
    }

    @Test
    void nothingThatHappensToTheTreeReachesWhatIsServed() throws Exception {
        TableFile table = snapshots().table(100, FrequencyRules.ALWAYS);
        Manifest manifest = snapshots().publish(DEFINITION, table);
        try (TestEvaluator evaluator = new TestEvaluator(home)) {
            try (FileChannel file = FileChannel.open(table.path(), StandardOpenOption.WRITE)) {
                file.truncate(10);
            }

            for (Path file : files(snapshots().folder().root())) {
                Files.deleteIfExists(file);
            }

            for (int i = 0; i < 100; i++) {
                assertThat(evaluator
                                .decide("project=" + PROJECT + "&ref=C-" + i)
                                .body())
                        .contains(manifest.version(), "\"show\":true");
            }
        }
    }

    private static List<Path> files(Path folder) throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            return files.filter(file -> !file.equals(folder))
                    .sorted(java.util.Comparator.reverseOrder())
                    .toList();
        }
    }

    @Test
    void theLastGoodSnapshotOnDiskIsUsedAtStart() throws Exception {
        Manifest good = snapshots().publish(DEFINITION, snapshots().table(100, FrequencyRules.ALWAYS));
        TableFile newest = snapshots().table(100, CAPPED_UNTIL);
        Manifest damaged = snapshots().publish(DEFINITION, newest);
        byte[] whole = Files.readAllBytes(newest.path());
        Path file = snapshots().folder().of(PROJECT).resolve(newest.path().getFileName());
        Files.write(file, java.util.Arrays.copyOf(whole, whole.length - 1));
        try (TestEvaluator evaluator = new TestEvaluator(home)) {
            assertThat(evaluator.get("/health/ready").body())
                    .isEqualTo("{\"status\":\"UP\",\"behind\":false,\"refused\":1}\n");
            assertThat(evaluator.decide("project=" + PROJECT + "&ref=C-1").body())
                    .contains(good.version(), "\"show\":true");

            Files.write(file, whole);
            await().atMost(SOON)
                    .until(() -> evaluator.decide("project=" + PROJECT).body().contains(damaged.version()));
            assertThat(evaluator.decide("project=" + PROJECT + "&ref=C-1").body())
                    .contains("\"show\":false");
        }

        Files.writeString(snapshots().folder().of(PROJECT).resolve("manifest.json"), "{");
        try (TestEvaluator evaluator = new TestEvaluator(home)) {
            assertThat(evaluator.decide("project=" + PROJECT + "&ref=C-1").body())
                    .as("also where it is not even known which is in use")
                    .contains(damaged.version(), "\"show\":false");
        }
    }

    @Test
    void whatWasSwitchedOffSinceStaysOffInTheLastGoodSnapshot() throws Exception {
        Manifest good = snapshots()
                .publish(
                        TestSnapshots.project(PROJECT, "linked", FIRST + "; SI_000000000000002; SI_000000000000003"),
                        snapshots().table(100, FrequencyRules.ALWAYS));
        TableFile newest = snapshots().table(100, FrequencyRules.ALWAYS);
        Files.write(newest.path(), new byte[10]);
        snapshots()
                .publish(
                        TestSnapshots.project(
                                PROJECT, "linked", FIRST + "; SI_000000000000002 off; SI_000000000000004"),
                        newest);
        try (TestEvaluator evaluator = new TestEvaluator(home)) {
            assertThat(evaluator.decide("project=" + PROJECT + "&ref=C-1").body())
                    .contains("\"snapshot\":\"" + good.version() + "-")
                    .endsWith("[{\"intercept\":\"" + FIRST + "\",\"show\":true},"
                            + "{\"intercept\":\"SI_000000000000002\",\"show\":false}]}");
        }
    }

    @Test
    void aVersionThatWasGoneBackFromIsNotTheLastGoodOne() throws Exception {
        TableFile table = snapshots().table(100, FrequencyRules.ALWAYS);
        Manifest oldest = snapshots().publish(DEFINITION, table);
        TableFile back = snapshots().table(100, CAPPED_UNTIL);
        Manifest inUse = snapshots().publish(DEFINITION, back);
        snapshots().publish(DEFINITION, snapshots().table(100, CAPPED_UNTIL));
        snapshots().folder().use(inUse.version(), DEFINITION);
        Files.write(back.path(), new byte[10]);
        try (TestEvaluator evaluator = new TestEvaluator(home)) {
            assertThat(evaluator.decide("project=" + PROJECT + "&ref=C-1").body())
                    .contains("\"snapshot\":\"" + oldest.version() + "\"", "\"show\":true");
        }
    }

    @Test
    void oneFolderThatCannotBeReadKeepsNoneOfTheOthersBack() throws Exception {
        Manifest manifest =
                snapshots().publish(TestSnapshots.project(TestSnapshots.OTHER_PROJECT, "unlinked", FIRST), null);
        Files.createDirectories(snapshots().folder().of(PROJECT).resolve("manifest.json"));
        try (TestEvaluator evaluator = new TestEvaluator(home)) {
            assertThat(evaluator
                            .decide("project=" + TestSnapshots.OTHER_PROJECT)
                            .body())
                    .contains(manifest.version(), "\"show\":true");
        }
    }

    @Test
    void withoutContactsThatCanBeUsedDefinitionsStillDecide() throws Exception {
        TableFile table = snapshots().table(100, FrequencyRules.ALWAYS);
        Manifest manifest = snapshots()
                .publish(
                        TestSnapshots.project(PROJECT, "linked", FIRST + "; SI_000000000000002 when-unavailable=show"),
                        table);
        Files.write(table.path(), new byte[10]);
        try (TestEvaluator evaluator = new TestEvaluator(home)) {
            assertThat(evaluator.get("/health/ready").statusCode()).isEqualTo(503);
            assertThat(evaluator.decide("project=" + PROJECT + "&ref=C-1").body())
                    .contains(manifest.version())
                    .contains(FIRST + "\",\"show\":false", "SI_000000000000002\",\"show\":true");
            assertThat(evaluator.decide("project=" + PROJECT).body()).contains(FIRST + "\",\"show\":true");
        }
    }

    @Test
    void refusesFewerThanHalfOfTheContactsUnlessForced() throws Exception {
        snapshots().publish(DEFINITION, snapshots().table(98, FrequencyRules.ALWAYS));
        try (TestEvaluator evaluator = new TestEvaluator(home)) {
            Manifest half = snapshots().publish(DEFINITION, snapshots().table(48, FrequencyRules.ALWAYS));
            await().atMost(SOON)
                    .until(() -> evaluator.decide("project=" + PROJECT).body().contains(half.version()));
            TableFile small = snapshots().table(22, FrequencyRules.ALWAYS);
            snapshots().publish(DEFINITION, small);
            await().atMost(SOON)
                    .until(() -> evaluator.get("/health/ready").body().contains("\"refused\":1"));
            assertThat(evaluator.decide("project=" + PROJECT).body()).contains(half.version());

            Manifest forced =
                    snapshots().folder().publish(DEFINITION, small, new Publication(TestSnapshots.NOW + 100, true));
            await().atMost(SOON)
                    .until(() -> evaluator.decide("project=" + PROJECT).body().contains(forced.version()));
        }
    }

    @Test
    void aProjectThatWasUnlinkedOrLinkedElsewhereIsNotCompared() throws Exception {
        snapshots().publish(DEFINITION, snapshots().table(98, FrequencyRules.ALWAYS));
        try (TestEvaluator evaluator = new TestEvaluator(home)) {
            Manifest unlinked = snapshots().publish(TestSnapshots.project(PROJECT, "unlinked", FIRST), null);
            await().atMost(SOON)
                    .until(() -> evaluator.decide("project=" + PROJECT).body().contains(unlinked.version()));
            snapshots().publish(DEFINITION, snapshots().table(98, FrequencyRules.ALWAYS));
            await().atMost(SOON)
                    .until(() -> !evaluator.decide("project=" + PROJECT).body().contains(unlinked.version()));

            Manifest elsewhere = snapshots()
                    .publish(
                            TestSnapshots.linkedTo(DEFINITION, "POOL_000000000000002"),
                            snapshots().table("POOL_000000000000002", 3));
            await().atMost(SOON)
                    .until(() -> evaluator.decide("project=" + PROJECT).body().contains(elsewhere.version()));
            assertThat(evaluator.get("/health/ready").body()).contains("\"refused\":0");
        }
    }

    @Test
    void projectsShareTheTableOfTheirDirectory() throws Exception {
        TableFile table = snapshots().table(100, FrequencyRules.ALWAYS);
        snapshots().publish(DEFINITION, table);
        snapshots().publish(TestSnapshots.project(TestSnapshots.OTHER_PROJECT, "linked", "SI_000000000000002"), table);
        try (TestEvaluator evaluator = new TestEvaluator(home)) {
            assertThat(evaluator.metrics("/metrics").body())
                    .as("counted once")
                    .contains("muster_evaluator_contacts 102.0", "muster_evaluator_projects 2.0");
        }
    }

    @Test
    void keepsNoFilesOfItsOwn() throws Exception {
        snapshots().publish(DEFINITION, snapshots().table(100, FrequencyRules.ALWAYS));
        try (TestEvaluator evaluator = new TestEvaluator(home)) {
            assertThat(evaluator.get("/health/ready").statusCode()).isEqualTo(200);
            assertThat(home.resolve("evaluator")).isEmptyDirectory();
        }
    }
}
