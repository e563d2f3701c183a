package io.muster.page;

import static io.muster.page.PageStage.DIALOG;
import static io.muster.page.PageStage.counting;
import static io.muster.page.PageStage.html;
import static io.muster.page.PageStage.visitor;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.muster.database.TestDatabase;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.openqa.selenium.Keys;

/** How intercepts are shown: to the eye, the keyboard and the screen reader; what is told of them, also when nobody hears it. */
class ShowingBrowserTests {

    @RegisterExtension
    static final TestDatabase database = new TestDatabase();

    private static final Duration LONG = Duration.ofSeconds(20);

    @TempDir
    private static Path home;

    private static PageStage stage;
    private static Browser browser;
    private static PageFixture pages;
    private static String popover;
    private static String embedded;
    private static String link;

    @BeforeAll
    static void start() {
        stage = PageStage.start(database, home, "muster.http.events-per-address", "999999");
        browser = stage.browser();
        pages = stage.pages();
        pages.contact("C-1");
        popover = project(PageFixture.POPOVER);
        embedded = project(PageFixture.EMBEDDED);
        link = project(PageFixture.LINK);
        pages.apply(popover, embedded, link);
        pages.rebuild();
    }

    private static String project(String creative) {
        String project = pages.linked();
        var ignored = pages.intercept(project, creative);
        return project;
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
        browser.media("prefers-color-scheme", "light");
    }

    private static String head(String... projects) {
        StringBuilder head = new StringBuilder(counting() + visitor("C-1"));
        for (String project : projects) {
            head.append(pages.tag(project));
        }

        return head.toString();
    }

    private static String active() {
        return browser.text("let e = document.activeElement; return e.id || e.textContent.slice(0, 40)");
    }

    @Test
    void aPopoverIsADialogWithAName() {
        stage.open(head(popover));
        browser.element(DIALOG);

        assertThat(browser.text(
                        "let d = document.querySelector(arguments[0]); return d.getAttribute('aria-label')"
                                + " + '|' + d.getAttribute('aria-modal')",
                        DIALOG))
                .isEqualTo("How was it?|true");
        assertThat(browser.element(DIALOG).getAriaRole()).isEqualTo("dialog");
        assertThat(browser.element(DIALOG).getAccessibleName()).isEqualTo("How was it?");
        assertThat(browser.element(DIALOG + " a").getAccessibleName()).isEqualTo("Tell us");
        assertThat(browser.element(DIALOG + " button").getAccessibleName()).isEqualTo("Close");
        assertThat(browser.text(
                        "let a = document.querySelector(arguments[0]); return a.href + a.target + a.rel",
                        DIALOG + " a"))
                .isEqualTo("https://survey.example/s_blanknoopener");
    }

    @Test
    void thePopoverKeepsTheFocusAndGivesItBack() {
        stage.open("", "<button id=mine autofocus>Mine</button><a href=# id=other>Other</a>");
        browser.run(
                "document.getElementById('mine').focus(); QSI = {config: {externalReference: 'C-1'}};"
                        + "let s = document.createElement('script'); s.src = arguments[0]; document.head.append(s)",
                stage.server().address() + "/muster/" + popover + ".js");
        browser.waitFor("document.activeElement.getAttribute('role') == 'dialog'");

        browser.press(Keys.TAB);
        assertThat(active()).isEqualTo("Tell us");
        browser.press(Keys.TAB);
        assertThat(active()).isEqualTo("Close");
        browser.press(Keys.TAB);
        assertThat(active()).isEqualTo("Tell us");
        browser.pressShiftTab();
        assertThat(active()).isEqualTo("Close");

        browser.press(Keys.ESCAPE);
        assertThat(browser.count(DIALOG)).isZero();
        assertThat(active()).isEqualTo("mine");
        pages.awaitTouchpoints("shown web", "dismissed web");
    }

