package io.muster.automation.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.muster.Muster;
import io.muster.database.TestDatabase;
import io.muster.dedup.DirectoryFixture;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** The server as a process of its own, watched from outside. */
class ServerProcessJobTests {

    @RegisterExtension
    static final TestDatabase database = new TestDatabase();

    private static final Pattern LISTENING = Pattern.compile("listening on (http://\\S+)");

    /** The exit code after an orderly stop; see docs/schedules.md. */
    private static final int TERMINATED = 0;

    private static final Duration LONG = Duration.ofMinutes(2);
    private static final int ROWS = 150_000;

    @TempDir
    private Path folder;

    private final List<Process> processes = new ArrayList<>();
    private DirectoryFixture directory;
    private Path inbox;

    @BeforeEach
    void prepare() throws IOException {
        database.jdbc().sql("DELETE FROM scheduled_task").update();
        database.jdbc().sql("DELETE FROM run").update();
        directory = DirectoryFixture.create(database.jdbc(), "extRef");
        inbox = Files.createDirectories(folder.resolve("inbox"));
        Path jobs = Files.createDirectories(folder.resolve("jobs"));
        Files.writeString(jobs.resolve("poll.yaml"), """
            kind: contact-import
            id: poll-%d
            name: Polled contacts
            source: {type: folder, folder: "%s"}
            files: {stable-for: 0s, pattern: "*.csv"}
            target: {directory: %s}
            afterwards: {action: archive, folder: "%s"}
            schedules: [{every: 5s}]
            """.formatted(
                        directory.id(), inbox, TestDatabase.IDS.directory(directory.id()), folder.resolve("archive")));
    }

    @AfterEach
    void end() throws InterruptedException {
        for (Process process : processes) {
            process.destroyForcibly().waitFor();
        }
    }

    @Test
    void importsADroppedFileAnswersHealthAndStopsOnSigterm() throws Exception {
        Process server = start("server-1");
        String address = address("server-1");
        assertThat(status(address + "/health/live")).isEqualTo(200);
        await().atMost(LONG)
                .untilAsserted(
                        () -> assertThat(status(address + "/health/ready")).isEqualTo(200));

        drop("day-1.csv", "FirstName,ExternalDataReference\nAda,1\nBob,2\n");

        await().atMost(LONG).untilAsserted(() -> assertThat(runs()).containsExactly("COMPLETED"));
        assertThat(directory.count("contact")).isEqualTo(2);
        await().atMost(LONG).untilAsserted(() -> assertThat(archived()).hasSize(1));
        assertThat(inbox).isEmptyDirectory();

        server.destroy();

        assertThat(server.waitFor(LONG.toSeconds(), TimeUnit.SECONDS)).isTrue();
        assertThat(server.exitValue()).isEqualTo(TERMINATED);
        assertThat(Files.readString(err("server-1"))).contains("muster server: stopping", "muster server: stopped");
        assertThat(Files.readString(folder.resolve("server-1.out"))).isEmpty();
        assertThat(errors()).isEmpty();
        assertThat(runs()).containsExactly("COMPLETED");
    }

    @Test
    void sigtermStopsARunningImportAndTheNextServerGoesOnWithIt() throws Exception {
        StringBuilder rows = new StringBuilder("FirstName,LastName,Email,ExternalDataReference\n");
        for (int row = 1; row <= ROWS; row++) {
            rows.append("First,Last,p%d@example.org,%d\n".formatted(row, row));
        }

        Process server = start("server-1");
        address("server-1");
        drop("large.csv", rows.toString());
        await().atMost(LONG).pollInterval(Duration.ofMillis(20)).until(this::isAtWork);

        server.destroy();

        assertThat(server.waitFor(LONG.toSeconds(), TimeUnit.SECONDS)).isTrue();
        assertThat(server.exitValue()).isEqualTo(TERMINATED);
        assertThat(runs()).containsExactly("STOPPED");
        assertThat(errors()).isEmpty();
        assertThat(inbox.resolve("large.csv")).exists();
        assertThat(directory.count("contact")).isLessThan(ROWS);

        start("server-2");

        await().atMost(LONG).untilAsserted(() -> assertThat(runs()).containsExactly("COMPLETED"));
        assertThat(directory.count("contact")).isEqualTo(ROWS);
        await().atMost(LONG).untilAsserted(() -> assertThat(archived()).hasSize(1));
    }

