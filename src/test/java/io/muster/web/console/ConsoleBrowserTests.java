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
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
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
    private static Browser browser;
    private static String axe;
    private static String failed;
    private static int runs;

    @BeforeAll
    static void start() throws IOException {
        browser = Browser.start();
        server = TestWebServer.start(database.url(), home);
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
        try (InputStream in = Objects.requireNonNull(ConsoleBrowserTests.class.getResourceAsStream("/axe.min.js"))) {
            axe = new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    @AfterAll
    static void stop() {
        if (browser != null) {
            browser.close();
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

    private static void open(String path) {
        browser.open(server.address() + path);
    }

    private static void signIn(String name) {
        browser.command("Network.clearBrowserCookies", Map.of());
        open("/overview");
        browser.waitFor("document.activeElement && document.activeElement.id === 'name'");
        browser.press(name, Keys.TAB, PASSWORD, Keys.ENTER);
        browser.waitFor("document.querySelector('h1').textContent === 'Overview'");
    }

    /** What axe finds that is serious or worse. */
    private static String findings() {
        browser.run(axe);
        return browser.text("""
                return axe.run(document, {resultTypes: ['violations']}).then(found => found.violations
                  .filter(one => ['serious', 'critical'].includes(one.impact))
                  .map(one => one.id + ': ' + one.nodes.map(node => node.html).join(' | ')).join('\\n'))""");
    }

    private static void width(int width) {
        browser.command(
                "Emulation.setDeviceMetricsOverride",
                Map.of("width", width, "height", 900, "deviceScaleFactor", 1, "mobile", false));
    }

    @Test
    void everyPageIsUsableByAllLightAndDarkWideAndNarrow() throws IOException {
        signIn("lena");
        List<String> paths = List.of(
                "/overview",
                "/runs",
                "/runs?status=dead",
                "/runs/" + failed,
                "/runs/" + failed + "/resume",
                "/runs/" + failed + "/reprocess",
                "/runs/" + failed + "/rejects",
                "/automations",
                "/automations/nightly-0",
                "/admin/users",
                "/admin/tokens",
                "/admin/audit",
                "/account",
                "/runs/RN_000000000000000");
        for (String scheme : List.of("light", "dark")) {
            browser.media("prefers-color-scheme", scheme);
            for (int width : new int[] {1200, 320}) {
                width(width);
                for (String path : paths) {
                    open(path);
                    String place = path.replace(failed, "RN") + " " + scheme + " " + width;
                    assertThat(findings()).as(place).isEmpty();
                    assertThat(browser.text("return document.documentElement.scrollWidth"
                                    + " - document.documentElement.clientWidth"))
                            .as("what sticks out at %s", place)
                            .isEqualTo("0");
                    browser.picture("console" + place.replaceAll("[^A-Za-z0-9]+", "-"));
                }
            }
        }

        assertThat(browser.errors().stream().filter(error -> !error.contains("404 (Not Found)")))
                .isEmpty();
    }

    @Test
    void theReasonOfLastNightIsFoundAndDealtWithByKeyboardAlone() {
        width(1200);
        signIn("lena");
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
        width(1200);
        signIn("tom");
        assertThat(browser.text("return [...document.querySelectorAll('nav a')].map(one => one.textContent).join()"))
                .isEqualTo("Overview,Runs,Automations,Account");
        open("/runs/" + failed);
        assertThat(browser.text("return document.querySelector('.actions').textContent"))
                .contains("needs the role Operate");
        assertThat(browser.count("a[href$='/resume']")).isZero();
        open("/admin/users");
        assertThat(browser.text("return document.querySelector('[role=alert]').textContent"))
                .isEqualTo("This needs the role “Administer”. Ask an administrator for it.");
    }
}
