package io.muster.web.console.projects;

import static org.assertj.core.api.Assertions.assertThat;

import io.muster.app.DirectoryService;
import io.muster.app.InterceptInput;
import io.muster.app.NewDirectory;
import io.muster.app.ProjectInput;
import io.muster.app.ProjectService;
import io.muster.app.SegmentService;
import io.muster.app.UserService;
import io.muster.database.TestDatabase;
import io.muster.directory.Actor;
import io.muster.page.Browser;
import io.muster.segment.SizeGuard;
import io.muster.web.TestWebServer;
import io.muster.web.console.ConsoleBrowser;
import java.io.IOException;
import java.nio.file.Path;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** Pages of projects, intercepts, evaluators and snapshots as people use them. */
class ProjectPagesBrowserTests {

    @RegisterExtension
    static final TestDatabase database = new TestDatabase();

    private static final String PASSWORD = "a horse in the rain";
    private static final Actor TESTER = Actor.commandLine("tester");

    @TempDir
    private static Path home;

    private static TestWebServer server;
    private static ConsoleBrowser console;
    private static Browser browser;
    private static String project;
    private static String intercept;

    @BeforeAll
    static void start() throws IOException {
        server = TestWebServer.start(database.url(), home);
        UserService users = server.get(UserService.class);
        users.create(TESTER, "lena", List.of("manage", "operate"), List.of(), PASSWORD);
        users.create(TESTER, "tom", List.of("access"), List.of(), PASSWORD);
        String directory = server.get(DirectoryService.class)
                .create(new NewDirectory(TESTER, "Customers", ZoneOffset.UTC, List.of("extRef")))
                .id();
        String segment = server.get(SegmentService.class)
                .create(TESTER, directory, "Gold", "{embedded: tier, is: gold}", SizeGuard.usual())
                .id();
        ProjectService projects = server.get(ProjectService.class);
        project = "/projects/"
                + projects.create(
                                TESTER,
                                directory,
                                new ProjectInput("Shop", List.of("https://shop.example.com"), false, null, null))
                        .id();
        String id = project.substring("/projects/".length());
        intercept = project + "/intercepts/"
                + projects.create(
                                TESTER,
                                id,
                                new InterceptInput(
                                        "<b>Welcome</b> \u202egnol\u202c " + "long".repeat(50),
                                        null,
                                        null,
                                        "SV_1",
                                        "{segment: " + segment + ", isNot: member}",
                                        "{url: {contains: /checkout}}",
                                        true,
                                        false,
                                        null,
                                        null,
                                        null,
                                        null,
                                        null,
                                        null,
                                        null))
                        .id();
        var applied = projects.apply(TESTER, id);
        var changed = projects.change(
                TESTER, id, new ProjectInput(null, List.of("https://other.example.com"), null, null, null));
        assertThat(applied.version()).isEqualTo(changed.version());
        console = new ConsoleBrowser(server);
        browser = console.browser();
    }

    @AfterAll
    static void stop() {
        if (console != null) {
            console.close();
        }

        server.close();
    }

    @Test
    void everyPageIsUsableByAllLightAndDarkWideAndNarrow() {
        console.signIn("tom", PASSWORD);
        console.look(Map.of("projects-forbidden", "/projects"));
        console.signIn("lena", PASSWORD);
        console.look(Map.of(
                "projects",
                "/projects",
                "project",
                project,
                "project-new",
                "/projects/new",
                "project-link",
                project + "/link",
                "project-apply",
                project + "/apply",
                "intercept",
                intercept,
                "intercept-edit",
                intercept + "/edit",
                "evaluators",
                "/evaluators",
                "snapshots",
                project.replace("/projects/", "/evaluators/")));
    }

    @Test
    void aProjectIsAppliedByItsNames() {
        console.signIn("lena", PASSWORD);
        console.open("/projects");
        browser.run("[...document.querySelectorAll('main a')].find(one => one.textContent === 'Shop').click()");
        browser.waitFor("document.querySelector('h1').textContent === 'Project Shop'");
        browser.run("[...document.querySelectorAll('main a')].find(one => one.textContent === 'Apply').click()");
        browser.waitFor("document.querySelector('h1').textContent === 'Apply project Shop'");
        browser.run("[...document.querySelectorAll('main button')].find(one => one.textContent === 'Apply').click()");
        browser.waitFor("document.querySelector('[role=status]')"
                + " && document.querySelector('[role=status]').textContent === 'The drafts are in force.'");
        assertThat(console.findings()).isEmpty();
    }
}