    @Test
    void whoeverIsWritingGoesOnWriting() {
        stage.open("", "<input id=mine>");
        browser.element("#mine").sendKeys("first ");
        browser.run(
                "QSI = {config: {externalReference: 'C-1'}};"
                        + "let s = document.createElement('script'); s.src = arguments[0]; document.head.append(s)",
                stage.server().address() + "/muster/" + popover + ".js");
        browser.element(DIALOG);
        browser.press("second");

        assertThat(browser.text("return document.getElementById('mine').value")).isEqualTo("first second");
        browser.run("document.getElementById('mine').blur()");
        browser.waitFor("document.activeElement.getAttribute('role') == 'dialog'");
        browser.press(Keys.ESCAPE);
        assertThat(browser.count(DIALOG)).isZero();
    }

    @Test
    void closeDismissesAndTheLinkIsAClick() {
        stage.open(head(popover));
        browser.element(DIALOG + " button").click();
        assertThat(browser.count(DIALOG)).isZero();
        pages.awaitTouchpoints("shown web", "dismissed web");

        stage.clear();
        stage.open(head(popover));
        browser.run("document.querySelector(arguments[0]).href = '/survey'", DIALOG + " a");
        browser.element(DIALOG + " a").click();
        pages.awaitTouchpoints("shown web", "clicked web");
        browser.waitFor("!document.querySelector('" + DIALOG + "')");
        assertThat(browser.windows()).isEqualTo(2);
    }

    @Test
    void onlyTheOldestPopoverIsShownAndOthersBesideIt() {
        String both = pages.linked();
        String older = pages.intercept(both, PageFixture.POPOVER);
        var younger = pages.intercept(both, PageFixture.POPOVER);
        pages.apply(both);
        stage.open(head(both, embedded, link), "<div id=place></div>");
        stage.awaitDecisions(1);

        assertThat(browser.element(DIALOG).getDomAttribute("data-muster-intercept"))
                .isIn(older, oldest());
        assertThat(browser.count(DIALOG)).isEqualTo(1);
        assertThat(browser.count("[data-muster-intercept='" + younger + "']")).isZero();
        assertThat(browser.count("#place > [data-muster-intercept]")).isEqualTo(1);
        assertThat(browser.count("a[data-muster-intercept]")).isEqualTo(1);
        pages.awaitTouchpoints("shown web", "shown web", "shown web");
    }

    private static String oldest() {
        return pages.projects().show(popover).intercepts().getFirst().id();
    }

    @Test
    void anEmbeddedOneCountsWhenItIsInViewAndNotBefore() {
        stage.open(
                head(embedded),
                "<div style='height:3000px'></div><div id=place></div><div style='height:3000px'></div>");
        stage.awaitDecisions(1);
        browser.element("#place [data-muster-intercept]");
        browser.run("return new Promise(done => setTimeout(done, 400))");
        assertThat(pages.touchpoints()).isEmpty();

        browser.run("document.getElementById('place').scrollIntoView()");
        pages.awaitTouchpoints("shown web");
        browser.run("scrollTo(0, 0)");
        browser.run("document.getElementById('place').scrollIntoView()");
        browser.run("return new Promise(done => setTimeout(done, 300))");
        assertThat(pages.touchpoints()).containsExactly("shown web");
    }

    @Test
    void anEmbeddedOneWaitsForItsPlace() {
        stage.open(head(embedded));
        stage.awaitDecisions(1);
        assertThat(browser.count("[data-muster-intercept]")).isZero();

        browser.run("let d = document.createElement('div'); d.id = 'place'; document.body.append(d)");
        assertThat(browser.element("#place [data-muster-intercept]").getText()).contains("Rate this page", "Rate");
    }

