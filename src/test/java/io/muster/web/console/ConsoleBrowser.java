package io.muster.web.console;

import static org.assertj.core.api.Assertions.assertThat;

import io.muster.page.Browser;
import io.muster.web.TestWebServer;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Objects;
import org.openqa.selenium.Keys;

/** A browser that looks at the console of a server. */
public final class ConsoleBrowser implements AutoCloseable {

    private static final String ALL = "";

    /** What is different in the dark. */
    private static final String COLOURS = "runOnly: ['color-contrast']";

    private final Browser browser;
    private final TestWebServer server;
    private final String axe;

    /** Starts a browser; where there is none, the test is skipped. */
    public ConsoleBrowser(TestWebServer server) throws IOException {
        this.server = server;
        try (InputStream in = Objects.requireNonNull(ConsoleBrowser.class.getResourceAsStream("/axe.min.js"))) {
            axe = new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
        browser = Browser.start();
    }

    /** The browser itself. */
    public Browser browser() {
        return browser;
    }

    /** Goes to an address of the console. */
    public void open(String path) {
        browser.open(server.address() + path);
    }

    /** Signs in, by keyboard, as nobody was before. */
    public void signIn(String name, String password) {
        browser.command("Network.clearBrowserCookies", Map.of());
        open("/overview");
        browser.waitFor("document.activeElement && document.activeElement.id === 'name'");
        browser.press(name, Keys.TAB, password, Keys.ENTER);
        browser.waitFor("document.querySelector('h1').textContent === 'Overview'");
    }

    /** Makes the window as wide as that many pixels. */
    public void width(int width) {
        browser.command(
                "Emulation.setDeviceMetricsOverride",
                Map.of("width", width, "height", 900, "deviceScaleFactor", 1, "mobile", false));
    }

    private void check(String place, String rules) {
        assertThat(findings(rules)).as(place).isEmpty();
        assertThat(browser.text("return document.documentElement.scrollWidth - document.documentElement.clientWidth"))
                .as("what sticks out at %s", place)
                .isEqualTo("0");
        browser.picture("console-" + place);
    }

    /** What axe finds on the page that is serious or worse. */
    public String findings() {
        return findings(ALL);
    }

    private String findings(String rules) {
        if (browser.text("return typeof axe").equals("undefined")) {
            browser.run(axe);
        }

        return browser.text("""
                return axe.run(document, {resultTypes: ['violations'], %s}).then(found => found.violations
                  .filter(one => ['serious', 'critical'].includes(one.impact))
                  .map(one => one.id + ': ' + one.nodes.map(node => node.html).join(' | ')).join('\\n'))""".formatted(rules));
    }

    /**
     * Looks at pages light and dark, wide and narrow: axe finds nothing serious, nothing sticks out, no script or policy complains.
     * A picture of each is kept.
     *
     * @param paths names of pictures with the address that each shows
     */
    public void look(Map<String, String> paths) {
        var ignored = browser.errors();
        paths.forEach((name, path) -> {
            browser.media("prefers-color-scheme", "light");
            width(1200);
            open(path);
            check(name + "-light-1200", ALL);
            width(320);
            check(name + "-light-320", ALL);
            browser.media("prefers-color-scheme", "dark");
            check(name + "-dark-320", COLOURS);
        });

        assertThat(browser.errors().stream()
                        .filter(error -> !error.matches("(?s).*the server responded with a status of 4\\d\\d.*")))
                .isEmpty();
        browser.media("prefers-color-scheme", "light");
        width(1200);
    }

    @Override
    public void close() {
        browser.close();
    }
}
