package io.muster.page;

import static org.assertj.core.api.Assertions.assertThat;

import io.muster.database.TestDatabase;
import io.muster.web.TestWebServer;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What the deployment code does in a page: who the visitor is, what is asked, shown and told. */
class DeploymentCodeBrowserTests {

    @RegisterExtension
    static final TestDatabase database = new TestDatabase();

    @TempDir
    private static Path home;

    private static TestWebServer server;
    private static Browser browser;
    private static PageFixture pages;
    private static String project;
    private static String intercept;

    private TestSite site;

    @BeforeAll
    static void start() {
        browser = Browser.start();
        server = TestWebServer.start(database.url(), home, "muster.http.events-per-address", "999999");
        pages = new PageFixture(database, server);
        pages.contact("C-1");
        pages.contact("42");
        project = pages.linked();
        intercept = pages.intercept(project, PageFixture.POPOVER);
        pages.apply(project);
    }

    @AfterAll
    static void stop() {
        if (browser != null) {
            browser.close();
            server.close();
        }
    }

    @BeforeEach
    void build() {
        site = new TestSite();
        database.jdbc().sql("DELETE FROM touchpoint").update();
        database.jdbc().sql("DELETE FROM touchpoint_claim").update();
    }

    @AfterEach
    void leave() {
        browser.open("about:blank");
        site.close();
    }

    private static final String DIALOG = "[data-muster-intercept][role=dialog]";

    private String open(String head) {
        return site.page("<!doctype html><html lang=en><head><title>Shop</title>" + head
                + "</head><body><h1>Shop</h1><p>Buy!</p></body></html>");
    }

    @Test
    void oneTagShowsAnInterceptAndConfirmsItOnce() {
        browser.open(open("<script>QSI = {config: {externalReference: 'C-1'}}</script>" + pages.tag(project)));

        var dialog = browser.element(DIALOG);
        assertThat(dialog.getDomAttribute("data-muster-intercept")).isEqualTo(intercept);
        assertThat(dialog.getText()).contains("How was it?", "Two questions only.", "Tell us", "Close");
        assertThat(browser.text("return document.querySelector(arguments[0] + ' a').textContent", DIALOG))
                .isEqualTo("Tell us");
        assertThat(browser.text("return document.querySelector(arguments[0] + ' button').textContent", DIALOG))
                .isEqualTo("Close");
        pages.awaitTouchpoints("shown web");
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
        String blocking = pages.tag(project).replace(" async", "");
        for (String head : List.of(script + pages.tag(project), script + blocking, blocking + script)) {
            browser.open(open(head));
            browser.waitFor("document.querySelector('" + DIALOG + "')");
        }

        assertThat(browser.errors()).isEmpty();
    }
}
