package io.muster.page;

import static io.muster.page.PageStage.DIALOG;
import static io.muster.page.PageStage.counting;
import static io.muster.page.PageStage.html;
import static io.muster.page.PageStage.visitor;
import static org.assertj.core.api.Assertions.assertThat;

import io.muster.database.TestDatabase;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.openqa.selenium.Keys;

/** The debugger in the page: for whoever has a token, each intercept with its reason. */
class DebuggerBrowserTests {

    @RegisterExtension
    static final TestDatabase database = new TestDatabase();

    private static final String OVERLAY = "[data-muster-debugger]";

    @TempDir
    private static Path home;

    private static PageStage stage;
    private static Browser browser;
    private static PageFixture pages;
    private static String project;
    private static String first;
    private static String second;
    private static String token;
    private static String bookmarklet;

    @BeforeAll
    static void start() {
        stage = PageStage.start(database, home, "muster.http.events-per-address", "999999");
        browser = stage.browser();
        pages = stage.pages();
        pages.contact("C-1");
        project = pages.linked("cookie:who");
        first = pages.intercept(project, PageFixture.POPOVER);
        second = pages.interceptOnPages(project, PageFixture.LINK, "url: {contains: /nowhere}");
        pages.apply(project);
        pages.rebuild();
        var made = pages.projects().debugToken(project, Duration.ofHours(8));
        token = made.token();
        bookmarklet = made.bookmarklet();
    }

    @AfterAll
    static void stop() {
        if (stage != null) {
            stage.close();
        }
    }

    @BeforeEach
    void clear() {
        stage.clear();
    }

    private static void debug(String head, String with, String... headers) {
        stage.site().page("/", html(counting() + head, ""), headers);
        var ignored = browser.open(stage.site().origin() + "/?muster_debug=" + with);
    }

    private static String result(String intercept) {
        var item = browser.element("[data-muster-debugger-intercept='" + intercept + "']");
        return item.getDomAttribute("data-result") + " " + item.getDomAttribute("data-reason");
    }

    private static void awaitResult(String intercept, String result) {
        browser.waitFor("(e => e && e.dataset.result + ' ' + e.dataset.reason == '" + result
                + "')(document.querySelector(\"[data-muster-debugger-intercept='" + intercept + "']\"))");
    }

    @Test
    void everyInterceptIsExplained() {
        debug(visitor("C-1") + pages.tag(project), token);
        awaitResult(first, "passed ELIGIBLE");
        assertThat(result(second)).isEqualTo("failed PAGE");

        String text = browser.element(OVERLAY).getText();
        assertThat(text)
                .contains(
                        "Project " + project,
                        "“C-1” from QSI.config.externalReference",
                        "Passed " + first + " · ELIGIBLE",
                        "The conditions on the page (address, device) do not hold here.",
                        "Contact creation",
                        "off")
                .containsPattern("Snapshot\\s+\\d{8}T\\d{9}Z")
                .containsPattern("Age\\s+\\d+ s");
        browser.settle();
        browser.picture("debugger");
        assertThat(browser.errors()).isEmpty();
    }

    @Test
    void theReferenceIsToldWithWhereItWasRead() {
        debug("<script>document.cookie = 'who=nobody'</script>" + pages.tag(project), token);

        awaitResult(first, "failed UNKNOWN_REFERENCE");
        assertThat(browser.element(OVERLAY).getText()).contains("“nobody” from cookie:who");

        stage.clear();
        debug(visitor("unknown") + pages.tag(project), token);
        awaitResult(first, "passed NO_REFERENCE");
        assertThat(browser.element(OVERLAY).getText()).contains("“unknown” from QSI.config.externalReference");
    }

    @Test
    void theBookmarkletOpensItWithoutLoadingThePageAnew() {
        stage.open(counting() + visitor("C-1") + pages.tag(project));
        stage.awaitDecisions(1);
        browser.run(bookmarklet.substring("javascript:".length()));

        awaitResult(first, "passed ELIGIBLE");
    }

    @Test
    void theBookmarkletLoadsAPageAnewThatHasNoCodeYet() {
        stage.open("");
        browser.run(bookmarklet.substring("javascript:".length()));
        browser.waitFor("location.search.includes('muster_debug=ZN_')");
    }

