package io.muster.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.muster.database.TestDatabase;
import io.muster.page.Browser;
import io.muster.support.StateFolder;
import io.muster.web.TestWebServer;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.json.JsonMapper;

/** The sample site, as the demo serves it, in a browser: each page shows what it says. */
class SampleSiteBrowserTests {

    @RegisterExtension
    static final TestDatabase database = new TestDatabase();

    private static final String URL = "muster.database.url";
    private static final Path FILES = Path.of("sample-data", "site");
    private static final String CUSTOMER = "C-1";
    private static final Duration LONG = Duration.ofSeconds(30);
    private static final String DIALOG = "[data-muster-intercept][role=dialog]";
    private static final String LINK = "a[data-muster-intercept]";

    @TempDir
    private static Path folder;

    private static final Map<String, String> VALUES = new ConcurrentHashMap<>();

    private static Browser browser;
    private static SampleSite site;
    private static TestWebServer server;
    private static SampleProjects projects;

    @BeforeAll
    static void publish() throws IOException {
        browser = Browser.start();
        System.setProperty(URL, database.url());
        muster("directories", "create", "Site customers", "--rule", "extRef");
        muster(contact(CUSTOMER, "gold"));
        muster(contact("C-fresh", "gold"));
        String segment = JsonMapper.shared()
                .readTree(muster(
                        "segments",
                        "create",
                        "Best",
                        "--directory",
                        "Site customers",
                        "--file",
                        "sample-data/segments/best-tiers.yaml",
                        "--json"))
                .path("id")
                .asString();
        muster("segments", "rebuild", "--directory", "Site customers");
        muster("frequency", "add", "--directory", "Site customers", "--max", "1", "--per", "30d");
        Path target = Files.writeString(folder.resolve("target.yaml"), "{segment: %s, is: member}".formatted(segment));
        site = SampleSite.open(FILES);
        projects = SampleProjects.publish(
                words -> muster(words.toArray(String[]::new)), FILES, site.origin(), "Site customers", target);
        server = TestWebServer.start(database.url(), folder.resolve("home"));
        VALUES.putAll(projects.values(server.address(), CUSTOMER));
        site.serve(VALUES);
    }

    @AfterAll
    static void stop() {
        System.clearProperty(URL);
        // Nothing was started where there is no browser.
        if (server != null) {
            browser.close();
            site.close();
            server.close();
        }
    }

    @AfterEach
    void leave() {
        browser.open("about:blank");
        VALUES.put("customer", CUSTOMER);
    }

    private static String[] contact(String reference, String tier) {
        return new String[] {
            "contacts", "create", "--directory", "Site customers", "--ref", reference, "--embedded", "tier=" + tier
        };
    }

