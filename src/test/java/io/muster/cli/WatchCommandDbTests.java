package io.muster.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.muster.database.TestDatabase;
import io.muster.dedup.DirectoryFixture;
import io.muster.support.StateFolder;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.jdbc.core.simple.JdbcClient;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** How far a run has come, seen from a process that does not work on it. */
class WatchCommandDbTests {

    @RegisterExtension
    static final TestDatabase database = new TestDatabase();

    private static final String URL = "muster.database.url";

    @TempDir
    private Path folder;

    private final JdbcClient jdbc = database.jdbc();
    private final ExecutorService operator = Executors.newSingleThreadExecutor();
    private DirectoryFixture directory;

    private record Ended(int exit, String out, String err) {}

    @BeforeEach
    void createDirectory() {
        System.setProperty(URL, database.url());
        directory = DirectoryFixture.create(jdbc, "extRef");
    }

    @AfterEach
    void forgetTheTestDatabase() {
        operator.shutdownNow();
        System.clearProperty(URL);
    }

    private String imported(String content, String... options) throws IOException {
        Path file = Files.writeString(folder.resolve("in.csv"), content);
        String[] command = {
            "import", file.toString(), "--directory", TestDatabase.IDS.directory(directory.id()), "--json"
        };
        String[] all = java.util.Arrays.copyOf(command, command.length + options.length);
        System.arraycopy(options, 0, all, command.length, options.length);
        return JsonMapper.shared().readTree(muster(all).out()).get("run").asString();
    }

    private Ended muster(String... arguments) {
        return muster(new ByteArrayOutputStream(), arguments);
    }

    private Ended muster(ByteArrayOutputStream out, String... arguments) {
        ByteArrayOutputStream err = new ByteArrayOutputStream();
        int exit = Cli.run(new Terminal(out, err, new StateFolder(folder)), arguments);
        return new Ended(exit, out.toString(StandardCharsets.UTF_8), err.toString(StandardCharsets.UTF_8));
    }

    /** The only run, as a process that lives would leave it. */
    private void working(String step, long done, double share, double rate, @Nullable Long left) {
        jdbc.sql("UPDATE run SET status = 'RUNNING', ended_at = NULL, step = ?, owner = 'process 7 on elsewhere'"
                        + " WHERE directory_id = ?")
                .params(step, directory.id())
                .update();
        jdbc.sql("""
                UPDATE run_heartbeat h JOIN run r ON r.id = h.run_id
                SET h.done = :done, h.share = :share, h.rate = :rate, h.left_ms = :left,
                  h.beat_at = CAST(UNIX_TIMESTAMP(CURRENT_TIMESTAMP(3)) * 1000 AS SIGNED)
                WHERE r.directory_id = :directory
                """)
                .param("done", done)
                .param("share", share)
                .param("rate", rate)
                .param("left", left)
                .param("directory", directory.id())
                .update();
    }

    private void end(String status, @Nullable String reason) {
        jdbc.sql("UPDATE run SET status = :status, reason = :reason WHERE directory_id = :directory")
                .param("status", status)
                .param("reason", reason)
                .param("directory", directory.id())
                .update();
    }

    @Test
    void showsRowsRateAndTimeLeftOfARunUnderWay() throws IOException {
        String run = imported("ExternalDataReference\n1\n2\n");
        working("load", 1_200, 0.4, 240.5, 7_500L);

        assertThat(muster("runs", "show", run).out())
                .contains("progress   " + run + " RUNNING, load: 1,200 rows, 40 %, 241 rows/s, about 7 s left")
                .contains("process    process 7 on elsewhere");
        JsonNode shown = JsonMapper.shared()
                .readTree(muster("runs", "show", run, "--json").out());
        assertThat(shown.get("progress").toString())
                .isEqualTo("{\"done\":1200,\"share\":0.4,\"rate\":240.5,\"secondsLeft\":7.5}");
        assertThat(shown.get("acts").get(0).get("action").asString()).isEqualTo("run.start");
    }

    @Test
    void followsARunUntilItEnds() throws Exception {
        String run = imported("ExternalDataReference\n1\n2\n");
        working("survey", 1_000, 0.5, 100, null);
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        Future<Ended> watching = operator.submit(() -> muster(out, "runs", "watch", run, "--json"));
        await().atMost(Duration.ofSeconds(60)).until(() -> lines(out).size() == 1);

        working("load", 2_000, 0.25, 200, 4_000L);
        await().until(() -> lines(out).size() == 2);
        end("COMPLETED", null);

        assertThat(watching.get().exit()).isZero();
        assertThat(lines(out))
                .extracting(line -> line.get("status").asString())
                .containsExactly("RUNNING", "RUNNING", "COMPLETED");
        assertThat(lines(out).get(1).get("step").asString()).isEqualTo("load");
        assertThat(lines(out).get(1).at("/progress/secondsLeft").asDouble()).isEqualTo(4);
        assertThat(lines(out).get(2).has("progress")).isFalse();
    }

    private static List<JsonNode> lines(ByteArrayOutputStream out) {
        return out.toString(StandardCharsets.UTF_8)
                .lines()
                .map(line -> JsonMapper.shared().readTree(line))
                .toList();
    }

    @Test
    void endsWithTheExitCodeOfTheRun() throws IOException {
        String completed = imported("ExternalDataReference\n1\n");
        assertThat(muster("runs", "watch", completed).exit()).isZero();
        directory = DirectoryFixture.create(jdbc, "extRef");
        String failed = imported("ExternalDataReference,Email\n1,bad\n", "--max-rejected", "0");

        Ended watched = muster("runs", "watch", failed);

        assertThat(watched.exit()).isEqualTo(1);
        assertThat(watched.out()).startsWith(failed + " FAILED: read 1, created 0, updated 0, unchanged 0, rejected 1");
        assertThat(watched.err()).contains("Cannot load run " + failed);
    }

    @Test
    void endsWithARunWhoseProcessIsLost() throws IOException {
        String run = imported("ExternalDataReference\n1\n2\n");
        working("load", 1, 0.5, 1, null);
        jdbc.sql("UPDATE run_heartbeat SET beat_at = beat_at - 60000").update();

        Ended watched = muster("runs", "watch", run);

        assertThat(watched.exit()).isEqualTo(1);
        assertThat(watched.out()).startsWith(run + " DEAD: read 2, created 2");
        assertThat(watched.err())
                .contains("Nothing has been heard of its process (process 7 on elsewhere) since ")
                .contains("Resume it to go on where it stopped.");
    }
}
