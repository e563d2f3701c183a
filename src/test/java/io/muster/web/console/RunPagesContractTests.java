package io.muster.web.console;

import static io.muster.web.console.ConsoleClient.location;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.muster.app.DirectoryDeletions;
import io.muster.app.RunViews;
import io.muster.app.UserService;
import io.muster.automation.AutomationRuns;
import io.muster.automation.Trigger;
import io.muster.automation.Trigger.Repull;
import io.muster.automation.jobfile.JobFiles;
import io.muster.database.TestDatabase;
import io.muster.dedup.DirectoryFixture;
import io.muster.directory.Actor;
import io.muster.jobs.Progress;
import io.muster.jobs.RunStatus;
import io.muster.runs.RunService;
import io.muster.runs.RunService.Force;
import io.muster.web.TestWebServer;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jsoup.Jsoup;
import org.jsoup.nodes.Element;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** Runs in the console: the list, a run, its rejected rows, and what is done with it. */
class RunPagesContractTests {

    @RegisterExtension
    static final TestDatabase database = new TestDatabase();

    private static final String PASSWORD = "a horse in the rain";
    private static final Actor TESTER = Actor.commandLine("tester");
    private static final Pattern HIDDEN = Pattern.compile("name=\"state\" value=\"([^\"]*)\"");

    @TempDir
    private static Path home;

    private static TestWebServer server;
    private static int jobs;

    private DirectoryFixture directory;
    private String job;

