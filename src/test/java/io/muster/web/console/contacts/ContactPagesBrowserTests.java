package io.muster.web.console.contacts;

import static org.assertj.core.api.Assertions.assertThat;

import io.muster.app.ContactPatch;
import io.muster.app.ContactSearches;
import io.muster.app.ContactSearches.By;
import io.muster.app.ContactService;
import io.muster.app.ContactsChange;
import io.muster.app.DirectoryService;
import io.muster.app.FrequencyRuleService;
import io.muster.app.ListService;
import io.muster.app.NewContact;
import io.muster.app.NewDirectory;
import io.muster.app.NewFrequencyRule;
import io.muster.app.NewTouchpoint;
import io.muster.app.NewTransaction;
import io.muster.app.TouchpointService;
import io.muster.app.TransactionService;
import io.muster.app.UserService;
import io.muster.database.TestDatabase;
import io.muster.page.Browser;
import io.muster.web.TestWebServer;
import io.muster.web.console.ConsoleBrowser;
import java.io.IOException;
import java.nio.file.Path;
import java.time.ZoneId;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.openqa.selenium.Keys;

/** Directories, contacts and lists as people use them: in a browser, by keyboard, in the dark, on a telephone. */
class ContactPagesBrowserTests {

    @RegisterExtension
    static final TestDatabase database = new TestDatabase();

    private static final String LONG = "long \u202eright\u202c <b>" + "w".repeat(200);

    @TempDir
    private static Path home;

    private static TestWebServer server;
    private static ConsoleBrowser console;
    private static Browser browser;
    private static String pool;
    private static String empty;
    private static String ada;
    private static String list;
    private static String search;

