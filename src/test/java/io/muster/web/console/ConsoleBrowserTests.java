package io.muster.web.console;

import static org.assertj.core.api.Assertions.assertThat;

import io.muster.app.UserService;
import io.muster.automation.AutomationRuns;
import io.muster.automation.Trigger;
import io.muster.automation.Trigger.Repull;
import io.muster.automation.jobfile.JobFiles;
import io.muster.database.TestDatabase;
import io.muster.dedup.DirectoryFixture;
import io.muster.directory.Actor;
import io.muster.page.Browser;
import io.muster.web.TestWebServer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.openqa.selenium.Keys;

/** The console as people use it: in a browser, by keyboard, in the dark, on a telephone. */
class ConsoleBrowserTests {

    @RegisterExtension
    static final TestDatabase database = new TestDatabase();

    private static final String PASSWORD = "a horse in the rain";
    private static final Actor TESTER = Actor.commandLine("tester");

    @TempDir
    private static Path home;

    private static TestWebServer server;
    private static ConsoleBrowser console;
    private static Browser browser;
    private static String failed;
    private static int runs;

    @BeforeAll
    static void start() throws IOException {
        server = TestWebServer.start(database.url(), home);
        console = new ConsoleBrowser(server);
        browser = console.browser();
        server.get(UserService.class).create(TESTER, "lena", List.of("administer"), List.of(), PASSWORD);
        server.get(UserService.class).create(TESTER, "tom", List.of("access"), List.of(), PASSWORD);
        DirectoryFixture directory = DirectoryFixture.create(database.jdbc(), "extRef", "email");
        run(
                directory,
                "none",
                "1,a@example.com,gold",
                "2,b@example.com,",
                "3,=2+3,<b>bold</b> \u202eright to left\u202c");
        failed = run(directory, "0%", "4,a@example.com,x", "5,no mailbox," + "long".repeat(250));
    }

    @AfterAll
    static void stop() {
        if (console != null) {
            console.close();
        }

        if (server != null) {
            server.close();
        }
    }

    private static String run(DirectoryFixture directory, String limit, String... rows) throws IOException {
        String job = "nightly-" + runs++;
        Path inbox = Files.createDirectories(home.resolve("in-" + job));
        Files.writeString(
                inbox.resolve("a.csv"), "ExternalDataReference,Email,tier\n" + String.join("\n", rows) + "\n");
        Files.writeString(home.resolve("jobs/" + job + ".yaml"), """
                kind: contact-import
                id: %s
                name: Nightly contacts %s
                source: {type: folder, folder: %s}
                files: {stable-for: 0s}
                target: {directory: %s}
                limits: {max-rejected: %s}
                schedules: [{cron: "30 2 * * *"}]
                zone: Europe/Berlin
                """.formatted(
                        job, job, inbox, database.ids().directory(directory.id()), limit));
        return server.get(AutomationRuns.class)
                .run(server.get(JobFiles.class).find(job).job(), new Trigger.ByHand(TESTER, null, Repull.NEW_ONLY))
                .getFirst()
                .run();
    }

    @Test
    void everyPageIsUsableByAllLightAndDarkWideAndNarrow() {
        console.signIn("lena", PASSWORD);
        Map<String, String> pages = new LinkedHashMap<>();
        pages.put("overview", "/overview");
        pages.put("runs", "/runs");
        pages.put("runs-none", "/runs?status=dead");
        pages.put("run", "/runs/" + failed);
        pages.put("run-resume", "/runs/" + failed + "/resume");
        pages.put("run-reprocess", "/runs/" + failed + "/reprocess");
        pages.put("rejects", "/runs/" + failed + "/rejects");
        pages.put("automations", "/automations");
        pages.put("automation", "/automations/nightly-0");
        pages.put("users", "/admin/users");
        pages.put("tokens", "/admin/tokens");
        pages.put("audit", "/admin/audit");
        pages.put("account", "/account");
        pages.put("gone", "/runs/RN_000000000000000");
        console.look(pages);
    }

    @Test
    void theReasonOfLastNightIsFoundAndDealtWithByKeyboardAlone() {
        console.signIn("lena", PASSWORD);
        browser.press(Keys.TAB);
        assertThat(browser.text("return document.activeElement.textContent")).isEqualTo("Skip to content");
        browser.press(Keys.ENTER, Keys.TAB);
        browser.waitFor("document.activeElement.closest('main')");
        assertThat(browser.text("return document.activeElement.textContent")).isEqualTo(failed);
        browser.press(Keys.ENTER);
        browser.waitFor("document.querySelector('h1').textContent === 'Run " + failed + "'");
        assertThat(browser.text("return document.querySelector('.problem').textContent"))
                .contains("more than the 0 % allowed (max-rejected)");
        browser.run("document.querySelector('a[href$=\"/abandon\"]').focus()");
        browser.press(Keys.ENTER);
        browser.waitFor("document.querySelector('h2').textContent === 'What will happen'");
        browser.run("document.querySelector('main button').focus()");
        assertThat(browser.text("return document.activeElement.textContent")).isEqualTo("Abandon");
        // Not pressed: the other tests look at this run.
        assertThat(browser.errors()).isEmpty();
    }

    @Test
    void whoAccessesContactsIsShownNoMoreThanThat() {
        console.signIn("tom", PASSWORD);
        assertThat(browser.text("return [...document.querySelectorAll('nav a')].map(one => one.textContent).join()"))
                .isEqualTo("Overview,Runs,Automations,Directories,Dashboards,Account");
        console.open("/runs/" + failed);
        assertThat(browser.text("return document.querySelector('.actions').textContent"))
                .contains("needs the role Operate");
        assertThat(browser.count("a[href$='/resume']")).isZero();
        console.open("/admin/users");
        assertThat(browser.text("return document.querySelector('[role=alert]').textContent"))
                .isEqualTo("This needs the role “Administer”. Ask an administrator for it.");
    }
}
