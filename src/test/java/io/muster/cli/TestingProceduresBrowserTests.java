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
import java.util.Arrays;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The three tests of the guide for sites, step by step, on pages of the sample site with the debugger. */
class TestingProceduresBrowserTests {

    @RegisterExtension
    static final TestDatabase database = new TestDatabase();

    private static final String URL = "muster.database.url";
    private static final String DIRECTORY = "Customers";
    private static final Path FILES = Path.of("sample-data", "site");
    private static final Duration LONG = Duration.ofSeconds(60);

    @TempDir
    private static Path folder;

    private static final Map<String, String> VALUES = new ConcurrentHashMap<>();

    private static Browser browser;
    private static SampleSite site;
    private static TestWebServer server;
    private static SampleProjects projects;
    private static String debugToken;

    @BeforeAll
    static void publish() throws IOException {
        browser = Browser.start();
        System.setProperty(URL, database.url());
        muster("directories", "create", DIRECTORY, "--rule", "extRef");
        contact("TEST-gold", "gold");
        contact("TEST-silver", "silver");
        String segment = json(
                        "segments",
                        "create",
                        "Best",
                        "--directory",
                        DIRECTORY,
                        "--file",
                        "sample-data/segments/best-tiers.yaml")
                .path("id")
                .asString();
        muster("segments", "rebuild", "--directory", DIRECTORY);
        muster("frequency", "add", "--directory", DIRECTORY, "--max", "1", "--per", "30d");
        Path target = Files.writeString(folder.resolve("target.yaml"), "{segment: %s, is: member}".formatted(segment));
        site = SampleSite.open(FILES);
        projects = SampleProjects.publish(
                words -> muster(words.toArray(String[]::new)), FILES, site.origin(), DIRECTORY, target);
        debugToken = json("projects", "debug-token", SampleProjects.SHOP, "--for", "8h")
                .path("token")
                .asString();
        server = TestWebServer.start(database.url(), folder.resolve("home"));
        VALUES.putAll(projects.values(server.address(), "TEST-gold"));
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
    }

    private static void contact(String reference, String tier) {
        muster("contacts", "create", "--directory", DIRECTORY, "--ref", reference, "--embedded", "tier=" + tier);
    }