    @Test
    void aTabInTheBackgroundHasSeenNothing() {
        stage.open("<script>hidden = true; Object.defineProperty(Document.prototype, 'visibilityState',"
                + " {get() { return hidden ? 'hidden' : 'visible' }})</script>" + head(popover));
        browser.element(DIALOG);
        browser.run("return new Promise(done => setTimeout(done, 300))");
        assertThat(pages.touchpoints()).isEmpty();

        browser.run("hidden = false; document.dispatchEvent(new Event('visibilitychange'))");
        pages.awaitTouchpoints("shown web");
    }

    @Test
    void whoWantsLessMotionGetsNone() {
        browser.media("prefers-reduced-motion", "reduce");
        stage.open(head(popover));
        browser.element(DIALOG);
        assertThat(browser.text("return getComputedStyle(document.querySelector('" + DIALOG + "')).animationName"))
                .isEqualTo("none");

        browser.media("prefers-reduced-motion", "no-preference");
        stage.open(head(popover));
        browser.element(DIALOG);
        assertThat(browser.text("return getComputedStyle(document.querySelector('" + DIALOG + "')).animationName"))
                .isEqualTo("muster-in");
    }

    @Test
    void textsOfBothDirectionsStandOnTheirSide() {
        String hebrew = project("{type: popover, title: 'מה דעתך?', text: 'שתי שאלות', button: 'ספרו לנו', url: /s}");
        pages.apply(hebrew);
        stage.site().page("/", html(head(hebrew), "").replace("<html lang=en>", "<html lang=he dir=rtl>"));
        var ignored = browser.open(stage.site().origin() + "/");
        browser.element(DIALOG);

        assertThat(browser.text(
                        "return getComputedStyle(document.querySelector(arguments[0] + ' h2')).direction", DIALOG))
                .isEqualTo("rtl");
        browser.settle();
        browser.picture("popover-right-to-left");
        assertThat(browser.text(
                        "let r = document.querySelector(arguments[0]).getBoundingClientRect(); return r.left < 40 || r.left",
                        DIALOG))
                .isEqualTo("true");
    }

    @Test
    void noStyleOfThePageChangesIt() {
        stage.open(
                "<style>button, a { color: red; text-transform: uppercase; float: left; font-size: 60px } h2 { display: none }"
                        + " section { opacity: 0.1; transform: scale(0.2) }</style>" + head(popover));
        browser.element(DIALOG);
        browser.settle();

        assertThat(browser.text(
                        "let c = s => getComputedStyle(document.querySelector(arguments[0] + s));"
                                + "return [c('').opacity, c('').transform, c(' h2').display, c(' button').fontSize, c(' button').float,"
                                + " c(' a').textTransform].join()",
                        DIALOG))
                .isEqualTo("1,none,block,16px,none,none");
    }

    @Test
    void picturesOfEachCreativeAreKept() {
        for (String scheme : List.of("light", "dark")) {
            browser.media("prefers-color-scheme", scheme);
            stage.clear();
            stage.open(head(popover, embedded, link), "<div id=place></div>");
            browser.element(DIALOG);
            browser.element("#place [data-muster-intercept]");
            browser.settle();
            browser.picture("creatives-" + scheme);
            stage.clear();
            stage.open(head(link));
            browser.element("a[data-muster-intercept]");
            browser.picture("link-" + scheme);
        }

        assertThat(Browser.PICTURES.resolve("creatives-dark.png")).isNotEmptyFile();
    }

    @Test
    void aSmallScreenShowsAllOfIt() {
        browser.command(
                "Emulation.setDeviceMetricsOverride",
                java.util.Map.of("width", 320, "height", 480, "deviceScaleFactor", 2, "mobile", true));
        try {
            stage.open("<meta name=viewport content='width=device-width'>" + head(popover));
            browser.element(DIALOG);
            assertThat(browser.text(
                            "let r = document.querySelector(arguments[0]).getBoundingClientRect();"
                                    + "return r.left >= 0 && r.right <= innerWidth && r.top >= 0 && r.bottom <= innerHeight",
                            DIALOG))
                    .isEqualTo("true");
            browser.settle();
            browser.picture("popover-small");
        } finally {
            browser.command("Emulation.clearDeviceMetricsOverride", java.util.Map.of());
        }
    }

