package io.muster.web.console.contacts;

import static io.muster.web.console.ConsoleClient.location;
import static org.assertj.core.api.Assertions.assertThat;

import io.muster.app.DirectoryService;
import io.muster.app.DirectoryView;
import io.muster.app.NewDirectory;
import io.muster.app.RunViews;
import io.muster.database.TestDatabase;
import io.muster.directory.DirectorySettings.MergeMode;
import io.muster.directory.FieldPolicy;
import io.muster.jobs.RunStatus;
import io.muster.web.TestWebServer;
import io.muster.web.console.ConsoleClient;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** Directories in the console: the list, one of them, its settings, and its deletion. */
class DirectoryPagesContractTests {

    @RegisterExtension
    static final TestDatabase database = new TestDatabase();

    private static final Pattern SHOWN = Pattern.compile("name=\"shown\" value=\"([0-9a-f]+)\"");
    private static final String HOSTILE = "<b>Ünï</b> \u202eright\u202c 🙂";

    @TempDir
    private static Path home;

    private static TestWebServer server;
    private static Guests guests;
    private static DirectoryService directories;

    @BeforeAll
    static void start() {
        server = TestWebServer.start(database.url(), home);
        guests = new Guests(server);
        directories = server.get(DirectoryService.class);
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    private static DirectoryView directory(String name, String... rules) {
        return directories.create(
                new NewDirectory(Guests.TESTER, name + UUID.randomUUID(), ZoneId.of("UTC"), List.of(rules)));
    }

    private static String page(DirectoryView directory) {
        return "/directories/" + directory.id();
    }

    @Test
    void aDirectoryIsMadeWithItsRulesAndItsZone() throws Exception {
        String name = "Customers " + UUID.randomUUID();
        try (ConsoleClient manager = guests.with("manage")) {
            assertThat(manager.get("/directories").body())
                    .contains("<h1>Directories</h1>", "<a href=\"/directories\" aria-current=\"page\">Directories</a>");
            HttpResponse<String> made = manager.post(
                    "/directories",
                    "/directories",
                    "name",
                    name,
                    "zone",
                    "Europe/Berlin",
                    "rules",
                    "extRef\r\nemail, lastName\r\n");

            assertThat(location(made)).startsWith("303 /directories/POOL_");
            String page = manager.get(location(made).substring(4)).body();
            assertThat(page)
                    .contains("<h1>" + name + "</h1>", "<td>extRef</td><td>active</td>", "<td>email + lastName</td>")
                    .contains(">0</a>", "as of <time datetime=", "<dd>Europe/Berlin</dd>", "directory create")
                    .contains(">Directory</a>", ">Contacts</a>", ">Lists</a>");
            assertThat(manager.get("/directories").body()).contains(">" + name + "</a>", "extRef, or email + lastName");
        }
    }

    @Test
    void aWrongFormSaysWhatIsWrongAndKeepsWhatWasEntered() throws Exception {
        try (ConsoleClient manager = guests.with("manage")) {
            HttpResponse<String> zone = manager.post(
                    "/directories", "/directories", "name", "A & B", "zone", "Berlin-Mitte", "rules", "email");
            assertThat(zone.statusCode()).isEqualTo(400);
            assertThat(zone.body())
                    .contains("role=\"alert\"", "<a href=\"#zone\">There is no time zone “Berlin-Mitte”.")
                    .contains("value=\"A &amp; B\"", "aria-invalid=\"true\"", ">email</textarea>");

            HttpResponse<String> rule =
                    manager.post("/directories", "/directories", "name", "A", "zone", "UTC", "rules", "shoe size");
            assertThat(rule.statusCode()).isEqualTo(400);
            assertThat(rule.body()).contains("<a href=\"#rules\">Cannot use");

            HttpResponse<String> name = manager.post("/directories", "/directories", "name", " ", "zone", "UTC");
            assertThat(name.statusCode()).isEqualTo(400);
            assertThat(name.body()).contains("<a href=\"#name\">Cannot create the directory");
        }
    }

    @Test
    void storedTextIsShownAsItIs() throws Exception {
        DirectoryView hostile = directory(HOSTILE, "embedded.<i>plan</i>");
        try (ConsoleClient reader = guests.with("access")) {
            for (String path : List.of("/directories", page(hostile))) {
                assertThat(reader.get(path).body())
                        .contains("&lt;b&gt;Ünï&lt;/b&gt; \u202eright\u202c 🙂", "embedded.&lt;i&gt;plan&lt;/i&gt;")
                        .doesNotContain("<b>Ünï", "<i>plan");
            }
        }
    }

    @Test
    void whoAccessesContactsSeesAndDoesNotChange() throws Exception {
        DirectoryView one = directory("Seen ", "extRef");
        try (ConsoleClient reader = guests.with("access");
                ConsoleClient operator = guests.with("operate")) {
            assertThat(reader.get("/directories").body())
                    .contains(one.name(), "needs the role Manage directory")
                    .doesNotContain("Create directory</button>");
            assertThat(reader.get(page(one)).body())
                    .contains("Change settings: needs the role Manage directory")
                    .doesNotContain(page(one) + "/settings", page(one) + "/delete");
            for (String path : List.of("/settings", "/delete")) {
                assertThat(reader.get(page(one) + path).statusCode()).isEqualTo(403);
                assertThat(reader.post("/directories", page(one) + path).statusCode())
                        .isEqualTo(403);
            }

            assertThat(reader.post("/directories", "/directories", "name", "x", "zone", "UTC")
                            .statusCode())
                    .isEqualTo(403);
            assertThat(operator.get("/directories").statusCode()).isEqualTo(403);
            assertThat(operator.get(page(one)).statusCode()).isEqualTo(403);
            assertThat(operator.get("/overview").body()).doesNotContain("href=\"/directories\"");
        }
    }

    @Test
    void anotherDirectoryIsNotThere() throws Exception {
        DirectoryView own = directory("Own ", "extRef");
        DirectoryView other = directory("Other ", "extRef");
        try (ConsoleClient manager = guests.with("manage", List.of(own.id()))) {
            assertThat(manager.get("/directories").body())
                    .contains(own.name(), "needs the role Manage directory, for all directories")
                    .doesNotContain(other.name());
            assertThat(manager.get(page(own)).statusCode()).isEqualTo(200);
            for (String path : List.of("", "/settings", "/delete", "/nonsense")) {
                assertThat(manager.get(page(other) + path).statusCode())
                        .as(path)
                        .isEqualTo(404);
            }

            assertThat(manager.post(page(own) + "/settings", page(other) + "/settings", "name", "mine")
                            .statusCode())
                    .isEqualTo(404);
            assertThat(manager.get("/directories/POOL_000000000000000").statusCode())
                    .isEqualTo(404);
            assertThat(manager.get("/directories/" + own.name().replace(' ', '+'))
                            .statusCode())
                    .isEqualTo(404);
        }
    }

    private static String[] settings(ConsoleClient client, DirectoryView directory, String... changed)
            throws Exception {
        Matcher shown = SHOWN.matcher(client.get(page(directory) + "/settings").body());
        assertThat(shown.find()).isTrue();
        List<String> fields = new ArrayList<>(List.of("shown", shown.group(1)));
        List<String> defaults = List.of(
                "name",
                directory.name(),
                "zone",
                directory.timeZone(),
                "region",
                "",
                "mergeMode",
                "NEW_RECORDS",
                "maxGroup",
                "50",
                "newTarget",
                "",
                "newPolicy",
                "KEEP");
        List<String> given = List.of(changed);
        for (int i = 0; i < defaults.size(); i += 2) {
            if (!given.contains(defaults.get(i))) {
                fields.addAll(defaults.subList(i, i + 2));
            }
        }

        fields.addAll(given);
        return fields.toArray(String[]::new);
    }

    @Test
    void settingsAreChangedAndThePageSaysByWhom() throws Exception {
        DirectoryView one = directory("Set ", "extRef");
        try (ConsoleClient manager = guests.with("manage")) {
            String[] form = settings(
                    manager,
                    one,
                    "name",
                    one.name() + " new",
                    "zone",
                    "Asia/Tokyo",
                    "region",
                    "DE",
                    "mergeMode",
                    "ALL_CONTACTS",
                    "protectReference",
                    "true",
                    "nullTokens",
                    "NULL\r\nN/A",
                    "policy.email",
                    "FILL_IF_EMPTY",
                    "newTarget",
                    "plan");
            assertThat(location(manager.post(page(one) + "/settings", page(one) + "/settings", form)))
                    .isEqualTo("303 " + page(one));

            DirectoryView after = directories.find(one.id());
            assertThat(after.name()).isEqualTo(one.name() + " new");
            assertThat(after.timeZone()).isEqualTo("Asia/Tokyo");
            assertThat(after.settings().region()).isEqualTo("DE");
            assertThat(after.settings().mergeMode()).isEqualTo(MergeMode.ALL_CONTACTS);
            assertThat(after.settings().protectReference()).isTrue();
            assertThat(after.settings().nullTokens()).containsExactly("NULL", "N/A");
            assertThat(after.settings().policies())
                    .containsOnly(
                            java.util.Map.entry("email", FieldPolicy.FILL_IF_EMPTY),
                            java.util.Map.entry("embedded.plan", FieldPolicy.KEEP));
            assertThat(manager.get(page(one)).body())
                    .contains("directory settings", "region: DE", "policy of email: fill-if-empty", "manage-")
                    .contains("directory rename", "<dd>NULL, N/A</dd>");
        }
    }

    @Test
    void otherPlaceholdersAreAskedAboutFirst() throws Exception {
        DirectoryView one = directory("Keys ", "email");
        try (ConsoleClient manager = guests.with("manage")) {
            String address = page(one) + "/settings";
            HttpResponse<String> asked =
                    manager.post(address, address, settings(manager, one, "placeholders", "info@example.org"));
            assertThat(asked.statusCode()).isEqualTo(200);
            assertThat(asked.body())
                    .contains("What will happen", "pending from then on", "name=\"sure\" value=\"true\"")
                    .contains("name=\"placeholders\" value=\"info@example.org\"");
            assertThat(directories.find(one.id()).settings().placeholders()).isEmpty();

            assertThat(location(manager.post(
                            address,
                            address,
                            settings(manager, one, "placeholders", "info@example.org", "sure", "true"))))
                    .isEqualTo("303 " + page(one));
            assertThat(directories.find(one.id()).settings().placeholders()).containsExactly("info@example.org");
        }
    }

    @Test
    void wrongAndStaleSettingsChangeNothing() throws Exception {
        DirectoryView one = directory("Wrong ", "extRef");
        try (ConsoleClient manager = guests.with("manage")) {
            String address = page(one) + "/settings";
            HttpResponse<String> wrong = manager.post(
                    address, address, settings(manager, one, "region", "Atlantis", "maxGroup", "many", "zone", "?"));
            assertThat(wrong.statusCode()).isEqualTo(400);
            assertThat(wrong.body()).contains("href=\"#maxGroup\"", "href=\"#zone\"", "value=\"Atlantis\"");
            assertThat(manager.post(address, address, settings(manager, one, "region", "Atlantis"))
                            .body())
                    .contains("Cannot read phone numbers of the region");

            String[] again = settings(manager, one, "name", one.name() + " too", "region", "Atlantis");
            Matcher shown = SHOWN.matcher(manager.post(address, address, again).body());
            assertThat(shown.find()).isTrue();
            again = settings(manager, one, "name", one.name() + " too", "region", "AT");
            again[1] = shown.group(1);
            assertThat(location(manager.post(address, address, again))).isEqualTo("303 " + page(one));
            assertThat(directories.find(one.id()).settings().region()).isEqualTo("AT");

            String[] early = settings(manager, one, "region", "FR");
            assertThat(location(manager.post(address, address, settings(manager, one, "region", "DE"))))
                    .startsWith("303");
            HttpResponse<String> late = manager.post(address, address, early);
            assertThat(late.statusCode()).isEqualTo(409);
            assertThat(late.body()).contains("were changed meanwhile", "value=\"FR\"");
            assertThat(directories.find(one.id()).settings().region()).isEqualTo("DE");
            assertThat(manager.send(address, early).statusCode()).isEqualTo(403);
        }
    }

    @Test
    void aDirectoryGoesAfterAPreviewAsARun() throws Exception {
        DirectoryView one = directory("Gone ", "extRef");
        try (ConsoleClient manager = guests.with("manage")) {
            String address = page(one) + "/delete";
            assertThat(manager.get(address).body())
                    .contains("Delete directory " + one.name(), "What will happen", "0 contacts go", "0 lists and 0");
            assertThat(manager.send(address, new String[0]).statusCode()).isEqualTo(403);
            String run = location(manager.post(address, address));
            assertThat(run).startsWith("303 /runs/RN_");
            Awaitility.await()
                    .until(() -> server.get(RunViews.class)
                                    .show(run.substring("303 /runs/".length()))
                                    .run()
                                    .status()
                            == RunStatus.COMPLETED);
            assertThat(manager.get(page(one)).statusCode()).isEqualTo(404);
            assertThat(manager.post("/directories", address).statusCode()).isEqualTo(404);
        }
    }
}
