package io.muster.page;

import io.muster.database.TestDatabase;
import io.muster.web.TestWebServer;
import java.nio.file.Path;

/** A browser, a server and what the server has; each test builds its site anew, with an origin of its own. */
public final class PageStage implements AutoCloseable {

    /** What a popover is found by. */
    public static final String DIALOG = "[data-muster-intercept][role=dialog]";

    private final TestDatabase database;
    private final Browser browser;
    private final TestWebServer server;
    private final PageFixture pages;
    private TestSite site = new TestSite();

    private PageStage(TestDatabase database, Browser browser, TestWebServer server) {
        this.database = database;
        this.browser = browser;
        this.server = server;
        pages = new PageFixture(database, server);
    }

    /** Starts them; skips the test where there is no browser. */
    public static PageStage start(TestDatabase database, Path home, String... settings) {
        Browser browser = Browser.start();
        return new PageStage(database, browser, TestWebServer.start(database.url(), home, settings));
    }

    public Browser browser() {
        return browser;
    }

    public TestWebServer server() {
        return server;
    }

    public PageFixture pages() {
        return pages;
    }

    public TestSite site() {
        return site;
    }

    /** Another site, and nothing on any timeline. */
    public void clear() {
        browser.open("about:blank");
        browser.closeOthers();
        // Cookies are the same for all ports of an address.
        browser.command("Network.clearBrowserCookies", java.util.Map.of());
        var ignored = browser.errors();
        site.close();
        site = new TestSite();
        database.jdbc().sql("DELETE FROM touchpoint").update();
        database.jdbc().sql("DELETE FROM touchpoint_claim").update();
    }

    /** Opens a page of the site with this in its head. */
    public void open(String head) {
        open(head, "");
    }

    /** Opens a page of the site with this in its head and this in its body. */
    public void open(String head, String body, String... headers) {
        var ignored = browser.open(site.page("/", html(head, body), headers));
    }

    /** A page. */
    public static String html(String head, String body) {
        return "<!doctype html><html lang=en><head><meta charset=utf-8><title>Shop</title>" + head
                + "</head><body><h1>Shop</h1><p>Buy!</p>" + body + "</body></html>";
    }

    /** A page says who its visitor is. */
    public static String visitor(String reference) {
        return "<script>QSI = {config: {externalReference: '" + reference + "'}}</script>";
    }

    /** A page keeps count of the decisions that were made in it. */
    public static String counting() {
        return "<script>decided = []; document.addEventListener('muster:decided', e => decided.push(e.detail.decisions))</script>";
    }

    /** Waits until the page has decided so many times. */
    public void awaitDecisions(int count) {
        browser.waitFor("window.decided && decided.length >= " + count);
    }

    @Override
    public void close() {
        browser.close();
        server.close();
        site.close();
    }
}
