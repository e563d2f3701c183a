package io.muster.evaluator;

import static io.muster.evaluator.TestSnapshots.CAPPED_UNTIL;
import static io.muster.evaluator.TestSnapshots.FIRST;
import static io.muster.evaluator.TestSnapshots.PROJECT;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.muster.access.Scope;
import io.muster.database.TestDatabase;
import io.muster.frequency.rules.FrequencyRules;
import io.muster.intercept.decide.ProjectDefinition;
import io.muster.snapshot.format.Manifest;
import io.muster.snapshot.format.SnapshotFolder;
import io.muster.web.TestWebServer;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpRequest;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/**
 * A damaged snapshot is copied into the tree of a server while visitors ask the server and its evaluator.
 * {@code -Dmuster.rounds=N}: so many faults, of which 12 are all that there are.
 */
class ServerFaultsDbTests {

    @RegisterExtension
    static final TestDatabase database = new TestDatabase();

    private static final int ROUNDS = Integer.getInteger("muster.rounds", 4);
    private static final ProjectDefinition DEFINITION = TestSnapshots.project(PROJECT, "linked", FIRST);
    private static final Duration SOON = Duration.ofSeconds(30);
    private static final int CONTACTS = 1_000;
    private static final Pattern LOOKS =
            Pattern.compile("_count\\{method=\"GET\",status=\"\\d+\",uri=\"/v1/snapshots\"} (\\d+)");

    @TempDir
    private Path home;

    private final Random random = new Random(13);

    @Test
    void whatIsDamagedOnTheServerReachesNoVisitor() throws Exception {
        TestSnapshots staging = new TestSnapshots(home.resolve("staging"));
        SnapshotFolder served = new SnapshotFolder(home.resolve("server/snapshots"));
        Map<String, Boolean> shows = new HashMap<>();
        Manifest last = staging.publish(DEFINITION, staging.table(CONTACTS, FrequencyRules.ALWAYS));
        shows.put(last.version(), true);
        copy(staging.folder(), served);
        try (TestWebServer server = TestWebServer.start(database.url(), home.resolve("server"));
                TestEvaluator evaluator = evaluator(server)) {
            Visitors.Asking askServer = query -> server.get("/v1/decisions?" + query);
            List<Visitors.Asking> both = List.of(evaluator::decide, askServer);
            serve(both, last);
            try (Visitors ofTheEvaluator = new Visitors(CONTACTS, evaluator::decide);
                    Visitors ofTheServer = new Visitors(CONTACTS, askServer)) {
                for (int round = 0; round < ROUNDS; round++) {
                    Damage damage = Damage.of(round);
                    boolean show = !Boolean.TRUE.equals(shows.get(last.version()));
                    Manifest next = staging.publish(
                            DEFINITION, staging.table(CONTACTS, show ? FrequencyRules.ALWAYS : CAPPED_UNTIL));
                    shows.put(next.version(), show);
                    Map<Path, byte[]> whole = damage.to(staging.folder(), next, random);
                    copy(staging.folder(), served);
                    long looks = looks(server);
                    await().atMost(SOON).until(() -> looks(server) > looks + 2);
                    for (Visitors.Asking one : both) {
                        assertThat(one.ask("project=" + PROJECT).body())
                                .as("%s", damage)
                                .contains(last.version());
                    }

                    ofTheServer.more();
                    Damage.mend(whole);
                    copy(staging.folder(), served);
                    serve(both, next);
                    last = next;
                }

                ofTheServer.check(shows);
                ofTheEvaluator.check(shows);
            }
        }
    }

    private TestEvaluator evaluator(TestWebServer server) throws IOException {
        Path token = Files.writeString(home.resolve("token"), server.token(Scope.SNAPSHOTS));
        return new TestEvaluator(
                home.resolve("evaluator"), "--server", server.address(), "--token-file", token.toString());
    }

    /** As a person or a program copies a tree: file by file, what is not there any more is taken away, the manifest last. */
    private static void copy(SnapshotFolder from, SnapshotFolder to) throws IOException {
        Path target = Files.createDirectories(to.of(PROJECT));
        for (Path file : files(target)) {
            if (!Files.exists(from.of(PROJECT).resolve(file.getFileName()))) {
                Files.delete(file);
            }
        }

        Path manifest = from.of(PROJECT).resolve("manifest.json");
        for (Path file : files(from.of(PROJECT))) {
            if (!file.equals(manifest)) {
                copy(file, target);
            }
        }

        if (Files.exists(manifest)) {
            copy(manifest, target);
        }
    }

    private static void copy(Path file, Path target) throws IOException {
        Path part = Files.copy(file, target.resolve("copy.part"));
        Files.move(part, target.resolve(file.getFileName()), StandardCopyOption.ATOMIC_MOVE);
    }

    private static List<Path> files(Path folder) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.toList();
        }
    }

    /** How often the server was asked what there is. */
    private static long looks(TestWebServer server) throws Exception {
        String metrics = server.send(HttpRequest.newBuilder(URI.create(server.metricsAddress() + "/metrics"))
                        .build())
                .body();
        Matcher line = LOOKS.matcher(metrics);
        long looks = 0;
        while (line.find()) {
            looks += Long.parseLong(line.group(1));
        }

        return looks;
    }

    private static void serve(List<Visitors.Asking> all, Manifest manifest) {
        for (Visitors.Asking one : all) {
            await().atMost(SOON)
                    .until(() -> one.ask("project=" + PROJECT).body().contains(manifest.version()));
        }
    }
}
