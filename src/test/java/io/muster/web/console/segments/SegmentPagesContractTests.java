package io.muster.web.console.segments;

import static io.muster.web.console.ConsoleClient.location;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.muster.app.ContactService;
import io.muster.app.NewContact;
import io.muster.app.SegmentRef;
import io.muster.app.SegmentService;
import io.muster.app.SegmentView;
import io.muster.app.UserService;
import io.muster.database.TestDatabase;
import io.muster.dedup.DirectoryFixture;
import io.muster.directory.Actor;
import io.muster.segment.SizeGuard;
import io.muster.web.TestWebServer;
import io.muster.web.console.ConsoleClient;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** Segments in the console: the list, one of them, what is done with it, and how its condition is written. */
class SegmentPagesContractTests {

    @RegisterExtension
    static final TestDatabase database = new TestDatabase();

    private static final String PASSWORD = "a horse in the rain";
    private static final Actor TESTER = Actor.commandLine("tester");
    private static final String GOLD = "{embedded: tier, is: gold}";
    private static final String HOSTILE = "<img src=x onerror=alert(1)> \u202eback\u202c " + "w".repeat(200);

    @TempDir
    private static Path home;

    private static TestWebServer server;
    private static ConsoleClient lena;
    private static ConsoleClient tom;

    private String pool;
    private String address;

    @BeforeAll
    static void start() throws Exception {
        server = TestWebServer.start(database.url(), home);
        lena = signedIn(List.of(), "manage");
        tom = signedIn(List.of(), "access");
    }

    @AfterAll
    static void stop() {
        lena.close();
        tom.close();
        server.close();
    }

    @BeforeEach
    void directory() {
        pool = database.ids()
                .directory(DirectoryFixture.create(database.jdbc(), "extRef").id());
        address = "/directories/" + pool + "/segments";
    }

    private static ConsoleClient signedIn(List<String> directories, String... roles) throws Exception {
        String name = "user-" + UUID.randomUUID();
        server.get(UserService.class).create(TESTER, name, List.of(roles), directories, PASSWORD);
        ConsoleClient client = new ConsoleClient(server);
        assertThat(location(client.signIn(name, PASSWORD))).isEqualTo("303 /overview");
        return client;
    }

    private static SegmentService segments() {
        return server.get(SegmentService.class);
    }

    private String contact(String reference, String tier) {
        return server.get(ContactService.class)
                .create(new NewContact(
                        TESTER,
                        pool,
                        Map.of(
                                "extRef",
                                reference,
                                "firstName",
                                "Eve",
                                "lastName",
                                "No " + reference,
                                "embedded.tier",
                                tier),
                        null))
                .contact()
                .contactId();
    }

    private SegmentView segment(String name, String condition) {
        return segments().create(TESTER, pool, name, condition, new SizeGuard(0.5, 0));
    }

    private static SegmentView now(SegmentView segment) {
        return segments().show(new SegmentRef(segment.id(), null)).segment();
    }

    private String page(SegmentView segment) {
        return address + "/" + segment.id();
    }

    /** Presses the button and waits for what comes of it. */
    private void rebuild(SegmentView segment) throws Exception {
        assertThat(location(lena.post(page(segment), page(segment) + "/rebuild")))
                .isEqualTo("303 " + page(segment));
        await().atMost(Duration.ofSeconds(30))
                .until(() -> lena.get(page(segment) + "/live").body().contains("data-over=\"true\""));
    }

    private static String body(ConsoleClient client, String path) throws Exception {
        HttpResponse<String> page = client.get(path);
        assertThat(page.statusCode()).as(path).isEqualTo(200);
        return page.body();
    }

    @Test
    void aDirectoryWithoutSegmentsOffersThreeToBeginWith() throws Exception {
        String page = body(lena, address);
        assertThat(page)
                .contains(
                        "<h1>Segments</h1>", "No segments yet.", "/new?example=0", "/new?example=2", ">New segment</a>")
                .doesNotContain("<table", "Rebuild all");
        assertThat(body(tom, address))
                .contains("needs the role Manage directory")
                .doesNotContain("/new");
        assertThat(body(lena, address + "/new?example=1"))
                .contains("<h1>New segment</h1>", "value=\"New contacts\"", "{field: created, withinLast: 30d}");
    }