    @Test
    void aWrongTokenExplainsNothing() {
        debug(visitor("C-1") + pages.tag(project), token.substring(0, token.length() - 1) + "0x");

        awaitResult(first, "failed UNAUTHORIZED");
        assertThat(browser.element(OVERLAY).getText()).contains("The debug token is wrong or has ended.");
    }

    @Test
    void itSaysStartingWhileNoSnapshotIsLoaded() {
        TestSite site = stage.site();
        site.forward("/muster/" + project + ".js", stage.server().address());
        site.forward("/muster/debugger.js", stage.server().address());
        site.on("/v1/decisions", (exchange, body) -> {
            if (exchange.getRequestMethod().equals("OPTIONS")) {
                exchange.getResponseHeaders().set("Access-Control-Allow-Headers", "*");
                TestSite.send(exchange, 204, "text/plain", "");
            } else {
                // As an evaluator answers that has just begun.
                boolean explained = exchange.getRequestHeaders().containsKey("X-Debug-Token");
                TestSite.send(
                        exchange,
                        explained ? 401 : 200,
                        "application/json",
                        explained ? "{\"error\":{}}" : "{\"snapshot\":null,\"stale\":true,\"decisions\":[]}");
            }
        });
        debug(visitor("C-1") + "<script src='/muster/" + project + ".js'></script>", token);

        awaitResult(first, "failed STARTING");
        assertThat(browser.element(OVERLAY).getText()).contains("no snapshot is loaded yet");
    }

    @Test
    void aKeyboardIsEnough() {
        debug("<button id=mine autofocus>Mine</button>" + visitor("nobody") + pages.tag(project), token);
        awaitResult(first, "failed UNKNOWN_REFERENCE");
        browser.waitFor("document.activeElement.matches('" + OVERLAY + "')");
        assertThat(browser.element(OVERLAY).getAriaRole()).isEqualTo("region");

        browser.press(Keys.TAB);
        assertThat(browser.text("return document.activeElement.textContent")).isEqualTo("Close");
        browser.press(Keys.TAB);
        assertThat(browser.text("return document.activeElement.textContent")).isEqualTo("Ask again");
        browser.press(Keys.ENTER);
        awaitResult(first, "failed UNKNOWN_REFERENCE");
        browser.press(Keys.ESCAPE);
        browser.waitFor("!document.querySelector('" + OVERLAY + "')");
    }

    @Test
    void itWorksUnderAStrictPolicyAndChangesNothing() {
        debug(
                "<script nonce=abc>QSI = {config: {externalReference: 'C-1'}}</script>"
                        + pages.tag(project).replace("<script", "<script nonce=abc"),
                token,
                "Content-Security-Policy",
                "default-src 'none'; script-src 'nonce-abc'; connect-src "
                        + stage.server().address());
        awaitResult(first, "passed ELIGIBLE");

        assertThat(browser.count(DIALOG)).isEqualTo(1);
        pages.awaitTouchpoints("shown web");
        assertThat(browser.text("return getComputedStyle(document.querySelector('" + OVERLAY + "')).position"))
                .isEqualTo("fixed");
    }

    @Test
    void anotherProjectOfThePageIsNotExplained() {
        String other = pages.linked();
        String silent = pages.intercept(other, "{type: link, button: Other, url: /o}");
        pages.apply(other);
        debug(visitor("C-1") + pages.tag(project) + pages.tag(other), token);

        awaitResult(first, "passed ELIGIBLE");
        awaitResult(silent, "passed NOT_EXPLAINED");
    }

    @Test
    void visitorsLoadNoneOfIt() {
        TestSite site = stage.site();
        site.forward("/muster/" + project + ".js", stage.server().address());
        site.forward("/muster/debugger.js", stage.server().address());
        site.forward("/v1/decisions", stage.server().address());
        stage.open(counting() + visitor("nobody") + "<script src='/muster/" + project + ".js'></script>");
        stage.awaitDecisions(1);

        assertThat(site.asked("GET /muster/debugger")).isEmpty();
        assertThat(browser.count(OVERLAY)).isZero();
    }
}