    @Test
    void whatIsSeenWhileTheServerIsAwayIsToldLaterAndOnce() {
        TestSite site = stage.site();
        site.forward("/muster/" + popover + ".js", stage.server().address());
        site.forward("/v1/decisions", stage.server().address());
        site.answer("/v1/displays", 502, "text/plain", "");
        String tag = "<script src='/muster/" + popover + ".js'></script>";
        stage.open(counting() + visitor("C-1") + tag);
        browser.element(DIALOG);
        browser.waitFor("localStorage.length");
        assertThat(pages.touchpoints()).isEmpty();

        // Another page of the site, later, for somebody unknown.
        site.forward("/v1/displays", stage.server().address());
        site.page("/next", html(counting() + visitor("nobody") + tag, ""));
        var ignored = browser.open(site.origin() + "/next");
        pages.awaitTouchpoints("shown web");
        browser.waitFor("!localStorage.length");
    }

    @Test
    void anEventThatTheServerRefusesIsNotSentForEver() {
        TestSite site = stage.site();
        site.forward("/muster/" + popover + ".js", stage.server().address());
        site.forward("/v1/decisions", stage.server().address());
        site.answer("/v1/displays", 400, "application/json", "{}");
        stage.open(counting() + visitor("C-1") + "<script src='/muster/" + popover + ".js'></script>");
        browser.element(DIALOG);

        browser.waitFor("!localStorage.length");
        assertThat(site.asked("POST /v1/displays")).hasSize(1);
    }

    @Test
    void aServerThatLimitsItsCallersIsAskedAgainLater() {
        TestSite site = stage.site();
        site.forward("/muster/" + popover + ".js", stage.server().address());
        site.forward("/v1/decisions", stage.server().address());
        site.answer("/v1/displays", 429, "application/json", "{}");
        stage.open(counting() + visitor("C-1") + "<script src='/muster/" + popover + ".js'></script>");
        browser.element(DIALOG);
        browser.waitFor("localStorage.length");
        site.forward("/v1/displays", stage.server().address());

        pages.awaitTouchpoints("shown web");
    }

    @Test
    void theSiteSaysThatAnInterceptWasAnswered() {
        stage.open(head(popover));
        String intercept = browser.element(DIALOG).getDomAttribute("data-muster-intercept");
        pages.awaitTouchpoints("shown web");
        browser.run("QSI.API.answered('" + intercept + "'); QSI.API.answered('SI_000000000000000')");

        pages.awaitTouchpoints("shown web", "answered web");
    }

    @Test
    void whatWasAnsweredInThePageIsAResponse() {
        stage.open(head(popover));
        String intercept = browser.element(DIALOG).getDomAttribute("data-muster-intercept");
        pages.awaitTouchpoints("shown web");
        browser.run("QSI.API.answered('" + intercept + "', {score: 9, why: 'Grüße'})");

        await().atMost(LONG)
                .untilAsserted(() -> assertThat(database.jdbc()
                                .sql("SELECT CONCAT_WS(' ', number IS NOT NULL, verified, answers) FROM response")
                                .query(String.class)
                                .list())
                        .containsExactly("1 0 {\"score\":9,\"why\":\"Grüße\"}"));
    }

    @Test
    void whoeverLeavesAtOnceWasCountedAllTheSame() {
        TestSite site = stage.site();
        site.forward("/muster/" + popover + ".js", stage.server().address());
        site.forward("/v1/decisions", stage.server().address());
        // The first word is lost; the page tries again when it is left.
        site.on("/v1/displays", (exchange, body) -> {
            site.forward("/v1/displays", stage.server().address());
            TestSite.send(exchange, 502, "text/plain", "");
        });
        // Without a place to keep it, and without the time for another try.
        stage.open("<script>Storage.prototype.setItem = () => { throw new Error('full') };"
                + " let later = setTimeout; setTimeout = (work, ms) => ms == 1000 ? 0 : later(work, ms)</script>"
                + counting() + visitor("C-1") + "<script src='/muster/" + popover + ".js'></script>");
        browser.element(DIALOG);
        await().atMost(LONG).until(() -> site.asked("POST /v1/displays").size() == 1);
        assertThat(pages.touchpoints()).isEmpty();
        var ignored = browser.open("about:blank");

        pages.awaitTouchpoints("shown web");
    }

