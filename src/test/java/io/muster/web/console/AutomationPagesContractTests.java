package io.muster.web.console;

import static io.muster.web.console.ConsoleClient.location;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.muster.app.UserService;
import io.muster.database.TestDatabase;
import io.muster.dedup.DirectoryFixture;
import io.muster.directory.Actor;
import io.muster.web.TestWebServer;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** Automations in the console: when they run, who holds them, what is asked of them. */
class AutomationPagesContractTests {

    @RegisterExtension
    static final TestDatabase database = new TestDatabase();

    private static final String PASSWORD = "a horse in the rain";
    private static final Actor TESTER = Actor.commandLine("tester");
    private static final Pattern STATE = Pattern.compile("name=\"state\" value=\"([^\"]*)\"");
    private static final Duration PATIENCE = Duration.ofSeconds(40);
    private static final String HOSTILE = "<b onclick=x>&\"' \u202e\ud83d\ude80";

    @TempDir
    private static Path home;

    private static TestWebServer server;
    private static ConsoleClient lena;
    private static int jobs;

    private DirectoryFixture directory;
    private String job;

    @BeforeAll
    static void start() throws Exception {
        server = TestWebServer.start(database.url(), home);
        lena = signedIn("operate", "access");
    }

    @AfterAll
    static void stop() {
        lena.close();
        server.close();
    }

    @BeforeEach
    void directory() throws IOException {
        directory = DirectoryFixture.create(database.jdbc(), "extRef");
        job = "job-" + jobs++;
        write(
                "Nightly contacts",
                "schedules: [{cron: \"30 2 * * *\"}]\nzone: Asia/Tokyo\nalarm: {no-file-by: \"06:00\"}\n");
    }

    private static ConsoleClient signedIn(String... roles) throws Exception {
        String name = "user-" + UUID.randomUUID();
        server.get(UserService.class).create(TESTER, name, List.of(roles), List.of(), PASSWORD);
        ConsoleClient client = new ConsoleClient(server);
        assertThat(location(client.signIn(name, PASSWORD))).isEqualTo("303 /overview");
        return client;
    }

    private void write(String name, String more) throws IOException {
        Files.writeString(
                home.resolve("jobs/" + job + ".yaml"),
                """
                kind: contact-import
                id: %s
                name: %s
                source: {type: folder, folder: %s}
                files: {stable-for: 0s}
                target: {directory: %s}
                """.formatted(
                                        job,
                                        "'" + name.replace("'", "''") + "'",
                                        Files.createDirectories(home.resolve("in-" + job)),
                                        database.ids().directory(directory.id()))
                        + more);
    }

    private void deliver(String name, String day) throws IOException {
        Path file = home.resolve("in-" + job).resolve(name);
        Files.writeString(file, "ExternalDataReference,Email\n1,a@example.com\n");
        Files.setLastModifiedTime(file, FileTime.from(Instant.parse(day + "T00:00:00Z")));
    }

    private String page() {
        return "/automations/" + job;
    }

    private static String state(String preview) {
        Matcher state = STATE.matcher(preview);
        assertThat(state.find()).as(preview).isTrue();
        return state.group(1);
    }

    private long acts(String action) {
        return database.jdbc().sql("""
                    SELECT COUNT(*) FROM audit x JOIN automation a ON a.id = x.subject_id
                    WHERE x.subject_kind = 'AUTOMATION' AND x.action = ? AND a.name = ?
                    """).params(action, job).query(Long.class).single();
    }

    @Test
    void theListAndThePageSayWhenItRunsNext() throws Exception {
        assertThat(lena.get("/automations").body())
                .contains("<caption>Automations</caption>", "Nightly contacts", "daily at 02:30 (Asia/Tokyo)")
                .contains("02:30:00 JST", "no file by 06:00 (Asia/Tokyo)", "It has not run yet.")
                .contains(">Next runs</h2>", ">Run now</a>", ">Hold</a>");
        assertThat(lena.get(page()).body())
                .contains("<h1>Nightly contacts</h1>", ">Next runs</h2>", "02:30:00 JST")
                .contains("kind: contact-import", "None was sent yet.")
                .doesNotContain(">Release</a>");
        assertThat(lena.get("/automations/AU_000000000000000").statusCode()).isEqualTo(404);
        assertThat(lena.get("/automations/nothing/hold").statusCode()).isEqualTo(404);
    }

