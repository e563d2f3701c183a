package io.muster.web.console;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.muster.app.UserService;
import io.muster.database.TestDatabase;
import io.muster.dedup.DirectoryFixture;
import io.muster.directory.Actor;
import io.muster.page.Browser;
import io.muster.web.TestWebServer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.openqa.selenium.Keys;

/** A browser that runs no scripts: pages show, ask and act all the same; what moves by itself is reloaded. */
class ScriptlessBrowserTests {

    @RegisterExtension
    static final TestDatabase database = new TestDatabase();

    private static final String PASSWORD = "a horse in the rain";

    @TempDir
    private static Path home;

    private static TestWebServer server;
    private static ConsoleBrowser console;
    private static Browser browser;
    private static String pool;

    @BeforeAll
    static void start() throws IOException {
        server = TestWebServer.start(database.url(), home);
        DirectoryFixture directory = DirectoryFixture.create(database.jdbc(), "extRef", "email");
        pool = database.ids().directory(directory.id());
        Files.writeString(home.resolve("jobs/nightly.yaml"), """
                kind: contact-import
                id: nightly
                name: Nightly
                source: {type: folder, folder: %s}
                target: {directory: %s}
                schedules: [{cron: "30 2 * * *"}]
                zone: Asia/Tokyo
                """.formatted(home, pool));
        server.get(UserService.class)
                .create(
                        Actor.commandLine("tester"),
                        "mia",
                        List.of("manage", "operate", "access"),
                        List.of(),
                        PASSWORD);
        console = new ConsoleBrowser(server);
        browser = console.browser();
        browser.command("Emulation.setScriptExecutionDisabled", Map.of("value", true));
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

    private static String heading() {
        return browser.element("h1").getText();
    }

    /** Follows the link, or presses the button, of that name in the page. */
    private static void press(String name) {
        browser.named(name).click();
    }

    private static void signIn() {
        browser.command("Network.clearBrowserCookies", Map.of());
        console.open("/overview");
        browser.element("#name").sendKeys("mia", Keys.TAB, PASSWORD, Keys.ENTER);
        await().until(() -> heading().equals("Overview"));
    }

    @Test
    void aFileIsImportedAContactChangedAndAnAutomationHeld() throws IOException {
        signIn();
        assertThat(browser.element("main").getText()).contains("Nothing needs attention.");

        console.open("/imports/new");
        Path file =
                Files.writeString(home.resolve("crm.csv"), "ExternalDataReference,Email,tier\n1,a@example.com,gold\n");
        browser.element("#file").sendKeys(file.toString());
        press("Upload");
        await().until(() -> heading().equals("Map columns"));
        press("Forecast");
        await().atMost(Duration.ofMinutes(1)).until(() -> {
            if (heading().equals("Forecast") && browser.count("main form button.main") == 0) {
                press("Reload");
            }

            return browser.count("main form button.main") == 1;
        });
        press("Import 1 row");
        await().until(() -> heading().startsWith("Run RN_"));
        await().atMost(Duration.ofMinutes(1)).until(() -> {
            boolean over =
                    browser.element("[aria-label='Run status']").getText().equals("completed");
            if (!over && browser.count("noscript a") == 1) {
                press("Reload");
            }

            return over;
        });
        assertThat(browser.element("main").getText()).contains("Created 1");

        console.open("/directories/" + pool + "/contacts");
        browser.element("table tbody tr td a").click();
        await().until(() -> !heading().equals("Contacts"));
        assertThat(browser.element("main").getText()).contains("a@example.com", "gold");

        console.open("/automations");
        press("Hold");
        await().until(() -> heading().startsWith("Hold"));
        browser.element("#text-reason").sendKeys("The CRM moves house");
        browser.element("main form button[type=submit]").click();
        await().until(() -> browser.element("main").getText().contains("The CRM moves house"));
    }

    @Test
    void whatNeedsScriptsSaysSo() {
        signIn();
        console.open("/directories/" + pool + "/segments/new");
        assertThat(browser.element("main").getText()).contains("needs scripts", "YAML");
        console.open("/directories/" + pool + "/contacts/new");
        assertThat(browser.element("main").getText()).contains("need scripts");
    }
}