    @Test
    void aSegmentIsWrittenAsYamlWithoutScriptsAndRebuilt() throws Exception {
        String eve = contact("1", "gold");
        contact("2", "silver");
        HttpResponse<String> made = lena.post(
                address + "/new", address + "/new", "name", "Gold", "yaml", GOLD, "share", "50", "over", "20");
        assertThat(location(made)).startsWith("303 " + address + "/SG_");
        String own = location(made).substring(4);
        assertThat(body(lena, own))
                .contains(
                        "<h1>Gold</h1>",
                        "aria-label=\"Members\">not rebuilt yet<",
                        "“tier” is “gold”",
                        ">Rebuild now</button>")
                .contains("a change of more than 50 % and more than 20 members is held")
                .doesNotContain("Export members");
        assertThat(lena.get(own + "/members/exact.csv").statusCode()).isEqualTo(409);

        rebuild(now(segments().list(pool, null, 1).items().getFirst()));
        String page = body(lena, own);
        assertThat(page)
                .contains("aria-label=\"Members\">1<", "1 members now; 1 joined and 0 left")
                .contains("data-part=\"" + own + "/sample\"", "href=\"" + own + "/sample\"");
        assertThat(lena.get(own + "/sample", "X-Muster-Part", "1").body())
                .contains("Some members", "Eve No 1")
                .contains("href=\"/directories/" + pool + "/contacts/" + eve + "\"");
        assertThat(location(lena.get(own + "/sample"))).isEqualTo("303 " + own + "/members");
        assertThat(body(lena, address))
                .contains("<caption>Segments</caption>", ">Gold</a>", "<td class=\"number\">1</td>", "<td>+1 −0</td>");
        assertThat(body(lena, own + "/members/exact.csv")).endsWith("contactId,extRef\r\n" + eve + ",1\r\n");
        assertThat(body(lena, own + "/members")).contains("Eve No 1", ">" + eve + "</a>");
        assertThat(body(lena, own + "/reach"))
                .containsPattern("With a reference</th><td class=\"number\">1</td>")
                .containsPattern("May be sent a message now</th><td class=\"number\">1</td>");
        assertThat(body(lena, own + "/explain?contact=" + eve))
                .contains("The condition holds now, and the contact is a member.", "(the contact has");
        assertThat(lena.get(own + "/explain?contact=CID_nonsense").statusCode()).isEqualTo(400);
        String elsewhere = server.get(ContactService.class)
                .create(new NewContact(
                        TESTER,
                        database.ids()
                                .directory(DirectoryFixture.create(database.jdbc(), "extRef")
                                        .id()),
                        Map.of("extRef", "1"),
                        null))
                .contact()
                .contactId();
        assertThat(lena.get(own + "/explain?contact=" + elsewhere).body())
                .contains("Cannot find the contact " + elsewhere + ": there is none of that id.")
                .doesNotContain("another directory");
    }

    @Test
    void aWrongFormKeepsWhatWasWrittenAndSaysWhatIsWrong() throws Exception {
        HttpResponse<String> wrong = lena.post(
                address + "/new",
                address + "/new",
                "name",
                " ",
                "yaml",
                "{embedded: tier, has: gold}",
                "share",
                "x",
                "over",
                "1");
        assertThat(wrong.statusCode()).isEqualTo(400);
        assertThat(wrong.body())
                .contains(
                        "There are",
                        "href=\"#name\"",
                        "href=\"#yaml\"",
                        "href=\"#share\"",
                        "{embedded: tier, has: gold}</textarea>")
                .contains("has no operator. Write one of", "aria-invalid=\"true\"");

        SegmentView gold = segment("Gold", GOLD);
        HttpResponse<String> taken =
                lena.post(address + "/new", address + "/new", "name", "Gold", "yaml", GOLD, "share", "", "over", "0");
        assertThat(taken.statusCode()).isEqualTo(400);
        assertThat(taken.body()).contains("the directory has a segment of that name");

        HttpResponse<String> circle = lena.post(
                page(gold) + "/edit",
                page(gold) + "/edit",
                "name",
                "Gold",
                "revision",
                "1",
                "share",
                "",
                "over",
                "0",
                "yaml",
                "{segment: " + gold.id() + ", is: member}");
        assertThat(circle.statusCode()).isEqualTo(400);
        assertThat(circle.body()).contains("it would use itself: &#39;Gold&#39;");
    }