    @Test
    void aHoldNeedsAReasonThatAllWhoLookAtTheAutomationRead() throws Exception {
        String preview = lena.get(page() + "/hold").body();
        assertThat(preview)
                .contains("<h1>Hold Nightly contacts</h1>", "What will happen", "It misses first: ", "02:30:00 JST")
                .contains("one run makes up at once for all that it has missed", "is silent meanwhile")
                .contains("name=\"reason\"");
        HttpResponse<String> none = lena.post(page() + "/hold", page() + "/hold", "reason", " ");
        assertThat(none.statusCode()).isEqualTo(400);
        assertThat(none.body()).contains("role=\"alert\"", "href=\"#text-reason\"", "say why", "aria-invalid=\"true\"");
        HttpResponse<String> line = lena.post(page() + "/hold", page() + "/hold", "reason", "x".repeat(501));
        assertThat(line.statusCode()).isEqualTo(400);
        assertThat(line.body()).contains("x".repeat(501));
        assertThat(acts("automation.hold")).isZero();

        HttpResponse<String> held = lena.post(page() + "/hold", page() + "/hold", "reason", HOSTILE);
        assertThat(location(held)).startsWith("303 /automations/");
        assertThat(location(lena.post("/overview", page() + "/hold", "reason", "another")))
                .startsWith("303 /automations/");

        assertThat(acts("automation.hold")).isOne();
        for (String where : List.of("/automations", page(), "/overview", page() + "/release")) {
            assertThat(lena.get(where).body())
                    .as(where)
                    .contains("&lt;b onclick=x&gt;&amp;&quot;&#39;", "user-")
                    .doesNotContain("<b onclick", "another");
        }

        assertThat(lena.get(page()).body())
                .contains("None by itself", ">Release</a>")
                .doesNotContain(">Hold</a>");
        assertThat(lena.get(page() + "/hold").statusCode()).isEqualTo(409);
        String release = state(lena.get(page() + "/release").body());
        assertThat(location(lena.post(page() + "/release", page() + "/release", "state", release)))
                .startsWith("303 /automations/");
        assertThat(location(lena.post("/overview", page() + "/release", "state", release)))
                .startsWith("303 /automations/");
        assertThat(acts("automation.release")).isOne();
        assertThat(lena.get("/overview").body()).doesNotContain("onclick=x");
    }

    @Test
    void whoReleasesWhatIsHeldAnewIsTold() throws Exception {
        lena.post(page() + "/hold", page() + "/hold", "reason", "first");
        HttpResponse<String> refused = lena.post("/overview", page() + "/release", "state", "17");
        assertThat(refused.statusCode()).isEqualTo(409);
        assertThat(refused.body()).contains("holds it anew", "first", "nothing was changed");
        assertThat(acts("automation.release")).isZero();
    }

    @Test
    void runNowSaysWhichFilesItTakesAndActsOnceHoweverOftenTheButtonIsPressed() throws Exception {
        assertThat(lena.get(page() + "/run").body()).contains("Its source has no new file");
        deliver("b.csv", "2026-11-02");
        deliver("a.csv", "2026-11-01");
        String preview = lena.get(page() + "/run").body();
        assertThat(preview)
                .contains("It takes 2 files, one run each, in this order:")
                .containsPattern("(?s)a\\.csv, 44 bytes, changed 1 Nov.*b\\.csv, 44 bytes, changed 2 Nov");
        assertThat(acts("automation.run")).isZero();
        String state = state(preview);

        HttpResponse<String> asked = lena.post(page() + "/run", page() + "/run", "state", state);
        assertThat(location(asked)).startsWith("303 /automations/");
        await().atMost(PATIENCE)
                .untilAsserted(() -> assertThat(lena.get(page()).body())
                        .containsPattern("It ran: RN_\\w+ completed, RN_\\w+ completed\\."));
        assertThat(location(lena.post("/overview", page() + "/run", "state", state)))
                .startsWith("303 /automations/");

        assertThat(acts("automation.run")).isOne();
        assertThat(lena.get(page()).body())
                .contains("All of the last 2 runs completed", "The last run read 1 rows; the median of 2 is 1")
                .contains("<caption>Duration and rows</caption>", "<dt>Last file</dt><dd>b.csv</dd>")
                .containsPattern("user-[^<]*</span> asked for a run");
        assertThat(lena.get("/automations").body()).contains("All of the last 2 runs completed", "b.csv");
    }

    @Test
    void whatHoldsFilesBackIsSaidBeforeAndAfter() throws Exception {
        write("Job", "limits: {max-rejected: 0%}\n");
        Files.writeString(home.resolve("in-" + job + "/a.csv"), "ExternalDataReference,Email\n1,no mailbox\n");
        ask();
        await().atMost(PATIENCE)
                .untilAsserted(() -> assertThat(lena.get(page()).body()).containsPattern("It ran: RN_\\w+ failed\\."));
        deliver("b.csv", "2026-11-02");

        assertThat(lena.get(page() + "/run").body()).contains("It takes no file: ", "holds them back");
        ask();

        await().atMost(PATIENCE)
                .untilAsserted(() ->
                        assertThat(lena.get(page()).body()).contains("holds them back, since files are imported"));
    }

    private void ask() throws Exception {
        lena.post(
                page() + "/run",
                page() + "/run",
                "state",
                state(lena.get(page() + "/run").body()));
    }

