package io.muster.web.console.admin;

import static org.assertj.core.api.Assertions.assertThat;

import io.muster.access.Scope;
import io.muster.app.DirectoryService;
import io.muster.app.NewDirectory;
import io.muster.app.UserService;
import io.muster.database.TestDatabase;
import io.muster.directory.Actor;
import io.muster.page.Browser;
import io.muster.web.TestWebServer;
import io.muster.web.console.ConsoleBrowser;
import io.muster.web.console.ShiftedClock;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.openqa.selenium.Keys;

/** Pages of administration as people use them. */
class AdminPagesBrowserTests {

    @RegisterExtension
    static final TestDatabase database = new TestDatabase();

    private static final String PASSWORD = "a horse in the rain";
    private static final Actor TESTER = Actor.commandLine("tester");
    private static final ShiftedClock clock = new ShiftedClock();

    @TempDir
    private static Path home;

    private static TestWebServer server;
    private static ConsoleBrowser console;
    private static Browser browser;

    @BeforeAll
    static void start() throws IOException {
        server = TestWebServer.start(clock, database.url(), home);
        UserService users = server.get(UserService.class);
        DirectoryService directories = server.get(DirectoryService.class);
        directories.create(new NewDirectory(TESTER, "Customers", ZoneOffset.UTC, List.of("email")));
        directories.create(new NewDirectory(
                TESTER, "<b>bold</b> \u202eright to left\u202c \ud83d\ude80", ZoneOffset.UTC, List.of("email")));
        users.create(TESTER, "lena", List.of("administer"), List.of(), PASSWORD);
        users.create(TESTER, "tom", List.of("access", "operate"), List.of("Customers"), PASSWORD);
        users.create(TESTER, "<i>eve</i> " + "long".repeat(60), List.of("manage"), List.of(), null);
        users.disable(TESTER, "<i>eve</i> " + "long".repeat(60));
        var ignored = server.token(List.of("Customers"), Scope.READ, Scope.EVENTS);
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
        console.look(Map.of("account-tom", "/account", "users-forbidden", "/admin/users"));
        console.signIn("lena", PASSWORD);
        console.look(Map.of(
                "users", "/admin/users",
                "person", "/admin/users/person?name=tom",
                "disable", "/admin/users/disable?name=tom",
                "tokens", "/admin/tokens",
                "audit", "/admin/audit",
                "audit-wrong", "/admin/audit?on=nonsense",
                "settings", "/admin/settings",
                "account", "/account",
                "again", "/sign-in/again?next=/admin/users"));
    }

    @Test
    void onesPagesAreDarkAndDenseWhateverTheDeviceWants() {
        console.signIn("tom", PASSWORD);
        console.open("/account");
        browser.run(
                "document.getElementById('theme').value = 'dark'; document.getElementById('density').value = 'compact';"
                        + " document.getElementById('zone').value = 'Asia/Tokyo';"
                        + " document.getElementById('theme').form.requestSubmit()");
        browser.waitFor("document.querySelector('[role=status]')");
        assertThat(browser.text("return getComputedStyle(document.body).backgroundColor"))
                .isEqualTo("rgb(20, 24, 29)");
        assertThat(console.findings()).isEmpty();
        browser.picture("console-account-dark-compact");
    }

    @Test
    void whatWasSentTooLateIsDoneAfterThePasswordByKeyboard() {
        console.signIn("lena", PASSWORD);
        console.open("/admin/tokens");
        browser.run(
                "document.getElementById('name').value = 'night'; document.querySelector('[value=events]').checked = true");
        clock.jump(Duration.ofMinutes(16));
        browser.run("document.getElementById('name').form.requestSubmit()");
        browser.waitFor("document.querySelector('h1').textContent === 'Password again'"
                + " && document.activeElement.id === 'password'");
        assertThat(console.findings()).isEmpty();
        browser.picture("console-again-form");
        browser.press(PASSWORD, Keys.ENTER);
        browser.waitFor("document.getElementById('token') && document.getElementById('token').value.length === 40");
        assertThat(browser.text("return document.querySelector('h1').textContent"))
                .isEqualTo("API tokens");
    }
}
