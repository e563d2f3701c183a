package io.muster.web.console;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.muster.database.TestDatabase;
import io.muster.page.Browser;
import io.muster.runs.MusterProcess;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.openqa.selenium.Keys;

/**
 * The whole of it, as somebody does it who has just started the demo and knows nothing but the address, the name and the password
 * that it prints: every step is taken by a name that stands on the page.
 */
class DemoStoryBrowserTests {

    @RegisterExtension
    static final TestDatabase database = new TestDatabase();

    private static final Duration LONG = Duration.ofMinutes(3);
    private static final int MOST_ACTIONS = 30;

    @TempDir
    private Path home;

    private int actions;
    private Browser browser;
    private MusterProcess demo;

    @BeforeEach
    void start() throws IOException {
        browser = Browser.start();
        demo = MusterProcess.start(database.url(), home, home, Map.of("MUSTER_LOAD_BLOCK", "20000"), "demo");
    }

    /** The demo ends what it has started itself. */
    @AfterEach
    void stop() throws IOException, InterruptedException {
        // Without a browser nothing was started.
        if (demo != null) {
            browser.close();
            demo.signal("TERM");
            assertThat(demo.exit()).isNotNegative();
        }
    }

    private static String found(String pattern, String text) {
        Matcher matcher = Pattern.compile(pattern).matcher(text);
        assertThat(matcher.find()).as("%s in %s", pattern, text).isTrue();
        return matcher.group(1);
    }

    /** Follows a link or presses a button by the beginning of its name. */
    private void press(String name) {
        String mark = act("""
                const name = arguments[0];
                const all = [...document.querySelectorAll('a, button')].filter(one => one.offsetParent !== null);
                const said = one => (one.getAttribute('aria-label') || one.textContent).trim().replace(/\\s+/g, ' ');
                const found = all.find(one => said(one) === name) || all.find(one => said(one).startsWith(name));
                if (!found) return 'none of: ' + all.map(said).join(' | ');
                document.documentElement.dataset.left = '1';
                found.click();
                return '';""", name);
        assertThat(mark).as("%s at %s", name, browser.driver().getCurrentUrl()).isEmpty();
    }

    /** Fills in a field by its label. */
    private void fill(String label, String text) {
        String mark = act("""
                const label = arguments[0];
                const fields = [...document.querySelectorAll('main input, main select, main textarea')]
                  .filter(one => one.offsetParent !== null);
                const said = one => one.getAttribute('aria-label')
                  || (one.labels && one.labels[0] ? one.labels[0].textContent.trim().replace(/\\s+/g, ' ') : '');
                const found = fields.find(one => said(one) === label) || fields.find(one => said(one).startsWith(label));
                if (!found) return 'none of: ' + fields.map(said).join(' | ');
                found.focus();
                if (found.tagName === 'SELECT') {
                  found.value = arguments[1];
                  found.dispatchEvent(new Event('input', {bubbles: true}));
                  found.dispatchEvent(new Event('change', {bubbles: true}));
                  return found.value === arguments[1] ? '' : 'no such choice: ' + [...found.options].map(o => o.value);
                }
                found.select();
                return 'type';""", label, text);
        if (mark.equals("type")) {
            browser.press(text, Keys.TAB);
        } else {
            assertThat(mark)
                    .as("%s at %s", label, browser.driver().getCurrentUrl())
                    .isEmpty();
        }
    }

    private String act(String script, String... arguments) {
        actions++;
        return browser.text(script, (Object[]) arguments);
    }

    private void at(String heading) {
        browser.waitFor("document.readyState === 'complete' && document.querySelector('h1')"
                + " && document.querySelector('h1').textContent.startsWith('" + heading + "')");
        browser.picture("story-%02d-%s".formatted(actions, heading.replaceAll("[^A-Za-z]+", "-")));
    }

    private String text(String selector) {
        return browser.text("return document.querySelector(arguments[0])?.textContent ?? ''", selector)
                .strip();
    }

    @Test
    void whatFailedIsFoundCorrectedAndImportedAndASegmentAndAMergeAreMadeInFewSteps() throws Exception {
        await().atMost(LONG).until(() -> demo.out().contains("Ctrl-C ends the demo") || !demo.isAlive());
        String said = demo.out();
        browser.open(found("Address +(http://\\S+)", said));
        browser.waitFor("document.activeElement && document.activeElement.id === 'name'");
        fill("User name", found("User +(\\S+)", said));
        fill("Password", found("Password +(\\S+)", said));
        press("Sign in");

        at("Overview");
        String failed = found("(RN_\\w+)", text("section[aria-labelledby] ul"));
        press(failed);
        at("Run " + failed);
        assertThat(text("section[aria-labelledby=reason]")).contains("max-rejected");
        press("Correct and import");
        at("Import a file");
        for (int row = 10; row <= 30; row += 10) {
            fill("Email of row " + row, "pat" + row + "@partner.example");
        }

        press("Use these rows");
        at("Map columns");
        press("Forecast");
        at("Forecast");
        await().atMost(LONG).until(() -> browser.count("form[action$='/run'] button") == 1);
        press("Import ");
        at("Run RN_");
        browser.waitFor("document.querySelector('[role=status]').textContent.trim() === 'completed'");

        press("Directories");
        at("Directories");
        press("Demo");
        at("Demo");
        press("Segments");
        at("Segments");
        press("New segment");
        at("New segment");
        fill("Name", "Premium");
        fill("Subject", "embedded");
        fill("Data name", "plan");
        fill("Value", "premium");
        press("Save");
        at("Premium");

        press("Possible duplicates");
        at("Possible duplicates");
        press("Review");
        at("Review duplicates");
        press("Merge");
        at("Merge MG_");
        assertThat(text("[role=status]")).isEqualTo("merged");
        press("Undo");
        at("Undo merge MG_");
        press("Undo");
        at("Merge MG_");
        assertThat(text("[role=status]")).isEqualTo("undone");
        assertThat(actions).isLessThanOrEqualTo(MOST_ACTIONS);
        assertThat(browser.errors()).isEmpty();
    }
}