    @Test
    void aChangeOfWhatSomebodyElseChangedMeanwhileIsNotLost() throws Exception {
        SegmentView gold = segment("Gold", GOLD);
        String[] fields = {
            "name", "Gold", "revision", "1", "share", "", "over", "0", "yaml", "{embedded: tier, is: platinum}"
        };
        assertThat(location(lena.post(page(gold) + "/edit", page(gold) + "/edit", fields)))
                .isEqualTo("303 " + page(gold));
        HttpResponse<String> late = lena.post(page(gold) + "/edit", page(gold) + "/edit", fields);
        assertThat(late.statusCode()).isEqualTo(409);
        assertThat(late.body()).contains("was changed meanwhile by", "name=\"revision\" value=\"2\"");
        assertThat(body(lena, page(gold))).contains("Put revision 1 back");
        assertThat(body(lena, page(gold) + "/edit?revision=1")).contains("{embedded: tier, is: gold}");
    }

    @Test
    void aChangeIsSavedWholeOrNotAtAll() throws Exception {
        SegmentView gold = segment("Gold", GOLD);
        segment("Silver", GOLD);
        String edit = page(gold) + "/edit";
        String[] fields = {
            "name", "Silver", "revision", "1", "share", "", "over", "0", "yaml", "{embedded: tier, is: platinum}"
        };
        HttpResponse<String> taken = lena.post(edit, edit, fields);
        assertThat(taken.statusCode()).isEqualTo(400);
        assertThat(taken.body()).contains("href=\"#name\"", "name=\"revision\" value=\"1\"");
        assertThat(body(lena, page(gold))).contains("“tier” is “gold”").doesNotContain("platinum");
        fields[1] = "Platinum";
        assertThat(location(lena.post(edit, edit, fields))).isEqualTo("303 " + page(gold));
        assertThat(body(lena, page(gold))).contains("<h1>Platinum</h1>", "platinum");
    }

    @Test
    void whatIsHeldIsOnTopAndIsPublishedOrDiscarded() throws Exception {
        contact("1", "gold");
        contact("2", "gold");
        SegmentView gold = segment("Gold", GOLD);
        rebuild(gold);
        for (int i = 3; i < 9; i++) {
            contact(Integer.toString(i), "gold");
        }

        rebuild(gold);
        assertThat(now(gold).members()).isEqualTo(2);
        assertThat(body(lena, address)).contains("2 → 8 members (+300 %)", "Publish Gold", "Discard Gold");
        assertThat(body(tom, address)).contains("2 → 8 members").doesNotContain("/publish");
        String question = body(lena, page(gold) + "/discard");
        assertThat(question)
                .contains("What will happen", "Readers go on seeing 2 members", "with 8 members, is given up for good");
        String version = String.valueOf(now(gold).heldVersion());
        assertThat(location(lena.post(page(gold) + "/discard", page(gold) + "/discard", "version", version)))
                .isEqualTo("303 " + page(gold));
        assertThat(now(gold).heldVersion()).isNull();
        assertThat(location(lena.post(page(gold), page(gold) + "/discard", "version", version)))
                .isEqualTo("303 " + page(gold));
        assertThat(lena.get(page(gold) + "/publish").statusCode()).isEqualTo(409);

        rebuild(gold);
        assertThat(lena.post(page(gold), page(gold) + "/publish", "version", version)
                        .statusCode())
                .isEqualTo(409);
        assertThat(body(lena, page(gold) + "/publish")).contains("2 → 8 members (+300 %)");
        String later = String.valueOf(now(gold).heldVersion());
        assertThat(location(lena.post(page(gold), page(gold) + "/publish", "version", later)))
                .isEqualTo("303 " + page(gold));
        assertThat(now(gold).members()).isEqualTo(8);

        assertThat(body(lena, page(gold) + "/rollback"))
                .contains("with 2 members instead of 8", "6 who joined leave again, and 0 who left are back");
        assertThat(location(lena.post(page(gold), page(gold) + "/rollback", "version", later)))
                .isEqualTo("303 " + page(gold));
        assertThat(now(gold).members()).isEqualTo(2);
        assertThat(body(lena, page(gold))).contains("It was taken back.", "Publish again", "segment discard");
    }

