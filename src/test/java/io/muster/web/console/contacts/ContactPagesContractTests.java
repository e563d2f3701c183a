package io.muster.web.console.contacts;

import static io.muster.web.console.ConsoleClient.location;
import static org.assertj.core.api.Assertions.assertThat;

import io.muster.app.ContactPatch;
import io.muster.app.ContactService;
import io.muster.app.ContactsChange;
import io.muster.app.DirectoryService;
import io.muster.app.DirectoryView;
import io.muster.app.FrequencyRuleService;
import io.muster.app.ListService;
import io.muster.app.NewContact;
import io.muster.app.NewDirectory;
import io.muster.app.NewFrequencyRule;
import io.muster.app.NewTouchpoint;
import io.muster.app.NewTransaction;
import io.muster.app.TouchpointService;
import io.muster.app.TransactionService;
import io.muster.automation.AutomationRuns;
import io.muster.automation.Trigger;
import io.muster.automation.Trigger.Repull;
import io.muster.automation.jobfile.JobFiles;
import io.muster.database.TestDatabase;
import io.muster.dedup.merge.Duplicates;
import io.muster.dedup.merge.MergeScope;
import io.muster.directory.OptOut;
import io.muster.directory.store.ContactView;
import io.muster.support.Ids;
import io.muster.support.PublicId;
import io.muster.web.TestWebServer;
import io.muster.web.console.ConsoleClient;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.ZoneId;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** One contact in the console: what is known of it, where that comes from, what happened, and what is done with it. */
class ContactPagesContractTests {

    @RegisterExtension
    static final TestDatabase database = new TestDatabase();

    private static final Pattern VERSION = Pattern.compile("name=\"version\" value=\"([^\"]+)\"");
    private static final Pattern NEXT = Pattern.compile("href=\"([^\"]+)\">Next page");
    private static final String HOSTILE = "<script>alert(1)</script> \u202eright\u202c 🙂";

    @TempDir
    private static Path home;

    private static TestWebServer server;
    private static Guests guests;
    private static ContactService contacts;

