package io.muster.web.console;

import static org.assertj.core.api.Assertions.assertThat;

import io.muster.app.UserService;
import io.muster.database.TestDatabase;
import io.muster.dedup.DirectoryFixture;
import io.muster.directory.Actor;
import io.muster.page.Browser;
import io.muster.web.TestWebServer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.openqa.selenium.Keys;

/** Imports as people make them: in a browser, by keyboard, in the dark, on a telephone. */
class ImportBrowserTests {

    @RegisterExtension
    static final TestDatabase database = new TestDatabase();

    private static final String PASSWORD = "a horse in the rain";

    @TempDir
    private static Path home;

    private static TestWebServer server;
    private static ConsoleBrowser console;
    private static Browser browser;
    private static String pool;

    @BeforeAll
    static void start() throws IOException {
        server = TestWebServer.start(database.url(), home);
        console = new ConsoleBrowser(server);
        browser = console.browser();
        DirectoryFixture directory = DirectoryFixture.create(database.jdbc(), "extRef", "email");
        directory.addList("Newsletter");
        pool = database.ids().directory(directory.id());
        server.get(UserService.class)
                .create(Actor.commandLine("tester"), "mia", List.of("manage"), List.of(pool), PASSWORD);
    }

    @AfterAll
    static void stop() {
        if (console != null) {
            console.close();
        }

        if (server != null) {
            server.close();
        }
    }

    private static void waitForHeading(String heading) {
        browser.waitFor("document.querySelector('h1').textContent.startsWith('" + heading + "')");
    }

    private static void press(String button) {
        browser.run("[...document.querySelectorAll('main button')].find(one => one.textContent.startsWith('" + button
                + "')).focus()");
        browser.press(Keys.ENTER);
    }

    private static void choose(String id, String typed) {
        browser.run("document.getElementById('" + id + "').focus()");
        browser.press(typed);
    }

    /** Uploads a file and leads it to its mapping. */
    private static void upload(String name, String content) throws IOException {
        Path file = Files.writeString(home.resolve(name), content);
        console.open("/imports/new");
        browser.element("#file").sendKeys(file.toString());
        press("Upload");
        waitForHeading("Map columns");
    }

    private static String address() {
        return browser.text("return location.pathname");
    }

    private static String importAll(String button) {
        press("Forecast");
        waitForHeading("Forecast");
        browser.waitFor(
                "[...document.querySelectorAll('main button')].some(one => one.textContent === '" + button + "')");
        press(button);
        waitForHeading("Run RN_");
        browser.waitFor("document.querySelector('[aria-label=\"Run status\"]').textContent === 'completed'");
        return address().replaceFirst("/runs/", "");
    }

    @Test
    void aFileIsImportedByKeyboardAloneAndARejectedRowCorrectedAndImported() throws IOException {
        console.signIn("mia", PASSWORD);
        var ignored = browser.errors();
        upload("crm.csv", "Customer No,E-Mail,tier\n1,a@example.com,gold\n2,eve@@example.org,\n");
        assertThat(browser.text("return document.querySelector('.near').textContent"))
                .contains("email");
        choose("target-0", "external reference");
        choose("target-1", "email");
        String first = importAll("Import 1 row");

        console.open("/imports/new?corrects=" + first);
        waitForHeading("Import a file");
        browser.run("document.querySelector('[aria-invalid=true]').select()");
        browser.press("eve@example.org");
        press("Use these rows");
        waitForHeading("Map columns");
        assertThat(browser.text("return document.getElementById('target-0').value"))
                .isEqualTo("extRef");
        String second = importAll("Import 1 row");
        assertThat(second).isNotEqualTo(first);
        assertThat(browser.text("return document.querySelector('main').textContent"))
                .contains("mia", "correct");
        assertThat(browser.errors()).isEmpty();
    }

