package io.muster.web.console.identity;

import static io.muster.dedup.DirectoryFixture.change;
import static io.muster.dedup.DirectoryFixture.record;
import static org.assertj.core.api.Assertions.assertThat;

import io.muster.app.DuplicateService;
import io.muster.app.FrequencyRuleService;
import io.muster.app.MergeService;
import io.muster.app.NewFrequencyRule;
import io.muster.app.UserService;
import io.muster.database.TestDatabase;
import io.muster.dedup.ContactEdits;
import io.muster.dedup.DirectoryFixture;
import io.muster.dedup.EditResult.Created;
import io.muster.dedup.merge.MergeScope;
import io.muster.dedup.merge.Rekey;
import io.muster.dedup.rules.IdentityRule.State;
import io.muster.directory.Actor;
import io.muster.page.Browser;
import io.muster.web.TestWebServer;
import io.muster.web.console.ConsoleBrowser;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.openqa.selenium.Keys;

/** Duplicates, merges, identity rules and frequency in a browser: by keyboard, in the dark, on a telephone, as two people. */
class IdentityBrowserTests {

    @RegisterExtension
    static final TestDatabase database = new TestDatabase();

    private static final String PASSWORD = "a horse in the rain";
    private static final Actor TESTER = Actor.commandLine("tester");

    @TempDir
    private static Path home;

    private static TestWebServer server;
    private static ConsoleBrowser console;
    private static Browser browser;
    private static DirectoryFixture directory;
    private static String path;

