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
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Files are damaged on the server and on the evaluator's own disk while visitors ask: no answer is wrong, and none fails.
 * {@code -Dmuster.rounds=N}: so many faults, of which 12 are all that there are.
 */
class PullFaultsTests {

    private static final int ROUNDS = Integer.getInteger("muster.rounds", 5);
    private static final ProjectDefinition DEFINITION = TestSnapshots.project(PROJECT, "linked", FIRST);
    private static final Duration SOON = Duration.ofSeconds(30);
    private static final int CONTACTS = 1_000;

    @TempDir
    private Path home;

    private final Random random = new Random(11);

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
            try (Visitors visitors = new Visitors(CONTACTS, evaluator::decide)) {
                for (int round = 0; round < ROUNDS; round++) {
                    Damage damage = Damage.of(round);
                    server.away(true);
                    boolean show = !Boolean.TRUE.equals(shows.get(last.version()));
                    TableFile table = snapshots.table(CONTACTS, show ? FrequencyRules.ALWAYS : CAPPED_UNTIL);
                    Manifest next = snapshots.publish(DEFINITION, table);
                    shows.put(next.version(), show);
                    damage.to(own, last, random);
                    Map<Path, byte[]> whole = damage.to(snapshots.folder(), next, random);
                    int lists = server.lists();
                    server.away(false);
                    // The next look begins when the attempt to bring what is damaged has ended.
                    await().atMost(SOON).until(() -> server.lists() > lists + 1);
                    assertThat(evaluator.decide("project=" + PROJECT).body())
                            .as("%s", damage)
                            .contains(last.version());
                    visitors.more();

                    Damage.mend(whole);
                    serves(evaluator, next);
                    last = next;
                }

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