    private static String muster(String... arguments) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        ByteArrayOutputStream err = new ByteArrayOutputStream();
        int exit = Cli.run(new Terminal(out, err, new StateFolder(folder.resolve("home"))), arguments);
        assertThat(exit).as(err.toString(StandardCharsets.UTF_8)).isZero();
        return out.toString(StandardCharsets.UTF_8);
    }

    private static JsonNode json(String... arguments) {
        String[] all = Arrays.copyOf(arguments, arguments.length + 1);
        all[arguments.length] = "--json";
        return JsonMapper.shared().readTree(muster(all));
    }

    /** Opens a page as this customer, with the debugger; again until it explains an intercept so. */
    private static void awaitExplained(String page, String customer, String intercept, String result, String reason) {
        VALUES.put("customer", customer);
        await("%s of %s".formatted(reason, customer)).atMost(LONG).untilAsserted(() -> {
            browser.open("%s/%s?muster_debug=%s".formatted(site.origin(), page, debugToken));
            String explained = "document.querySelector('[data-muster-debugger-intercept=\"%s\"]')".formatted(intercept);
            browser.waitFor(explained);
            assertThat(browser.text("return %1$s.getAttribute('data-result') + ' ' + %1$s.getAttribute('data-reason')"
                            .formatted(explained)))
                    .isEqualTo(result + " " + reason);
        });
    }

    /** What the debugger says; it replaces its panel when it asks again. */
    private static String explanation() {
        return browser.text("return document.querySelector('[data-muster-debugger]').textContent");
    }

    private static long displays(String reference) {
        return database.jdbc().sql("""
                    SELECT COUNT(*) FROM touchpoint t JOIN contact c ON c.directory_id = t.directory_id AND c.number = t.number
                    WHERE c.ext_ref = ? AND t.kind = 'shown'
                    """).param(reference).query(Long.class).single();
    }

    private static String link() {
        return json("intercepts", "list", "--project", SampleProjects.SHOP)
                .valueStream()
                .filter(one -> one.path("name").asString().equals("Sample link"))
                .findFirst()
                .orElseThrow()
                .path("id")
                .asString();
    }

    /** Waits until this is decided; looking never counts. */
    private static void awaitDecided(String customer, String intercept, boolean shown) {
        String question = "/v1/decisions?project=%s&ref=%s&intercept=%s&url=https://shop.example.com/two-intercepts"
                .formatted(projects.shop(), customer, intercept);
        await().atMost(LONG).until(() -> server.get(question).body().contains("\"show\":" + shown));
    }

    @Test
    void contactFrequency() {
        String link = link();
        contact("TEST-often", "gold");
        muster("segments", "rebuild", "--directory", DIRECTORY);
        awaitDecided("TEST-often", link, true);
        // The contact is known by the feed at once, its segment by the table of the rebuild.
        awaitDecided("TEST-often", projects.dialog(), true);
        awaitExplained("two-intercepts.html", "TEST-often", link, "passed", "ELIGIBLE");
        browser.waitFor("document.querySelector('a[data-muster-intercept]')");
        await().atMost(LONG).until(() -> displays("TEST-often") == 2);
        awaitDecided("TEST-often", link, false);
        awaitExplained("two-intercepts.html", "TEST-often", link, "failed", "FREQUENCY");
        assertThat(explanation()).contains("Next eligible");
        await().atMost(LONG).until(() -> displays("TEST-often") == 3);

        muster("testing", "reset", "--directory", DIRECTORY, "--ref", "TEST-often");
        awaitDecided("TEST-often", link, true);
        awaitExplained("two-intercepts.html", "TEST-often", link, "passed", "ELIGIBLE");
        muster("testing", "restore", "--directory", DIRECTORY, "--ref", "TEST-often");
        awaitExplained("two-intercepts.html", "TEST-often", link, "failed", "FREQUENCY");
        assertThat(json("frequency", "explain", "--directory", DIRECTORY, "--ref", "TEST-often")
                        .path("eligible")
                        .asBoolean())
                .isFalse();
    }

    @Test
    void targeting() {
        JsonNode decided = json("decide", "--project", projects.shop(), "--ref", "TEST-gold");
        assertThat(decided.path("decisions").get(0).path("reason").asString()).isEqualTo("ELIGIBLE");
        awaitExplained("variable.html", "TEST-gold", projects.dialog(), "passed", "ELIGIBLE");
        assertThat(explanation()).contains("“TEST-gold” from QSI.config.externalReference", ": member");

        awaitExplained("variable.html", "TEST-silver", projects.dialog(), "failed", "NOT_TARGETED");
        assertThat(explanation()).contains(": not a member");
        contact("TEST-later", "silver");
        awaitExplained("variable.html", "TEST-later", projects.dialog(), "failed", "NOT_TARGETED");
        String id = json("contacts", "search", "--directory", DIRECTORY, "--ref", "TEST-later")
                .get(0)
                .path("contactId")
                .asString();
        muster("contacts", "update", id, "--embedded", "tier=gold");
        muster("segments", "rebuild", "--directory", DIRECTORY);
        awaitExplained("variable.html", "TEST-later", projects.dialog(), "passed", "ELIGIBLE");
    }

    @Test
    void contactCreation() {
        VALUES.put("customer", "TEST-new");
        browser.open("%s/variable.html?muster_debug=%s".formatted(site.origin(), debugToken));
        browser.waitFor("(document.querySelector('[data-muster-debugger]') || {textContent: ''})"
                + ".textContent.includes('CREATED')");
        assertThat(json("contacts", "search", "--directory", DIRECTORY, "--ref", "TEST-new"))
                .hasSize(1);
        browser.open("%s/variable.html?muster_debug=%s".formatted(site.origin(), debugToken));
        browser.waitFor("(document.querySelector('[data-muster-debugger]') || {textContent: ''})"
                + ".textContent.includes('EXISTS')");

        assertThat(json("testing", "contacts", "list", "--directory", DIRECTORY)
                        .get(0)
                        .path("extRef")
                        .asString())
                .isEqualTo("TEST-new");
        muster("testing", "contacts", "delete", "--directory", DIRECTORY, "--yes");
        assertThat(json("contacts", "search", "--directory", DIRECTORY, "--ref", "TEST-new"))
                .isEmpty();
    }
}
