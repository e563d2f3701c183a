package io.muster.web.console.segments;

import static org.assertj.core.api.Assertions.assertThat;

import io.muster.app.ContactService;
import io.muster.app.ListService;
import io.muster.app.NewContact;
import io.muster.app.SegmentRef;
import io.muster.app.SegmentService;
import io.muster.app.SegmentView;
import io.muster.app.UserService;
import io.muster.database.TestDatabase;
import io.muster.dedup.DirectoryFixture;
import io.muster.directory.Actor;
import io.muster.page.Browser;
import io.muster.segment.SizeGuard;
import io.muster.support.PublicId;
import io.muster.web.TestWebServer;
import io.muster.web.console.ConsoleBrowser;
import io.muster.web.console.ConsoleClient;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.openqa.selenium.Keys;

/** Segments as people use them: written, counted, saved and rebuilt by keyboard. */
class SegmentBrowserTests {

    @RegisterExtension
    static final TestDatabase database = new TestDatabase();

    private static final String PASSWORD = "a horse in the rain";
    private static final Actor TESTER = Actor.commandLine("tester");

    @TempDir
    private static Path home;

    private static TestWebServer server;
    private static ConsoleBrowser console;
    private static Browser browser;
    private static String segments;
    private static String empty;
    private static SegmentView held;
    private static String everything;
    private static String staff;

    @BeforeAll
    static void start() throws Exception {
        server = TestWebServer.start(database.url(), home);
        console = new ConsoleBrowser(server);
        browser = console.browser();
        server.get(UserService.class).create(TESTER, "lena", List.of("manage"), List.of(), PASSWORD);
        server.get(UserService.class).create(TESTER, "tom", List.of("access"), List.of(), PASSWORD);
        empty = "/directories/"
                + database.ids()
                        .directory(DirectoryFixture.create(database.jdbc(), "extRef")
                                .id())
                + "/segments";
        String pool = database.ids()
                .directory(DirectoryFixture.create(database.jdbc(), "extRef").id());
        segments = "/directories/" + pool + "/segments";
        staff = server.get(ListService.class).create(TESTER, pool, "Staff").id();
        add(pool, 0, 6);
        held = segment(pool, "Gold customers", "{embedded: tier, is: gold}");
        segment(pool, "Asked on the web", "{segment: " + held.id() + ", is: member}");
        segment(
                pool,
                "<b>Ünï</b> \u202eright\u202c 🙂 " + "w".repeat(200),
                "{embedded: \"<i>\", contains: \"" + "long ".repeat(100) + "\"}");
        everything = segment(pool, "Everything", """
                all:
                  - {field: created, withinLast: 30d}
                  - {embedded: spend, as: number, between: [1, 100]}
                  - {embedded: tier, in: [gold, silver]}
                  - {optedOut: false}
                  - {list: %s, isNot: member}
                  - {transactions: {where: {any: [{field: amount, as: number, gt: 5}, {field: kind, is: order}]}, withinLast: 90d}, count: {gte: 2}}
                  - {transactions: {}, latest: {field: amount, as: number, gt: 5}}
                  - {touchpoints: {channel: [web, app], kind: shown, survey: S1, withinLast: 7d}, count: {is: 0}}
                  - none:
                      - {field: email, endsWith: "@example.org"}
                """.formatted(staff)).id();
        try (ConsoleClient client = new ConsoleClient(server)) {
            assertThat(client.signIn("lena", PASSWORD).statusCode()).isEqualTo(303);
            rebuild(client);
            add(pool, 6, 60);
            rebuild(client);
        }

        assertThat(now().heldVersion()).isNotNull();
        for (int day = 1; day <= 20; day++) {
            var ignored = database.jdbc()
                    .sql(
                            "INSERT INTO segment_publication (directory_id, segment_id, version, kind, actor, members, added,"
                                    + " removed, published_at) SELECT directory_id, segment_id, 0, 'REBUILD', 'schedule', ?, ?, ?,"
                                    + " published_at - ? FROM segment_publication WHERE segment_id = ? AND kind = 'REBUILD'"
                                    + " AND version > 0 AND published_at IS NOT NULL")
                    .params(4 + day % 7, day % 4, day % 3, day * 86_400_000L, segmentNumber())
                    .update();
        }
    }

