package io.muster.web.console.projects;

import static io.muster.web.console.ConsoleClient.location;
import static org.assertj.core.api.Assertions.assertThat;

import io.muster.app.DirectoryService;
import io.muster.app.NewDirectory;
import io.muster.app.ProjectService;
import io.muster.app.SegmentService;
import io.muster.app.UserService;
import io.muster.database.TestDatabase;
import io.muster.directory.Actor;
import io.muster.segment.SizeGuard;
import io.muster.web.TestWebServer;
import io.muster.web.console.ConsoleClient;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.ZoneOffset;
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

/** Projects, intercepts, evaluators and snapshots, as those see them who manage and operate. */
class ProjectPagesContractTests {

    @RegisterExtension
    static final TestDatabase database = new TestDatabase();

    private static final String PASSWORD = "a horse in the rain";
    private static final Actor TESTER = Actor.commandLine("tester");
    private static final String HOSTILE = "<b>x</b> \u202egnol\u202c \ud83d\ude80";

    @TempDir
    private static Path home;

    private static TestWebServer server;

    private String directory;
    private ConsoleClient client;

    @BeforeAll
    static void start() {
        server = TestWebServer.start(database.url(), home);
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    @BeforeEach
    void signIn() throws Exception {
        directory = directory("extRef");
        client = signedIn(List.of(), "manage", "operate");
    }

    private static String directory(String rule) {
        return server.get(DirectoryService.class)
                .create(new NewDirectory(TESTER, "Customers " + UUID.randomUUID(), ZoneOffset.UTC, List.of(rule)))
                .id();
    }

    private static ConsoleClient signedIn(List<String> limits, String... roles) throws Exception {
        String name = "user-" + UUID.randomUUID();
        server.get(UserService.class).create(TESTER, name, List.of(roles), limits, PASSWORD);
        ConsoleClient client = new ConsoleClient(server);
        assertThat(location(client.signIn(name, PASSWORD))).isEqualTo("303 /overview");
        return client;
    }

    private String project(String name, String linkedTo) throws Exception {
        HttpResponse<String> made = client.post(
                "/projects/new",
                "/projects",
                "name",
                name,
                "directory",
                linkedTo,
                "origins",
                "https://shop.example.com\nhttps://www.example.com");
        assertThat(made.statusCode()).as(made.body()).isEqualTo(303);
        return location(made).substring("303 ".length());
    }

    private String project() throws Exception {
        return project("Shop " + UUID.randomUUID(), directory);
    }

    private String intercept(String project, String... fields) throws Exception {
        String[] all = new String[fields.length + 8];
        System.arraycopy(
                new String[] {
                    "name", "Welcome " + UUID.randomUUID(), "sample", "100", "holdOut", "0", "frequency", "true"
                },
                0,
                all,
                0,
                8);
        System.arraycopy(fields, 0, all, 8, fields.length);
        HttpResponse<String> made = client.post(project + "/intercepts/new", project + "/intercepts", all);
        assertThat(made.statusCode()).as(made.body()).isEqualTo(303);
        return location(made).substring("303 ".length());
    }

    /** Answers a question with its button. */
    private HttpResponse<String> confirm(String address) throws Exception {
        String question = client.get(address).body();
        assertThat(question).contains("What will happen");
        Matcher seen = Pattern.compile("name=\"seen\" value=\"([^\"]*)\"").matcher(question);
        assertThat(seen.find()).isTrue();
        return client.post(address, address, "seen", seen.group(1));
    }

    @Test
    void aProjectIsCreatedAppliedAndSwitched() throws Exception {
        String project = project();
        assertThat(client.get(project).body())
                .contains("never applied", "https://shop.example.com", "<caption>Draft and applied</caption>")
                .contains("&lt;script src=&quot;", "integrity=&quot;sha");
        assertThat(client.get("/projects").body()).contains("<h1>Projects</h1>", project);
        assertThat(location(confirm(project + "/apply"))).startsWith("303 " + project + "?done=applied");
        assertThat(client.get(project).body()).contains("version 1").doesNotContain("not in force yet");
        assertThat(location(confirm(project + "/pause"))).startsWith("303 " + project + "?done=paused");
        assertThat(client.get(project).body()).contains("switched off", "Switch on");
        assertThat(location(confirm(project + "/resume"))).startsWith("303 " + project + "?done=resumed");
    }

    @Test
    void aProjectCanBeSwitchedOffWhileAllAre() throws Exception {
        String project = project();
        confirm(project + "/apply");
        ProjectService projects = server.get(ProjectService.class);
        projects.pauseAll(TESTER, true);
        try {
            assertThat(client.get(project).body())
                    .contains("off with all projects", ">Switch off</a>")
                    .doesNotContain(">Switch on</a>");
            assertThat(location(confirm(project + "/pause"))).startsWith("303 " + project + "?done=paused");
            assertThat(client.get(project).body()).contains(">Switch on</a>");
        } finally {
            projects.pauseAll(TESTER, false);
        }

        assertThat(client.get(project).body()).contains("switched off", ">Switch on</a>");
    }

    @Test
    void theDraftStandsBesideWhatIsInForce() throws Exception {
        String project = project();
        confirm(project + "/apply");
        String name = "Renamed " + UUID.randomUUID();
        assertThat(location(client.post(
                        project + "/edit",
                        project + "/edit",
                        "name",
                        name,
                        "origins",
                        "https://other.example.com",
                        "references",
                        "cookie:ref")))
                .isEqualTo("303 " + project + "?done=draft");
        assertThat(client.get(project).body())
                .contains(name, "not in force yet")
                .containsPattern("https://shop.example.com, https://www.example.com</td><td>https://other.example.com");
        assertThat(client.get(project + "/apply").body()).contains("becomes “https://other.example.com”");
    }

    @Test
    void aWrongFormKeepsWhatWasWritten() throws Exception {
        String project = project();
        HttpResponse<String> wrong = client.post(
                project + "/edit", project + "/edit", "name", "Kept", "origins", "no origin", "references", "cookie:r");
        assertThat(wrong.statusCode()).isEqualTo(400);
        assertThat(wrong.body()).contains("role=\"alert\"", "no origin", "value=\"Kept\"", "cookie:r");
        HttpResponse<String> noRule = client.post(
                "/projects/new", "/projects", "name", "X " + UUID.randomUUID(), "directory", directory("email"));
        assertThat(noRule.statusCode()).isEqualTo(409);
        assertThat(noRule.body()).contains("has no active identity rule of extRef");
    }

    @Test
    void anInterceptIsForASegmentAndItsPreviewSaysTheAudienceBeforeAndAfter() throws Exception {
        String segment = server.get(SegmentService.class)
                .create(TESTER, directory, "Gold " + HOSTILE, "{embedded: tier, is: gold}", SizeGuard.usual())
                .id();
        String project = project();
        String intercept = intercept(project);
        assertThat(location(confirm(intercept + "/activate"))).startsWith("303 " + intercept + "?done=activate");
        assertThat(location(client.post(
                        intercept + "/edit",
                        intercept + "/edit",
                        "name",
                        "Welcome again",
                        "sample",
                        "50",
                        "holdOut",
                        "0",
                        "target",
                        "{none: [{segment: " + segment + ", is: member}]}",
                        "page",
                        "{url: {contains: /checkout}}",
                        "type",
                        "popover",
                        "title",
                        HOSTILE,
                        "url",
                        "https://survey.example.com")))
                .isEqualTo("303 " + intercept + "?done=draft");

        assertThat(client.get(intercept).body())
                .contains("not member of Gold &lt;b&gt;x&lt;/b&gt;", "address contains “/checkout”", "Frequency rules")
                .doesNotContain("<b>x</b>");
        assertThat(client.get(intercept + "/apply").body())
                .containsPattern("audience before \\d+ contacts? \\(everybody\\); after \\d+ contacts?")
                .contains("changes of ");
        assertThat(location(confirm(intercept + "/apply"))).startsWith("303 " + intercept + "?done=apply");
        assertThat(client.get(project).body()).contains("Welcome again");
        assertThat(client.get(intercept + "/edit").body()).contains("50", "/checkout", "value=\"popover\" selected");
    }

    @Test
    void whatIsWrongWithAnInterceptIsSaidAtItsField() throws Exception {
        String project = project();
        HttpResponse<String> wrong = client.post(
                project + "/intercepts/new",
                project + "/intercepts",
                "name",
                "Wrong",
                "sample",
                "many",
                "holdOut",
                "0");
        assertThat(wrong.statusCode()).isEqualTo(400);
        assertThat(wrong.body()).contains("href=\"#sample\"", "value=\"many\"", "aria-invalid=\"true\"");
        HttpResponse<String> target = client.post(
                project + "/intercepts/new",
                project + "/intercepts",
                "name",
                "Wrong",
                "sample",
                "1",
                "holdOut",
                "0",
                "target",
                "{embedded: tier, is: gold}");
        assertThat(target.statusCode()).isEqualTo(400);
        assertThat(target.body()).contains("href=\"#target\"", "it tests something other than segments");
    }

    @Test
    void anInterceptIsDeletedOnceItIsOff() throws Exception {
        String project = project();
        String intercept = intercept(project);
        confirm(intercept + "/activate");
        assertThat(client.get(intercept + "/delete").statusCode()).isEqualTo(409);
        confirm(intercept + "/deactivate");
        assertThat(location(confirm(intercept + "/delete"))).startsWith("303 " + project);
        assertThat(client.get(intercept).statusCode()).isEqualTo(404);
        assertThat(location(confirm(project + "/delete"))).isEqualTo("303 /projects");
        assertThat(client.get(project).statusCode()).isEqualTo(404);
    }

    @Test
    void aProjectIsLinkedToAnotherDirectoryOrToNone() throws Exception {
        String project = project();
        String other = directory("extRef");
        assertThat(location(client.post(project + "/link", project + "/link", "directory", other)))
                .isEqualTo("303 " + project + "?done=linked");
        assertThat(client.get(project).body()).contains("/directories/" + other);
        assertThat(client.post(project + "/link", project + "/link", "directory", directory("email"))
                        .statusCode())
                .isEqualTo(409);
        assertThat(location(client.post(project + "/link", project + "/unlink")))
                .isEqualTo("303 " + project + "?done=unlinked");
        assertThat(client.get(project).body()).contains("not linked");
    }

    @Test
    void linkingAwayFromSegmentsOfATargetIsRefused() throws Exception {
        String segment = server.get(SegmentService.class)
                .create(TESTER, directory, "Gold", "{embedded: tier, is: gold}", SizeGuard.usual())
                .id();
        String project = project();
        intercept(project, "target", "{segment: " + segment + ", is: member}");
        HttpResponse<String> refused =
                client.post(project + "/link", project + "/link", "directory", directory("extRef"));
        assertThat(refused.statusCode()).isEqualTo(409);
        assertThat(refused.body()).contains("match or unlink");
    }

    @Test
    void whatWasChangedSinceTheQuestionIsNotApplied() throws Exception {
        String project = project();
        String question = client.get(project + "/apply").body();
        Matcher seen = Pattern.compile("name=\"seen\" value=\"([^\"]*)\"").matcher(question);
        assertThat(seen.find()).isTrue();
        intercept(project);
        HttpResponse<String> late = client.post(project + "/apply", project + "/apply", "seen", seen.group(1));
        assertThat(late.statusCode()).isEqualTo(409);
        assertThat(late.body()).contains("was changed since this was asked");
        assertThat(client.get(project).body()).contains("never applied");
    }

    @Test
    void aDebugTokenIsShownOnce() throws Exception {
        String project = project();
        assertThat(client.post(project, project + "/debugger", "hours", "8").body())
                .contains("Debug token", "javascript:void");
        assertThat(client.get(project).body()).doesNotContain("javascript:");
        assertThat(client.post(project, project + "/debugger", "hours", "many").statusCode())
                .isEqualTo(400);
        HttpResponse<String> tooLong = client.post(project, project + "/debugger", "hours", "100000");
        assertThat(tooLong.statusCode()).isEqualTo(400);
        assertThat(tooLong.body()).contains("href=\"#hours\"");
    }

    @Test
    void projectsOfOtherDirectoriesAreNotThere() throws Exception {
        String own = project();
        String others = project("Others " + UUID.randomUUID(), directory("extRef"));
        String unlinked = project("Unlinked " + UUID.randomUUID(), "");
        try (ConsoleClient limited = signedIn(List.of(directory), "manage");
                ConsoleClient reader = signedIn(List.of(), "access")) {
            assertThat(limited.get(own).statusCode()).isEqualTo(200);
            assertThat(limited.get("/projects").body())
                    .contains(own)
                    .doesNotContain(others)
                    .doesNotContain(unlinked);
            for (String path : List.of(others, others + "/apply", others + "/edit", unlinked)) {
                assertThat(limited.get(path).statusCode()).as(path).isEqualTo(404);
            }

            assertThat(limited.post(own + "/link", own + "/unlink").statusCode())
                    .isEqualTo(403);
            assertThat(limited.post("/projects/new", "/projects", "name", "N " + UUID.randomUUID())
                            .statusCode())
                    .isEqualTo(400);
            assertThat(limited.get("/projects/pause").statusCode()).isEqualTo(403);
            for (String path : List.of("/projects", own, own + "/apply")) {
                assertThat(reader.get(path).statusCode()).as(path).isEqualTo(403);
            }
        }
    }

    @Test
    void withoutItsTokenNoFormDoesAnything() throws Exception {
        String project = project();
        for (String path : List.of("/apply", "/pause", "/edit", "/link", "/delete")) {
            assertThat(client.send(project + path, new String[] {"seen", "x", "name", "x", "directory", "x"})
                            .statusCode())
                    .as(path)
                    .isEqualTo(403);
        }
    }

    @Test
    void snapshotsArePublishedPinnedAndPutBack() throws Exception {
        String project = project("Site " + UUID.randomUUID(), "");
        String versions = project.replace("/projects/", "/evaluators/");
        assertThat(client.get(versions).body()).contains("It was never published.");
        confirm(project + "/apply");
        client.post(
                project + "/edit",
                project + "/edit",
                "name",
                HOSTILE + UUID.randomUUID(),
                "origins",
                "https://a.example");
        confirm(project + "/apply");
        String page = client.get(versions).body();
        assertThat(page).contains("<h1>Snapshots of &lt;b&gt;x&lt;/b&gt;", "in use", "Roll back");
        database.jdbc().sql("DELETE FROM evaluator_report").update();
        assertThat(client.get("/evaluators").body())
                .contains("<h1>Evaluators</h1>", versions, "No evaluator was heard of");
        Matcher older = Pattern.compile("pin\\?version=([^\"]+)\"").matcher(page);
        assertThat(older.results()).hasSize(2);
        assertThat(older.reset().find()).isTrue();
        assertThat(older.find()).isTrue();
        String pin = versions + "/pin?version=" + older.group(1);
        String question = client.get(pin).body();
        Matcher seen = Pattern.compile("name=\"seen\" value=\"([^\"]*)\"").matcher(question);
        assertThat(seen.find()).isTrue();
        assertThat(location(client.post(pin, versions + "/pin", "version", older.group(1), "seen", seen.group(1))))
                .isEqualTo("303 " + versions + "?done=pin");
        assertThat(client.get(versions).body()).contains("A version is pinned", "Unpin");
        assertThat(client.post(pin, versions + "/pin", "version", older.group(1), "seen", "another")
                        .statusCode())
                .isEqualTo(409);
        assertThat(location(confirm(versions + "/unpin"))).isEqualTo("303 " + versions + "?done=unpin");
        assertThat(location(confirm(versions + "/rollback"))).isEqualTo("303 " + versions + "?done=rollback");
        assertThat(client.get(versions + "/pin?version=none").statusCode()).isEqualTo(404);
    }

    @Test
    void aLinkedProjectIsPublishedByARun() throws Exception {
        String project = project();
        confirm(project + "/apply");
        String versions = project.replace("/projects/", "/evaluators/");
        assertThat(client.get(versions + "/publish").body()).contains("A run builds the table of the directory");
        assertThat(location(client.post(versions + "/publish", versions + "/publish")))
                .startsWith("303 /runs/RN_");
    }

    @Test
    void evaluatorsAreForThoseWhoOperate() throws Exception {
        String project = project();
        String versions = project.replace("/projects/", "/evaluators/");
        try (ConsoleClient manager = signedIn(List.of(), "manage")) {
            for (String path : List.of("/evaluators", versions, versions + "/publish")) {
                assertThat(manager.get(path).statusCode()).as(path).isEqualTo(403);
            }

            assertThat(client.send(versions + "/publish", new String[0]).statusCode())
                    .isEqualTo(403);
        }
    }

    @Test
    void whatEvaluatorsSayOfThemselvesIsShown() throws Exception {
        database.jdbc()
                .sql(
                        "INSERT INTO evaluator_report (name, heard_at, behind_since, report) VALUES (:name, :at, :behind, :report)")
                .param("name", "edge-1:8081")
                .param("at", System.currentTimeMillis() - 600_000)
                .param("behind", null)
                .param("report", """
                        {"name":"edge-1:8081","snapshots":[{"project":"ZN_x","version":"20261129T101500000Z","age":7200}],
                        "projects":1,"requestsPerSecond":12,"refusals":3,"refusedSnapshots":1,"stale":false,"behind":false,"ends":false}""")
                .update();
        assertThat(client.get("/evaluators").body())
                .contains("edge-1:8081", "not heard of since ", "20261129T101500000Z", "2 h 0 min");
    }

    @Test
    void anUnknownProjectIsNotThere() throws Exception {
        for (String path : List.of(
                "/projects/ZN_000000000000000",
                "/projects/x",
                "/evaluators/ZN_000000000000000",
                project() + "/intercepts/SI_0")) {
            assertThat(client.get(path).statusCode()).as(path).isEqualTo(404);
        }

        assertThat(server.get(ProjectService.class).list(null, 1).items()).isNotEmpty();
    }
}