    @Test
    void whatIsHeldBecauseOfAnotherSegmentGoesWithIt() throws Exception {
        contact("1", "gold");
        SegmentView gold = segment("Gold", GOLD);
        SegmentView user = segments()
                .create(TESTER, pool, "User", "{segment: " + gold.id() + ", is: member}", new SizeGuard(null, 0));
        assertThat(location(lena.post(address, address + "/rebuild"))).isEqualTo("303 " + address);
        await().atMost(Duration.ofSeconds(30)).until(() -> now(user).members() != null);
        contact("2", "gold");
        contact("3", "gold");
        assertThat(location(lena.post(address, address + "/rebuild"))).isEqualTo("303 " + address);
        await().atMost(Duration.ofSeconds(30)).until(() -> now(user).heldVersion() != null);

        String held = "Also held: User. Those that are held only because they use this segment are ";
        assertThat(body(lena, page(gold) + "/publish")).contains(held + "published as well.");
        assertThat(body(lena, page(gold) + "/discard")).contains(held + "given up as well.");
        HttpResponse<String> first = lena.get(page(user) + "/publish");
        assertThat(first.statusCode()).isEqualTo(409);
        assertThat(first.body()).contains("which is held as well. Publish that one first.");
        String version = String.valueOf(now(gold).heldVersion());
        assertThat(location(lena.post(page(gold), page(gold) + "/publish", "version", version)))
                .isEqualTo("303 " + page(gold));
        assertThat(now(user).heldVersion()).isNull();
        assertThat(now(user).members()).isEqualTo(3);
    }

    @Test
    void whatIsUsedIsNotDeletedAndSaysByWhat() throws Exception {
        SegmentView gold = segment("Gold", GOLD);
        SegmentView both = segment("Both", "{segment: " + gold.id() + ", is: member}");
        assertThat(body(lena, page(gold))).contains("Segment Both", "is refused while it is used");
        HttpResponse<String> refused = lena.get(page(gold) + "/delete");
        assertThat(refused.statusCode()).isEqualTo(409);
        assertThat(refused.body()).contains("&#39;Both&#39; (" + both.id() + ") uses it.");
        assertThat(body(lena, page(both) + "/delete")).contains("The segment is deleted.", "The contacts stay.");
        assertThat(location(lena.post(page(both) + "/delete", page(both) + "/delete", "version", "1")))
                .isEqualTo("303 " + address);
        assertThat(lena.get(page(both)).statusCode()).isEqualTo(404);
        assertThat(body(lena, page(gold))).contains(">Delete</a>");
    }

    @Test
    void allAreRebuiltAndDownloaded() throws Exception {
        contact("1", "gold");
        SegmentView gold = segment("=Gold", GOLD);
        assertThat(location(lena.post(address, address + "/rebuild"))).isEqualTo("303 " + address);
        await().atMost(Duration.ofSeconds(30)).until(() -> now(gold).members() != null);
        assertThat(body(lena, address + "/exact.csv"))
                .contains("segment,name,members,asOf,joined,left,lastRebuild,heldMembers,usedBy\r\n")
                .contains(gold.id() + ",=Gold,1,");
        assertThat(body(lena, address + "/spreadsheet.csv")).contains(gold.id() + ",'=Gold,1,");
    }

