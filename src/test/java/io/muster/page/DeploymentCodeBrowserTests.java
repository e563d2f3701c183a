package io.muster.page;

import static io.muster.page.PageStage.DIALOG;
import static io.muster.page.PageStage.counting;
import static io.muster.page.PageStage.html;
import static io.muster.page.PageStage.visitor;
import static org.assertj.core.api.Assertions.assertThat;

import io.muster.app.ProjectView.Script;
import io.muster.database.TestDatabase;
import io.muster.intercept.decide.Signatures;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What the deployment code does in a page: who the visitor is, and what is asked, however the page is built. */
class DeploymentCodeBrowserTests {

    @RegisterExtension
    static final TestDatabase database = new TestDatabase();

    @TempDir
    private static Path home;

    private static PageStage stage;
    private static Browser browser;
    private static PageFixture pages;
    private static String project;
    private static String intercept;

    @BeforeAll
    static void start() {
        stage = PageStage.start(database, home, "muster.http.events-per-address", "999999");
        browser = stage.browser();
        pages = stage.pages();
        pages.contact("C-1");
        pages.contact("42");
        project = pages.linked();
        intercept = pages.intercept(project, PageFixture.POPOVER);
        pages.apply(project);
        pages.rebuild();
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

    private static void assertShown() {
        browser.waitFor("document.querySelector('" + DIALOG + "')");
    }

    private static void assertNothingShown(int decisions) {
        stage.awaitDecisions(decisions);
        assertThat(browser.count("[data-muster-intercept]")).isZero();
    }

    private static String tag() {
        return pages.tag(project);
    }

    @Test
    void oneTagShowsAnInterceptAndConfirmsItOnce() {
        stage.open(counting() + visitor("C-1") + tag());

        var dialog = browser.element(DIALOG);
        assertThat(dialog.getDomAttribute("data-muster-intercept")).isEqualTo(intercept);
        assertThat(dialog.getText()).contains("How was it?", "Two questions only.", "Tell us", "Close");
        assertThat(browser.element(DIALOG + " a").getText()).isEqualTo("Tell us");
        assertThat(browser.element(DIALOG + " button").getText()).isEqualTo("Close");
        pages.awaitTouchpoints("shown web");
        assertThat(browser.text("return JSON.stringify(decided)"))
                .isEqualTo("[[{\"intercept\":\"" + intercept + "\",\"show\":true}]]");
        assertThat(browser.errors()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "QSI = {}; QSI.config = {externalReference: 'C-1'};",
                "window.QSI = {config: {externalReference: 'C-1'}};",
                "var QSI = QSI || {}; QSI.config = {externalReference: ' C-1 '};",
                "window.QSI = window.QSI || {}; window.QSI.config = window.QSI.config || {}; QSI.config.externalReference = 'C-1';",
                "window.QSI = Object.assign(window.QSI || {}, {config: {externalReference: 'C-1'}});",
                "var QSI = {config: Object.assign({}, {externalReference: 42})};",
                "let QSI = {config: {externalReference: 'C-1'}};",
                "var extRef = 'C-1'; if(typeof QSI === \"undefined\") {QSI = {};QSI.config = {externalReference: extRef};}",
                "var extRef = 42; if(typeof QSI === \"undefined\") {QSI = {};QSI.config = {externalReference: extRef};}",
            })
    void everyFormOfTheReferenceIsReadBeforeAndAfterTheScript(String form) {
        String script = "<script>" + form + "</script>";
        String blocking = tag().replace(" async", "");
        for (String head : List.of(script + tag(), script + blocking, blocking + script)) {
            stage.open(head);
            assertShown();
        }

        assertThat(browser.errors()).isEmpty();
    }

    @Test
    void theSnippetDoesNothingWhereThereIsAnEarlierQsiAndThePageGoesOn() {
        String snippet =
                "<script>var extRef = 'C-1'; if(typeof QSI === \"undefined\") {QSI = {};QSI.config = {externalReference: extRef};}</script>";

        stage.open(counting() + "<script>var QSI = {other: 1}</script>" + snippet + tag());
        stage.awaitDecisions(1);
        assertThat(browser.text("return QSI.other + typeof QSI.API.run")).isEqualTo("1function");

        stage.open(counting() + visitor("C-1") + snippet + tag());
        assertShown();
        assertThat(browser.errors()).isEmpty();
    }

    @Test
    void aReferenceThatThePageSetsLateIsReadWhenItHasLoaded() {
        stage.site().on("/slow.png", (exchange, body) -> {
            // The browser waits for the end of the load, so it is not asked here.
            Thread.sleep(700);
            TestSite.send(exchange, 404, "image/png", "");
        });
        stage.open(
                counting() + tag(),
                "<img src=/slow.png><script>addEventListener('DOMContentLoaded', () => document.addEventListener("
                        + "'muster:decided', () => { QSI.config.externalReference = 'nobody' }, {once: true}))</script>");

        stage.awaitDecisions(2);
        assertThat(browser.text("return JSON.stringify(decided[decided.length - 1])"))
                .contains("\"show\":false");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "cookie:who | <script>document.cookie = 'who=C-1'</script>",
                "cookie:who | <script>document.cookie = 'who=' + encodeURIComponent('C-1')</script>",
                "attribute:meta[name=user]@content | <meta name=user content=C-1>",
                "attribute:html@data-user | <script>document.documentElement.dataset.user = 'C-1'</script>",
                "expression:window.app.user.id | <script>app = {user: {id: 'C-1'}}</script>",
                "expression:app.user.id | <script>app = {user: {id: 42}}</script>",
            })
    void theReferenceIsFoundWhereTheProjectSays(String place, String head) {
        String other = pages.linked("cookie:nothing", place);
        var ignored = pages.intercept(other, PageFixture.POPOVER);
        var unknown = pages.intercept(other, "{type: link, button: Only for the known, url: /x, target: _self}");
        pages.apply(other);

        stage.open(counting() + head + pages.tag(other));
        assertShown();
        assertThat(browser.count("[data-muster-intercept='" + unknown + "']")).isEqualTo(1);
        assertThat(browser.text("return __muster.reference(__muster.projects['" + other + "']).from"))
                .isEqualTo(place);

        // The page's own word comes first; a placeholder is none.
        stage.clear();
        stage.open(counting() + head + visitor("nobody") + pages.tag(other));
        assertNothingShown(1);
        stage.clear();
        stage.open(counting() + head + visitor("UNKNOWN ") + pages.tag(other));
        assertShown();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "'unknown'",
                "null",
                "undefined",
                "0",
                "''",
                "'extRef'",
                "' NULL '",
                "{}",
                "NaN",
                "true",
                "() => 'C-1'"
            })
    void whatIsNoReferenceIsNone(String value) {
        stage.open(counting() + "<script>QSI = {config: {externalReference: " + value + "}}</script>" + tag());

        assertShown();
        assertThat(browser.errors()).isEmpty();
        assertThat(pages.touchpoints()).isEmpty();
    }

    @Test
    void aPageWithoutQsiIsServedAsOneWithoutAReference() {
        stage.open(counting() + tag());

        assertShown();
        assertThat(browser.text("return Object.keys(QSI) + typeof QSI.API.run + JSON.stringify(QSI.config)"))
                .isEqualTo("config,APIfunction{}");
    }

    @Test
    void windowGetsNothingButTwoNames() {
        stage.open("<script>before = Object.getOwnPropertyNames(window)</script>" + counting() + tag());
        assertShown();

        assertThat(browser.text("return Object.getOwnPropertyNames(window).filter(name => !before.includes(name)"
                        + " && !/^(cdc_|ret_nodes|decided|before)/.test(name)).sort().join()"))
                .isEqualTo("QSI,__muster");
    }

    @Test
    void aSignatureGoesAlong() {
        String signed = pages.linked();
        var ignored = pages.intercept(signed, PageFixture.POPOVER);
        pages.apply(signed);
        String secret = pages.sign(signed);

        stage.open(counting() + visitor("C-1") + pages.tag(signed));
        assertNothingShown(1);

        stage.open("<script>QSI = {config: {externalReference: 'C-1', signature: '" + new Signatures(secret).of("C-1")
                + "'}}</script>" + pages.tag(signed));
        assertShown();
        pages.awaitTouchpoints("shown web");
    }

    @Test
    void aSinglePageAppAsksAgainAfterALogin() {
        stage.open(counting() + visitor("nobody") + tag());
        assertNothingShown(1);

        browser.run("QSI.API.unload(); QSI.config.externalReference = 'C-1'; QSI.API.load().done(QSI.API.run())");
        assertShown();
        browser.run("QSI.API.unload()");
        assertThat(browser.count("[data-muster-intercept]")).isZero();
        pages.awaitTouchpoints("shown web");

        // It was displayed on this page already.
        browser.run("decided = []; QSI.API.load().then(QSI.API.run)");
        assertNothingShown(1);
        browser.run("decided = []; QSI.API.load().done(() => QSI.API.run())");
        stage.awaitDecisions(1);
        assertThat(browser.errors()).isEmpty();
    }

    @Test
    void nothingIsAskedWithoutConsent() {
        String evaluated =
                "<script>agreed = false; QSI = {config: {externalReference: 'C-1', consent: async () => agreed}}</script>";
        proxied();
        stage.open(counting() + evaluated + proxiedTag(project));
        browser.waitFor("window.QSI && QSI.API && QSI.API.run");
        browser.run("return QSI.API.run()");
        assertThat(stage.site().asked("POST /v1/")).isEmpty();

        browser.run("agreed = true; return QSI.API.run()");
        assertShown();
        assertThat(stage.site().asked("POST /v1/decisions")).hasSize(1);
    }

    /** The site stands in front of the server, so that what is asked can be seen. */
    private static void proxied(String... projects) {
        for (String one : projects.length == 0 ? new String[] {project} : projects) {
            stage.site().forward("/muster/" + one + ".js", stage.server().address());
        }

        for (String path : List.of("/v1/decisions", "/v1/displays", "/v1/clicks", "/v1/visitors", "/v1/responses")) {
            stage.site().forward(path, stage.server().address());
        }
    }

    private static String proxiedTag(String of) {
        return "<script src='" + stage.site().origin() + "/muster/" + of + ".js' async></script>";
    }

    @Test
    void theQuestionGoesInABodyWithoutThePagesSecrets() {
        proxied();
        stage.site().page("/", html(counting() + visitor("C-1") + proxiedTag(project), ""));
        var ignored = browser.open(stage.site().origin() + "/?a=1&muster_debug=nothing&b=2#here");
        stage.awaitDecisions(1);

        assertThat(stage.site().asked("POST /v1/decisions").getFirst())
                .matches("POST /v1/decisions \\{\"project\":\\[\"" + project + "\"],\"ref\":\"C-1\",\"url\":\""
                        + stage.site().origin() + "/\\?a=1&b=2#here\",\"device\":\"desktop\",\"draw\":\\d{1,4}}");
    }

    @Test
    void theDrawIsKeptForTheSession() {
        stage.open(counting() + tag());
        stage.awaitDecisions(1);
        String draw = browser.text("return __muster.draw");
        var ignored = browser.open(stage.site().origin() + "/");
        stage.awaitDecisions(1);

        assertThat(browser.text("return __muster.draw")).isEqualTo(draw).matches("\\d{1,4}");
    }

    @Test
    void loadedTwiceItWorksOnce() {
        proxied();
        stage.open(counting() + visitor("C-1") + proxiedTag(project) + proxiedTag(project) + proxiedTag(project));
        assertShown();
        pages.awaitTouchpoints("shown web");

        assertThat(browser.count("[data-muster-intercept]")).isEqualTo(1);
        assertThat(stage.site().asked("POST /v1/decisions")).hasSize(1);
    }

    @Test
    void severalProjectsAskOneQuestionSoThatOlderOnesKeepYoungerOnesBack() {
        String older = pages.linked();
        String first = pages.listBased(older, "{type: link, button: Older, url: /older}");
        String younger = pages.linked();
        var held = pages.listBased(younger, PageFixture.EMBEDDED);
        pages.apply(older, younger);
        proxied(older, younger);

        // The younger one's script comes first, the older one's late.
        stage.site().forward("/muster/" + older + ".js", stage.server().address(), 300);
        stage.open(counting() + visitor("C-1") + proxiedTag(younger) + proxiedTag(older), "<div id=place></div>");
        stage.awaitDecisions(1);

        assertThat(stage.site().asked("POST /v1/decisions")).hasSize(1);
        assertThat(browser.count("[data-muster-intercept='" + first + "']")).isEqualTo(1);
        assertThat(browser.count("[data-muster-intercept='" + held + "']")).isZero();
    }

    @Test
    void aStrictContentPolicyIsEnough() {
        String policy = "default-src 'none'; script-src 'nonce-abc'; connect-src "
                + stage.server().address()
                + "; style-src 'self'; img-src 'self'; base-uri 'none'; require-trusted-types-for 'none'";
        stage.open(
                "<script nonce=abc>QSI = {config: {externalReference: 'C-1'}}</script>"
                        + tag().replace("<script", "<script nonce=abc"),
                "",
                "Content-Security-Policy",
                policy.replace("; require-trusted-types-for 'none'", ""));

        assertShown();
        pages.awaitTouchpoints("shown web");
        assertThat(browser.text("return getComputedStyle(document.querySelector('" + DIALOG + "')).position"))
                .isEqualTo("fixed");
        assertThat(browser.errors()).isEmpty();
    }

    @Test
    void aVersionedAddressWithItsHashFollowsTheKillSwitchAndApply() {
        String other = pages.linked();
        String one = pages.intercept(other, PageFixture.POPOVER);
        pages.apply(other);
        Script script = pages.projects().show(other).script();
        String frozen =
                counting() + visitor("C-1") + "<script src='" + stage.server().address() + script.versioned()
                        + "' integrity='" + script.integrity() + "' crossorigin=anonymous async></script>";
        stage.open(frozen);
        assertThat(browser.element(DIALOG).getText()).contains("How was it?");

        pages.change(one, PageFixture.POPOVER.replace("How was it?", "And now?"));
        pages.apply(other);
        awaitPage(frozen, "document.querySelector('" + DIALOG + "')?.textContent.includes('And now?')");

        pages.pause(other, true);
        awaitPage(frozen, "!document.querySelector('" + DIALOG + "')");
        assertThat(browser.errors()).isEmpty();
    }

    private static void awaitPage(String head, String expression) {
        org.awaitility.Awaitility.await()
                .atMost(java.time.Duration.ofSeconds(20))
                .until(() -> {
                    stage.open(head);
                    stage.awaitDecisions(1);
                    return browser.text("return !!(" + expression + ")").equals("true");
                });
    }

    @Test
    void anotherHashIsNotRun() {
        Script script = pages.projects().show(project).script();
        stage.open(visitor("C-1") + "<script src='" + stage.server().address() + script.versioned()
                + "' integrity='sha384-" + "A".repeat(64) + "' crossorigin=anonymous></script>");

        assertThat(browser.text("return typeof window.__muster")).isEqualTo("undefined");
    }

    @Test
    void itWorksInAFrameWithoutStorage() {
        stage.site().page("/inner", html(visitor("C-1") + tag(), ""));
        stage.open("", "<iframe src=/inner sandbox='allow-scripts' width=900 height=600></iframe>");
        browser.enter("iframe");

        assertThat(browser.text("try { return typeof localStorage } catch (e) { return e.name }"))
                .isEqualTo("SecurityError");
        assertShown();
        pages.awaitTouchpoints("shown web");
        browser.driver().switchTo().defaultContent();
        assertThat(browser.errors()).isEmpty();
    }

    @Test
    void aPageThatFreezesOrBreaksItsOwnThingsStaysAsItIs() {
        for (String odd : List.of(
                "Object.freeze(window.QSI = {config: Object.freeze({externalReference: 'C-1'})})",
                "QSI = 7",
                "QSI = null",
                "QSI = {get config() { throw new Error('mine') }}",
                "QSI = {config: {consent() { throw new Error('mine') }}}",
                "window.__muster = {}",
                "Object.defineProperty(window, 'QSI', {value: undefined})",
                "var QSI",
                "delete window.crypto; delete window.IntersectionObserver",
                "CSSStyleSheet = undefined",
                "fetch = () => { throw new Error('mine') }",
                "fetch = undefined; XMLHttpRequest = undefined",
                "Array.prototype.extra = 1; Object.prototype.more = 2")) {
            stage.open("<script>problems = []; addEventListener('error', e => problems.push(e.message));"
                    + " addEventListener('unhandledrejection', e => problems.push('' + e.reason)); " + odd + "</script>"
                    + tag());
            browser.waitFor("document.readyState == 'complete'");
            browser.run("return new Promise(done => setTimeout(done, 150))");
            assertThat(browser.text("return problems.join()")).as(odd).isEmpty();
            assertThat(browser.text("return document.querySelector('h1').textContent"))
                    .isEqualTo("Shop");
        }
    }
}
