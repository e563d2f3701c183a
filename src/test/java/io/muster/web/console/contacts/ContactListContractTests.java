package io.muster.web.console.contacts;

import static io.muster.web.console.ConsoleClient.location;
import static org.assertj.core.api.Assertions.assertThat;

import io.muster.app.ContactService;
import io.muster.app.ContactsChange;
import io.muster.app.DirectoryService;
import io.muster.app.DirectoryView;
import io.muster.app.ListService;
import io.muster.app.NewContact;
import io.muster.app.NewDirectory;
import io.muster.app.SegmentService;
import io.muster.database.TestDatabase;
import io.muster.jobs.Progress;
import io.muster.jobs.rebuild.RebuildRequest;
import io.muster.runs.SegmentRebuilds;
import io.muster.segment.SizeGuard;
import io.muster.support.Ids;
import io.muster.support.PublicId;
import io.muster.web.TestWebServer;
import io.muster.web.console.ConsoleClient;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.ZoneId;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** The list of contacts in the console: paged, filtered, searched at once or as a task, downloaded. */
class ContactListContractTests {

    @RegisterExtension
    static final TestDatabase database = new TestDatabase();

    private static final Pattern NEXT = Pattern.compile("href=\"([^\"]+)\">Next page");
    private static final String HOSTILE = "=cmd() <b>\u202eright\u202c 🙂";
    private static final long FAR = 200_000;

    @TempDir
    private static Path home;

    private static TestWebServer server;
    private static Guests guests;

