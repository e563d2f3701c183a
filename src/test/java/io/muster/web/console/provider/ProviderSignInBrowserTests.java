package io.muster.web.console.provider;

import static org.assertj.core.api.Assertions.assertThat;

import io.muster.app.UserService;
import io.muster.database.TestDatabase;
import io.muster.directory.Actor;
import io.muster.page.Browser;
import io.muster.web.TestWebServer;
import io.muster.web.console.ConsoleBrowser;
import io.muster.web.console.ShiftedClock;
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

/** The way to a provider of another site and back in a real browser, which keeps to the content policy of the console. */
class ProviderSignInBrowserTests {

    @RegisterExtension
    static final TestDatabase database = new TestDatabase();

    private static final String HOSTILE = "<img src=x onerror=alert(1)>" + "w".repeat(200);

    @TempDir
    private static Path home;

    private static ShiftedClock clock;
    private static TestProvider provider;
    private static TestWebServer server;
    private static ConsoleBrowser console;
    private static Browser browser;

    @BeforeAll
    static void start() throws Exception {
        clock = new ShiftedClock();
        provider = TestProvider.start(clock);
        server = TestWebServer.start(clock, database.url(), home, provider.settings());
        console = new ConsoleBrowser(server);
        browser = console.browser();
        provider.say("ada", "subject-ada", "ada", "heads");
        provider.say("guest", "subject-guest", HOSTILE);
        provider.say("lena", "subject-lena", "lena", "heads");
        server.get(UserService.class)
                .create(Actor.commandLine("tester"), "lena", List.of("access"), List.of(), "a horse in the rain");
    }

    @AfterAll
    static void stop() {
        if (console != null) {
            console.close();
        }

        if (server != null) {
            server.close();
        }

        if (provider != null) {
            provider.close();
        }
    }

    private static void forgetEverything() {
        browser.command("Network.clearBrowserCookies", Map.of());
    }

    private static void follow(String link) {
        browser.run("[...document.querySelectorAll('a')].find(one => one.textContent === arguments[0]).focus()", link);
        browser.press(Keys.ENTER);
    }

    private static void signInAtProvider(String login) {
        browser.waitFor("document.querySelector('input[name=username]')");
        browser.element("input[name=username]").sendKeys(login);
        browser.element("input[name=password]").sendKeys(TestProvider.PASSWORD, Keys.ENTER);
    }

    private static void waitForHeading(String heading) {
        browser.waitFor(
                "document.querySelector('h1') && document.querySelector('h1').textContent === '" + heading + "'");
    }

    @Test
    void oneComesBackToThePageThatWasAskedForAndSignsInAgainThereAfterAWhile() {
        forgetEverything();
        console.open("/admin/users");
        waitForHeading("Sign in");
        var ignored = browser.errors();
        follow("Sign in with Company");
        signInAtProvider("ada");
        waitForHeading("Users");
        assertThat(browser.text("return location.pathname + location.search")).isEqualTo("/admin/users");
        assertThat(browser.text("return document.body.textContent")).contains("ada", provider.issuer());
        console.look(Map.of("provider-users", "/admin/users", "provider-person", "/admin/users/person?name=ada"));

        clock.jump(Duration.ofMinutes(16));
        console.open("/admin/users");
        waitForHeading("Sign in again");
        console.look(Map.of("provider-again", "/sign-in/again?next=%2Fadmin%2Fusers"));
        follow("Sign in again with Company");
        signInAtProvider("ada");
        waitForHeading("Users");

        console.look(Map.of("provider-account", "/account"));
        browser.element("form[action='/sign-out'] button").sendKeys(Keys.ENTER);
        waitForHeading("Sign in");
        assertThat(browser.text("return document.querySelector('[role=status]').textContent"))
                .contains("You have signed out here. With Company you may still be signed in");
        assertThat(browser.errors())
                .filteredOn(error -> error.contains("Content Security Policy"))
                .isEmpty();
    }

    @Test
    void theSignInPageOffersBothWaysAndSaysWhatWentWrong() {
        forgetEverything();
        console.look(Map.of(
                "provider-sign-in",
                "/sign-in?next=%2Fruns",
                "provider-sign-in-away",
                "/sign-in?problem=unreachable&next=%2Fruns",
                "provider-sign-in-out",
                "/sign-in?out=true"));
    }

    @Test
    void whoIsRefusedReadsWhatToAskFor() {
        refuse("guest");
        assertThat(browser.text("return document.body.textContent")).contains("gives you no role in Muster", HOSTILE);
        assertThat(browser.count("main img")).isZero();
        console.look(Map.of("provider-refused-no-role", "/sign-in/provider/refused"));
        refuse("lena");
        assertThat(browser.text("return document.body.textContent"))
                .contains("Muster has another user of the name lena.", "subject-lena");
        console.look(Map.of("provider-refused-name", "/sign-in/provider/refused"));
    }

    private static void refuse(String login) {
        forgetEverything();
        console.open("/overview");
        waitForHeading("Sign in");
        follow("Sign in with Company");
        signInAtProvider(login);
        waitForHeading("No access");
    }
}