    private static long segmentNumber() {
        return database.ids().read(PublicId.SEGMENT, held.id()).orElseThrow();
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

    private static void add(String pool, int from, int to) {
        for (int i = from; i < to; i++) {
            var ignored = server.get(ContactService.class)
                    .create(new NewContact(
                            TESTER,
                            pool,
                            Map.of(
                                    "extRef", "r" + i,
                                    "firstName", "Eve",
                                    "lastName", "No " + i,
                                    "email", "eve" + i + "@example.com",
                                    "embedded.tier", i % 3 == 2 ? "silver" : "gold"),
                            null));
        }
    }

    private static SegmentView segment(String pool, String name, String condition) {
        return server.get(SegmentService.class).create(TESTER, pool, name, condition, SizeGuard.usual());
    }

    private static SegmentView now() {
        return server.get(SegmentService.class)
                .show(new SegmentRef(held.id(), null))
                .segment();
    }

    private static void rebuild(ConsoleClient client) throws Exception {
        assertThat(client.post(segments, segments + "/rebuild").statusCode()).isEqualTo(303);
        Awaitility.await()
                .atMost(Duration.ofSeconds(30))
                .until(() -> client.get(segments + "/live").body().contains("data-over=\"true\""));
    }

    private static String focused() {
        return browser.text("""
                const now = document.activeElement;
                const label = now.getAttribute('aria-label') || (now.labels && now.labels[0] ? now.labels[0].textContent : now.textContent);
                const group = now.closest('fieldset');
                return (group ? group.querySelector('legend').textContent + ': ' : '') + label;""");
    }

    /** Presses Tab until something has the focus. */
    private static void tabTo(String wanted) {
        for (int i = 0; i < 60 && !focused().equals(wanted); i++) {
            browser.press(Keys.TAB);
        }

        assertThat(focused()).isEqualTo(wanted);
    }

    @Test
    void everyPageIsUsableByAllLightAndDarkWideAndNarrow() {
        console.signIn("lena", PASSWORD);
        Map<String, String> pages = new LinkedHashMap<>();
        pages.put("segments", segments);
        pages.put("segments-none", empty);
        pages.put("segment", segments + "/" + held.id());
        pages.put("segment-publish", segments + "/" + held.id() + "/publish");
        pages.put("segment-reach", segments + "/" + held.id() + "/reach");
        pages.put("segment-members", segments + "/" + held.id() + "/members");
        pages.put("segment-edit", segments + "/" + everything + "/edit");
        pages.put("segment-new", segments + "/new");
        console.look(pages);
        for (Map.Entry<String, String> page : Map.of(
                        "segments",
                        segments,
                        "segment",
                        segments + "/" + held.id(),
                        "segment-edit",
                        segments + "/" + everything + "/edit")
                .entrySet()) {
            console.open(page.getValue());
            browser.run("document.querySelectorAll('details').forEach(one => { one.open = true; })");
            for (int part = 1; part < 4; part++) {
                browser.run("scrollTo(0, " + part * 850 + ")");
                browser.picture("console-" + page.getKey() + "-more-" + part);
            }
        }
    }

    @Test
    void aSegmentIsWrittenByKeyboardCountedSavedAndRebuilt() {
        console.signIn("lena", PASSWORD);
        console.open(segments + "/new");
        browser.waitFor("document.querySelector('#conditions fieldset')");
        browser.run("document.getElementById('name').focus()");
        browser.press("Gold or not on Staff");
        tabTo("Conditions: Match");
        tabTo("Condition 1: Subject");
        browser.press("emb");
        tabTo("Condition 1: Data name");
        browser.press("tier");
        tabTo("Condition 1: Operator");
        tabTo("Condition 1: Value");
        browser.press("gold");
        browser.waitFor("document.getElementById('count').textContent === '40'");
        assertThat(browser.text("return document.getElementById('words').textContent"))
                .isEqualTo("“tier” is “gold”");

        tabTo("Conditions: Add group");
        browser.press(Keys.ENTER);
        assertThat(focused()).isEqualTo("Group 1: Match of group 1");
        browser.press("none");
        browser.press(Keys.TAB);
        assertThat(focused()).isEqualTo("Group 1: Remove group 1");
        browser.press(Keys.TAB);
        browser.press("mail");
        assertThat(focused()).isEqualTo("Condition 2: Subject");
        browser.press(Keys.TAB);
        assertThat(focused()).isEqualTo("Condition 2: List");
        browser.press("St");
        tabTo("Group 1: Add condition to group 1");
        browser.press(Keys.ENTER);
        assertThat(focused()).isEqualTo("Condition 3: Subject");
        tabTo("Condition 3: Remove condition 3");
        browser.press(Keys.ENTER);
        assertThat(focused()).isEqualTo("Condition 2: Subject");
        browser.waitFor("document.getElementById('words').textContent"
                + " === '“tier” is “gold”, and none of (is on the list “Staff”)'");
        browser.waitFor("document.getElementById('count').textContent === '40'");
        assertThat(browser.text("return document.getElementById('yaml').value")).isEqualTo("""
                all:
                  - {embedded: tier, is: gold}
                  - none:
                      - {list: %s, is: member}
                """.formatted(staff));
        browser.picture("console-segment-written");

        tabTo("Save");
        browser.press(Keys.ENTER);
        browser.waitFor("document.querySelector('h1').textContent === 'Gold or not on Staff'");
        assertThat(browser.text("return document.querySelector('[aria-label=Members]').textContent"))
                .isEqualTo("not rebuilt yet");
        tabTo("Rebuild now");
        browser.press(Keys.ENTER);
        browser.waitFor("document.querySelector('[aria-label=Members][role=status]').textContent === '40'");
        browser.waitFor("document.querySelector('a[href*=\"/contacts/CID_\"]')");
        browser.waitFor("document.querySelector('[data-part] caption')");
        assertThat(browser.text("return document.querySelector('[data-part] caption').textContent"))
                .isEqualTo("Reach");
        assertThat(browser.errors()).isEmpty();
    }

    @Test
    void yamlAndFormAreOneConditionAndMistakesStandBesideIt() {
        console.signIn("lena", PASSWORD);
        console.open(segments + "/" + everything + "/edit");
        browser.waitFor("document.querySelectorAll('.condition').length === 11");
        browser.run("document.getElementById('text').open = true");
        String before = browser.text("return document.getElementById('yaml').value");
        browser.waitFor("document.getElementById('count').textContent === '0'");
        assertThat(browser.text("return document.getElementById('yaml').value")).isEqualTo(before);

        browser.run(
                "const yaml = document.getElementById('yaml'); yaml.value = 'any:\\n  - {embedded: tier, is: silver}\\n';"
                        + " yaml.dispatchEvent(new Event('input'))");
        browser.waitFor("document.querySelectorAll('.condition').length === 1");
        browser.waitFor("document.getElementById('count').textContent === '20'");
        browser.run("const yaml = document.getElementById('yaml'); yaml.value = 'any: 3';"
                + " yaml.dispatchEvent(new Event('input'))");
        browser.waitFor("document.getElementById('yaml-error').textContent.includes('must be a list of conditions')");

        console.open(segments + "/new");
        browser.waitFor("document.querySelector('#conditions fieldset')");
        browser.run("document.querySelector('main button[type=submit]').click()");
        browser.waitFor(
                "document.querySelector('[role=alert]') && document.querySelector('.condition [aria-invalid]')");
        assertThat(browser.text("return document.querySelector('.condition .error').textContent"))
                .startsWith("all[0].is is blank.");
        assertThat(browser.text("return document.activeElement.getAttribute('role')"))
                .isEqualTo("alert");
        browser.picture("console-segment-wrong");
        assertThat(console.findings()).isEmpty();
        browser.run("document.querySelector('.problems li:last-child a').click()");
        assertThat(focused()).isEqualTo("Condition 1: Value");
    }

    @Test
    void aContactIsExplainedWhileOneWrites() {
        console.signIn("lena", PASSWORD);
        console.open(segments + "/" + held.id());
        String contact = browser.element("a[href*='/contacts/CID_']").getText();
        console.open(segments + "/" + everything + "/edit");
        browser.waitFor("document.querySelector('.condition')");
        browser.run("document.getElementById('contact').focus()");
        browser.press(contact, Keys.ENTER);
        browser.waitFor("document.querySelector('#explained li')");
        assertThat(browser.text("return document.querySelector('#explained').textContent"))
                .startsWith("The condition does not hold for it.")
                .contains("“tier” is one of “gold”, “silver” (the contact has gold)");
    }

    @Test
    void whoMayOnlyLookSeesNoEdit() {
        console.signIn("tom", PASSWORD);
        console.open(segments + "/" + held.id());
        assertThat(browser.text("return document.querySelector('[aria-label=Actions]').textContent"))
                .contains("Edit needs the role Manage directory");
        assertThat(browser.count("main form[method=post], a[href$='/edit']")).isZero();
        console.open(segments + "/new");
        assertThat(browser.text("return document.querySelector('h1').textContent"))
                .isEqualTo("Not allowed");
    }
}
