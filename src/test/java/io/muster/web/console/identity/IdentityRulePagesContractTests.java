package io.muster.web.console.identity;

import static io.muster.dedup.DirectoryFixture.change;
import static io.muster.dedup.DirectoryFixture.record;
import static io.muster.web.console.ConsoleClient.location;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.muster.app.RunViews;
import io.muster.app.UserService;
import io.muster.database.TestDatabase;
import io.muster.dedup.ContactEdits;
import io.muster.dedup.DirectoryFixture;
import io.muster.dedup.EditResult.Created;
import io.muster.dedup.merge.Rekey;
import io.muster.dedup.rules.IdentityRule.State;
import io.muster.directory.Actor;
import io.muster.web.TestWebServer;
import io.muster.web.console.ConsoleClient;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** Identity rules in the console: what they compare, what they wait for, and how they are changed. */
class IdentityRulePagesContractTests {

    @RegisterExtension
    static final TestDatabase database = new TestDatabase();

    private static final String PASSWORD = "a horse in the rain";
    private static final Actor TESTER = Actor.commandLine("tester");
    private static final Pattern FIELD = Pattern.compile("type=\"hidden\" name=\"(\\w+)\" value=\"([^\"]*)\"");

    @TempDir
    private static Path home;

    private static TestWebServer server;

    private DirectoryFixture directory;