    @Test
    void aFileThatCameLateIsTakenAgain() throws Exception {
        deliver("b.csv", "2026-11-02");
        ask();
        await().atMost(PATIENCE)
                .untilAsserted(() -> assertThat(lena.get(page()).body()).contains("It ran: "));
        deliver("a.csv", "2026-11-01");
        ask();
        await().atMost(PATIENCE)
                .untilAsserted(() -> assertThat(lena.get(page()).body())
                        .contains("Nothing new was there to take.", "Files that wait", "Take again a.csv"));
        String take = page() + "/take?file=a.csv";
        assertThat(lena.get(take).body()).contains("<h1>Take a.csv again</h1>", "a newer one was imported before");
        assertThat(lena.post(take, page() + "/take", "file", "../../etc/passwd").statusCode())
                .isEqualTo(409);

        HttpResponse<String> taken = lena.post(take, page() + "/take", "file", "a.csv");

        assertThat(location(taken)).startsWith("303 ");
        await().atMost(PATIENCE)
                .untilAsserted(() -> assertThat(lena.get(page()).body())
                        .containsPattern("of a\\.csv</span>")
                        .containsPattern("It ran: RN_\\w+ completed\\.")
                        .doesNotContain("Files that wait"));
        assertThat(location(lena.post("/overview", page() + "/take", "file", "a.csv")))
                .startsWith("303 /automations/");
        assertThat(acts("automation.run")).isEqualTo(3);
    }

    @Test
    void whoMayNotOperateSeesAndChangesNothing() throws Exception {
        lena.post(page() + "/hold", page() + "/hold", "reason", "half files");
        try (ConsoleClient reader = signedIn("access")) {
            assertThat(reader.get(page()).body())
                    .contains("half files", "needs the role Operate", "What it says needs the role Operate.")
                    .doesNotContain(">Release</a>", "kind: contact-import");
            assertThat(reader.get("/automations").body())
                    .contains("half files", "needs the role Operate")
                    .doesNotContain(page() + "/run\"");
            for (String action : List.of("run", "hold", "release", "take?file=a.csv")) {
                assertThat(reader.get(page() + "/" + action).statusCode())
                        .as(action)
                        .isEqualTo(403);
            }

            assertThat(reader.post("/overview", page() + "/release", "state", "0")
                            .statusCode())
                    .isEqualTo(403);
        }

        assertThat(lena.send(page() + "/release", new String[] {"state", "0"}).statusCode())
                .isEqualTo(403);
        assertThat(lena.send(page() + "/run", new String[] {"state", "none"}).statusCode())
                .isEqualTo(403);
        assertThat(acts("automation.release")).isZero();
    }

    @Test
    void pressedAtTwoServersItHappensOnce() throws Exception {
        deliver("a.csv", "2026-11-01");
        Path other = Files.createDirectories(home.resolve("other"));
        try (TestWebServer second = TestWebServer.start(
                database.url(), other, "muster.jobs", home.resolve("jobs").toString())) {
            // It has the connections of the first, and is closed with it.
            ConsoleClient there = lena.at(second);
            String state = state(lena.get(page() + "/run").body());
            String[] form = {"state", state};
            String token = lena.token(page() + "/run");
            List<Integer> answers = List.of(lena, there).parallelStream()
                    .map(client -> {
                        try {
                            return client.send(page() + "/run", form, "_csrf", token)
                                    .statusCode();
                        } catch (IOException | InterruptedException e) {
                            throw new IllegalStateException(e);
                        }
                    })
                    .toList();

            assertThat(answers).containsExactly(303, 303);
            await().atMost(PATIENCE)
                    .untilAsserted(
                            () -> assertThat(lena.get(page()).body()).containsPattern("It ran: RN_\\w+ completed\\."));
            assertThat(acts("automation.run")).isOne();
            assertThat(database.jdbc()
                            .sql("SELECT COUNT(*) FROM run WHERE directory_id = ?")
                            .param(directory.id())
                            .query(Integer.class)
                            .single())
                    .isOne();
        }
    }

    @Test
    void aJobFileThatIsNotUsableIsNamedWithItsProblems() throws Exception {
        await().atMost(PATIENCE)
                .untilAsserted(() -> assertThat(lena.get(page()).body()).contains("AU_"));
        Path file = home.resolve("jobs/" + job + ".yaml");
        Files.writeString(file, Files.readString(file).replace("kind: contact-import", "kind: nonsense"));
        try {
            assertThat(lena.get("/automations").body()).contains("Job files that are not usable", job + ".yaml:1:");
            HttpResponse<String> shown = lena.get(page());
            assertThat(shown.statusCode()).isEqualTo(409);
            assertThat(shown.body()).contains("its job file is not usable now", job + ".yaml:1:");
        } finally {
            Files.delete(file);
        }
    }

    @Test
    void namesAreShownAsTheyAre() throws Exception {
        write(HOSTILE + "long".repeat(50), "");
        assertThat(lena.get("/automations").body())
                .contains("&lt;b onclick=x&gt;&amp;&quot;&#39; \u202e\ud83d\ude80long")
                .doesNotContain("<b onclick");
        assertThat(lena.get(page()).body())
                .contains("It has no schedule: it runs on demand only.")
                .doesNotContain("<b onclick");
    }
}