    @BeforeAll
    static void start() {
        server = TestWebServer.start(database.url(), home);
        guests = new Guests(server);
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    private static DirectoryView directory(String... rules) {
        return server.get(DirectoryService.class)
                .create(new NewDirectory(
                        Guests.TESTER, "Contacts " + UUID.randomUUID(), ZoneId.of("UTC"), List.of(rules)));
    }

    private static String contact(DirectoryView directory, String... values) {
        Map<String, String> given = new LinkedHashMap<>();
        for (int i = 0; i < values.length; i += 2) {
            given.put(values[i], values[i + 1]);
        }

        return server.get(ContactService.class)
                .create(new NewContact(Guests.TESTER, directory.id(), given, null))
                .contact()
                .contactId();
    }

    /** Makes a gap in the numbers of contacts, as imports of many that were deleted since would. */
    private static void skip(DirectoryView directory, long numbers) {
        database.jdbc()
                .sql("UPDATE directory SET next_number = next_number + ? WHERE name = ?")
                .params(numbers, directory.name())
                .update();
    }

    private static String page(DirectoryView directory) {
        return "/directories/" + directory.id() + "/contacts";
    }

    @Test
    void contactsAreListedSomeAtATimeAndTheFirstLinkOpens() throws Exception {
        DirectoryView one = directory("extRef");
        try (ConsoleClient reader = guests.with("access")) {
            assertThat(reader.get(page(one)).body())
                    .contains("<h1>Contacts</h1>", "No contacts yet.", "Search by", "Search for")
                    .contains("<span>Add contacts</span> <small>needs the role Manage directory</small>")
                    .doesNotContain("/contacts/new\"", "/imports/new")
                    .contains("by reference are looked up at once", "Searches by email, phone and name read all");
            for (int i = 0; i < 60; i++) {
                contact(one, "extRef", "r" + i, "firstName", "Ada", "lastName", "No " + i);
            }

            HttpResponse<String> first = reader.get(page(one));
            assertThat(first.body())
                    .contains("<caption>Contacts</caption>", ">Ada No 0</a>", ">Ada No 49</a>")
                    .doesNotContain(">Ada No 50</a>");
            Matcher next = NEXT.matcher(first.body());
            assertThat(next.find()).isTrue();
            assertThat(reader.get(next.group(1).replace("&amp;", "&")).body())
                    .contains(">Ada No 50</a>", ">Ada No 59</a>", ">First page</a>")
                    .doesNotContain(">Ada No 49</a>", "Next page");
        }
    }

    @Test
    void whatARuleIsOfIsLookedUpAndTheRestIsRead() throws Exception {
        DirectoryView one = directory("extRef", "email");
        String ada =
                contact(one, "extRef", "4711", "email", "Ada@Example.org", "firstName", "Ada", "phone", "+4930123456");
        contact(one, "extRef", "4712", "email", "eve@example.org", "lastName", "Ng");
        try (ConsoleClient reader = guests.with("access")) {
            for (String asked : List.of(
                    "by=email&q=ada@EXAMPLE.ORG",
                    "by=reference&q=4711",
                    "by=phone&q=%2B49+30+123456",
                    "by=name&q=aDa")) {
                assertThat(reader.get(page(one) + "?" + asked).body())
                        .as(asked)
                        .contains("contacts/" + ada + "\"")
                        .doesNotContain("eve@example.org", "Search all contacts");
            }

            assertThat(reader.get(page(one) + "?by=name&q=zoe").body())
                    .contains("No contact matches.", "Every word has to be part of the first or the last name")
                    .contains("value=\"zoe\"", ">Clear</a>");
            HttpResponse<String> wrong = reader.get(page(one) + "?by=phone&q=nonsense");
            assertThat(wrong.statusCode()).isEqualTo(400);
            assertThat(wrong.body()).contains("href=\"#q\"", "Cannot search for that phone number", "aria-invalid");
        }
    }

    @Test
    void listsNarrowWhatIsShown() throws Exception {
        DirectoryView one = directory("extRef");
        String ada = contact(one, "extRef", "1", "firstName", "Ada");
        contact(one, "extRef", "2", "firstName", "Adam");
        String list = server.get(ListService.class)
                .create(Guests.TESTER, one.id(), "News <i>letter</i>")
                .id();
        server.get(ContactService.class).join(new ContactsChange(Guests.TESTER, List.of(ada), list), Map.of());
        try (ConsoleClient reader = guests.with("access")) {
            for (String asked : List.of("", "&by=name&q=ada", "&by=reference&q=1")) {
                assertThat(reader.get(page(one) + "?list=" + list + asked).body())
                        .as(asked)
                        .contains("News &lt;i&gt;letter&lt;/i&gt;", ">Ada</a>")
                        .doesNotContain(">Adam</a>", "<i>letter");
            }

            assertThat(reader.get(page(one) + "/exact.csv?list=" + list).body())
                    .contains(ada)
                    .doesNotContain("Adam");
            String other = server.get(ListService.class)
                    .create(Guests.TESTER, directory().id(), "Other")
                    .id();
            for (String gone : List.of(other, database.ids().list(999_999))) {
                HttpResponse<String> refused = reader.get(page(one) + "?list=" + gone);
                assertThat(refused.statusCode()).isEqualTo(404);
                assertThat(refused.body())
                        .contains("the directory has no list of that id")
                        .doesNotContain("another directory");
            }

            assertThat(reader.get(page(one) + "?segment=SG_000000000000000").statusCode())
                    .isEqualTo(404);
        }
    }

    @Test
    void segmentsNarrowWhatIsShownAndTheirMembersSaySo() throws Exception {
        DirectoryView one = directory("extRef");
        String segment = server.get(SegmentService.class)
                .create(Guests.TESTER, one.id(), "Gold <i>ones</i>", "{embedded: tier, is: gold}", SizeGuard.usual())
                .id();
        String list = server.get(ListService.class)
                .create(Guests.TESTER, one.id(), "News")
                .id();
        String ada = contact(one, "extRef", "1", "firstName", "Ada", "embedded.tier", "gold");
        String bob = contact(one, "extRef", "2", "firstName", "Bob", "embedded.tier", "gold");
        contact(one, "extRef", "3", "firstName", "Adam");
        for (int i = 0; i < 60; i++) {
            contact(one, "extRef", "g" + i, "firstName", "Gus " + i, "embedded.tier", "gold");
        }

        server.get(ContactService.class).join(new ContactsChange(Guests.TESTER, List.of(ada), list), Map.of());
        try (ConsoleClient reader = guests.with("access")) {
            assertThat(reader.get(page(one) + "?segment=" + segment).body()).contains("No contact matches.");
            var ignored = server.get(SegmentRebuilds.class)
                    .rebuild(RebuildRequest.full(number(one), "tester"), Guests.TESTER, Progress.NONE);
            HttpResponse<String> first = reader.get(page(one) + "?segment=" + segment);
            assertThat(first.body())
                    .contains(">Ada</a>", ">Gus 47</a>", "Gold &lt;i&gt;ones&lt;/i&gt;")
                    .doesNotContain(">Adam</a>", ">Gus 48</a>");
            Matcher next = NEXT.matcher(first.body());
            assertThat(next.find()).isTrue();
            assertThat(reader.get(next.group(1).replace("&amp;", "&")).body())
                    .contains(">Gus 48</a>", ">Gus 59</a>")
                    .doesNotContain("Next page", ">Gus 47</a>");
            assertThat(reader.get(page(one) + "?by=name&q=ada&segment=" + segment)
                            .body())
                    .contains(">Ada</a>")
                    .doesNotContain(">Adam</a>");
            assertThat(reader.get(page(one) + "?list=" + list + "&segment=" + segment)
                            .body())
                    .contains(">Ada</a>")
                    .doesNotContain(">Bob</a>");
            String csv = reader.get(page(one) + "/exact.csv?segment=" + segment).body();
            assertThat(csv.lines()).hasSize(63);
            assertThat(csv).contains(ada, bob).doesNotContain("Adam");
            assertThat(reader.get(page(one) + "/exact.csv?list=" + list + "&segment=" + segment)
                            .body()
                            .lines())
                    .hasSize(2);
            assertThat(reader.get(page(one) + "/" + ada).body())
                    .contains(">Gold &lt;i&gt;ones&lt;/i&gt;</a>", "segment Gold &lt;i&gt;ones&lt;/i&gt; joined")
                    .containsPattern("</a>\\s*<small class=\"muted\">since <time");
        }
    }

    private static int number(DirectoryView directory) {
        return (int)
                server.get(Ids.class).read(PublicId.DIRECTORY, directory.id()).orElseThrow();
    }

    @Test
    void aSearchThatReadsManySaysSoAndGoesOnAsATask() throws Exception {
        DirectoryView one = directory("extRef");
        String early = contact(one, "extRef", "1", "firstName", "Ada");
        for (int i = 0; i < 4; i++) {
            skip(one, FAR);
            contact(one, "extRef", "x" + i, "firstName", "Bob");
        }

        String late = contact(one, "extRef", "9", "firstName", "Ada", "lastName", "Late");
        try (ConsoleClient reader = guests.with("access");
                ConsoleClient other = guests.with("access")) {
            String asked = page(one) + "?by=name&q=ada";
            assertThat(reader.get(asked).body())
                    .contains(early, "not all were read yet. Reading all of about 6 takes about", "Search all contacts")
                    .doesNotContain(late);
            assertThat(reader.send(page(one) + "/searches", new String[] {"by", "name", "q", "ada"})
                            .statusCode())
                    .isEqualTo(403);

            String task = location(reader.post(asked, page(one) + "/searches", "by", "name", "q", "ada"));
            assertThat(task).matches("303 " + page(one) + "/searches/[A-Za-z0-9]{16}");
            String address = task.substring(4);
            assertThat(reader.get(address).body())
                    .contains("<h1>Search for contacts</h1>", "Name “ada”", early, "aria-label=\"Search status\"");
            Awaitility.await()
                    .until(() -> reader.get(address + "/live", "X-Muster-Part", "1")
                            .body()
                            .contains("data-over=\"true\""));
            assertThat(other.get(address).body())
                    .contains(">completed</span>", "6 contacts read.", "2 found.", early, late)
                    .doesNotContain(">Stop</button>");
            assertThat(reader.get(address + "/exact.csv").body()).contains(early, late);
            assertThat(reader.get(page(directory()) + address.substring(address.indexOf("/searches")))
                            .statusCode())
                    .isEqualTo(404);
            assertThat(reader.post(asked, page(one) + "/searches", "by", "name", "q", " ")
                            .statusCode())
                    .isEqualTo(400);
        }
    }

    @Test
    void aSearchIsStoppedAndGoneOnWith() throws Exception {
        DirectoryView one = directory("extRef");
        contact(one, "extRef", "1", "firstName", "Ada");
        try (ConsoleClient reader = guests.with("access")) {
            String id = UUID.randomUUID().toString().replace("-", "").substring(0, 16);
            // As a server leaves it that is gone.
            database.jdbc()
                    .sql("INSERT INTO contact_search (id, directory_id, actor, question, state, read_to, read_contacts,"
                            + " found, started_at, beat_at) VALUES (?, ?, 'lena', ?, 'RUNNING', 0, 0, ?, ?, ?)")
                    .params(
                            id,
                            number(one),
                            "{\"by\":\"NAME\",\"text\":\"ada\",\"list\":null,\"segment\":null}",
                            new byte[8],
                            System.currentTimeMillis(),
                            System.currentTimeMillis() - 60_000)
                    .update();
            String address = page(one) + "/searches/" + id;
            assertThat(reader.get(address).body()).contains(">cut off</span>", ">Go on</button>", "0 found.");

            assertThat(location(reader.post(address, address + "/stop"))).isEqualTo("303 " + address);
            assertThat(reader.get(address).body()).contains(">stopped</span>", ">Go on</button>");
            assertThat(location(reader.post(address, address + "/resume"))).isEqualTo("303 " + address);
            Awaitility.await().until(() -> reader.get(address).body().contains("1 found."));
        }
    }

    @Test
    void downloadsAreExactOrMadeForASpreadsheet() throws Exception {
        DirectoryView one = directory("extRef");
        contact(one, "extRef", "-1", "firstName", HOSTILE, "embedded.=plan", "+x");
        try (ConsoleClient reader = guests.with("access")) {
            assertThat(reader.get(page(one)).body())
                    .contains("=cmd() &lt;b&gt;\u202eright\u202c 🙂</a>", "exact.csv", "spreadsheet.csv");
            HttpResponse<String> exact = reader.get(page(one) + "/exact.csv");
            assertThat(exact.headers().firstValue("Content-Disposition"))
                    .hasValue("attachment; filename=\"contacts.csv\"");
            assertThat(exact.body())
                    .startsWith("contactId,firstName,lastName,email,phone,extRef,language,unsubscribed,=plan,")
                    .contains("," + HOSTILE + ",", ",-1,", ",+x,");
            HttpResponse<String> sheet = reader.get(page(one) + "/spreadsheet.csv?by=reference&q=-1");
            assertThat(sheet.body().getBytes(StandardCharsets.UTF_8)).startsWith(0xEF, 0xBB, 0xBF);
            assertThat(sheet.body())
                    .contains(",'=plan,", ",'" + HOSTILE + ",", ",'-1,", ",'+x,")
                    .doesNotContainPattern("[,\n][=+@-]");
            assertThat(reader.get(page(one) + "/nonsense.csv").statusCode()).isEqualTo(404);
        }
    }

    @Test
    void contactsAreForThoseWhoMaySeeThem() throws Exception {
        DirectoryView one = directory("extRef");
        contact(one, "extRef", "secret");
        try (ConsoleClient operator = guests.with("operate");
                ConsoleClient elsewhere =
                        guests.with("manage", List.of(directory().id()))) {
            for (String path : List.of("", "/exact.csv", "/searches/0123456789abcdef")) {
                assertThat(operator.get(page(one) + path).statusCode()).as(path).isEqualTo(403);
                assertThat(elsewhere.get(page(one) + path).statusCode())
                        .as(path)
                        .isEqualTo(404);
            }

            assertThat(elsewhere
                            .post("/directories", page(one) + "/searches", "q", "x")
                            .statusCode())
                    .isEqualTo(404);
            assertThat(operator.post("/overview", page(one) + "/searches", "q", "x")
                            .statusCode())
                    .isEqualTo(403);
        }
    }
}