    @BeforeAll
    static void start() throws IOException {
        server = TestWebServer.start(database.url(), home);
        console = new ConsoleBrowser(server);
        browser = console.browser();
        UserService users = server.get(UserService.class);
        users.create(Guests.TESTER, "mia", List.of("manage"), List.of(), Guests.PASSWORD);
        users.create(Guests.TESTER, "tom", List.of("access"), List.of(), Guests.PASSWORD);
        pool = directory("Customers", "extRef", "email");
        empty = directory("Empty " + LONG.substring(0, 100));
        list = server.get(ListService.class)
                .create(Guests.TESTER, pool, "Newsletter")
                .id();
        ContactService contacts = server.get(ContactService.class);
        ada = contact("Ada", "Lovelace", "4711", "ada@example.org", "gold");
        String twin = contact("Adele", "Lovelace", "4712", "adele@example.org", "silver");
        contact(
                "Eve " + LONG,
                "=cmd()",
                "4713",
                "eve@example.org",
                LONG.repeat(5).substring(0, 1_000));
        contacts.join(new ContactsChange(Guests.TESTER, List.of(ada, twin), list), Map.of("plan", "weekly"));
        contacts.update(new ContactPatch(Guests.TESTER, twin, Map.of("email", "ada@example.org"), Set.of()));
        server.get(FrequencyRuleService.class)
                .add(Guests.TESTER, pool, new NewFrequencyRule("1", "30d", null, null, false, null, null));
        server.get(TouchpointService.class)
                .add(new NewTouchpoint(
                        Guests.TESTER,
                        pool,
                        ada,
                        null,
                        Map.of("channel", "web", "kind", "shown", "survey", "SV_checkout")));
        server.get(TransactionService.class)
                .add(
                        pool,
                        Map.of("a", new NewTransaction(ada, null, null, Map.of("total", "12.50", "shop", LONG))),
                        null,
                        "",
                        Guests.TESTER);
        search = server.get(ContactSearches.class)
                .start(Guests.TESTER, pool, new ContactSearches.Question(By.NAME, "lovelace", null, null));
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

    private static String directory(String name, String... rules) {
        return server.get(DirectoryService.class)
                .create(new NewDirectory(Guests.TESTER, name, ZoneId.of("Europe/Berlin"), List.of(rules)))
                .id();
    }

    private static String contact(String first, String last, String reference, String email, String tier) {
        return server.get(ContactService.class)
                .create(new NewContact(
                        Guests.TESTER,
                        pool,
                        Map.of(
                                "firstName",
                                first,
                                "lastName",
                                last,
                                "extRef",
                                reference,
                                "email",
                                email,
                                "embedded.tier",
                                tier),
                        null))
                .contact()
                .contactId();
    }

    @Test
    void everyPageIsUsableByAllLightAndDarkWideAndNarrow() {
        console.signIn("mia", Guests.PASSWORD);
        String at = "/directories/" + pool;
        Map<String, String> pages = new LinkedHashMap<>();
        pages.put("directories", "/directories");
        pages.put("directory", at);
        pages.put("directory-empty", "/directories/" + empty);
        pages.put("directory-settings", at + "/settings");
        pages.put("directory-delete", at + "/delete");
        pages.put("contacts", at + "/contacts");
        pages.put("contacts-none", at + "/contacts?by=name&q=zoe");
        pages.put("contacts-empty", "/directories/" + empty + "/contacts");
        pages.put("contact", at + "/contacts/" + ada);
        pages.put("contact-eligibility", at + "/contacts/" + ada + "#eligibility");
        pages.put("contact-history", at + "/contacts/" + ada + "?was=true#history");
        pages.put("contacts-search", at + "/contacts/searches/" + search);
        pages.put("contact-edit", at + "/contacts/" + ada + "/edit");
        pages.put("contact-opt-out", at + "/contacts/" + ada + "/opt-out");
        pages.put("contact-gone", at + "/contacts/CID_000000000000000");
        pages.put("lists", at + "/lists");
        pages.put("list", at + "/lists/" + list);
        pages.put("list-delete", at + "/lists/" + list + "/delete");
        console.look(pages);
    }

    @Test
    void aContactIsFoundChangedAndPutOnAListByKeyboardAlone() {
        console.signIn("mia", Guests.PASSWORD);
        console.open("/directories/" + pool + "/contacts");
        browser.run("document.getElementById('by').focus()");
        browser.press("Ref", Keys.TAB, "4713", Keys.TAB, Keys.TAB, Keys.ENTER);
        browser.waitFor("document.querySelectorAll('main tbody tr').length === 1");
        browser.run("document.querySelector('main tbody a').focus()");
        browser.press(Keys.ENTER);
        browser.waitFor("document.querySelector('h1').textContent.startsWith('Eve long')");
        browser.run("document.querySelector(\"a[href$='/edit']\").focus()");
        browser.press(Keys.ENTER);
        browser.waitFor("document.getElementById('phone')");
        browser.run("document.getElementById('phone').focus()");
        browser.press("nonsense", Keys.ENTER);
        browser.waitFor("document.activeElement.getAttribute('role') === 'alert'");
        browser.run("document.querySelector('[role=alert] a').focus()");
        browser.press(Keys.ENTER);
        browser.waitFor("document.activeElement.id === 'phone'");
        browser.run("document.getElementById('phone').select()");
        browser.press("+49 30 1234567", Keys.ENTER);
        browser.waitFor("document.querySelector('h1').textContent.startsWith('Eve long')");
        assertThat(browser.text("return document.querySelector('main').textContent"))
                .contains("+49301234567");
        browser.run("document.getElementById('join').focus()");
        browser.press(Keys.TAB, Keys.ENTER);
        browser.waitFor(
                "document.querySelector('.rows a') && document.querySelector('.rows a').textContent === 'Newsletter'");
        assertThat(browser.errors().stream().filter(error -> !error.contains("400 (Bad Request)")))
                .isEmpty();
    }

    @Test
    void whoSeesIsShownWhatChangingNeeds() {
        console.signIn("tom", Guests.PASSWORD);
        console.look(Map.of("contact-seen", "/directories/" + pool + "/contacts/" + ada));
        assertThat(browser.text("return document.querySelector('.actions').textContent"))
                .contains("needs the role Manage directory");
        assertThat(browser.count("a[href$='/edit'], a[href$='/delete']")).isZero();
    }
}
