package io.muster.web.console.contacts;

import static io.muster.web.console.ConsoleClient.location;
import static org.assertj.core.api.Assertions.assertThat;

import io.muster.app.ContactService;
import io.muster.app.ContactsChange;
import io.muster.app.DirectoryService;
import io.muster.app.DirectoryView;
import io.muster.app.FrequencyRuleService;
import io.muster.app.ListService;
import io.muster.app.NewContact;
import io.muster.app.NewDirectory;
import io.muster.app.NewFrequencyRule;
import io.muster.automation.AutomationRuns;
import io.muster.automation.Trigger;
import io.muster.automation.Trigger.Repull;
import io.muster.automation.jobfile.JobFiles;
import io.muster.database.TestDatabase;
import io.muster.web.TestWebServer;
import io.muster.web.console.ConsoleClient;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.ZoneId;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** Lists in the console: made, renamed, deleted, their members added and removed. */
class ListPagesContractTests {

    @RegisterExtension
    static final TestDatabase database = new TestDatabase();

    private static final Pattern NEXT = Pattern.compile("href=\"([^\"]+)\">Next page");
    private static final String HOSTILE = "<b>News</b> \u202eright\u202c 🙂";

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
                        Guests.TESTER, "Lists " + UUID.randomUUID(), ZoneId.of("UTC"), List.of(rules)));
    }

    private static String list(DirectoryView directory, String name) {
        return server.get(ListService.class)
                .create(Guests.TESTER, directory.id(), name)
                .id();
    }

    private static String contact(DirectoryView directory, String... pairs) {
        Map<String, String> values = new LinkedHashMap<>();
        for (int i = 0; i < pairs.length; i += 2) {
            values.put(pairs[i], pairs[i + 1]);
        }

        return contacts.create(new NewContact(Guests.TESTER, directory.id(), values, null))
                .contact()
                .contactId();
    }

    private static String pages(DirectoryView directory) {
        return "/directories/" + directory.id() + "/lists";
    }

    @Test
    void aListIsMadeRenamedAndDeleted() throws Exception {
        DirectoryView one = directory("extRef");
        String lists = pages(one);
        try (ConsoleClient manager = guests.with("manage")) {
            assertThat(manager.get(lists).body()).contains("<h1>Lists</h1>", "No lists yet.");
            String list = location(manager.post(lists, lists, "name", HOSTILE));
            assertThat(list).startsWith("303 " + lists + "/CG_");
            String address = list.substring(4);
            assertThat(manager.get(address).body())
                    .contains("<h1>&lt;b&gt;News&lt;/b&gt; \u202eright\u202c 🙂</h1>", "Nobody is on the list yet.")
                    .contains("no import among the latest of the directory", "<span>0</span>");
            assertThat(manager.get(lists).body())
                    .contains("<caption>Lists</caption>", "&lt;b&gt;News&lt;/b&gt;")
                    .doesNotContain("<b>News");
            HttpResponse<String> taken = manager.post(lists, lists, "name", HOSTILE);
            assertThat(taken.statusCode()).isEqualTo(400);
            assertThat(taken.body()).contains("href=\"#name\"", "the directory has a list of that name");

            String other = list(one, "Other");
            HttpResponse<String> wrong = manager.post(address, address + "/rename", "name", "Other");
            assertThat(wrong.statusCode()).isEqualTo(400);
            assertThat(wrong.body()).contains("Choose another name.", "value=\"Other\"");
            assertThat(location(manager.post(address, address + "/rename", "name", "Newsletter")))
                    .isEqualTo("303 " + address);
            assertThat(manager.get(address).body()).contains("<h1>Newsletter</h1>");

            assertThat(manager.get(address + "/delete").body())
                    .contains("Delete list Newsletter", "0 members stay in the directory");
            assertThat(manager.send(address + "/delete", new String[0]).statusCode())
                    .isEqualTo(403);
            assertThat(location(manager.post(address + "/delete", address + "/delete")))
                    .isEqualTo("303 " + lists);
            assertThat(manager.get(address).statusCode()).isEqualTo(404);
            server.get(FrequencyRuleService.class)
                    .add(Guests.TESTER, one.id(), new NewFrequencyRule("1", "7d", null, null, false, null, other));
            HttpResponse<String> used = manager.get(lists + "/" + other + "/delete");
            assertThat(used.body())
                    .contains("frequency rules name it: FR_", ">Back</a>")
                    .doesNotContain("<button type=\"submit\" class=\"main\"");
            assertThat(manager.post(lists, lists + "/" + other + "/delete").statusCode())
                    .isEqualTo(409);
        }
    }

    @Test
    void membersAreAddedPagedAndRemoved() throws Exception {
        DirectoryView one = directory("extRef");
        String list = list(one, "News");
        String address = pages(one) + "/" + list;
        String ada = contact(one, "extRef", "1", "firstName", "Ada", "embedded.plan", "x");
        String adam = contact(one, "extRef", "2", "firstName", "Adam");
        try (ConsoleClient manager = guests.with("manage")) {
            assertThat(location(manager.post(address, address + "/add", "by", "reference", "q", "1")))
                    .isEqualTo("303 " + address);
            assertThat(manager.get(address).body())
                    .contains("<caption>Members</caption>", ">Ada</a>", "name=\"contact\" value=\"" + ada);
            HttpResponse<String> several = manager.post(address, address + "/add", "by", "name", "q", "ada");
            assertThat(several.statusCode()).isEqualTo(400);
            assertThat(several.body()).contains("Several contacts match.", "aria-label=\"Add Adam\"", "value=\"ada\"");
            assertThat(manager.post(address, address + "/add", "by", "reference", "q", "9")
                            .body())
                    .contains("No contact matches.");
            assertThat(manager.post(address, address + "/add", "q", "").body())
                    .contains("Say which contact is to be added.");
            manager.post(address, address + "/add", "contact", adam);
            assertThat(manager.get(address).body()).contains(">Adam</a>");
            assertThat(manager.get(address + "/members.csv").body())
                    .startsWith("contactId,extRef,unsubscribed,embeddedData,joined\r\n" + ada + ",1,false,");

            assertThat(manager.get(address + "/remove").statusCode()).isEqualTo(400);
            String remove = address + "/remove?contact=" + ada + "&contact=" + adam;
            assertThat(manager.get(remove).body())
                    .contains("2 contacts are not on the list “News” any more, and stay in the directory.");
            assertThat(location(manager.post(remove, address + "/remove", "contact", ada, "contact", adam)))
                    .isEqualTo("303 " + address);
            assertThat(manager.get(address).body()).contains("Nobody is on the list yet.");
            assertThat(manager.get(remove).statusCode()).isEqualTo(404);

            for (int i = 10; i < 65; i++) {
                String contact = contact(one, "extRef", "r" + i, "firstName", "No " + i);
                contacts.join(new ContactsChange(Guests.TESTER, List.of(contact), list), Map.of("tier", "t" + i));
            }

            HttpResponse<String> first = manager.get(address);
            assertThat(first.body()).contains(">No 10</a>", "tier: t59").doesNotContain(">No 60</a>");
            Matcher next = NEXT.matcher(first.body());
            assertThat(next.find()).isTrue();
            assertThat(manager.get(next.group(1)).body())
                    .contains(">No 64</a>", "tier: t64")
                    .doesNotContain(">No 59</a>", "Next page");
        }
    }

    @Test
    void theLastImportThatFedAListIsNamed() throws Exception {
        DirectoryView one = directory("extRef");
        String list = list(one, "News");
        String job = "job-" + UUID.randomUUID();
        Path inbox = Files.createDirectories(home.resolve(job));
        Files.writeString(inbox.resolve("people.csv"), "ExternalDataReference,FirstName\n1,Ada\n");
        Files.writeString(home.resolve("jobs/" + job + ".yaml"), """
                kind: contact-import
                id: %s
                name: People
                source: {type: folder, folder: %s}
                files: {stable-for: 0s}
                target: {directory: %s, list: News}
                """.formatted(job, inbox, one.id()));
        String run = server.get(AutomationRuns.class)
                .run(
                        server.get(JobFiles.class).find(job).job(),
                        new Trigger.ByHand(Guests.TESTER, null, Repull.NEW_ONLY))
                .getFirst()
                .run();
        try (ConsoleClient reader = guests.with("access")) {
            assertThat(reader.get(pages(one) + "/" + list).body())
                    .contains(">" + run + "</a>", "people.csv", ">Ada</a>")
                    .contains("Change: needs the role Manage directory")
                    .doesNotContain("Remove chosen", "Rename", "/delete");
            assertThat(reader.get(pages(one)).body()).contains("This needs the role Manage directory.");
        }
    }

    @Test
    void anotherDirectorysListIsNotThereAndOnlyManagersChange() throws Exception {
        DirectoryView one = directory("extRef");
        DirectoryView other = directory("extRef");
        String list = list(one, "Secret name");
        String ada = contact(one, "extRef", "1");
        String own = list(other, "Own");
        try (ConsoleClient reader = guests.with("access");
                ConsoleClient operator = guests.with("operate");
                ConsoleClient elsewhere = guests.with("manage", List.of(other.id()))) {
            for (String path : List.of("", "/members.csv", "/delete", "/remove?contact=" + ada)) {
                String there = pages(one) + "/" + list + path;
                String crossed = pages(other) + "/" + list + path;
                assertThat(operator.get(there).statusCode()).as(path).isEqualTo(403);
                assertThat(elsewhere.get(there).statusCode()).as(path).isEqualTo(404);
                assertThat(elsewhere.get(crossed).statusCode()).as(path).isEqualTo(404);
                assertThat(elsewhere.get(crossed).body()).doesNotContain("Secret", "another directory");
            }

            for (String act : List.of("/add", "/remove", "/rename", "/delete")) {
                assertThat(reader.post("/directories", pages(one) + "/" + list + act, "contact", ada, "name", "x")
                                .statusCode())
                        .as(act)
                        .isEqualTo(403);
                assertThat(elsewhere
                                .post("/directories", pages(other) + "/" + list + act, "contact", ada, "name", "x")
                                .statusCode())
                        .as(act)
                        .isEqualTo(404);
            }

            assertThat(elsewhere
                            .post("/directories", pages(other) + "/" + own + "/add", "contact", ada)
                            .statusCode())
                    .isEqualTo(404);
            assertThat(reader.post("/directories", pages(one), "name", "x").statusCode())
                    .isEqualTo(403);
        }
    }
}
