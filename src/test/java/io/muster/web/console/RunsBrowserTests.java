package io.muster.web.console;

import static org.assertj.core.api.Assertions.assertThat;

import io.muster.app.AutomationService;
import io.muster.app.UserService;
import io.muster.automation.AutomationRuns;
import io.muster.automation.Trigger;
import io.muster.automation.jobfile.JobFiles;
import io.muster.database.TestDatabase;
import io.muster.dedup.DirectoryFixture;
import io.muster.directory.Actor;
import io.muster.page.Browser;
import io.muster.web.TestWebServer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.openqa.selenium.Keys;

/** Automations, what is asked of them, and several runs at once, in a browser. */
class RunsBrowserTests {

    @RegisterExtension
    static final TestDatabase database = new TestDatabase();

    private static final String PASSWORD = "a horse in the rain";
    private static final Actor TESTER = Actor.commandLine("tester");
    private static final List<String> FAILED = new ArrayList<>();

    @TempDir
    private static Path home;

    private static TestWebServer server;
    private static ConsoleBrowser console;
    private static Browser browser;

    @BeforeAll
    static void start() throws IOException {
        server = TestWebServer.start(database.url(), home);
        console = new ConsoleBrowser(server);
        browser = console.browser();
        server.get(UserService.class).create(TESTER, "lena", List.of("operate", "manage"), List.of(), PASSWORD);
        server.get(UserService.class).create(TESTER, "tom", List.of("access"), List.of(), PASSWORD);
        write("nightly", "Nightly contacts", "none", "alarm: {no-file-by: \"06:00\"}\n");
        for (int day = 1; day <= 6; day++) {
            deliver("nightly", "contacts-" + day, "1,a@example.com", "2,b" + "b".repeat(day) + "@example.com");
            run("nightly");
        }

        deliver("nightly", "contacts-7", "7,g@example.com");
        write("partner", "<b>Partner</b> \u202eright to left\u202c " + "long".repeat(40), "5%", "");
        deliver("partner", "a", "1,no mailbox", "2,b@example.com", "3,<i>x</i>", "4,d@example.com");
        FAILED.add(run("partner"));
        write("shop", "Shop", "5%", "");
        deliver("shop", "a", "1,no mailbox", "2,b@example.com");
        FAILED.add(run("shop"));
        write("resting", "Resting feed", "none", "");
        server.get(AutomationService.class).hold("resting", "The partner sends half files, ticket 4711", TESTER);
        Files.writeString(home.resolve("jobs/wrong.yaml"), "kind: nonsense\n");
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

    private static void write(String job, String name, String limit, String more) throws IOException {
        DirectoryFixture directory = DirectoryFixture.create(database.jdbc(), "extRef");
        Files.writeString(
                home.resolve("jobs/" + job + ".yaml"),
                """
                kind: contact-import
                id: %s
                name: '%s'
                source: {type: folder, folder: %s}
                files: {stable-for: 0s}
                target: {directory: %s}
                limits: {max-rejected: %s}
                schedules: [{cron: "30 2 * * *"}]
                zone: Europe/Berlin
                """.formatted(
                                        job,
                                        name,
                                        Files.createDirectories(home.resolve("in-" + job)),
                                        database.ids().directory(directory.id()),
                                        limit)
                        + more);
    }

    private static void deliver(String job, String name, String... rows) throws IOException {
        Files.writeString(
                home.resolve("in-" + job).resolve(name + ".csv"),
                "ExternalDataReference,Email\n" + String.join("\n", rows) + "\n");
    }

    private static String run(String job) {
        return server.get(AutomationRuns.class)
                .run(server.get(JobFiles.class).find(job).job(), new Trigger.Asked(TESTER, null))
                .getFirst()
                .run();
    }

    @Test
    void everyPageIsUsableByAllLightAndDarkWideAndNarrow() {
        console.signIn("lena", PASSWORD);
        Map<String, String> pages = new LinkedHashMap<>();
        pages.put("overview-full", "/overview");
        pages.put("automations-full", "/automations");
        pages.put("automation-full", "/automations/nightly");
        pages.put("automation-held", "/automations/resting");
        pages.put("automation-run", "/automations/nightly/run");
        pages.put("automation-hold", "/automations/nightly/hold");
        pages.put("automation-release", "/automations/resting/release");
        pages.put("run-failed", "/runs/" + FAILED.getFirst());
        pages.put("run-abandon", "/runs/" + FAILED.getFirst() + "/abandon");
        pages.put("runs-selected", "/runs/selected/resume?run=" + String.join("&run=", FAILED));
        pages.put("rejects-code", "/runs/" + FAILED.getFirst() + "/rejects?code=EMAIL_INVALID");
        console.look(pages);
    }

    @Test
    void severalRunsAreSelectedByKeyboardAndTheNumberIsSaid() {
        console.signIn("lena", PASSWORD);
        console.open("/runs?status=failed");
        assertThat(said()).isEqualTo("0 selected");
        for (String run : FAILED) {
            browser.run("document.querySelector('input[value=\"" + run + "\"]').focus()");
            browser.press(Keys.SPACE);
        }

        assertThat(said()).isEqualTo("2 selected");
        browser.run("document.querySelector('button[formaction$=\"abandon\"]').focus()");
        browser.press(Keys.ENTER);
        browser.waitFor("document.querySelector('h1').textContent === 'Abandon 2 runs'");
        assertThat(browser.text("return document.querySelector('section').textContent"))
                .contains(FAILED.getFirst(), FAILED.getLast());
        // Not pressed: the other tests look at these runs.
        assertThat(browser.errors()).isEmpty();
    }

    private static String said() {
        return browser.text("return document.querySelector('[data-selected]').textContent");
    }

    @Test
    void whoHoldsAnAutomationIsReadAndAskedForAReason() {
        console.signIn("lena", PASSWORD);
        console.open("/automations/nightly/hold");
        browser.run("document.querySelector('main button').focus()");
        browser.press(Keys.ENTER);
        browser.waitFor("document.activeElement.getAttribute('role') === 'alert'");
        assertThat(browser.text("return document.activeElement.textContent")).contains("say why");
        console.look(Map.of());
        browser.picture("console-automation-hold-wrong");
        console.signIn("tom", PASSWORD);
        console.open("/automations/resting");
        assertThat(browser.text("return document.querySelector('.hold').textContent"))
                .contains("by tester (command line)", "ticket 4711");
        assertThat(browser.text("return document.querySelector('.actions').textContent"))
                .contains("needs the role Operate");
        browser.picture("console-automation-forbidden");
    }
}
