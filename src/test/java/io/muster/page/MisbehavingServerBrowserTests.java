package io.muster.page;

import static io.muster.page.PageStage.counting;
import static io.muster.page.PageStage.visitor;
import static org.assertj.core.api.Assertions.assertThat;

import io.muster.database.TestDatabase;
import io.muster.page.TestSite.Handler;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;
import java.util.function.Function;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** Whatever a server does, nothing happens to the page; what is to be shown without an evaluator is shown. */
class MisbehavingServerBrowserTests {

    @RegisterExtension
    static final TestDatabase database = new TestDatabase();

    @TempDir
    private static Path home;

    private static PageStage stage;
    private static Browser browser;
    private static PageFixture pages;
    private static String project;
    private static String hidden;
    private static String kept;

    @BeforeAll
    static void start() {
        stage = PageStage.start(database, home, "muster.http.events-per-address", "999999");
        browser = stage.browser();
        pages = stage.pages();
        pages.contact("C-1");
        project = pages.linked();
        hidden = pages.intercept(project, PageFixture.POPOVER);
        kept = pages.interceptWhenUnavailable(project, PageFixture.LINK);
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

    /** Ways to answer a question, and whether that means that no evaluator can be reached. */
    enum Way {
        SLOW(true, (exchange, body) -> {
            Thread.sleep(3_000);
            TestSite.send(exchange, 200, "application/json", "{\"decisions\":[]}");
        }),
        CUT_OFF(true, (exchange, body) -> exchange.close()),
        FAILING(true, status(500)),
        BAD_GATEWAY(true, status(502)),
        OVERLOADED(false, status(503)),
        LIMITING(false, status(429)),
        REFUSING(false, status(400)),
        FORBIDDING(false, status(403)),
        EMPTY(true, text("")),
        NO_JSON(true, text("<html>")),
        WRONG_TYPES(true, text("{\"decisions\":{\"show\":true}}")),
        NULLS(true, text("{\"decisions\":[null,7,[],{\"intercept\":null,\"show\":\"yes\"}]}")),
        NOTHING_KNOWN(true, text("{\"snapshot\":null,\"stale\":true,\"decisions\":[]}")),
        HUGE(true, (exchange, body) -> {
            byte[] much = "x".repeat(1 << 16).getBytes(StandardCharsets.UTF_8);
            exchange.getResponseHeaders().set("Access-Control-Allow-Origin", "*");
            exchange.sendResponseHeaders(200, 0);
            try {
                for (int i = 0; i < 1_000; i++) {
                    exchange.getResponseBody().write(much);
                }
            } catch (IOException e) {
                // The page has had enough.
            }
        }),
        ELSEWHERE(true, (exchange, body) -> {
            exchange.getResponseHeaders().set("Location", "/nowhere");
            exchange.sendResponseHeaders(302, -1);
        });

        private final boolean isAway;

        @SuppressWarnings("ImmutableEnumChecker") // Each way answers by what it is given alone.
        private final Handler handler;

        Way(boolean isAway, Handler handler) {
            this.isAway = isAway;
            this.handler = handler;
        }

        private static Handler status(int status) {
            return (exchange, body) -> TestSite.send(exchange, status, "application/json", "{\"error\":{}}");
        }

        private static Handler text(String text) {
            return (exchange, body) -> TestSite.send(exchange, 200, "application/json", text);
        }
    }

    private static void open(String more) {
        stage.open(
                "<script>problems = []; addEventListener('error', e => problems.push(e.message));"
                        + " addEventListener('unhandledrejection', e => problems.push('' + e.reason))</script>"
                        + counting() + visitor("C-1") + more,
                "<button id=mine onclick='this.textContent = \"pressed\"'>Press</button>");
    }

    private static void assertPageIsAsItWas() {
        assertThat(browser.text("return problems.join()")).isEmpty();
        browser.run("document.getElementById('mine').click()");
        assertThat(browser.text("return document.getElementById('mine').textContent"))
                .isEqualTo("pressed");
    }

    @ParameterizedTest
    @EnumSource(Way.class)
    void nothingHappensToThePage(Way way) {
        TestSite site = stage.site();
        site.forward("/muster/" + project + ".js", stage.server().address());
        site.on("/v1/decisions", way.handler);
        site.forward("/v1/displays", stage.server().address());
        open("<script src='/muster/" + project + ".js' async></script>");
        stage.awaitDecisions(1);

        assertThat(browser.count("[data-muster-intercept='" + hidden + "']")).isZero();
        assertThat(browser.count("[data-muster-intercept='" + kept + "']")).isEqualTo(way.isAway ? 1 : 0);
        assertPageIsAsItWas();
    }

    @Test
    void aServerThatIsNotThereHoldsNothingUp() {
        open("<script src='http://127.0.0.1:9/muster/" + project + ".js' async></script>");
        browser.waitFor("document.readyState == 'complete'");

        assertThat(browser.text("return typeof window.QSI")).isEqualTo("object");
        assertPageIsAsItWas();
    }

    @Test
    void aScriptThatIsSlowHoldsNothingUp() {
        stage.site().forward("/muster/" + project + ".js", stage.server().address(), 6_000);
        stage.site().forward("/v1/decisions", stage.server().address());
        stage.site().forward("/v1/displays", stage.server().address());
        open(
                "<script>began = Date.now(); addEventListener('DOMContentLoaded', () => parsed = Date.now() - began)</script>"
                        + "<script src='/muster/" + project + ".js' async></script>");
        stage.awaitDecisions(1);

        assertThat(Integer.parseInt(browser.text("return parsed"))).isLessThan(5_000);
        assertPageIsAsItWas();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "url: {contains: /shop} | /shop/1 | true",
                "url: {contains: /shop} | /blog | false",
                "url: {endsWith: '/1'} | /shop/1 | true",
                "url: {startsWith: 'https://'} | /shop/1 | false",
                "url: {matches: '.*/shop/[0-9]+'} | /shop/1 | true",
                "url: {matches: 'shop'} | /shop/1 | false",
                "device: desktop | /shop/1 | true",
                "device: mobile | /shop/1 | false",
                "none: [{device: mobile}, {url: {contains: blog}}] | /shop/1 | true",
                "all: [{device: desktop}, {any: [{url: {contains: blog}}, {url: {contains: shop}}]}] | /shop/1 | true",
            })
    void withoutAnEvaluatorPageConditionsAreThePagesMatter(String condition, String path, boolean shown) {
        String other = pages.linked();
        var ignored = pages.interceptOnPages(other, PageFixture.LINK, condition);
        pages.apply(other);
        TestSite site = stage.site();
        site.forward("/muster/" + other + ".js", stage.server().address());
        site.answer("/v1/decisions", 502, "text/plain", "");
        site.page(path, PageStage.html(counting() + "<script src='/muster/" + other + ".js'></script>", ""));
        var opened = browser.open(site.origin() + path);
        stage.awaitDecisions(1);

        assertThat(browser.count("[data-muster-intercept]")).isEqualTo(shown ? 1 : 0);
        assertThat(opened).isNotNull();
    }

    @Test
    void definitionsThatCannotBeReadAreNone() {
        Function<String, Handler> text =
                what -> (exchange, body) -> TestSite.send(exchange, 200, "text/javascript", what);
        String versioned = pages.projects().show(project).script().versioned();
        stage.site().forward(versioned, stage.server().address());
        for (Map.Entry<String, Handler> odd : Map.of(
                        "none", text.apply(""),
                        "one line", text.apply("alert(1)"),
                        "other", text.apply("\n{\"project\":\"ZN_000000000000000\",\"intercepts\":7}\n);"),
                        "wrong", text.apply("\n{\"project\":\"" + project + "\",\"intercepts\":7}\n);"))
                .entrySet()) {
            stage.site().on("/muster/" + project + ".js", odd.getValue());
            open("<script src='" + versioned + "'></script>");
            browser.run("return new Promise(done => setTimeout(done, 300))");
            assertThat(browser.count("[data-muster-intercept]"))
                    .as(odd.getKey())
                    .isZero();
            assertPageIsAsItWas();
        }
    }
}
