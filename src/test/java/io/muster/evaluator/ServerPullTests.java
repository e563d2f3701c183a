package io.muster.evaluator;

import static io.muster.evaluator.TestSnapshots.CAPPED_UNTIL;
import static io.muster.evaluator.TestSnapshots.FIRST;
import static io.muster.evaluator.TestSnapshots.NOW;
import static io.muster.evaluator.TestSnapshots.PROJECT;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.muster.frequency.rules.FrequencyRules;
import io.muster.intercept.decide.ProjectDefinition;
import io.muster.snapshot.format.FeedRecord;
import io.muster.snapshot.format.Manifest;
import io.muster.snapshot.format.SnapshotFolder.Publication;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** An evaluator that takes snapshots and changes from a server, and goes on without it. */
class ServerPullTests {

    private static final ProjectDefinition DEFINITION = TestSnapshots.project(PROJECT, "linked", FIRST);
    private static final Duration SOON = Duration.ofSeconds(20);
    private static final long[] NO_MEMBERSHIPS = {0};
    private static final long[] CAPPED = {CAPPED_UNTIL};
    private static final long[] ELIGIBLE = {FrequencyRules.ALWAYS};

    @TempDir
    private Path home;

    private Optional<TestSnapshots> published = Optional.empty();
    private Optional<TestServer> started = Optional.empty();

    @BeforeEach
    void aServer() throws IOException {
        published = Optional.of(new TestSnapshots(home.resolve("server")));
        started = Optional.of(new TestServer(snapshots().folder()));
    }

    @AfterEach
    void stop() {
        server().close();
    }

    private TestSnapshots snapshots() {
        return published.orElseThrow();
    }

    private TestServer server() {
        return started.orElseThrow();
    }

    private TestEvaluator evaluator(String... more) throws IOException {
        Path token = Files.writeString(home.resolve("token"), TestServer.TOKEN);
        List<String> arguments =
                new java.util.ArrayList<>(List.of("--server", server().address(), "--token-file", token.toString()));
        arguments.addAll(List.of(more));
        return new TestEvaluator(home.resolve("evaluator"), arguments.toArray(String[]::new));
    }

    private static boolean shows(TestEvaluator evaluator, String reference) throws Exception {
        return evaluator
                .decide("project=" + PROJECT + "&ref=" + reference)
                .body()
                .contains("\"show\":true");
    }

    @Test
    void bringsSnapshotsAndServesOnWithoutTheServer() throws Exception {
        Manifest manifest = snapshots().publish(DEFINITION, snapshots().table());
        try (TestEvaluator evaluator = evaluator()) {
            await().atMost(SOON).until(() -> shows(evaluator, "C-1"));
            server().close();
            assertThat(evaluator.decide("project=" + PROJECT + "&ref=C-1").body())
                    .contains(manifest.version());
        }

        try (TestEvaluator again = evaluator()) {
            assertThat(again.get("/health/ready").statusCode())
                    .as("from its own disk")
                    .isEqualTo(200);
            assertThat(shows(again, "C-1")).isTrue();
        }
    }

    @Test
    void bringsWhatIsPublishedLater() throws Exception {
        snapshots().publish(DEFINITION, snapshots().table());
        try (TestEvaluator evaluator = evaluator()) {
            await().atMost(SOON).until(() -> shows(evaluator, "C-1"));
            Manifest second = snapshots().publish(DEFINITION, snapshots().table(20, CAPPED_UNTIL));
            await().atMost(SOON)
                    .until(() -> evaluator.decide("project=" + PROJECT).body().contains(second.version()));
            assertThat(shows(evaluator, "C-1")).isFalse();
        }
    }

    @Test
    void goesBackWithAVersionThatAPersonPutsIntoUse() throws Exception {
        Manifest first = snapshots().publish(DEFINITION, snapshots().table());
        try (TestEvaluator evaluator = evaluator()) {
            await().atMost(SOON).until(() -> shows(evaluator, "C-1"));
            snapshots().publish(DEFINITION, snapshots().table(20, CAPPED_UNTIL));
            await().atMost(SOON).until(() -> !shows(evaluator, "C-1"));

            snapshots().folder().use(first.version(), DEFINITION);
            snapshots().folder().pin(PROJECT);
            snapshots().publish(DEFINITION, snapshots().table(21, CAPPED_UNTIL));
            await().atMost(SOON).until(() -> shows(evaluator, "C-1"));
            assertThat(evaluator.decide("project=" + PROJECT).body()).contains(first.version());
        }
    }

    @Test
    void goesOnWithATransferThatBroke() throws Exception {
        snapshots().publish(DEFINITION, snapshots().table(1_000, FrequencyRules.ALWAYS));
        server().breakTransfers(2);
        try (TestEvaluator evaluator = evaluator()) {
            await().atMost(SOON).until(() -> shows(evaluator, "C-999"));
            assertThat(server().rangesAsked()).isGreaterThanOrEqualTo(1);
        }
    }

