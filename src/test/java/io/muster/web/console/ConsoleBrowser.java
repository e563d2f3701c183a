package io.muster.web.console;

import static org.assertj.core.api.Assertions.assertThat;

import io.muster.page.Browser;
import io.muster.web.TestWebServer;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.openqa.selenium.Keys;

/** A browser that looks at the console of a server. */
public final class ConsoleBrowser implements AutoCloseable {

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

    /** What axe finds on the page that is serious or worse. */
    public String findings() {
        browser.run(axe);
        return browser.text("""
                return axe.run(document, {resultTypes: ['violations']}).then(found => found.violations
                  .filter(one => ['serious', 'critical'].includes(one.impact))
                  .map(one => one.id + ': ' + one.nodes.map(node => node.html).join(' | ')).join('\\n'))""");
    }

    /**
     * Looks at pages light and dark, wide and narrow: axe finds nothing serious, nothing sticks out, no script or policy complains.
     * A picture of each is kept.
     *
     * @param paths names of pictures with the address that each shows
     */
    public void look(Map<String, String> paths) {
        var ignored = browser.errors();
        for (String scheme : List.of("light", "dark")) {
            browser.media("prefers-color-scheme", scheme);
            for (int width : new int[] {1200, 320}) {
                width(width);
                paths.forEach((name, path) -> {
                    open(path);
                    String place = name + "-" + scheme + "-" + width;
                    assertThat(findings()).as(place).isEmpty();
                    assertThat(browser.text("return document.documentElement.scrollWidth"
                                    + " - document.documentElement.clientWidth"))
                            .as("what sticks out at %s", place)
                            .isEqualTo("0");
                    browser.picture("console-" + place);
                });
            }
        }

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