    private static String muster(String... arguments) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        ByteArrayOutputStream err = new ByteArrayOutputStream();
        int exit = Cli.run(new Terminal(out, err, new StateFolder(folder.resolve("home"))), arguments);
        assertThat(exit).as(err.toString(StandardCharsets.UTF_8)).isZero();
        return out.toString(StandardCharsets.UTF_8);
    }

    private static void open(String page) {
        browser.open(site.origin() + "/" + page);
    }

    private static void awaitDecision(String intercept, boolean shown) {
        browser.waitFor("document.getElementById('decided').textContent.includes('%s %s')"
                .formatted(intercept, shown ? "is shown" : "is not shown"));
    }

    private static long contacts(String reference) {
        return database.jdbc()
                .sql("SELECT COUNT(*) FROM contact WHERE ext_ref = ?")
                .param(reference)
                .query(Long.class)
                .single();
    }

    private static long displays(String reference) {
        return database.jdbc().sql("""
                    SELECT COUNT(*) FROM touchpoint t JOIN contact c ON c.directory_id = t.directory_id AND c.number = t.number
                    WHERE c.ext_ref = ? AND t.kind = 'shown'
                    """).param(reference).query(Long.class).single();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "variable.html",
                "expression.html",
                "cookie.html",
                "attribute.html",
                "content-policy.html",
                "nonce.html"
            })
    void aPageSaysInItsWayWhoTheVisitorIs(String page) {
        long before = displays(CUSTOMER);
        open(page);

        assertThat(browser.element(DIALOG).getText()).contains("How was it?", "Tell us", "Close");
        awaitDecision(projects.dialog(), true);
        await().atMost(LONG).until(() -> displays(CUSTOMER) > before);
        assertThat(browser.errors()).isEmpty();
    }

    @Test
    void aPolicyWithANonceHasANewOneEachTime() {
        open("nonce.html");
        String first = browser.text("return document.querySelector('script[nonce]').nonce");
        open("nonce.html");

        assertThat(first).matches("[0-9a-f]{32}");
        assertThat(browser.text("return document.querySelector('script[nonce]').nonce"))
                .isNotEqualTo(first);
    }

    @Test
    void aSinglePageApplicationChangesItsVisitor() {
        open("single-page.html");
        awaitDecision(projects.dialog(), false);
        assertThat(browser.count(DIALOG)).isZero();

        browser.element("#login button").click();
        browser.waitFor("document.querySelector('" + DIALOG + "')");
        browser.element(DIALOG + " button").click();
        browser.element("#logout").click();
        awaitDecision(projects.dialog(), false);
        assertThat(browser.count(DIALOG)).isZero();
        assertThat(browser.errors()).isEmpty();
    }

    @Test
    void whoeverLogsInAndIsNotKnownBecomesAContact() {
        open("single-page.html");
        awaitDecision(projects.dialog(), false);
        browser.run("document.getElementById('reference').value = 'C-new'");
        browser.element("#login button").click();

        await().atMost(LONG).until(() -> contacts("C-new") == 1);
    }

    @Test
    void aPageWithoutASnippetShowsWhatIsForEverybody() {
        open("no-snippet.html");

        assertThat(browser.element("#opinion [data-muster-intercept]").getText())
                .contains("Is something missing here?");
        awaitDecision(projects.dialog(), false);
        assertThat(browser.count(DIALOG)).isZero();
        assertThat(browser.errors()).isEmpty();
    }

    @Test
    void twoInterceptsAreShownAndOneMindsFrequency() {
        VALUES.put("customer", "C-fresh");
        open("two-intercepts.html");
        browser.element(LINK);
        browser.element(DIALOG);
        await().atMost(LONG).until(() -> displays("C-fresh") == 2);

        await().atMost(LONG).untilAsserted(() -> {
            open("two-intercepts.html");
            awaitDecision(projects.dialog(), true);
            assertThat(browser.count(LINK)).isZero();
        });
        assertThat(browser.errors()).isEmpty();
    }

    @Test
    void twoProjectsAskOneQuestion() {
        open("two-projects.html");
        browser.element("#blog [data-muster-intercept]");
        browser.element(DIALOG);

        assertThat(browser.text("return performance.getEntriesByType('resource')"
                        + ".filter(one => one.name.endsWith('/v1/decisions')).length"))
                .isEqualTo("1");
        assertThat(browser.errors()).isEmpty();
    }

    static List<String> pages() throws IOException {
        try (Stream<Path> files = Files.list(FILES)) {
            return files.map(file -> file.getFileName().toString())
                    .filter(name -> name.endsWith(".html"))
                    .sorted()
                    .toList();
        }
    }

    @Test
    void theIndexAndTheGuideNameEveryPage() throws IOException {
        List<String> pages = pages().stream()
                .filter(name -> !name.equals("index.html") && !name.equals("survey.html"))
                .toList();
        String guide = Files.readString(Path.of("docs", "site-guide.md"));
        assertThat(Pattern.compile("<li><a href=\"([^\"]+)\">")
                        .matcher(Files.readString(FILES.resolve("index.html")))
                        .results()
                        .map(found -> found.group(1)))
                .containsExactlyInAnyOrderElementsOf(pages);
        assertThat(pages).allMatch(page -> guide.contains("../sample-data/site/" + page));
    }

    @ParameterizedTest
    @MethodSource("pages")
    void pagesCanBeReadByEverybody(String page) {
        for (Map<String, Object> screen : List.of(
                Map.<String, Object>of("width", 1100, "height", 900, "deviceScaleFactor", 1, "mobile", false),
                Map.<String, Object>of("width", 360, "height", 740, "deviceScaleFactor", 2, "mobile", true))) {
            browser.command("Emulation.setDeviceMetricsOverride", screen);
            for (String scheme : List.of("light", "dark")) {
                browser.media("prefers-color-scheme", scheme);
                open(page);
                browser.waitFor(
                        "!document.getElementById('decided') || document.querySelector('[data-muster-intercept]')"
                                + " || location.pathname === '/single-page.html'");
                assertThat(browser.text("return document.documentElement.scrollWidth > innerWidth"))
                        .as("wider than the screen")
                        .isEqualTo("false");
                browser.picture("site-%s-%s-%s".formatted(page.replace(".html", ""), scheme, screen.get("width")));
            }
        }

        browser.command("Emulation.clearDeviceMetricsOverride", Map.of());
        assertThat(browser.text("return document.documentElement.lang")).isEqualTo("en");
        assertThat(browser.text("return document.title")).contains("Sample site");
        assertThat(browser.count("h1")).isEqualTo(1);
        assertThat(browser.text("return [...document.querySelectorAll('input')].every(one => one.labels.length)"))
                .isEqualTo("true");
        assertThat(browser.text("return document.body.textContent.includes('{{')"))
                .isEqualTo("false");
    }
}