    @BeforeAll
    static void start() {
        server = TestWebServer.start(database.url(), home);
        guests = new Guests(server);
        contacts = server.get(ContactService.class);
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    private static DirectoryView directory(String... rules) {
        return server.get(DirectoryService.class)
                .create(new NewDirectory(
                        Guests.TESTER, "Contacts " + UUID.randomUUID(), ZoneId.of("Europe/Berlin"), List.of(rules)));
    }

    private static Map<String, String> values(String... pairs) {
        Map<String, String> values = new LinkedHashMap<>();
        for (int i = 0; i < pairs.length; i += 2) {
            values.put(pairs[i], pairs[i + 1]);
        }

        return values;
    }

    private static String contact(DirectoryView directory, String... pairs) {
        return contacts.create(new NewContact(Guests.TESTER, directory.id(), values(pairs), null))
                .contact()
                .contactId();
    }

    private static void update(String contact, String... pairs) {
        contacts.update(new ContactPatch(Guests.TESTER, contact, values(pairs), Set.of()));
    }

    private static void touch(DirectoryView directory, String contact, String... pairs) {
        server.get(TouchpointService.class)
                .add(new NewTouchpoint(Guests.TESTER, directory.id(), contact, null, values(pairs)));
    }

    private static String page(DirectoryView directory, String contact) {
        return "/directories/" + directory.id() + "/contacts/" + contact;
    }

    private static String version(ConsoleClient client, String page) throws Exception {
        Matcher version = VERSION.matcher(client.get(page).body());
        assertThat(version.find()).isTrue();
        return version.group(1);
    }

    @Test
    void everyPartSaysWhatThereIsOrThatThereIsNone() throws Exception {
        DirectoryView one = directory("extRef");
        String bare = contact(one, "email", "bare@example.org");
        try (ConsoleClient reader = guests.with("access")) {
            assertThat(reader.get(page(one, bare)).body())
                    .containsOnlyOnce("aria-labelledby=\"history\"")
                    .doesNotContain("role=\"region\"")
                    .contains("<h1>" + bare + "</h1>")
                    .contains(">Fields</h2>", ">Embedded data</h2>", ">Lists</h2>", ">Segments</h2>")
                    .contains(">Eligibility</h2>", ">Timeline</h2>", ">History</h2>", "<caption>History</caption>")
                    .contains("bare@example.org", "On no list.", "In no segment.", "Nothing happened yet.")
                    .contains("No rule applies.", "edit by tester", "Edit: needs the role Manage directory")
                    .contains(" CET</time>")
                    .doesNotContain("/edit\"", "/delete\"", "Add to list");
        }
    }

    @Test
    void valuesNameTheRunTheFileAndTheRowThatSetThem() throws Exception {
        DirectoryView one = directory("extRef");
        String job = "job-" + UUID.randomUUID();
        Path inbox = Files.createDirectories(home.resolve(job));
        Files.writeString(
                inbox.resolve("people.csv"),
                "ExternalDataReference,FirstName,LastName,tier\n1,Ada,Lovelace,gold\n2,Eve," + HOSTILE + ",x\n");
        Files.writeString(home.resolve("jobs/" + job + ".yaml"), """
                kind: contact-import
                id: %s
                name: People
                source: {type: folder, folder: %s}
                files: {stable-for: 0s}
                target: {directory: %s}
                """.formatted(job, inbox, one.id()));
        String run = server.get(AutomationRuns.class)
                .run(
                        server.get(JobFiles.class).find(job).job(),
                        new Trigger.ByHand(Guests.TESTER, null, Repull.NEW_ONLY))
                .getFirst()
                .run();
        try (ConsoleClient reader = guests.with("access")) {
            String list = reader.get("/directories/" + one.id() + "/contacts?by=reference&q=2")
                    .body();
            Matcher link = Pattern.compile("contacts/(CID_[A-Za-z0-9]+)").matcher(list);
            assertThat(link.find()).isTrue();
            String contact = link.group(1);
            assertThat(reader.get(page(one, contact)).body())
                    .contains("<h1>Eve &lt;script&gt;alert(1)&lt;/script&gt; \u202eright\u202c 🙂</h1>")
                    .contains(">" + run + "</a>", "people.csv", "<td class=\"number\">2</td>", ">tier</th>")
                    .doesNotContain("<script>alert");
            assertThat(reader.get(page(one, contact) + "?was=true").body())
                    .contains(">Was</th>", ">none</td>")
                    .doesNotContain("not known");
            Files.writeString(
                    inbox.resolve("people2.csv"),
                    "ExternalDataReference,FirstName,LastName,tier\n1,Ada,Lovelace,gold\n2,Evelyn,Ng,x\n");
            String second = server.get(AutomationRuns.class)
                    .run(
                            server.get(JobFiles.class).find(job).job(),
                            new Trigger.ByHand(Guests.TESTER, null, Repull.NEW_ONLY))
                    .getFirst()
                    .run();
            assertThat(reader.get(page(one, contact) + "?was=true").body())
                    .contains(second, "title=\"Eve\">Eve</td>", "title=\"Evelyn\">Evelyn</td>");
            update(contact, "embedded.tier", "silver");
            assertThat(reader.get(page(one, contact)).body()).contains("silver", "edit by tester", run);
            assertThat(reader.get(page(one, contact) + "/contact.json").body())
                    .contains("\"contactId\":\"" + contact, "\"lineage\"", run, "\"timeline\":[]");
            assertThat(reader.get(page(one, contact) + "/exact.csv").body())
                    .startsWith("contactId,")
                    .contains(",Evelyn,Ng,");
        }
    }

    @Test
    void theTimelineIsPagedAndNarrowed() throws Exception {
        DirectoryView one = directory("extRef");
        String ada = contact(one, "extRef", "1", "firstName", "Ada");
        for (int i = 0; i < 55; i++) {
            touch(
                    one,
                    ada,
                    "channel",
                    "email",
                    "kind",
                    "sent",
                    "time",
                    "2026-01-%02dT10:%02d:00Z".formatted(1 + i / 30, i % 30),
                    "survey",
                    "SV_" + i);
        }

        touch(one, ada, "channel", "sms", "kind", "sent", "time", "2025-06-01T10:00:00Z");
        String transaction = server.get(TransactionService.class)
                .add(
                        one.id(),
                        Map.of("a", new NewTransaction(ada, null, 1_700_000_000_000L, Map.of("total", HOSTILE))),
                        null,
                        "",
                        Guests.TESTER)
                .values()
                .iterator()
                .next()
                .toString();
        Matcher id = Pattern.compile("[A-Z]+_[A-Za-z0-9]{15}").matcher(transaction);
        assertThat(id.find()).as(transaction).isTrue();
        try (ConsoleClient reader = guests.with("access")) {
            String first = reader.get(page(one, ada)).body();
            assertThat(first).contains("email sent", "SV_54").doesNotContain("SV_4<", id.group());
            Matcher next = NEXT.matcher(first);
            assertThat(next.find()).isTrue();
            assertThat(reader.get(next.group(1).replace("&amp;", "&")).body())
                    .contains("SV_4<", "sms sent", id.group(), "total", "&lt;script&gt;")
                    .doesNotContain("SV_54", "Next page");
            assertThat(reader.get(page(one, ada) + "?channel=sms").body())
                    .contains("sms sent", ">Clear</a>")
                    .doesNotContain("email sent", id.group());
            assertThat(reader.get(page(one, ada) + "?kind=transaction").body())
                    .contains(id.group())
                    .doesNotContain("email sent");
            assertThat(reader.get(page(one, ada) + "?kind=merge").body()).contains("None match.");
            assertThat(reader.get(page(one, ada) + "?after=nonsense").statusCode())
                    .isEqualTo(400);
        }
    }

    @Test
    void eligibilityIsSaidByChannelAndRule() throws Exception {
        DirectoryView one = directory("extRef");
        String ada = contact(one, "extRef", "1", "firstName", "Ada");
        server.get(FrequencyRuleService.class)
                .add(Guests.TESTER, one.id(), new NewFrequencyRule("1", "30d", null, null, false, null, null));
        touch(one, ada, "channel", "web", "kind", "shown");
        try (ConsoleClient manager = guests.with("manage")) {
            assertThat(manager.get(page(one, ada)).body())
                    .contains(
                            "not eligible until",
                            "at most 1 in 30 days, for everybody",
                            ", decides",
                            "counted: <span>web shown</span>")
                    .contains("Now, computed for");
            String reset = page(one, ada) + "/reset-counters";
            assertThat(manager.get(reset).body()).contains("What will happen", "reference 1");
            assertThat(location(manager.post(reset, reset))).isEqualTo("303 " + page(one, ada));
            assertThat(manager.get(page(one, ada)).body())
                    .contains("Its counters were reset", "Restore counters", ">eligible</span>")
                    .doesNotContain("not eligible");
            String restore = page(one, ada) + "/restore-counters";
            assertThat(location(manager.post(restore, restore))).isEqualTo("303 " + page(one, ada));
            assertThat(manager.get(page(one, ada)).body()).contains("not eligible until");
            contacts.optOut(new ContactsChange(Guests.TESTER, List.of(ada), null), OptOut.OUT);
            assertThat(manager.get(page(one, ada)).body())
                    .contains("not eligible: opted out of the directory", ">Opt in</a>");
        }
    }

    @Test
    void aContactIsEditedByTheRulesOfImports() throws Exception {
        DirectoryView one = directory("extRef");
        String ada = contact(one, "extRef", "1", "firstName", "Ada", "embedded.tier", "gold", "embedded.old", "x");
        contact(one, "extRef", "2");
        try (ConsoleClient manager = guests.with("manage")) {
            String edit = page(one, ada) + "/edit";
            assertThat(manager.get(edit).body())
                    .contains(
                            "<h1>Edit Ada</h1>",
                            "name=\"embedded.tier\"",
                            ">gold</textarea>",
                            "in force: <span>extRef");
            HttpResponse<String> wrong = manager.post(
                    edit, edit, "version", version(manager, edit), "email", "no mailbox", "firstName", "Eve & Adam");
            assertThat(wrong.statusCode()).isEqualTo(400);
            assertThat(wrong.body())
                    .contains("href=\"#email\"", "value=\"Eve &amp; Adam\"", "aria-invalid=\"true\"", "no mailbox");
            HttpResponse<String> taken = manager.post(edit, edit, "version", version(manager, edit), "extRef", "2");
            assertThat(taken.statusCode()).isEqualTo(400);
            assertThat(taken.body()).contains("href=\"#extRef\"");

            String early = version(manager, edit);
            assertThat(location(manager.post(
                            edit,
                            edit,
                            "version",
                            early,
                            "firstName",
                            HOSTILE,
                            "email",
                            "Ada@Example.org",
                            "embedded.tier",
                            "platinum",
                            "embedded.old",
                            "",
                            "name0",
                            "new name",
                            "value0",
                            "7")))
                    .isEqualTo("303 " + page(one, ada));
            ContactView after = contacts.get(ada);
            assertThat(after.firstName()).isEqualTo(HOSTILE);
            assertThat(after.extRef()).isEqualTo("1");
            assertThat(after.embeddedData()).containsOnly(Map.entry("tier", "platinum"), Map.entry("new name", "7"));

            HttpResponse<String> late = manager.post(edit, edit, "version", early, "firstName", "Late");
            assertThat(late.statusCode()).isEqualTo(409);
            assertThat(late.body()).contains("was changed meanwhile", "value=\"Late\"");
            assertThat(manager.send(edit, new String[] {"firstName", "x"}).statusCode())
                    .isEqualTo(403);
        }
    }

    @Test
    void listsAreJoinedLeftAndOptedOutOf() throws Exception {
        DirectoryView one = directory("extRef");
        String ada = contact(one, "extRef", "1", "firstName", "Ada");
        String list = server.get(ListService.class)
                .create(Guests.TESTER, one.id(), "News")
                .id();
        try (ConsoleClient manager = guests.with("manage")) {
            String page = page(one, ada);
            assertThat(location(manager.post(page, page + "/join", "list", list)))
                    .isEqualTo("303 " + page);
            assertThat(manager.get(page).body())
                    .contains(">News</a>", "since <time", "Opt out of News", "Remove from News")
                    .doesNotContain("On no list.");
            assertThat(manager.get(page + "/opt-out?list=" + list).body())
                    .contains("Ada opts out of the list “News”.", "name=\"list\" value=\"" + list);
            manager.post(page + "/opt-out?list=" + list, page + "/opt-out", "list", list);
            assertThat(manager.get(page).body()).contains("opted out of it", "Opt in to News");
            assertThat(manager.get(page + "/leave?list=" + list).body())
                    .contains("Remove Ada from News", "Its opt-out of the list goes too");
            manager.post(page + "/leave?list=" + list, page + "/leave", "list", list);
            assertThat(manager.get(page).body()).contains("On no list.");
            assertThat(manager.get(page + "/leave?list=" + list).statusCode()).isEqualTo(404);
            manager.post(page + "/opt-out", page + "/opt-out");
            assertThat(contacts.get(ada).unsubscribed()).isTrue();
            manager.post(page + "/opt-in", page + "/opt-in");
            assertThat(contacts.get(ada).unsubscribed()).isFalse();
        }
    }

    @Test
    void aContactGoesAfterAPreview() throws Exception {
        DirectoryView one = directory("extRef");
        String ada = contact(one, "extRef", "1", "firstName", "Ada");
        touch(one, ada, "channel", "web", "kind", "shown");
        try (ConsoleClient manager = guests.with("manage")) {
            String delete = page(one, ada) + "/delete";
            assertThat(manager.get(delete).body())
                    .contains("Delete Ada", "With it go: touchpoints 1, transactions 0, responses 0.");
            String early = version(manager, delete);
            update(ada, "lastName", "Lovelace");
            assertThat(manager.post(delete, delete, "version", early).statusCode())
                    .isEqualTo(409);
            assertThat(location(manager.post(delete, delete, "version", version(manager, delete))))
                    .isEqualTo("303 /directories/" + one.id() + "/contacts");
            assertThat(manager.get(page(one, ada)).statusCode()).isEqualTo(404);
            assertThat(manager.get(page(one, ada)).body()).contains("Perhaps it was deleted");
        }
    }

    @Test
    void aMergedContactLeadsToTheOneItBecame() throws Exception {
        DirectoryView one = directory("extRef", "email");
        String ada = contact(one, "extRef", "1", "email", "a@example.org", "firstName", "Ada");
        String twin = contact(one, "extRef", "2", "firstName", "Adele");
        update(twin, "email", "a@example.org");
        try (ConsoleClient reader = guests.with("access")) {
            assertThat(reader.get(page(one, ada)).body())
                    .contains("Possible duplicate of <a href=\"" + page(one, twin) + "\">Adele</a>");
            int number = (int)
                    server.get(Ids.class).read(PublicId.DIRECTORY, one.id()).orElseThrow();
            assertThat(server.get(Duplicates.class)
                            .start(number, MergeScope.ACTIVE_RULES)
                            .mergeNext(10))
                    .hasSize(1);
            HttpResponse<String> led = reader.get(page(one, twin));
            assertThat(location(led)).isEqualTo("303 " + page(one, ada) + "?merged=" + twin);
            assertThat(reader.get(location(led).substring(4)).body())
                    .contains(
                            twin + "</span> was merged into this contact", "/merges/MG_", "merge of 1 other contacts");
            assertThat(reader.get(page(one, ada) + "?merged=CID_000000000000000")
                            .body())
                    .doesNotContain("was merged into this contact");
        }
    }

    @Test
    void anotherDirectorysContactIsNotThereAndOnlyManagersChange() throws Exception {
        DirectoryView one = directory("extRef");
        DirectoryView other = directory("extRef");
        String ada = contact(one, "extRef", "1");
        String eve = contact(other, "extRef", "1");
        try (ConsoleClient reader = guests.with("access");
                ConsoleClient operator = guests.with("operate");
                ConsoleClient elsewhere = guests.with("manage", List.of(other.id()))) {
            for (String path : List.of("", "/contact.json", "/exact.csv")) {
                assertThat(reader.get(page(one, eve) + path).statusCode())
                        .as(path)
                        .isEqualTo(404);
                assertThat(operator.get(page(one, ada) + path).statusCode())
                        .as(path)
                        .isEqualTo(403);
                assertThat(elsewhere.get(page(one, ada) + path).statusCode())
                        .as(path)
                        .isEqualTo(404);
            }

            for (String path : List.of(
                    "/edit", "/opt-out", "/opt-in", "/leave", "/reset-counters", "/restore-counters", "/delete")) {
                assertThat(reader.get(page(one, ada) + path).statusCode())
                        .as(path)
                        .isEqualTo(403);
                assertThat(reader.post("/directories", page(one, ada) + path, "list", "x")
                                .statusCode())
                        .as(path)
                        .isEqualTo(403);
                assertThat(elsewhere.get(page(other, ada) + path).statusCode())
                        .as(path)
                        .isEqualTo(404);
                assertThat(elsewhere
                                .post("/directories", page(other, ada) + path, "list", "x")
                                .statusCode())
                        .as(path)
                        .isEqualTo(404);
            }

            assertThat(reader.post("/directories", page(one, ada) + "/join", "list", "x")
                            .statusCode())
                    .isEqualTo(403);
        }
    }
}
