package io.muster.automation.workflow;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.muster.database.TestDatabase;
import io.muster.dedup.DirectoryFixture;
import io.muster.runs.MusterProcess;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** A workflow whose process is killed in each of its tasks; the next process does what is left, and nothing twice. */
class KilledWorkflowJobTests {

    @RegisterExtension
    static final TestDatabase database = TestDatabase.create();

    private static final int ROWS = 4_000;
    private static final int ROUNDS = Integer.getInteger("muster.rounds", 1);

    @TempDir
    private Path folder;

    private DirectoryFixture directory;

    @BeforeEach
    void prepare() throws IOException {
        directory = DirectoryFixture.create(database.jdbc(), "extRef");
        for (String name : List.of("jobs", "shop", "out")) {
            Files.createDirectories(folder.resolve(name));
        }

        String rows = IntStream.range(0, ROWS).mapToObj(n -> n + ",Name " + n).collect(Collectors.joining("\n"));
        Files.writeString(folder.resolve("shop/a.csv"), "id,name\n" + rows + "\n");
        Files.writeString(folder.resolve("jobs/flow.yaml"), """
                kind: workflow
                id: flow
                name: Flow
                tasks:
                  - do: load
                    extract:
                      - {name: shop, type: files, source: {type: folder, folder: FOLDER/shop}, files: {stable-for: 0s}}
                    into:
                      type: contacts
                      target: {directory: DIRECTORY}
                      mapping: {unmapped: ignore, columns: {id: extRef, name: firstName}}
                  - do: rebuild
                    directory: DIRECTORY
                  - do: load
                    extract:
                      - {name: all, type: directory, directory: DIRECTORY}
                    into:
                      type: file
                      directory: DIRECTORY
                      to: {type: folder, folder: FOLDER/out}
                      name: contacts-{run}.csv
                      columns: [extRef, firstName]
                """.replace("FOLDER", folder.toString())
                .replace("DIRECTORY", TestDatabase.IDS.directory(directory.id())));
    }

    private MusterProcess start() throws IOException {
        return MusterProcess.start(
                database.url(),
                folder.resolve("home"),
                folder,
                Map.of("MUSTER_JOBS", folder.resolve("jobs").toString()),
                "run",
                "flow");
    }

    /** Kills a process while that task is due, or as soon as it is past it. */
    private void killIn(int task, Duration after) throws Exception {
        try (MusterProcess process = start()) {
            await().atMost(Duration.ofMinutes(1))
                    .pollInterval(Duration.ofMillis(5))
                    .until(() -> !process.isAlive() || state(task));
            await().pollDelay(after).until(() -> true);
            process.kill();
        }
    }

    private boolean state(int task) {
        return database.jdbc()
                .sql("SELECT COUNT(*) FROM run_chain WHERE task >= ? OR state <> 'OPEN'")
                .param(task)
                .query(Boolean.class)
                .single();
    }

    private List<Map<String, Object>> runs() {
        return database.jdbc()
                .sql("SELECT kind, status, step, reason FROM run ORDER BY id")
                .query()
                .listOfRows();
    }

    @Test
    void goesOnInTheNextProcessAndDoesNothingTwice() throws Exception {
        for (int round = 0; round < ROUNDS; round++) {
            for (int task = 0; task < 3; task++) {
                killIn(task, Duration.ofMillis(50L * (round % 7)));
            }
        }

        try (MusterProcess last = start()) {
            assertThat(last.exit()).as(last + "\n" + runs()).isZero();
        }

        assertThat(database.jdbc()
                        .sql("SELECT CONCAT(tasks, ' ', state) FROM run_chain")
                        .query(String.class)
                        .list())
                .hasSize(1)
                .allMatch(chain -> chain.endsWith("COMPLETED"));
        assertThat(database.jdbc()
                        .sql("SELECT COUNT(*) FROM contact WHERE directory_id = ?")
                        .param(directory.id())
                        .query(Integer.class)
                        .single())
                .isEqualTo(ROWS);
        assertThat(database.jdbc()
                        .sql("SELECT COUNT(*) FROM run WHERE kind = 'contact-import'")
                        .query(Integer.class)
                        .single())
                .isEqualTo(1);
        try (Stream<Path> out = Files.list(folder.resolve("out"))) {
            List<Path> files = out.toList();
            assertThat(files).hasSize(1);
            assertThat(Files.readAllLines(files.getFirst())).hasSize(ROWS + 1).contains("7,Name 7");
        }
    }
}