    @Test
    void aWrongFileIsSaidOnTheSamePageAndTheUploadStartsAnew() throws IOException {
        console.signIn("mia", PASSWORD);
        Path file = Files.writeString(home.resolve("broken.csv"), "Email,tier\n\"open,1\n");
        console.open("/imports/new");
        browser.element("#file").sendKeys(file.toString());
        browser.run("document.getElementById('most-rejected').value = '7'");
        press("Upload");
        browser.waitFor("document.querySelector('[role=alert]')");
        assertThat(browser.text("return document.activeElement.getAttribute('role')"))
                .isEqualTo("alert");
        assertThat(browser.text("return document.activeElement.textContent")).contains("never closed");
        assertThat(browser.text("return document.getElementById('most-rejected').value"))
                .isEqualTo("7");
        Path good = Files.writeString(home.resolve("good.csv"), "Email\nz@example.com\n");
        browser.element("#file").sendKeys(good.toString());
        press("Upload");
        waitForHeading("Map columns");
    }

    @Test
    void rowsArePastedFromASpreadsheetCheckedAndSaved() {
        console.signIn("mia", PASSWORD);
        console.open("/directories/" + pool + "/contacts/new?column=firstName&column=email");
        browser.run("""
                const clip = new DataTransfer();
                clip.setData('text', 'Ada\\tada@example.net\\r\\n"Eve ""E"" Ng"\\tnonsense\\r\\n'
                  + Array.from({length: 7}, (one, i) => 'P' + i + '\\tp' + i + '@example.net').join('\\r\\n') + '\\r\\n');
                document.getElementById('cell-0-0').dispatchEvent(
                  new ClipboardEvent('paste', {clipboardData: clip, bubbles: true, cancelable: true}));""");
        assertThat(browser.text("return document.querySelector('[data-pasted]').textContent"))
                .isEqualTo("9 rows were pasted.");
        assertThat(browser.text("return document.querySelector('[aria-label=\"First name, row 2\"]').value"))
                .isEqualTo("Eve \"E\" Ng");
        press("Check");
        browser.waitFor("document.querySelector('[role=alert]')");
        assertThat(browser.text("return document.querySelector('[role=alert]').textContent"))
                .contains("Row 2, Email");
        browser.picture("console-imports-grid-checked");
        press("Save 8 contacts");
        browser.waitFor("document.getElementById('saved')");
        assertThat(browser.text("return document.getElementById('cell-0-0').value"))
                .isEqualTo("Eve \"E\" Ng");
        browser.run("document.getElementById('cell-0-1').select()");
        browser.press("eve@example.net");
        press("Check");
        browser.waitFor(
                "[...document.querySelectorAll('main button')].some(one => one.textContent === 'Save 1 contact')");
        press("Save 1 contact");
        browser.waitFor("location.search.includes('saved=created:CID_')");
        assertThat(browser.text("return document.querySelector('#saved + ul').textContent"))
                .contains("created");
        assertThat(browser.errors().stream().filter(error -> !error.contains("400")))
                .isEmpty();
    }

    @Test
    void everyPageIsUsableByAllLightAndDarkWideAndNarrow() throws IOException {
        console.signIn("mia", PASSWORD);
        upload(
                "hostile.csv",
                "Email,<b>bold</b>,tier,tier,,\u202eright to left,phone number\n"
                        + "a@example.com,<script>alert(1)</script>,x,y,z,\u202eabc,+49 30 1234567\n"
                        + "no mailbox," + "long ".repeat(200) + ",x,y,z,😀,\n");
        String mapping = address();
        String run = importAll("Import 1 row");
        upload("fresh.csv", "Email,tier\nb@example.com,gold\nnobody,silver\n");
        String fresh = address();
        press("Forecast");
        waitForHeading("Forecast");
        browser.waitFor(
                "[...document.querySelectorAll('main button')].some(one => one.textContent === 'Import 1 row')");
        Map<String, String> pages = new LinkedHashMap<>();
        pages.put("imports-new", "/imports/new");
        pages.put("imports-correct", "/imports/new?corrects=" + run);
        pages.put("imports-mapping", fresh);
        pages.put("imports-mapping-hostile", mapping);
        pages.put("imports-forecast", fresh.replace("mapping", "forecast"));
        pages.put("imports-grid", "/directories/" + pool + "/contacts/new");
        pages.put("imports-gone", "/imports/UP_000000000000000/mapping");
        console.look(pages);
    }
}
