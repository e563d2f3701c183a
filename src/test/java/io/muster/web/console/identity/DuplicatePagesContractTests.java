package io.muster.web.console.identity;

import static io.muster.dedup.DirectoryFixture.change;
import static io.muster.dedup.DirectoryFixture.record;
import static io.muster.web.console.ConsoleClient.location;
import static org.assertj.core.api.Assertions.assertThat;

import io.muster.app.UserService;
import io.muster.database.TestDatabase;
import io.muster.dedup.ContactEdits;
import io.muster.dedup.DirectoryFixture;
import io.muster.dedup.EditResult.Created;
import io.muster.dedup.merge.Rekey;
import io.muster.dedup.rules.IdentityRule.State;
import io.muster.directory.Actor;
import io.muster.directory.OptOut;
import io.muster.web.TestWebServer;
import io.muster.web.console.ConsoleClient;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** Possible duplicates in the console: found, looked at side by side, merged, kept apart, and taken back. */
class DuplicatePagesContractTests {

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
        directory = DirectoryFixture.create(database.jdbc(), "extRef", "email");
    }

    private String pool() {
        return database.ids().directory(directory.id());
    }

    private String path(String rest) {
        return "/directories/" + pool() + rest;
    }

    /** A contact that no other one is taken for: it is made without values, and changed. */
    private long contact(String... values) {
        ContactEdits edits = server.get(ContactEdits.class);
        long number = ((Created) edits.create(
                        directory.id(),
                        record("embedded.made", UUID.randomUUID().toString())))
                .number();
        List<String> all = new ArrayList<>(List.of(values));
        all.addAll(List.of("embedded.made", "here"));
        edits.update(directory.id(), number, change(all.toArray(String[]::new)));
        return number;
    }

    private String id(long number) {
        return database.ids().contact(directory.id(), number);
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

    /** The hidden fields of the form that is sent to an address, but for its token. */
    private static String[] fields(String page, String address) {
        int start = page.indexOf("action=\"" + address + "\"");
        assertThat(start).as("form to %s", address).isPositive();
        String form = page.substring(start, page.indexOf("</form>", start));
        List<String> fields = new ArrayList<>();
        Matcher matcher = FIELD.matcher(form);
        while (matcher.find()) {
            if (!matcher.group(1).equals("_csrf")) {
                fields.addAll(List.of(matcher.group(1), matcher.group(2).replace("&quot;", "\"")));
            }
        }

        return fields.toArray(String[]::new);
    }

    /** Sends the form of a page to an address. */
    private static HttpResponse<String> send(ConsoleClient client, String page, String address) throws Exception {
        return client.post(page, address, fields(client.get(page).body(), address));
    }

    @Test
    void withoutDuplicatesThePageSaysWhatWasComparedAndWithoutRulesThatNothingIs() throws Exception {
        contact("extRef", "1", "email", "a@example.org");
        try (ConsoleClient client = signedIn(List.of(), "access")) {
            assertThat(client.get(path("/duplicates")).body())
                    .contains("<h1>Possible duplicates</h1>", "No possible duplicates: no two contacts share a key")
                    .doesNotContain("<caption>");
            directory = DirectoryFixture.create(database.jdbc());
            assertThat(client.get(path("/duplicates")).body())
                    .contains("the directory has no identity rules", "nothing says when two contacts are the same");
            assertThat(client.get(path("/merges")).body()).contains("<h1>Merges</h1>", "No merges yet.");
            assertThat(client.get(path("/duplicates/apart")).body()).contains("<h1>Kept apart</h1>", "None.");
        }
    }

    @Test
    void theListHasTheSharedValueTheContactsAndAWayToReview() throws Exception {
        long first = contact("extRef", "1", "email", "a@example.org", "firstName", "Ada");
        contact("extRef", "2", "email", "A@example.org");
        try (ConsoleClient client = signedIn(List.of(), "access")) {
            String page = client.get(path("/duplicates")).body();

            assertThat(page)
                    .contains("<caption>Possible duplicates</caption>")
                    .contains("title=\"a@example.org\">a@example.org</span> <small class=\"muted\">email</small>")
                    .contains("<td class=\"number\">2</td>")
                    .contains("href=\"" + path("/duplicates/" + id(first)) + "\">Review</a>")
                    .contains(">Ada</a>")
                    .contains("<span>Merge all shown</span> <small>needs the role Manage directory</small>");
        }
    }

    @Test
    void longListsGoOnByTheirKeysAndEveryGroupIsThereOnce() throws Exception {
        for (int i = 0; i < 30; i++) {
            contact("extRef", "a" + i, "email", "user" + i + "@example.org");
            contact("extRef", "b" + i, "email", "user" + i + "@example.org");
        }

        try (ConsoleClient client = manager()) {
            String first = client.get(path("/duplicates")).body();
            Matcher next = Pattern.compile("<a href=\"([^\"]*)\">Next page</a>").matcher(first);
            assertThat(next.find()).isTrue();
            String second = client.get(next.group(1).replace("&amp;", "&")).body();

            List<String> reviewed = Pattern.compile("/duplicates/(CID_\\w+)\">Review")
                    .matcher(first + second)
                    .results()
                    .map(found -> found.group(1))
                    .toList();
            assertThat(reviewed).hasSize(30).doesNotHaveDuplicates();
            assertThat(second).doesNotContain("Next page").contains("First page");
            assertThat(client.get(path("/duplicates?after=nonsense")).statusCode())
                    .isEqualTo(400);
        }
    }

    @Test
    void contactsAreComparedMergedAndTheMergeIsTakenBack() throws Exception {
        long first = contact("extRef", "1", "email", "a@example.org", "firstName", "Ada", "embedded.tier", "gold");
        long second = contact("extRef", "2", "email", "A@example.org", "firstName", "Augusta", "embedded.tier", "gold");
        int list = directory.addList("Newsletter");
        server.get(ContactEdits.class).join(directory.id(), second, list, Map.of(), OptOut.OUT);
        directory.addTouchpoint(second, "t1");
        String review = path("/duplicates/" + id(second));
        try (ConsoleClient client = manager()) {
            String page = client.get(review).body();

            assertThat(page)
                    .contains("<h1>Review duplicates</h1>", "<caption>Comparison</caption>", ">After the merge</th>")
                    .contains(">" + id(first) + "</small><br><small>oldest, survives</small>")
                    .contains(">Newsletter (opted out)</span>")
                    .contains("touchpoint, 1 Jan 1970, 00:00:00 UTC");
            assertThat(page.indexOf("First name")).isLessThan(page.indexOf(">tier<"));
            String merged = location(send(client, review, review + "/merge"));
            assertThat(merged).startsWith("303 " + path("/merges/MG_"));
            assertThat(directory.numbers()).containsExactly(first);

            String merge = merged.substring(4);
            String id = merge.substring(merge.lastIndexOf('/') + 1);
            assertThat(client.get(merge).body())
                    .contains("<h1>Merge " + id + "</h1>")
                    .contains("role=\"status\" aria-label=\"Merge status\" class=\"state\">merged</span>")
                    .contains(">Augusta</span></td>")
                    .containsPattern("<h2 id=\"acts\">Who did what</h2>[^$]*<span>merge</span>");
            assertThat(client.get(path("/merges")).body()).contains("<caption>Merges</caption>", ">" + id + "</a>");
            assertThat(client.get(merge + "/undo").body())
                    .contains("<h1>Undo merge " + id + "</h1>", "What will happen")
                    .contains("1 contact is restored, as before the merge: " + id(second) + ".")
                    .contains("gives back 0 transactions, 1 touchpoints, 0 responses and 1 memberships of lists.");
            assertThat(directory.numbers()).as("the preview changes nothing").containsExactly(first);
            assertThat(location(send(client, merge + "/undo", merge + "/undo"))).isEqualTo("303 " + merge);
            assertThat(client.get(merge).body())
                    .contains("class=\"state\">undone</span>", "They are kept apart.")
                    .doesNotContain(">Undo</a>");
            assertThat(directory.numbers()).containsExactly(first, second);
            assertThat(location(client.get(merge + "/undo"))).isEqualTo("303 " + merge);
        }
    }

    @Test
    void pressedTwiceOneMergeIsMade() throws Exception {
        contact("extRef", "1", "email", "a@example.org");
        long second = contact("extRef", "2", "email", "a@example.org");
        String review = path("/duplicates/" + id(second));
        try (ConsoleClient client = manager()) {
            String page = client.get(review).body();
            String[] fields = fields(page, review + "/merge");

            String once = location(client.post("/account", review + "/merge", fields));
            String again = location(client.post("/account", review + "/merge", fields));

            assertThat(once).startsWith("303 ").isEqualTo(again);
            assertThat(directory.count("contact_merge")).isOne();
        }
    }

    @Test
    void whatChangedSinceItWasShownIsSaidInPlaceOfMerging() throws Exception {
        contact("extRef", "1", "email", "a@example.org", "firstName", "Ada");
        long second = contact("extRef", "2", "email", "a@example.org", "firstName", "Augusta");
        String review = path("/duplicates/" + id(second));
        try (ConsoleClient client = manager()) {
            String[] fields = fields(client.get(review).body(), review + "/merge");
            server.get(ContactEdits.class).update(directory.id(), second, change("firstName", "<b>Ada</b>"));

            HttpResponse<String> answer = client.post("/account", review + "/merge", fields);

            assertThat(answer.statusCode()).isEqualTo(409);
            assertThat(answer.body())
                    .contains("Cannot merge the contacts: " + id(second) + " was changed since they were shown.")
                    .contains(id(second) + ": First name is “&lt;b&gt;Ada&lt;/b&gt;” now.");
            assertThat(directory.numbers()).hasSize(2);
            assertThat(location(client.post("/account", review + "/merge", fields(answer.body(), review + "/merge"))))
                    .startsWith("303 " + path("/merges/MG_"));
        }
    }

    @Test
    void whatIsKeptApartIsNotOfferedAgainUntilThatIsTakenBack() throws Exception {
        long first = contact("extRef", "1", "email", "a@example.org", "firstName", "Ada");
        contact("extRef", "2", "email", "a@example.org", "firstName", "Augusta");
        String review = path("/duplicates/" + id(first));
        try (ConsoleClient client = manager()) {
            String[] merge = fields(client.get(review).body(), review + "/merge");
            String[] apart = fields(client.get(review).body(), review + "/apart");

            assertThat(location(client.post("/account", review + "/apart", apart)))
                    .isEqualTo("303 " + path("/duplicates/apart"));
            client.post("/account", review + "/apart", apart);

            assertThat(directory.count("keep_apart")).isEqualTo(2);
            assertThat(client.get(path("/duplicates")).body()).contains("No possible duplicates");
            assertThat(client.get(review).body())
                    .contains("are kept apart from it")
                    .doesNotContain(">Merge</button>");
            assertThat(client.post("/account", review + "/merge", merge).statusCode())
                    .isEqualTo(409);
            Matcher back = Pattern.compile("href=\"([^\"]*/allow)\">Take back</a>")
                    .matcher(client.get(path("/duplicates/apart")).body());
            assertThat(back.find()).isTrue();
            assertThat(location(send(client, back.group(1), back.group(1)))).isEqualTo("303 " + path("/duplicates"));
            assertThat(client.get(path("/duplicates")).body()).contains(">Review</a>");
            assertThat(client.get(back.group(1)).statusCode()).isEqualTo(404);
        }
    }

    @Test
    void onlyTheGroupsShownAreMergedAtOnceAndWhatIsRefusedSaysWhy() throws Exception {
        for (String name : List.of("x", "y", "z")) {
            contact("extRef", name + 1, "email", name + "@example.org");
            contact("extRef", name + 2, "email", name + "@example.org");
        }

        try (ConsoleClient client = manager()) {
            String preview = path("/duplicates/merge");
            String page = client.get(preview).body();
            assertThat(page)
                    .contains("3 groups of 6 contacts become 3 contacts", ">Merge 3 groups</button>")
                    .contains("Only the groups of this page are merged.");
            String[] fields = fields(page, preview);
            contact("extRef", "w1", "email", "w@example.org");
            contact("extRef", "w2", "email", "w@example.org");
            server.get(ContactEdits.class).update(directory.id(), 1, change("firstName", "Changed"));

            String result = location(client.post("/account", preview, fields));

            assertThat(result).startsWith("303 " + path("/duplicates/merged?"));
            assertThat(client.get(result.substring(4)).body())
                    .contains("<span>2</span> of <span>3</span> groups were merged.")
                    .contains("A contact of the group was changed since it was shown.");
            assertThat(directory.numbers()).containsExactly(1L, 2L, 3L, 5L, 7L, 8L);
        }
    }

    @Test
    void theListsAreDownloadedWholeExactOrForASpreadsheet() throws Exception {
        for (int i = 0; i < 27; i++) {
            contact("extRef", "a" + i, "email", "user" + i + "@example.org");
            contact("extRef", "b" + i, "email", "user" + i + "@example.org", "firstName", "=1+1");
        }

        try (ConsoleClient client = manager()) {
            assertThat(client.get(path("/duplicates")).body())
                    .contains("Download as CSV", path("/duplicates/spreadsheet.csv"));
            assertThat(client.get(path("/duplicates/exact.csv")).body().lines())
                    .hasSize(1 + 2 * 27)
                    .anyMatch(line -> line.matches("\\d+,email,user3@example.org,CID_\\w+,=1\\+1,.*"));
            assertThat(client.get(path("/duplicates/spreadsheet.csv")).body()).contains(",'=1+1,");
            String review = path("/duplicates/" + id(1));
            send(client, review, review + "/merge");
            assertThat(client.get(path("/merges/exact.csv")).body().lines())
                    .hasSize(2)
                    .anyMatch(line -> line.matches("MG_\\w+,merged,.*,,CID_\\w+,1,email"));
        }
    }

    @Test
    void ofThreeOneCanBeLeftOut() throws Exception {
        long first = contact("extRef", "1", "email", "a@example.org");
        long second = contact("extRef", "2", "email", "a@example.org");
        long third = contact("extRef", "3", "email", "a@example.org");
        String review = path("/duplicates/" + id(first));
        try (ConsoleClient client = manager()) {
            assertThat(client.get(review).body()).contains("aria-label=\"Leave out " + id(third) + "\"");
            String without = review + "?without=" + id(third);
            assertThat(client.get(without).body()).doesNotContain("Leave out");
            String[] fields = fields(client.get(without).body(), review + "/merge");

            assertThat(location(client.post("/account", review + "/merge", fields)))
                    .startsWith("303 " + path("/merges/MG_"));
            assertThat(directory.numbers()).containsExactly(first, third).doesNotContain(second);
        }
    }

    @Test
    void groupsThatAreTooLargeAreShownAndLeftAlone() throws Exception {
        directory.settings("{\"maxGroup\":2}");
        long first = contact("extRef", "1", "email", "info@example.org");
        contact("extRef", "2", "email", "info@example.org");
        contact("extRef", "3", "email", "info@example.org");
        try (ConsoleClient client = manager()) {
            assertThat(client.get(path("/duplicates")).body())
                    .contains("more than 2", "too large, left alone")
                    .doesNotContain("Merge all shown");
            assertThat(client.get(path("/duplicates/" + id(first))).body())
                    .contains("more than <span>2</span> contacts, the most that the directory merges")
                    .doesNotContain(">Merge</button>");
            assertThat(client.get(path("/duplicates/merge")).statusCode()).isEqualTo(409);
        }
    }

    @Test
    void aRuleThatWaitsIsAskedForByItselfAndItsDuplicatesAreMergedAtItsPage() throws Exception {
        directory = DirectoryFixture.create(database.jdbc(), "email");
        long first = contact("extRef", "1", "email", "a@example.org");
        contact("extRef", "1", "email", "b@example.org");
        int rule = directory.addRule("extRef", State.PENDING);
        Rekey.Result result = server.get(Rekey.class).run(directory.id(), progress -> {});
        assertThat(result.problem()).contains("Cannot activate the rule extRef");
        try (ConsoleClient client = manager()) {
            assertThat(client.get(path("/duplicates")).body()).contains("A rule waits for its keys");
            String page = client.get(path("/duplicates?rule=" + rule)).body();
            String review = path("/duplicates/" + id(first));
            assertThat(page).contains("extRef (waits for its keys)", "href=\"" + review + "?pending=true\">Review</a>");
            assertThat(client.get(review).body()).contains("No other contact shares a key");
            String[] fields = fields(client.get(review + "?pending=true").body(), review + "/merge");
            assertThat(location(client.post("/account", review + "/merge", fields)))
                    .startsWith("303 " + path("/merges/MG_"));
        }
    }

    @Test
    void storedTextIsShownAsItIs() throws Exception {
        String long_ = "l".repeat(1_000) + "😀";
        contact("extRef", "1", "email", "a@example.org", "embedded.<i>n</i>", "<script>alert(1)</script>");
        long second = contact("extRef", "2", "email", "a@example.org", "firstName", "\u202eright", "embedded.x", long_);
        try (ConsoleClient client = manager()) {
            for (String page : List.of("/duplicates", "/duplicates/" + id(second), "/duplicates/merge")) {
                assertThat(client.get(path(page)).body()).doesNotContain("<script>alert", "<i>n</i>");
            }

            assertThat(client.get(path("/duplicates/" + id(second))).body())
                    .contains("&lt;script&gt;alert(1)&lt;/script&gt;", "&lt;i&gt;n&lt;/i&gt;", long_, "\u202eright");
        }
    }

    @Test
    void rolesDirectoriesAndTokensAreAskedFor() throws Exception {
        long first = contact("extRef", "1", "email", "a@example.org");
        contact("extRef", "2", "email", "a@example.org");
        String review = path("/duplicates/" + id(first));
        try (ConsoleClient client = manager()) {
            String merge = location(send(client, review, review + "/merge")).substring(4);
            contact("extRef", "3", "email", "a@example.org");
            DirectoryFixture other = DirectoryFixture.create(database.jdbc(), "extRef");
            String otherPool = database.ids().directory(other.id());
            List<String> all = List.of(path("/duplicates"), review, path("/duplicates/apart"), path("/merges"), merge);
            try (ConsoleClient nobody = new ConsoleClient(server);
                    ConsoleClient operator = signedIn(List.of(), "operate");
                    ConsoleClient reader = signedIn(List.of(), "access");
                    ConsoleClient bound = signedIn(List.of(otherPool), "manage")) {
                for (String page : all) {
                    assertThat(location(nobody.get(page))).as(page).startsWith("303 /sign-in");
                    assertThat(operator.get(page).statusCode()).as(page).isEqualTo(403);
                    assertThat(bound.get(page).statusCode()).as(page).isEqualTo(404);
                    assertThat(reader.get(page).statusCode()).as(page).isEqualTo(200);
                }

                assertThat(reader.get(review).body())
                        .contains("<span>Merge</span> <small>needs the role Manage directory</small>")
                        .doesNotContain("<button type=\"submit\" class=\"main\">Merge");
                assertThat(reader.get(merge).body()).contains("<span>Undo</span> <small>needs the role");
                for (String page : List.of(path("/duplicates/merge"), merge + "/undo")) {
                    assertThat(reader.get(page).statusCode()).as(page).isEqualTo(403);
                }

                String[] fields = fields(client.get(review).body(), review + "/merge");
                for (String action : List.of(review + "/merge", review + "/apart", merge + "/undo")) {
                    assertThat(reader.post("/account", action, fields).statusCode())
                            .as(action)
                            .isEqualTo(403);
                    assertThat(client.send(action, fields).statusCode())
                            .as(action)
                            .isEqualTo(403);
                    assertThat(bound.post("/account", action, fields).statusCode())
                            .as(action)
                            .isEqualTo(404);
                }

                for (String page :
                        Stream.of("/merges/", "/duplicates/").map(this::path).toList()) {
                    assertThat(client.get(page + (page.endsWith("/merges/") ? "MG_" : "CID_") + "0".repeat(15))
                                    .statusCode())
                            .isEqualTo(404);
                }

                String elsewhere = merge.replace(pool(), otherPool);
                assertThat(client.get(elsewhere).statusCode()).isEqualTo(404);
                assertThat(client.get(review.replace(pool(), otherPool)).statusCode())
                        .isEqualTo(404);
                assertThat(client.post("/account", elsewhere + "/undo").statusCode())
                        .isEqualTo(404);
            }
        }
    }
}