    @Test
    void theFormIsCountedAsOneWrites() throws Exception {
        contact("1", "gold");
        contact("2", "silver");
        SegmentView gold = segment("Gold", GOLD);
        String form = """
                {"match":"all","parts":[{"subject":"segment","name":"%s","operator":"is"},
                {"match":"any","parts":[{"subject":"embedded","name":"tier","operator":"is","values":["gold"]}]}]}
                """.formatted(gold.id());
        String token = lena.token(address + "/new");
        HttpResponse<String> tried =
                lena.send(address + "/try", new String[] {"form", form, "page", "p"}, "_csrf", token);
        assertThat(tried.statusCode()).isEqualTo(200);
        assertThat(tried.body())
                .contains("\"problems\":[]", "is in the segment “Gold”, and “tier” is “gold”")
                .contains("\"count\":\"1\",\"of\":\"of 2 contacts\"", "\"exact\":true");
        assertThat(lena.send(address + "/try", new String[] {"form", form, "exact", "true"}, "_csrf", token)
                        .body())
                .contains("\"count\":\"1\"");
        assertThat(lena.send(
                                address + "/try",
                                new String[] {"form", "{\"match\":\"all\",\"parts\":[{\"subject\":\"embedded\"}]}"},
                                "_csrf",
                                token)
                        .body())
                .contains("\"path\":\"all[0].embedded\"", "is blank")
                .doesNotContain("count");
        assertThat(lena.send(address + "/read", new String[] {"yaml", "all:\n  - " + GOLD}, "_csrf", token)
                        .body())
                .contains(
                        "{\"form\":{\"match\":\"all\",\"parts\":[{\"subject\":\"embedded\",\"name\":\"tier\",\"operator\":\"is\",\"values\":[\"gold\"]}]}");
        assertThat(lena.send(address + "/read", new String[] {"yaml", "all: []"}, "_csrf", token)
                        .body())
                .contains("is an empty group");
        assertThat(body(lena, address + "/choices"))
                .contains(
                        "\"name\":\"tier\",\"values\":[\"gold\",\"silver\"]",
                        "\"id\":\"isNot\"",
                        "\"thank-you\"",
                        gold.id());
        String eve = contact("3", "gold");
        assertThat(lena.send(address + "/explain", new String[] {"form", form, "contact", eve}, "_csrf", token)
                        .body())
                .contains("The condition holds for the contact.", "\"holds\":true");
        assertThat(lena.send(address + "/explain", new String[] {"form", form, "contact", "CID_x"}, "_csrf", token)
                        .body())
                .contains("\"refused\"");

        HttpResponse<String> saved = lena.post(
                address + "/new",
                address + "/new",
                "name",
                "Both",
                "form",
                form,
                "yaml",
                "",
                "share",
                "50",
                "over",
                "20");
        assertThat(location(saved)).startsWith("303 " + address + "/SG_");
        HttpResponse<String> deep = lena.post(
                address + "/new", address + "/new", "name", "Deep", "form", "{\"match\":", "share", "50", "over", "20");
        assertThat(deep.statusCode()).isEqualTo(400);
        assertThat(deep.body()).contains("The form cannot be read.");
    }

    @Test
    void whoMayOnlyLookChangesNothing() throws Exception {
        SegmentView gold = segment("Gold", GOLD);
        assertThat(body(tom, page(gold)))
                .contains("needs the role Manage directory")
                .doesNotContain(">Rebuild now</button>", "/edit\"", "/delete\"");
        for (String path : List.of("/new", "/choices", "/" + gold.id() + "/edit", "/" + gold.id() + "/delete")) {
            assertThat(tom.get(address + path).statusCode()).as(path).isEqualTo(403);
        }

        for (String path : List.of("/rebuild", "/new", "/try", "/read", "/" + gold.id() + "/rebuild")) {
            assertThat(tom.post(address, address + path, "name", "x").statusCode())
                    .as(path)
                    .isEqualTo(403);
        }

        assertThat(lena.send(page(gold) + "/rebuild", new String[] {}).statusCode())
                .isEqualTo(403);
        try (ConsoleClient stranger = signedIn(
                List.of(database.ids()
                        .directory(DirectoryFixture.create(database.jdbc(), "extRef")
                                .id())),
                "manage")) {
            for (String path : List.of("", "/live", "/reach", "/sample", "/members", "/members/exact.csv")) {
                assertThat(stranger.get(page(gold) + path, "X-Muster-Part", "1").statusCode())
                        .as(path)
                        .isEqualTo(404);
            }

            assertThat(stranger.get(address).statusCode()).isEqualTo(404);
        }

        try (ConsoleClient operator = signedIn(List.of(), "operate")) {
            assertThat(operator.get(page(gold) + "/sample", "X-Muster-Part", "1")
                            .statusCode())
                    .isEqualTo(403);
        }

        String other = "/directories/"
                + database.ids()
                        .directory(DirectoryFixture.create(database.jdbc(), "extRef")
                                .id()) + "/segments/";
        assertThat(lena.get(other + gold.id()).statusCode()).isEqualTo(404);
        assertThat(lena.get(address + "/SG_000000000000000").statusCode()).isEqualTo(404);
    }

    @Test
    void whatPeopleWroteNeverBecomesMarkup() throws Exception {
        contact("1", HOSTILE);
        SegmentView odd = segment(HOSTILE, "{embedded: \"<b>tier</b>\", contains: \"<script>alert(1)</script>\"}");
        segment("User", "{segment: " + odd.id() + ", is: member}");
        rebuild(odd);
        for (String path : List.of(
                address,
                page(odd),
                page(odd) + "/edit",
                page(odd) + "/explain",
                page(odd) + "/reach",
                page(odd) + "/members")) {
            assertThat(body(lena, path))
                    .as(path)
                    .contains("&lt;img src=x")
                    .doesNotContain("<img", "<b>tier", "<script>alert");
        }
    }
}