    /** At whatever it does then; a process that is stopped closes no socket. {@code -Dmuster.rounds=N}: so often more. */
    @Test
    void aServerThatIsStoppedAtAnyMomentKeepsNoFileFromTheOther() throws Exception {
        Process first = start("server-1");
        Process second = start("server-2");
        address("server-1");
        address("server-2");
        Random random = new Random();
        int rounds = 2 + Integer.getInteger("muster.rounds", 0);
        for (int round = 1; round <= rounds; round++) {
            Process stopped = round % 2 == 0 ? first : second;
            Thread.sleep(random.nextInt(2_000));
            signal(stopped, "STOP");

            drop("day-%d.csv".formatted(round), "FirstName,ExternalDataReference\nAda,%d\n".formatted(round));

            int files = round;
            await().atMost(Duration.ofSeconds(90))
                    .untilAsserted(() -> assertThat(runs()).hasSize(files).containsOnly("COMPLETED"));
            await().atMost(LONG).untilAsserted(() -> assertThat(archived()).hasSize(files));
            signal(stopped, "CONT");
        }

        assertThat(directory.count("contact")).isEqualTo(rounds);
        assertThat(first.isAlive()).isTrue();
        assertThat(second.isAlive()).isTrue();
    }

    private static void signal(Process process, String name) throws IOException, InterruptedException {
        new ProcessBuilder("kill", "-" + name, Long.toString(process.pid()))
                .start()
                .waitFor();
    }

    /** What went wrong, as the log of all servers has it. */
    private List<String> errors() throws IOException {
        List<String> errors = new ArrayList<>();
        try (Stream<Path> logs = Files.list(folder.resolve("home/logs"))) {
            for (Path log : logs.toList()) {
                errors.addAll(Files.readAllLines(log).stream()
                        .filter(line -> line.contains(" ERROR "))
                        .toList());
            }
        }

        return errors;
    }

    private boolean isAtWork() {
        return database.jdbc()
                        .sql("SELECT COUNT(*) FROM run WHERE directory_id = ? AND step IN ('survey', 'load')")
                        .param(directory.id())
                        .query(Integer.class)
                        .single()
                > 0;
    }

    private List<String> runs() {
        return database.jdbc()
                .sql("SELECT status FROM run WHERE directory_id = ? ORDER BY id")
                .param(directory.id())
                .query(String.class)
                .list();
    }

    private List<Path> archived() throws IOException {
        Path archive = folder.resolve("archive");
        if (!Files.isDirectory(archive)) {
            return List.of();
        }

        try (Stream<Path> files = Files.list(archive)) {
            return files.toList();
        }
    }

    /** As a careful sender does it: written under another name, then renamed. */
    private void drop(String name, String content) throws IOException {
        Path part = Files.writeString(inbox.resolve(name + ".part"), content);
        Files.move(part, inbox.resolve(name), StandardCopyOption.ATOMIC_MOVE);
    }

    private Process start(String name) throws IOException {
        ProcessBuilder builder = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx512m",
                        "-XX:TieredStopAtLevel=1",
                        "--enable-native-access=ALL-UNNAMED",
                        "-cp",
                        System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")),
                        Muster.class.getName(),
                        "server")
                .redirectOutput(folder.resolve(name + ".out").toFile())
                .redirectError(err(name).toFile());
        builder.environment().put("MUSTER_DATABASE_URL", database.url());
        builder.environment().put("MUSTER_HOME", folder.resolve("home").toString());
        builder.environment().put("MUSTER_JOBS", folder.resolve("jobs").toString());
        builder.environment().put("MUSTER_HTTP_PORT", "0");
        builder.environment().put("MUSTER_DATABASE_SESSION_SECONDS", "5");
        Process process = builder.start();
        processes.add(process);
        return process;
    }

    private String address(String name) {
        return await().atMost(LONG)
                .until(
                        () -> {
                            Matcher line = LISTENING.matcher(Files.readString(err(name)));
                            return line.find() ? line.group(1) : "";
                        },
                        found -> !found.isEmpty());
    }

    private Path err(String name) {
        return folder.resolve(name + ".err");
    }

    private static int status(String address) throws IOException, InterruptedException {
        try (HttpClient client = HttpClient.newHttpClient()) {
            return client.send(
                            HttpRequest.newBuilder(URI.create(address)).build(), HttpResponse.BodyHandlers.discarding())
                    .statusCode();
        }
    }
}