    @BeforeAll
    static void start() {
        server = TestWebServer.start(database.url(), home);
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    @BeforeEach
    void directory() {
        directory = DirectoryFixture.create(database.jdbc(), "extRef", "email,lastName");
    }

    private String path(String rest) {
        return "/directories/" + database.ids().directory(directory.id()) + rest;
    }

    private void contact(String... values) {
        ContactEdits edits = server.get(ContactEdits.class);
        long number = ((Created) edits.create(
                        directory.id(),
                        record("embedded.made", UUID.randomUUID().toString())))
                .number();
        edits.update(directory.id(), number, change(values));
    }

    private static ConsoleClient signedIn(List<String> directories, String... roles) throws Exception {
        String name = "user-" + UUID.randomUUID();
        server.get(UserService.class).create(TESTER, name, List.of(roles), directories, PASSWORD);
        ConsoleClient client = new ConsoleClient(server);
        assertThat(location(client.signIn(name, PASSWORD))).isEqualTo("303 /overview");
        return client;
    }

    private static ConsoleClient manager() throws Exception {
        return signedIn(List.of(), "manage");
    }

    /** What the form of a page sends, but for its token. */
    private static String[] fields(String page) {
        String form = page.substring(page.indexOf("<form", page.indexOf("<main")));
        List<String> fields = new ArrayList<>();
        Matcher matcher = FIELD.matcher(form);
        while (matcher.find()) {
            if (!matcher.group(1).equals("_csrf")) {
                fields.addAll(List.of(matcher.group(1), matcher.group(2)));
            }
        }

        return fields.toArray(String[]::new);
    }

    private static String link(String page, String name) {
        Matcher link = Pattern.compile("href=\"([^\"]*)\"(?: aria-label=\"" + Pattern.quote(name) + "\"|>"
                        + Pattern.quote(name) + "<)")
                .matcher(page);
        assertThat(link.find()).as("link %s", name).isTrue();
        return link.group(1).replace("&amp;", "&");
    }

    private List<String> rules() {
        return database.jdbc()
                .sql("SELECT fields FROM identity_rule WHERE directory_id = ? AND state <> 'RETIRED' ORDER BY position")
                .param(directory.id())
                .query(String.class)
                .list();
    }

    @Test
    void thePageSaysWhatEachRuleComparesAndHow() throws Exception {
        try (ConsoleClient client = signedIn(List.of(), "access")) {
            String page = client.get(path("/identity")).body();

            assertThat(page)
                    .contains("<h1>Identity rules</h1>", "<caption>Identity rules</caption>")
                    .contains("<td class=\"wrap\">email + lastName</td>", "class=\"state completed\">active</span>")
                    .contains(
                            "<div>Reference: exactly, case included</div>",
                            "<div>Last name: without case, accents kept</div>")
                    .contains("<span>Add a rule</span> <small>needs the role Manage directory</small>")
                    .doesNotContain("Move up", ">Remove<", ">Re-key<");
            directory = DirectoryFixture.create(database.jdbc());
            assertThat(client.get(path("/identity")).body())
                    .contains("The directory has no rules: nobody is recognised.")
                    .doesNotContain("<caption>");
        }
    }

    @Test
    void aRuleIsAddedAfterAPreviewWithNumbersAndWaitsForItsReKey() throws Exception {
        contact("email", "a@example.org", "phone", "+4930123456");
        contact("email", "b@example.org");
        contact("phone", "+4930123456");
        try (ConsoleClient client = manager()) {
            assertThat(client.get(path("/identity/add")).body()).contains("<h1>Add an identity rule</h1>");
            HttpResponse<String> none = client.get(path("/identity/add?embedded="));
            assertThat(none.statusCode()).isEqualTo(400);
            assertThat(none.body()).contains("<a href=\"#extRef\">Choose at least one field that is compared.</a>");
            String preview = location(client.get(path("/identity/add?phone=usual&email=&embedded=")));
            assertThat(preview).startsWith("303 " + path("/identity/change?rule="));

            String page = client.get(preview.substring(4)).body();
            assertThat(page)
                    .contains("<h1>Change the identity rules</h1>", "What will happen", "New: “phone”.")
                    .contains("Of the 3 newest contacts, 2 have a value in each of its fields")
                    .contains("until a re-key has given every contact its key");
            assertThat(rules()).as("the preview changes nothing").hasSize(2);
            assertThat(location(client.post(preview.substring(4), path("/identity/change"), fields(page))))
                    .isEqualTo("303 " + path("/identity"));
            assertThat(location(client.post("/account", path("/identity/change"), fields(page))))
                    .as("pressed twice")
                    .isEqualTo("303 " + path("/identity"));

            assertThat(rules()).containsExactly("[\"extRef\"]", "[\"email\",\"lastName\"]", "[\"phone\"]");
            String waiting = client.get(path("/identity")).body();
            assertThat(waiting)
                    .contains("pending 0 of 3", "<progress value=\"0\" max=\"3\" aria-label=\"Keys of phone\"");
            String rekey = link(waiting, "Re-key");
            assertThat(client.get(rekey).body())
                    .contains("<h1>Re-key ", "phone: 0 of 3 contact numbers have their keys; the rest get theirs.");
            String run = location(client.post(rekey, rekey));
            assertThat(run).startsWith("303 /runs/RN_");
            await().atMost(Duration.ofSeconds(60))
                    .until(() -> server.get(RunViews.class)
                            .show(run.substring("303 /runs/".length()))
                            .run()
                            .status()
                            .isOver());
            assertThat(client.get(path("/identity")).body())
                    .doesNotContain("pending")
                    .contains("1 keys of phone with several holders", "Last re-key: ");
            assertThat(client.get(path("/duplicates")).body()).contains("+4930123456");
        }
    }

    @Test
    void rulesAreOrderedByButtonsAndRemovedAfterAPreview() throws Exception {
        try (ConsoleClient client = manager()) {
            String page = client.get(path("/identity")).body();
            String up = link(page, "Move up email + lastName");
            String preview = client.get(up).body();
            assertThat(preview)
                    .contains("Order: 1 email + lastName · 2 extRef. The first rule that finds a contact decides");
            client.post(up, path("/identity/change"), fields(preview));
            assertThat(rules()).containsExactly("[\"email\",\"lastName\"]", "[\"extRef\"]");

            HttpResponse<String> stale = client.post(
                    "/account",
                    path("/identity/change"),
                    "rule",
                    "",
                    "rule",
                    "phone",
                    "was",
                    "",
                    "was",
                    "extRef",
                    "was",
                    "email,lastName");
            assertThat(stale.statusCode()).isEqualTo(409);
            assertThat(stale.body())
                    .contains("they were changed since they were shown, and are now 1 email + lastName · 2 extRef.");

            String remove = link(client.get(path("/identity")).body(), "Remove email + lastName");
            String removal = client.get(remove).body();
            assertThat(removal).contains("Removed: “email + lastName”. It matches nothing from that moment");
            client.post(remove, path("/identity/change"), fields(removal));
            assertThat(rules()).containsExactly("[\"extRef\"]");
        }
    }

    @Test
    void aRuleOfTheReferenceThatIsBlockedSaysByWhichReferences() throws Exception {
        directory = DirectoryFixture.create(database.jdbc(), "email");
        contact("extRef", "4711", "email", "a@example.org");
        contact("extRef", "4711", "email", "b@example.org");
        directory.addRule("extRef", State.PENDING);
        server.get(Rekey.class).run(directory.id(), progress -> {});
        try (ConsoleClient client = manager()) {
            assertThat(client.get(path("/identity")).body())
                    .contains(
                            "pending 2 of 2",
                            "blocked: several contacts have the reference <span><strong>4711</strong></span>");
        }
    }

    @Test
    void otherReferencesAreProtectedAfterAQuestion() throws Exception {
        try (ConsoleClient client = manager()) {
            String protect = link(client.get(path("/identity")).body(), "Protect other references");
            String question = client.get(protect).body();
            assertThat(question).contains("are not merged any more, and are no possible duplicates");

            client.post(protect, protect, fields(question));
            client.post("/account", protect, fields(question));

            assertThat(client.get(path("/identity")).body())
                    .contains("Protect references no longer", ">protected</span>");
        }
    }

    @Test
    void rolesDirectoriesAndTokensAreAskedFor() throws Exception {
        DirectoryFixture other = DirectoryFixture.create(database.jdbc(), "extRef");
        try (ConsoleClient nobody = new ConsoleClient(server);
                ConsoleClient operator = signedIn(List.of(), "operate");
                ConsoleClient reader = signedIn(List.of(), "access");
                ConsoleClient client = manager();
                ConsoleClient bound = signedIn(List.of(database.ids().directory(other.id())), "manage")) {
            for (String page : List.of(
                    "/identity", "/identity/add", "/identity/rekey", "/identity/protect", "/identity/change?rule=")) {
                assertThat(location(nobody.get(path(page)))).as(page).startsWith("303 /sign-in");
                assertThat(operator.get(path(page)).statusCode()).as(page).isEqualTo(403);
                assertThat(bound.get(path(page)).statusCode()).as(page).isEqualTo(404);
                assertThat(reader.get(path(page)).statusCode())
                        .as(page)
                        .isEqualTo(page.equals("/identity") ? 200 : 403);
            }

            for (String action : List.of("/identity/change", "/identity/rekey", "/identity/protect")) {
                String[] fields = {"rule", "", "was", "", "protect", "true"};
                assertThat(reader.post("/account", path(action), fields).statusCode())
                        .as(action)
                        .isEqualTo(403);
                assertThat(bound.post("/account", path(action), fields).statusCode())
                        .as(action)
                        .isEqualTo(404);
                assertThat(client.send(path(action), fields).statusCode())
                        .as(action)
                        .isEqualTo(403);
            }
        }
    }

    @Test
    void namesOfEmbeddedDataAreShownAsTheyAre() throws Exception {
        try (ConsoleClient client = manager()) {
            String preview = location(client.get(path("/identity/add?embedded=%3Cb%3Ex%3C%2Fb%3E:exact")))
                    .substring(4);
            String page = client.get(preview).body();
            assertThat(page).contains("embedded.&lt;b&gt;x&lt;/b&gt;:exact").doesNotContain("<b>x");
            client.post(
                    "/account",
                    path("/identity/change"),
                    "rule",
                    "",
                    "rule",
                    "embedded.<b>x</b>:exact",
                    "was",
                    "",
                    "was",
                    "extRef",
                    "was",
                    "email,lastName");
            assertThat(client.get(path("/identity")).body())
                    .contains("&lt;b&gt;x&lt;/b&gt; (embedded data): exactly, case included")
                    .doesNotContain("<b>x");
        }
    }
}
