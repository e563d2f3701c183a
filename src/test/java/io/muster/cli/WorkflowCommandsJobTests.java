package io.muster.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.muster.database.TestDatabase;
import io.muster.dedup.DirectoryFixture;
import io.muster.support.StateFolder;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** What an operator is told of a workflow whose tasks are not done. */
class WorkflowCommandsJobTests {

    @RegisterExtension
    static final TestDatabase database = TestDatabase.create();

    private static final String URL = "muster.database.url";
    private static final String JOBS = "muster.jobs";

    @TempDir
    private static Path home;

    private record Ended(int exit, String out, String err) {

        JsonNode json() {
            return JsonMapper.shared().readTree(out);
        }
    }

    @BeforeAll
    static void open() throws IOException {
        System.setProperty(URL, database.url());
        System.setProperty(JOBS, Files.createDirectories(home.resolve("jobs")).toString());
        Files.writeString(
                Files.createDirectories(home.resolve("in")).resolve("a.csv"),
                "ExternalDataReference,FirstName\n1,Ann\n");
        String directory = TestDatabase.IDS.directory(
                DirectoryFixture.create(database.jdbc(), "extRef").id());
        Files.writeString(home.resolve("jobs/flow.yaml"), """
                kind: workflow
                id: flow
                name: Flow
                tasks:
                  - do: load
                    extract:
                      - {name: all, type: files, source: {type: folder, folder: %1$s/in}, files: {stable-for: 0s}}
                    into: {type: contacts, target: {directory: %2$s}}
                  - do: rebuild
                    directory: %2$s
                  - do: load
                    extract:
                      - {name: again, type: files, source: {type: folder, folder: %1$s/in}, files: {stable-for: 0s}}
                    into:
                      {type: file, directory: %2$s, to: {type: folder, folder: %1$s/out}, name: "out-{run}.csv"}
                """.formatted(home, directory));
    }

    @AfterAll
    static void close() {
        System.clearProperty(URL);
        System.clearProperty(JOBS);
    }

    private static Ended muster(String... words) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        ByteArrayOutputStream err = new ByteArrayOutputStream();
        int exit = Cli.run(new Terminal(out, err, new StateFolder(home)), words);
        return new Ended(exit, out.toString(StandardCharsets.UTF_8), err.toString(StandardCharsets.UTF_8));
    }

    private static JsonNode flow() {
        return muster("jobs", "--json")
                .json()
                .path("jobs")
                .valueStream()
                .filter(job -> job.path("id").asString().equals("flow"))
                .findFirst()
                .orElseThrow();
    }

    @Test
    void theOpenChainIsShownWithItsRunsUntilItIsDone() throws Exception {
        Ended run = muster("run", "flow");
        assertThat(run.exit()).as(run.err()).isEqualTo(1);

        JsonNode chain = flow().path("chain");
        assertThat(chain.path("state").asString()).isEqualTo("OPEN");
        assertThat(chain.path("due").asInt()).isEqualTo(3);
        assertThat(chain.path("tasks")
                        .valueStream()
                        .map(task -> task.path("kind").asString()))
                .containsExactly("contacts", "rebuild", "file");
        String loaded = chain.path("tasks").get(0).path("run").asString();
        String failed = chain.path("tasks").get(2).path("run").asString();
        assertThat(muster("jobs").out())
                .contains("flow: its tasks since ", "not done: contacts " + loaded, "then file " + failed + " (due)");
        assertThat(muster("runs", "show", loaded, "--json").json().path("chain"))
                .isEqualTo(chain);
        assertThat(muster("runs", "show", failed).out()).contains("chain      OPEN: contacts " + loaded);

        Files.createDirectories(home.resolve("out"));
        Ended resumed = muster("runs", "resume", failed);
        assertThat(resumed.exit()).as(resumed.err()).isZero();
        assertThat(flow().path("chain").isNull()).isTrue();
        assertThat(muster("runs", "show", failed, "--json")
                        .json()
                        .path("chain")
                        .path("state")
                        .asString())
                .isEqualTo("COMPLETED");
    }
}