    @BeforeAll
    static void start() {
        server = TestWebServer.start(database.url(), home);
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    @BeforeEach
    void directory() {
        directory = DirectoryFixture.create(database.jdbc(), "extRef");
        job = "job-" + jobs++;
    }

    private String pool() {
        return database.ids().directory(directory.id());
    }

    private static ConsoleClient signedIn(List<String> directories, String... roles) throws Exception {
        String name = "user-" + UUID.randomUUID();
        server.get(UserService.class).create(TESTER, name, List.of(roles), directories, PASSWORD);
        ConsoleClient client = new ConsoleClient(server);
        assertThat(location(client.signIn(name, PASSWORD))).isEqualTo("303 /overview");
        return client;
    }

    private static ConsoleClient signedIn(String... roles) throws Exception {
        return signedIn(List.of(), roles);
    }

    /** Imports these rows; the run's id. */
    private String run(String limit, String... rows) throws IOException {
        Path inbox = Files.createDirectories(home.resolve("in-" + job));
        Files.writeString(inbox.resolve("a.csv"), "ExternalDataReference,Email\n" + String.join("\n", rows) + "\n");
        limit(limit);
        return server.get(AutomationRuns.class)
                .run(server.get(JobFiles.class).find(job).job(), new Trigger.ByHand(TESTER, null, Repull.NEW_ONLY))
                .getFirst()
                .run();
    }

    private void limit(String limit) throws IOException {
        Files.writeString(
                home.resolve("jobs/" + job + ".yaml"), """
                kind: contact-import
                id: %s
                name: Job
                source: {type: folder, folder: %s}
                files: {stable-for: 0s}
                target: {directory: %s}
                limits: {max-rejected: %s}
                """.formatted(job, home.resolve("in-" + job), pool(), limit));
    }

    private static String status(String run) {
        return server.get(RunViews.class).show(run).run().status().name();
    }

    @Test
    void theListHasStatusFileAndReasonAndLeadsToTheRun() throws Exception {
        String good = run("none", "1,a@example.com");
        job = "job-" + jobs++;
        String bad = run("0%", "1,a@example.com", "2,no mailbox");
        try (ConsoleClient client = signedIn("operate")) {
            String all = client.get("/runs?directory=" + pool()).body();
            assertThat(all).contains("<caption>Runs</caption>", ">" + good + "</a>", ">" + bad + "</a>", "a.csv");
            String failed =
                    client.get("/runs?status=failed&directory=" + pool()).body();
            assertThat(failed)
                    .contains(bad)
                    .doesNotContain(good)
                    .contains("1 of 2 rows rejected, more than the 0 % allowed (max-rejected).");
            assertThat(client.get("/runs?status=dead&directory=" + pool()).body())
                    .contains("None match.");
            assertThat(client.get("/runs?status=nonsense").statusCode()).isEqualTo(400);
        }
    }

    @Test
    void theRunHasItsStatusOutcomesAndReason() throws Exception {
        String bad = run("0%", "1,a@example.com", "2,no mailbox");
        try (ConsoleClient client = signedIn("operate")) {
            String page = client.get("/runs/" + bad).body();

            assertThat(page)
                    .contains("<h1>Run " + bad + "</h1>")
                    .containsPattern("role=\"status\" aria-label=\"Run status\" class=\"state failed\">failed</span>")
                    .contains("<h2 id=\"reason\">Reason</h2>")
                    .contains("<caption>Outcomes</caption>")
                    .containsPattern("<th scope=\"row\">Read</th><td class=\"number\">2</td>")
                    .containsPattern("<th scope=\"row\">Rejected</th><td class=\"number\">1</td>")
                    .contains(">Resume</a>", ">Reprocess</a>", ">Abandon</a>")
                    .doesNotContain(">Stop</a>");
            assertThat(client.get("/runs/RN_000000000000000").statusCode()).isEqualTo(404);
        }
    }

    @Test
    void cellsAreForThoseWhoMayAccessContactsOnly() throws Exception {
        String bad = run("none", "1,secret mailbox");
        try (ConsoleClient operator = signedIn("operate");
                ConsoleClient reader = signedIn("access")) {
            assertThat(operator.get("/runs/" + bad).body())
                    .contains("EMAIL_INVALID")
                    .contains("need the role “Access contacts”")
                    .doesNotContain("secret mailbox", "Download rejected rows");
            assertThat(operator.get("/runs/" + bad + "/rejects/exact.csv").statusCode())
                    .isEqualTo(403);
            assertThat(reader.get("/runs/" + bad).body())
                    .contains("EMAIL_INVALID", "secret mailbox", "Download rejected rows")
                    .contains("needs the role Operate");
            assertThat(reader.get("/runs/" + bad + "/rejects/exact.csv").body())
                    .startsWith(
                            "muster_row,muster_line,muster_field,muster_code,muster_reason,ExternalDataReference,Email\n"
                                    + "1,2,")
                    .endsWith(",1,secret mailbox\n");
            assertThat(reader.get("/runs/" + bad + "/rejects").body()).contains("secret mailbox");
        }
    }

    @Test
    void theDownloadForASpreadsheetHasNoLiveFormula() throws Exception {
        String bad = run("none", "1,=cmd()", "2,+1", "3,@x", "4,-2");
        try (ConsoleClient reader = signedIn("access")) {
            HttpResponse<String> answer = reader.get("/runs/" + bad + "/rejects/spreadsheet.csv");

            assertThat(answer.headers().firstValue("Content-Disposition"))
                    .hasValue("attachment; filename=\"rejected-" + bad + "-spreadsheet.csv\"");
            assertThat(answer.body().getBytes(StandardCharsets.UTF_8)).startsWith(0xEF, 0xBB, 0xBF);
            assertThat(answer.body()).contains(",'=cmd()\r\n", ",'+1\r\n", ",'@x\r\n", ",'-2\r\n");
            assertThat(answer.body()).doesNotContainPattern("[,\n][=+@-]");
        }
    }

    @Test
    void anotherDirectoryIsNotThere() throws Exception {
        String bad = run("none", "1,a@example.com");
        DirectoryFixture other = DirectoryFixture.create(database.jdbc(), "extRef");
        try (ConsoleClient reader = signedIn(List.of(database.ids().directory(other.id())), "access")) {
            assertThat(reader.get("/runs/" + bad).statusCode()).isEqualTo(404);
            assertThat(reader.get("/runs").body()).doesNotContain(bad);
            assertThat(reader.get("/runs?directory=" + pool()).body()).doesNotContain(bad);
            assertThat(reader.get("/automations").statusCode()).isEqualTo(403);
            assertThat(reader.get("/automations/" + job).statusCode()).isEqualTo(403);
            assertThat(reader.get("/overview").body())
                    .contains("You see the <a href=\"/runs\">runs</a> of your directories.")
                    .doesNotContain(bad, "/automations", "Nothing needs attention");
        }
    }

    /** The hidden field of a preview. */
    private static String[] fields(String preview) {
        Matcher hidden = HIDDEN.matcher(preview);
        assertThat(hidden.find()).as(preview).isTrue();
        return new String[] {"state", hidden.group(1)};
    }

    @Test
    void theRunsOfADirectoryThatWasDeletedAreStillShown() throws Exception {
        String run = run("none", "1,a@example.com", "2,no mailbox");
        String failed = run("0%", "3,c@example.com", "4,no mailbox either");
        Files.delete(home.resolve("jobs/" + job + ".yaml"));
        String deletion = server.get(DirectoryDeletions.class)
                .start(TESTER, pool(), Progress.NONE)
                .id();
        assertThat(server.get(RunViews.class).follow(deletion, ignored -> {}).status())
                .isEqualTo(RunStatus.COMPLETED);
        String other = database.ids()
                .directory(DirectoryFixture.create(database.jdbc(), "extRef").id());
        try (ConsoleClient client = signedIn("operate", "access", "manage");
                ConsoleClient bound = signedIn(List.of(other), "access", "manage")) {
            for (String id : List.of(run, failed, deletion)) {
                String page = client.get("/runs/" + id).body();
                assertThat(page).contains("<h1>Run " + id + "</h1>", "(deleted)");
                assertThat(bound.get("/runs/" + id).statusCode()).isEqualTo(404);
                assertThat(client.get("/runs/" + id + "/live").statusCode()).isEqualTo(200);
                assertThat(page).doesNotContain(">Resume</a>", ">Reprocess</a>", ">Undo</a>", "Correct and import");
                for (Element link : Jsoup.parse(page).select("main a[href^=/runs/]")) {
                    assertThat(client.get(link.attr("href")).statusCode())
                            .as(link.attr("href"))
                            .isEqualTo(200);
                }
            }

            HttpResponse<String> correction = client.get("/imports/new?corrects=" + run);
            assertThat(correction.statusCode()).isEqualTo(409);
            assertThat(correction.body()).contains("its directory was deleted.");
            assertThat(client.get("/runs/" + failed + "/resume").statusCode()).isEqualTo(409);
            assertThatThrownBy(() -> server.get(RunService.class).resume(failed, Force.NO, TESTER, Progress.NONE))
                    .hasMessage("Cannot resume run " + failed + ": its directory was deleted. Abandon it.");
            assertThatThrownBy(() -> server.get(RunService.class).reprocess(run, Force.NO, TESTER, Progress.NONE))
                    .hasMessage("Cannot reprocess run " + run
                            + ": its directory was deleted. Import its file into another one.");
            String abandon = "/runs/" + failed + "/abandon";
            HttpResponse<String> abandoned =
                    client.post(abandon, abandon, fields(client.get(abandon).body()));
            assertThat(location(abandoned)).isEqualTo("303 /runs/" + failed);
            assertThat(status(failed)).isEqualTo("ABANDONED");
            assertThat(client.get("/runs").body()).contains(run, failed);
            assertThat(client.get("/overview").statusCode()).isEqualTo(200);
            assertThat(client.get("/dashboards/imports").statusCode()).isEqualTo(200);
        }
    }

    @Test
    void aPreviewSaysWhatWillHappenAndChangesNothing() throws Exception {
        String bad = run("0%", "1,a@example.com", "2,no mailbox");
        try (ConsoleClient client = signedIn("operate")) {
            for (String action : List.of("resume", "reprocess", "abandon")) {
                HttpResponse<String> preview = client.get("/runs/" + bad + "/" + action);
                assertThat(preview.statusCode()).as(action).isEqualTo(200);
                assertThat(preview.body()).contains("What will happen", ">Cancel</a>", "<button type=\"submit\"");
            }

            assertThat(client.get("/runs/" + bad + "/stop").statusCode()).isEqualTo(409);
            assertThat(status(bad)).isEqualTo("FAILED");
        }
    }

    @Test
    void aRunIsReprocessedWithTheCorrectedJobOnceHoweverOftenTheButtonIsPressed() throws Exception {
        String bad = run("0%", "1,a@example.com", "2,no mailbox");
        limit("none");
        try (ConsoleClient client = signedIn("operate")) {
            String page = "/runs/" + bad + "/reprocess";
            String preview = client.get(page).body();
            assertThat(preview).contains("Different from last time: limits.max-rejected");

            HttpResponse<String> first = client.post(page, page, fields(preview));
            HttpResponse<String> second = client.post(page, page, fields(preview));

            assertThat(location(first)).startsWith("303 /runs/RN_").doesNotContain(bad);
            assertThat(location(second)).isEqualTo(location(first));
            String again = location(first).substring("303 /runs/".length());
            await().atMost(Duration.ofSeconds(30)).until(() -> status(again).equals("COMPLETED"));
            assertThat(location(client.post("/overview", page, fields(preview))))
                    .isEqualTo("303 /runs/" + again);
            assertThat(database.jdbc()
                            .sql("SELECT COUNT(*) FROM run WHERE directory_id = ?")
                            .param(directory.id())
                            .query(Integer.class)
                            .single())
                    .isEqualTo(2);
            assertThat(client.get("/runs/" + bad).body()).contains("The same file was imported since by", again);
            assertThat(client.get("/overview").body()).doesNotContain(bad);
            assertThat(client.get("/runs/" + again).body()).doesNotContain(">Reason</h2>");
        }
    }

    @Test
    void whoComesLateIsToldThatTheRunHasMovedOn() throws Exception {
        String bad = run("0%", "1,a@example.com", "2,no mailbox");
        try (ConsoleClient client = signedIn("operate");
                ConsoleClient other = signedIn("operate")) {
            String[] late = fields(client.get("/runs/" + bad + "/resume").body());
            String abandon = "/runs/" + bad + "/abandon";
            String[] early = fields(other.get(abandon).body());
            assertThat(location(other.post(abandon, abandon, early))).isEqualTo("303 /runs/" + bad);
            assertThat(location(other.post("/overview", abandon, early))).isEqualTo("303 /runs/" + bad);

            HttpResponse<String> refused = client.post("/overview", "/runs/" + bad + "/resume", late);

            assertThat(refused.statusCode()).isEqualTo(409);
            assertThat(refused.body()).contains("it is abandoned now").contains("nothing was changed");
            assertThat(client.get("/runs/" + bad).body()).contains("Who did what", "abandon");
        }
    }

    @Test
    void aFormOfAnEarlierAttemptDoesNotActThoughTheActionIsStillPossible() throws Exception {
        String bad = run("0%", "1,a@example.com", "2,no mailbox");
        try (ConsoleClient client = signedIn("operate")) {
            String abandon = "/runs/" + bad + "/abandon";
            String[] early = fields(client.get(abandon).body());
            String resume = "/runs/" + bad + "/resume";
            assertThat(location(client.post(
                            resume, resume, fields(client.get(resume).body()))))
                    .isEqualTo("303 /runs/" + bad);
            await().atMost(Duration.ofSeconds(30))
                    .untilAsserted(() -> assertThat(
                                    server.get(RunViews.class).show(bad).run())
                            .returns(2, run -> run.epoch())
                            .returns("FAILED", run -> run.status().name()));

            HttpResponse<String> refused = client.post("/overview", abandon, early);

            assertThat(refused.statusCode()).isEqualTo(409);
            assertThat(refused.body()).contains("it is failed now, attempt 2");
            assertThat(status(bad)).isEqualTo("FAILED");
        }
    }

    @Test
    void anImportIsTakenBack() throws Exception {
        String good = run("none", "1,a@example.com", "2,b@example.com");
        try (ConsoleClient client = signedIn("operate")) {
            String page = "/runs/" + good + "/undo";
            String preview = client.get(page).body();
            assertThat(preview).contains("2 contacts that the run made go.");

            HttpResponse<String> done = client.post(page, page, fields(preview));

            String undo = location(done).substring("303 /runs/".length());
            await().atMost(Duration.ofSeconds(30)).until(() -> status(undo).equals("COMPLETED"));
            assertThat(directory.count("contact")).isZero();
            assertThat(client.get("/runs/" + good).body()).contains("What it did is taken back by", undo);
        }
    }

    @Test
    void whoMayNotOperateChangesNothing() throws Exception {
        String bad = run("0%", "1,a@example.com", "2,no mailbox");
        try (ConsoleClient reader = signedIn("manage")) {
            assertThat(reader.get("/runs/" + bad + "/resume").statusCode()).isEqualTo(403);
            assertThat(reader.post("/overview", "/runs/" + bad + "/abandon", "state", "1 FAILED")
                            .statusCode())
                    .isEqualTo(403);
            assertThat(status(bad)).isEqualTo("FAILED");
        }
    }

    @Test
    void theListIsAskedForByDayAndFileAndDownloadedAsItIs() throws Exception {
        String good = run("none", "1,=a@example.com");
        String list = "/runs?directory=" + pool();
        try (ConsoleClient client = signedIn("operate")) {
            assertThat(client.get(list + "&q=" + good).body()).contains(">" + good + "</a>", "value=\"" + good + "\"");
            assertThat(client.get(list + "&q=a.c").body()).contains(">" + good + "</a>");
            assertThat(client.get(list + "&q=a_c").body()).contains("None match.");
            assertThat(client.get(list + "&q=RN_000000000000000").body()).contains("None match.");
            assertThat(client.get(list + "&from=2020-01-01&to=2020-01-02").body())
                    .contains("None match.", "value=\"2020-01-01\"");
            assertThat(client.get(list + "&from=2020-01-01").body())
                    .contains(
                            ">" + good + "</a>",
                            "/runs/download/exact.csv?directory=" + pool() + "&amp;from=2020-01-01");
            HttpResponse<String> wrong = client.get(list + "&to=tomorrow");
            assertThat(wrong.statusCode()).isEqualTo(400);
            assertThat(wrong.body()).contains("Write to as 2026-11-30");

            HttpResponse<String> exact = client.get("/runs/download/exact.csv?directory=" + pool());
            assertThat(exact.body())
                    .startsWith("\ufeffrun,kind,status,automation,file,started,ended,worked_ms,read,created,")
                    .contains("\r\n" + good + ",contact-import,completed," + job + ",a.csv,")
                    .endsWith(",1,1,0,0,0,0,\r\n");
            assertThat(client.get("/runs/download/spreadsheet.csv?directory=" + pool())
                            .headers()
                            .firstValue("Content-Disposition"))
                    .hasValue("attachment; filename=\"runs-spreadsheet.csv\"");
        }

        try (ConsoleClient reader = signedIn(List.of(pool()), "access")) {
            assertThat(reader.get("/runs/download/exact.csv").body()).contains(good);
            assertThat(reader.get("/runs").body()).doesNotContain("Resume selected");
        }
    }

    @Test
    void severalAreGivenUpAtOnceAndTheAnswerSaysWhichAndWhyNot() throws Exception {
        String first = run("0%", "1,a@example.com", "2,no mailbox");
        job = "job-" + jobs++;
        String second = run("0%", "1,a@example.com", "2,no mailbox");
        job = "job-" + jobs++;
        String good = run("none", "1,a@example.com");
        try (ConsoleClient client = signedIn("operate");
                ConsoleClient reader = signedIn("manage")) {
            String list = client.get("/runs?directory=" + pool()).body();
            assertThat(list)
                    .contains("aria-label=\"Select " + first + "\"", "Abandon selected")
                    .doesNotContain("Select " + good);
            String selected = "/runs/selected/abandon?run=" + first + "&run=" + second + "&run=" + good;
            String preview = client.get(selected).body();
            assertThat(preview)
                    .contains("<h1>Abandon 2 runs</h1>", first + ", ", good + ", " + job + ", a.csv: nothing")
                    .contains("it is completed now");
            assertThat(status(first)).isEqualTo("FAILED");
            String[] form = {"run", first + " 1 FAILED", "run", second + " 7 FAILED", "run", good + " 1 COMPLETED"};

            HttpResponse<String> answer = client.post(selected, "/runs/selected/abandon", form);

            assertThat(answer.statusCode()).isEqualTo(200);
            assertThat(answer.body())
                    .contains("<h1>Abandon: 1 done, 2 refused</h1>")
                    .containsPattern("(?s)Done</h2>.*" + first + ".*is abandoned.*Refused</h2>")
                    .containsPattern("(?s)Refused</h2>.*" + second + ".*it is failed now, attempt 1");
            assertThat(status(first)).isEqualTo("ABANDONED");
            assertThat(status(second)).isEqualTo("FAILED");
            assertThat(client.post("/overview", "/runs/selected/abandon", "run", first + " 1 FAILED")
                            .body())
                    .contains("1 done, 0 refused");
            assertThat(client.get("/runs/selected/resume").statusCode()).isEqualTo(409);
            assertThat(reader.get(selected).statusCode()).isEqualTo(403);
            assertThat(reader.post("/overview", "/runs/selected/abandon", "run", second + " 1 FAILED")
                            .statusCode())
                    .isEqualTo(403);
            assertThat(client.send("/runs/selected/abandon", new String[] {"run", second + " 1 FAILED"})
                            .statusCode())
                    .isEqualTo(403);
            assertThat(status(second)).isEqualTo("FAILED");
        }
    }

    @Test
    void theRunHasItsLimitsItsFileAndItsRejectsByReason() throws Exception {
        String bad = run("20%", "1,a@example.com", "2,no mailbox", "3,b@example.com", "3,again");
        try (ConsoleClient client = signedIn("operate");
                ConsoleClient manager = signedIn("manage")) {
            String page = client.get("/runs/" + bad).body();
            assertThat(page)
                    .contains("rejected 50.0 % &gt; 20 %", "<caption>Rejected rows by code</caption>")
                    .containsPattern("EMAIL_INVALID</a></th><td class=\"number\">2</td>")
                    .contains("<dt>Path</dt>", "<dt>SHA-256</dt>", "<dt>Size</dt>")
                    .contains("The last run did not complete", "/automations/" + job)
                    .containsPattern("(?s)>survey</span></span>.*>load</span>")
                    .doesNotContain("Correct and import");
            assertThat(manager.get("/runs/" + bad).body())
                    .contains("href=\"/imports/new?corrects=" + bad + "\">Correct and import</a>");
            String rejects = "/runs/" + bad + "/rejects";
            assertThat(manager.get(rejects + "?code=EMAIL_INVALID").body())
                    .contains("no mailbox", "again", "selected=\"selected\">EMAIL_INVALID");
            assertThat(manager.get(rejects + "?code=EMAIL_INVALID&field=ExternalDataReference")
                            .body())
                    .contains("None match.", "Clear");
            assertThat(manager.get(rejects + "?code=%3Cb%3E").body())
                    .contains("None match.")
                    .doesNotContain("<b>");
        }
    }

    @Test
    void newerFilesThatWaitAreToldOfWhereTheyAreLetGo() throws Exception {
        String bad = run("0%", "1,a@example.com", "2,no mailbox");
        Files.writeString(home.resolve("in-" + job + "/b.csv"), "ExternalDataReference,Email\n1,a@example.com\n");
        assertThatThrownBy(() -> server.get(AutomationRuns.class)
                        .run(server.get(JobFiles.class).find(job).job(), new Trigger.Asked(TESTER, null)))
                .hasMessageContaining("holds them back");
        try (ConsoleClient client = signedIn("operate")) {
            assertThat(client.get("/runs/" + bad).body()).contains("1 newer file waits");
            assertThat(client.get("/runs/" + bad + "/abandon").body())
                    .contains("1 newer file of its automation may go on: b.csv.", "2 rows are not imported");
            assertThat(client.get("/runs/" + bad + "/resume").body())
                    .containsPattern("The file: \\S*a\\.csv, \\d+ bytes, taken");
        }
    }

    @Test
    void theOverviewHasWhatIsOpen() throws Exception {
        String bad = run("0%", "1,a@example.com", "2,no mailbox");
        try (ConsoleClient client = signedIn("operate")) {
            assertThat(client.get("/overview").body())
                    .contains("Needs attention", "Running now")
                    .contains(bad)
                    .contains("rows rejected, more than the 0 % allowed");
        }
    }

    @Test
    void whatIsStoredNeverBecomesMarkup() throws Exception {
        String bad = run("none", "1,<b onclick=x>&\"'", "2,\u202e\ud83d\ude80");
        try (ConsoleClient reader = signedIn("access", "operate")) {
            assertThat(reader.get("/runs/" + bad).body())
                    .contains("&lt;b onclick=x&gt;&amp;&quot;&#39;")
                    .doesNotContain("<b onclick");
        }
    }

    @Test
    void thePartThatChangesIsAskedForAlone() throws Exception {
        String good = run("none", "1,a@example.com");
        try (ConsoleClient client = signedIn("operate")) {
            HttpResponse<String> part = client.get("/runs/" + good + "/live", "X-Muster-Part", "1");

            assertThat(part.body())
                    .startsWith("<div")
                    .contains("data-over=\"true\"")
                    .doesNotContain("<nav");
        }

        try (ConsoleClient nobody = new ConsoleClient(server)) {
            assertThat(nobody.get("/runs/" + good + "/live", "X-Muster-Part", "1")
                            .statusCode())
                    .isEqualTo(401);
        }
    }
}