    @Test
    void decisionsCanComeFromAnotherPlaceThanTheScript() {
        TestSite site = stage.site();
        try (TestSite evaluator = new TestSite()) {
            evaluator.forward("/v1/decisions", stage.server().address());
            site.forward("/v1/displays", stage.server().address());
            site.on(
                    "/muster/" + popover + ".js",
                    (exchange, body) -> TestSite.send(
                            exchange,
                            200,
                            "text/javascript",
                            stage.server()
                                    .get("/muster/" + popover + ".js")
                                    .body()
                                    .replace("\"create\":", "\"ask\":\"" + evaluator.origin() + "/\",\"create\":")));
            stage.open(counting() + visitor("C-1") + "<script src='/muster/" + popover + ".js'></script>");
            browser.element(DIALOG);
            pages.awaitTouchpoints("shown web");

            assertThat(evaluator.asked("POST /v1/decisions")).hasSize(1);
            assertThat(site.asked("POST /v1/displays")).hasSize(1);
        }
    }

    @Test
    void tabsDoNotTakeEachOthersEventsAwayAndForeignOnesHarmNobody() {
        TestSite site = stage.site();
        for (String project : List.of(popover, link)) {
            site.forward("/muster/" + project + ".js", stage.server().address());
        }

        site.forward("/v1/decisions", stage.server().address());
        site.answer("/v1/displays", 502, "text/plain", "");
        String problems = "<script>problems = []; addEventListener('error', e => problems.push(e.message));"
                + " addEventListener('unhandledrejection', e => problems.push('' + e.reason));"
                + " localStorage['muster-event 1'] = '[null]'; localStorage['muster-event 2'] = '7';"
                + " localStorage['muster-event 3'] = '{'; localStorage.other = 'mine'</script>";
        site.page("/other", html(counting() + visitor("C-1") + "<script src='/muster/" + link + ".js'></script>", ""));
        // Both have begun before either has told anything.
        stage.open(
                problems + counting() + visitor("C-1") + "<script src='/muster/" + popover + ".js'></script>",
                "<iframe src=/other width=600 height=300></iframe>");
        browser.element(DIALOG);
        browser.waitFor("Object.keys(localStorage).length == 6");
        assertThat(browser.text("return problems.join()")).isEmpty();
        site.forward("/v1/displays", stage.server().address());
        browser.run("window.dispatchEvent(new Event('pagehide'))");
        var ignored = browser.open(site.origin() + "/other");

        pages.awaitTouchpoints("shown web", "shown web", "shown web");
        browser.waitFor("Object.keys(localStorage).length == 4");
        assertThat(browser.text("return localStorage.other")).isEqualTo("mine");
    }

    @Test
    void answersAndContactsThatCannotBeSentHarmNobody() {
        stage.open("<script>problems = []; addEventListener('unhandledrejection', e => problems.push('' + e.reason));"
                + " loop = {}; loop.self = loop</script>" + head(popover));
        String intercept = browser.element(DIALOG).getDomAttribute("data-muster-intercept");
        pages.awaitTouchpoints("shown web");
        browser.run(
                "QSI.config.contact = {data: loop}; QSI.API.answered('" + intercept + "', loop); return QSI.API.run()");

        assertThat(browser.text("return problems.join()")).isEmpty();
        pages.awaitTouchpoints("shown web", "answered web");
    }
}