    @Test
    void changesCountWithinMoments() throws Exception {
        snapshots().publish(DEFINITION, snapshots().table());
        try (TestEvaluator evaluator = evaluator()) {
            await().atMost(SOON).until(() -> shows(evaluator, "C-1"));
            server().change("p2", new FeedRecord(1, 2, List.of("C-1"), NO_MEMBERSHIPS, CAPPED));
            await().atMost(SOON).until(() -> !shows(evaluator, "C-1"));
            server().change("p3", new FeedRecord(500, 3, List.of("new"), NO_MEMBERSHIPS, ELIGIBLE));
            await().atMost(SOON).until(() -> shows(evaluator, "new"));
            server().change("p4", FeedRecord.gone(2, 4));
            await().atMost(SOON).until(() -> !shows(evaluator, "C-2"));
            await().atMost(SOON).until(() -> server().positions().contains("directory=POOL_000000000000001&after=p4"));
            assertThat(server().positions().getFirst()).isEqualTo("directory=POOL_000000000000001&after=p1");
        }
    }

    @Test
    void aNewTableKnowsWhatTheOldOneLearned() throws Exception {
        snapshots().publish(DEFINITION, snapshots().table());
        try (TestEvaluator evaluator = evaluator()) {
            await().atMost(SOON).until(() -> shows(evaluator, "C-1"));
            server().change("p9", new FeedRecord(1, 9, List.of("C-1"), NO_MEMBERSHIPS, CAPPED));
            await().atMost(SOON).until(() -> !shows(evaluator, "C-1"));
            Manifest second = snapshots().publish(DEFINITION, snapshots().table(11, FrequencyRules.ALWAYS, 5));
            await().atMost(SOON)
                    .until(() -> evaluator.decide("project=" + PROJECT).body().contains(second.version()));
            assertThat(shows(evaluator, "C-1"))
                    .as("the change is newer than the table")
                    .isFalse();
            assertThat(shows(evaluator, "C-10")).isTrue();
        }
    }

    @Test
    void saysThatItIsBehindUntilTheNextTable() throws Exception {
        snapshots().publish(DEFINITION, snapshots().table());
        try (TestEvaluator evaluator = evaluator()) {
            await().atMost(SOON).until(() -> shows(evaluator, "C-1"));
            server().restart("p2");
            await().atMost(SOON)
                    .until(() -> evaluator.get("/health/ready").body().contains("\"behind\":true"));
            assertThat(evaluator.get("/health/ready").statusCode())
                    .as("what is known is served on")
                    .isEqualTo(200);
            assertThat(evaluator.metrics("/metrics").body()).contains("muster_evaluator_behind 1.0");
            await().atMost(SOON)
                    .until(() -> server().positions().contains("directory=POOL_000000000000001&after=p2&behind=true"));
            await().atMost(SOON).until(() -> server().reports().getLast().contains("\"behind\":true"));

            snapshots().publish(DEFINITION, snapshots().table(10, FrequencyRules.ALWAYS, 5));
            await().atMost(SOON)
                    .until(() -> evaluator.get("/health/ready").body().contains("\"behind\":false"));
        }
    }

    @Test
    void anyNumberOfEvaluatorsAnswerEachAlone() throws Exception {
        snapshots().publish(DEFINITION, snapshots().table());
        try (TestEvaluator one = evaluator()) {
            await().atMost(SOON).until(() -> shows(one, "C-1"));
            Path token = home.resolve("token");
            try (TestEvaluator other = new TestEvaluator(
                    home.resolve("other"), "--server", server().address(), "--token-file", token.toString())) {
                await().atMost(SOON).until(() -> shows(other, "C-1"));
            }

            assertThat(shows(one, "C-1")).isTrue();
        }
    }

    @Test
    void reportsItselfWithEachPoll() throws Exception {
        Manifest manifest = snapshots().publish(DEFINITION, snapshots().table());
        try (TestEvaluator evaluator = evaluator()) {
            await().atMost(SOON)
                    .until(() -> server().reports().stream().anyMatch(report -> report.contains(manifest.version())));
            assertThat(server().reports()).allMatch(report -> report.startsWith("{\"name\":\""));
            assertThat(server().reports().getLast())
                    .contains("\"snapshots\":[{\"project\":\"" + PROJECT, "\"age\":0")
                    .contains("\"requestsPerSecond\":", "\"refusals\":0", "\"behind\":false,\"ends\":false}");
            assertThat(evaluator.get("/health/live").statusCode()).isEqualTo(200);
        }
    }

    @Test
    void answersAreStaleWhenTheServerIsSilent() throws Exception {
        // Its contacts stay young whatever is heard of the server.
        snapshots()
                .folder()
                .publish(TestSnapshots.project(PROJECT, "unlinked", FIRST), null, new Publication(2 * NOW, false));
        try (TestEvaluator evaluator = evaluator("--stale-after", "1h")) {
            await().atMost(SOON).until(() -> shows(evaluator, "C-1"));
            evaluator.moveTo(NOW + Duration.ofHours(2).toMillis());
            await().atMost(SOON)
                    .until(() -> evaluator.decide("project=" + PROJECT).body().contains("\"stale\":false"));
            server().away(true);
            server().close();
            evaluator.moveTo(NOW + Duration.ofHours(4).toMillis());
            await().atMost(SOON)
                    .until(() -> evaluator.decide("project=" + PROJECT).body().contains("\"stale\":true"));
            assertThat(shows(evaluator, "C-1")).as("and served on").isTrue();
        }
    }
}