    @BeforeAll
    static void start() throws IOException {
        server = TestWebServer.start(database.url(), home);
        console = new ConsoleBrowser(server);
        browser = console.browser();
        server.get(UserService.class).create(TESTER, "lena", List.of("manage"), List.of(), PASSWORD);
        server.get(UserService.class).create(TESTER, "tom", List.of("access"), List.of(), PASSWORD);
        directory = DirectoryFixture.create(database.jdbc(), "extRef", "email");
        path = path(directory);
        contact(
                "extRef",
                "1",
                "email",
                "ada@example.org",
                "firstName",
                "Ada",
                "lastName",
                "Lovelace",
                "embedded.tier",
                "gold");
        contact(
                "extRef",
                "2",
                "email",
                "ada@example.org",
                "firstName",
                "Augusta",
                "lastName",
                "King",
                "embedded.tier",
                "silver");
        contact(
                "extRef",
                "3",
                "email",
                "hostile@example.org",
                "firstName",
                "<b>bold</b> \u202eright to left\u202c",
                "embedded.note",
                "long ".repeat(200));
        contact(
                "extRef",
                "4",
                "email",
                "hostile@example.org",
                "firstName",
                "😀".repeat(100),
                "embedded.note",
                "l".repeat(1_000));
        contact("extRef", "5", "email", "c@example.org");
        contact("extRef", "6", "email", "c@example.org");
        contact("extRef", "7", "email", "d@example.org");
        contact("extRef", "8", "email", "d@example.org");
        directory.addTouchpoint(2, "t1");
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

    private static String path(DirectoryFixture of) {
        return "/directories/" + database.ids().directory(of.id());
    }

    private static void contact(String... values) {
        contactOf(directory, values);
    }

    private static void contactOf(DirectoryFixture of, String... values) {
        ContactEdits edits = server.get(ContactEdits.class);
        long number = ((Created) edits.create(
                        of.id(), record("embedded.made", UUID.randomUUID().toString())))
                .number();
        List<String> all = new ArrayList<>(List.of(values));
        all.addAll(List.of("embedded.made", "here"));
        edits.update(of.id(), number, change(all.toArray(String[]::new)));
    }

    private static String id(long number) {
        return database.ids().contact(directory.id(), number);
    }

    private static String h1() {
        return browser.text("return document.querySelector('h1').textContent");
    }

    private static void follow(String name) {
        browser.run("[...document.querySelectorAll('main a, main button')].find(one => one.textContent === '" + name
                + "').focus()");
        browser.press(Keys.ENTER);
    }

    @Test
    void aDuplicateIsMergedAndTakenBackByKeyboardAlone() {
        console.signIn("lena", PASSWORD);
        console.open(path + "/duplicates");
        browser.run("document.querySelector('a[href$=\"/duplicates/" + id(7) + "\"]').focus()");
        browser.press(Keys.ENTER);
        browser.waitFor("document.querySelector('h1').textContent === 'Review duplicates'");
        follow("Merge");
        browser.waitFor("document.querySelector('h1').textContent.startsWith('Merge MG_')");
        String merge = h1();
        assertThat(browser.text("return document.querySelector('[aria-label=\"Merge status\"]').textContent"))
                .isEqualTo("merged");
        follow("Undo");
        browser.waitFor("document.querySelector('h1').textContent === 'Undo m" + merge.substring(1) + "'");
        follow("Undo");
        browser.waitFor("document.querySelector('h1').textContent === '" + merge + "'");
        assertThat(browser.text("return document.querySelector('[aria-label=\"Merge status\"]').textContent"))
                .isEqualTo("undone");
        assertThat(directory.numbers()).contains(7L, 8L);
        assertThat(browser.errors()).isEmpty();
    }

    @Test
    void whoMayOnlySeeIsShownTheActionsWithTheRoleThatTheyNeed() {
        console.signIn("tom", PASSWORD);
        console.open(path + "/duplicates/" + id(1));
        assertThat(
                        browser.text(
                                "return [...document.querySelectorAll('.button.off')].map(one => one.textContent.trim()).join()"))
                .isEqualTo("Merge needs the role Manage directory,Keep apart needs the role Manage directory");
        assertThat(browser.count("main button")).isZero();
        for (String page : List.of("/identity", "/frequency", "/duplicates")) {
            console.open(path + page);
            assertThat(browser.text("return document.querySelector('main').textContent"))
                    .contains("needs the role Manage directory");
            assertThat(browser.count("main form[method=post]")).isZero();
        }
    }

    @Test
    void everyPageIsUsableByAllLightAndDarkWideAndNarrow() {
        DirectoryFixture empty = DirectoryFixture.create(database.jdbc());
        DirectoryFixture trouble =
                DirectoryFixture.create(database.jdbc(), "email").settings("{\"maxGroup\":2}");
        for (int i = 0; i < 3; i++) {
            contactOf(trouble, "extRef", "4711", "email", "info@example.org");
        }

        trouble.addRule("extRef", State.PENDING);
        server.get(Rekey.class).run(trouble.id(), progress -> {});
        directory.addRule("phone,embedded.tier:exact", State.PENDING);
        DuplicateService duplicates = server.get(DuplicateService.class);
        String pool = database.ids().directory(directory.id());
        var ignored =
                duplicates.merge(TESTER, pool, MergeScope.ACTIVE_RULES, Map.of(id(5), version(5), id(6), version(6)));
        FrequencyRuleService rules = server.get(FrequencyRuleService.class);
        directory.addList("Newsletter");
        String rule = rules.add(TESTER, pool, new NewFrequencyRule("1", "14d", "3d", null, false, null, null))
                .id();
        assertThat(List.of(
                        new NewFrequencyRule("2", "1mo", null, null, false, null, "Newsletter"),
                        new NewFrequencyRule(null, null, null, "SV_support", true, null, null)))
                .allSatisfy(more -> rules.add(TESTER, pool, more));
        mailed(2, Instant.now().minus(Duration.ofDays(2)));
        console.signIn("lena", PASSWORD);
        Map<String, String> pages = new LinkedHashMap<>();
        pages.put("duplicates", path + "/duplicates");
        pages.put("duplicates-large", path(trouble) + "/duplicates");
        pages.put("review", path + "/duplicates/" + id(2));
        pages.put("review-hostile", path + "/duplicates/" + id(3));
        pages.put(
                "review-large", path(trouble) + "/duplicates/" + database.ids().contact(trouble.id(), 1));
        pages.put("merges", path + "/merges");
        String merge = server.get(MergeService.class)
                .list(pool, null, 1)
                .items()
                .getFirst()
                .merge();
        pages.put("merge", path + "/merges/" + merge);
        pages.put("identity", path + "/identity");
        pages.put("identity-empty", path(empty) + "/identity");
        pages.put("identity-blocked", path(trouble) + "/identity");
        pages.put("identity-add", path + "/identity/add");
        pages.put("identity-change", path + "/identity/change?rule=&rule=email&rule=language");
        pages.put("frequency", path + "/frequency");
        pages.put("frequency-add", path + "/frequency/add");
        pages.put("frequency-wrong", path + "/frequency/preview?max=often&gap=x");
        pages.put("frequency-remove", path + "/frequency/" + rule + "/remove");
        pages.put("simulator-capped", path + "/frequency/simulator?channel=email&contact=" + id(2));
        console.look(pages);
    }

    private static int version(long number) {
        return Integer.parseInt(String.valueOf(directory.contact(number).get("version")));
    }

    private static void mailed(long number, Instant at) {
        database.jdbc()
                .sql("UPDATE touchpoint SET happened_at = ?, recorded_at = ? WHERE directory_id = ? AND number = ?")
                .params(at.toEpochMilli(), at.toEpochMilli(), directory.id(), number)
                .update();
    }
}
