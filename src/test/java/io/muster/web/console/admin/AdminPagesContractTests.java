package io.muster.web.console.admin;

import static io.muster.web.console.ConsoleClient.location;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.muster.app.DirectoryService;
import io.muster.app.NewDirectory;
import io.muster.app.UserService;
import io.muster.database.TestDatabase;
import io.muster.directory.Actor;
import io.muster.web.TestWebServer;
import io.muster.web.console.ConsoleClient;
import io.muster.web.console.ShiftedClock;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.time.ZoneOffset;
import java.util.List;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** Accounts, sessions, tokens, the audit log and settings, as administrators see them, and everybody's own account. */
class AdminPagesContractTests {

    @RegisterExtension
    static final TestDatabase database = new TestDatabase();

    private static final String PASSWORD = "a horse in the rain";
    private static final Actor TESTER = Actor.commandLine("tester");
    private static final Pattern KEY = Pattern.compile("name=\"key\" value=\"([0-9a-f]+)\"");

    @TempDir
    private static Path home;

    private static final ShiftedClock clock = new ShiftedClock();
    private static TestWebServer server;
    private static UserService users;

    @BeforeAll
    static void start() {
        server = TestWebServer.start(
                clock,
                database.url(),
                home,
                "muster.mail.password",
                "not to be seen",
                "muster.public-url",
                "https://lena:secret@muster.example.com");
        users = server.get(UserService.class);
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    private static String user(String... roles) {
        String name = "user-" + UUID.randomUUID();
        users.create(TESTER, name, List.of(roles), List.of(), PASSWORD);
        return name;
    }

    private static ConsoleClient signedIn(String name) throws Exception {
        ConsoleClient client = new ConsoleClient(server);
        assertThat(location(client.signIn(name, PASSWORD))).isEqualTo("303 /overview");
        return client;
    }

    private static String directory() {
        return server.get(DirectoryService.class)
                .create(new NewDirectory(TESTER, "Customers " + UUID.randomUUID(), ZoneOffset.UTC, List.of("email")))
                .id();
    }

    private static String person(String name) {
        return "/admin/users/person?name=" + name;
    }

    @Test
    void usersTokensAndSettingsAskForThePasswordAgainAfterAQuarterOfAnHour() throws Exception {
        try (ConsoleClient client = signedIn(user("administer"))) {
            clock.jump(Duration.ofMinutes(14));
            assertThat(client.get("/admin/users").statusCode()).isEqualTo(200);
            clock.jump(Duration.ofMinutes(2));
            for (String path : List.of("/admin/users", "/admin/tokens", "/admin/settings")) {
                assertThat(location(client.get(path))).isEqualTo("303 /sign-in/again?next=" + path.replace("/", "%2F"));
            }

            assertThat(client.get("/admin/audit").statusCode()).isEqualTo(200);
            String again = "/sign-in/again?next=%2Fadmin%2Fusers%2Fperson%3Fname%3Dx%2By";
            assertThat(client.get(again).body()).contains("<h1>Password again</h1>");
            HttpResponse<String> wrong =
                    client.post(again, "/sign-in/again", "again-password", "wrong", "again-next", "/admin/tokens");
            assertThat(wrong.statusCode()).isEqualTo(401);
            assertThat(wrong.body()).contains("role=\"alert\"", "The password is wrong.", "value=\"/admin/tokens\"");
            assertThat(client.get("/admin/tokens").statusCode()).isEqualTo(303);

            assertThat(location(client.post(
                            again,
                            "/sign-in/again",
                            "again-password",
                            PASSWORD,
                            "again-next",
                            "/admin/users/person?name=x+y")))
                    .isEqualTo("303 /admin/users/person?name=x+y");
            assertThat(client.get("/admin/tokens").statusCode()).isEqualTo(200);
        }
    }

    @Test
    void aFormThatWasSentTooLateIsDoneOnceThePasswordWasGiven() throws Exception {
        try (ConsoleClient client = signedIn(user("administer"))) {
            String token = client.token("/admin/tokens");
            clock.jump(Duration.ofMinutes(16));
            String name = "late-" + UUID.randomUUID();
            String question = client.send(
                            "/admin/tokens",
                            new String[] {"name", name, "scope", "read", "scope", "events"},
                            "_csrf",
                            token)
                    .body();
            assertThat(question)
                    .contains("<h1>Password again</h1>", "What you sent is not done yet", name)
                    .contains("name=\"scope\" value=\"read\"", "name=\"scope\" value=\"events\"");

            String[] fields = {
                "again-password", PASSWORD, "again-next", "/admin/tokens", "again-send", "true",
                "name", name, "scope", "read", "scope", "events"
            };
            assertThat(location(client.send("/sign-in/again", fields, "_csrf", token)))
                    .isEqualTo("307 /admin/tokens");
            assertThat(client.send("/admin/tokens", fields, "_csrf", token).body())
                    .contains("This is the token", name);
        }
    }

    @Test
    void whoMayNotAdministerIsToldSoAndNotAskedForThePassword() throws Exception {
        try (ConsoleClient client = signedIn(user("manage", "operate"))) {
            clock.jump(Duration.ofMinutes(16));
            for (String path : List.of(
                    "/admin/users",
                    "/admin/users/person?name=x",
                    "/admin/tokens",
                    "/admin/settings",
                    "/admin/audit",
                    "/admin/audit/exact.csv")) {
                assertThat(client.get(path).statusCode()).as(path).isEqualTo(403);
            }
        }
    }

    @Test
    void anAdministratorSeesAndEndsTheSessionsOfAUser() throws Exception {
        String name = user("access");
        try (ConsoleClient admin = signedIn(user("administer"));
                ConsoleClient one = signedIn(name);
                ConsoleClient two = signedIn(name)) {
            String page = admin.get(person(name)).body();
            assertThat(page).contains("<h1>User " + name + "</h1>", "2001:db8:");
            Matcher key = KEY.matcher(page);
            assertThat(key.find()).isTrue();
            assertThat(location(
                            admin.post(person(name), "/admin/users/end-session", "name", name, "key", key.group(1))))
                    .isEqualTo("303 " + person(name) + "&done=session");

            assertThat(List.of(
                            one.get("/overview").statusCode(),
                            two.get("/overview").statusCode()))
                    .containsExactlyInAnyOrder(200, 303);
            assertThat(KEY.matcher(admin.get(person(name)).body()).results()).hasSize(1);
            assertThat(location(admin.post(person(name), "/admin/users/end-sessions", "name", name)))
                    .isEqualTo("303 " + person(name) + "&done=end-sessions");
            assertThat(one.get("/overview").statusCode()).isEqualTo(303);
            assertThat(two.get("/overview").statusCode()).isEqualTo(303);
            assertThat(admin.get(person(name) + "&done=end-sessions").body())
                    .contains("No session is open.", "All sessions have ended.");
        }
    }

    @Test
    void rolesAndDirectoriesAreChangedOnThePageOfTheUser() throws Exception {
        String name = user("access");
        String id = directory();
        try (ConsoleClient admin = signedIn(user("administer"));
                ConsoleClient own = signedIn(name)) {
            assertThat(location(admin.post(
                            person(name),
                            "/admin/users/roles",
                            "name",
                            name,
                            "role",
                            "manage",
                            "limit",
                            "some",
                            "directory",
                            id)))
                    .isEqualTo("303 " + person(name) + "&done=roles");
            assertThat(admin.get(person(name)).body())
                    .containsPattern("value=\"manage\" checked")
                    .containsPattern("value=\"" + id + "\" checked");
            assertThat(own.get("/account").body()).contains("Manage directory");
            HttpResponse<String> none =
                    admin.post(person(name), "/admin/users/roles", "name", name, "role", "access", "limit", "some");
            assertThat(none.statusCode()).isEqualTo(400);
            assertThat(none.body()).contains("Choose at least one directory, or all directories.", "href=\"#limit\"");
            assertThat(users.show(name).directories()).hasSize(1);
        }
    }

    @Test
    void oneIsAskedBeforeAnAccountIsDisabled() throws Exception {
        String name = user("access");
        try (ConsoleClient admin = signedIn(user("administer"));
                ConsoleClient own = signedIn(name)) {
            assertThat(admin.get("/admin/users/disable?name=" + name).body())
                    .contains("What will happen", "One open session ends.");
            assertThat(own.get("/account").statusCode()).isEqualTo(200);
            assertThat(location(admin.post("/admin/users/disable?name=" + name, "/admin/users/disable", "name", name)))
                    .isEqualTo("303 " + person(name) + "&done=disable");
            assertThat(own.get("/account").statusCode()).isEqualTo(303);
            assertThat(admin.get("/admin/users/disable?name=nobody").statusCode())
                    .isEqualTo(404);
        }
    }

    @Test
    void aTokenIsForDirectoriesAndSaysWhenItWasUsedWithTheZone() throws Exception {
        String directory = directory();
        try (ConsoleClient admin = signedIn(user("administer"))) {
            String name = "shop-" + UUID.randomUUID();
            String made = admin.post(
                            "/admin/tokens",
                            "/admin/tokens",
                            "name",
                            name,
                            "scope",
                            "read",
                            "limit",
                            "some",
                            "directory",
                            directory)
                    .body();
            Matcher token =
                    Pattern.compile("readonly value=\"([A-Za-z0-9]{40})\"").matcher(made);
            assertThat(token.find()).isTrue();
            assertThat(server.get("/API/v3/whoami", "X-API-TOKEN", token.group(1))
                            .statusCode())
                    .isEqualTo(200);
            await().untilAsserted(() -> assertThat(
                            admin.get("/admin/tokens/revoke?name=" + name).body())
                    .containsPattern("It was last used \\d+ \\w+ \\d{4}, \\d\\d:\\d\\d:\\d\\d [A-Z]"));
            assertThat(admin.post(
                                    "/admin/tokens",
                                    "/admin/tokens",
                                    "name",
                                    name + "x",
                                    "scope",
                                    "read",
                                    "limit",
                                    "some")
                            .body())
                    .contains("Choose at least one directory", "value=\"" + name + "x\"");
        }
    }

    @Test
    void theAuditLogIsAskedAndDownloaded() throws Exception {
        String name = user("administer");
        try (ConsoleClient admin = signedIn(name)) {
            String other = "=cmd-" + UUID.randomUUID();
            assertThat(admin.post("/admin/users", "/admin/users", "name", other, "role", "access")
                            .statusCode())
                    .isEqualTo(200);
            String asked = "?who=" + name + "&what=user.create";
            String page = admin.get("/admin/audit" + asked).body();
            assertThat(page).contains(other, "/admin/audit/exact.csv" + asked.replace("&", "&amp;"));
            assertThat(admin.get("/admin/audit?who=" + name + "&what=user.link").body())
                    .doesNotContain("user created")
                    .contains(other);
            HttpResponse<String> exact = admin.get("/admin/audit/exact.csv" + asked);
            assertThat(exact.headers().firstValue("Content-Disposition"))
                    .hasValue("attachment; filename=\"audit-log.csv\"");
            assertThat(exact.body().lines().toList())
                    .hasSize(2)
                    .first()
                    .isEqualTo("\ufeffWhen,Who,Kind,What,Directory,On,Detail"
                            .substring(exact.body().startsWith("\ufeff") ? 0 : 1));
            assertThat(exact.body()).contains(name + ",user,user.create,", other);
            assertThat(admin.get("/admin/audit/spreadsheet.csv" + asked).statusCode())
                    .isEqualTo(200);
            assertThat(admin.get("/admin/audit?from=2001-01-01&to=2001-12-31").body())
                    .contains("None match.");
        }
    }

    @Test
    void aDayOrASubjectThatIsNoneIsSaidAtItsField() throws Exception {
        try (ConsoleClient admin = signedIn(user("administer"))) {
            HttpResponse<String> day = admin.get("/admin/audit?from=yesterday");
            assertThat(day.statusCode()).isEqualTo(400);
            assertThat(day.body()).contains("href=\"#from\"", "Write it like 2026-11-30.", "value=\"yesterday\"");
            HttpResponse<String> subject = admin.get("/admin/audit?on=nonsense");
            assertThat(subject.statusCode()).isEqualTo(400);
            assertThat(subject.body()).contains("that is no id");
        }
    }

    @Test
    void settingsSayWhereTheyComeFromAndNoSecret() throws Exception {
        try (ConsoleClient admin = signedIn(user("administer"))) {
            String page = admin.get("/admin/settings").body();
            assertThat(page)
                    .contains("<h1>Settings</h1>", "MUSTER_HTTP_PORT", "https://…@muster.example.com")
                    .doesNotContain("not to be seen")
                    .doesNotContain("lena:secret")
                    .doesNotContain(database.url());
        }
    }

    @Test
    void ownTimesAreInOnesOwnZone() throws Exception {
        String name = user("administer");
        try (ConsoleClient client = signedIn(name)) {
            assertThat(location(client.post(
                            "/account",
                            "/account/display",
                            "zone",
                            "Pacific/Auckland",
                            "density",
                            "compact",
                            "theme",
                            "dark")))
                    .isEqualTo("303 /account?done=display");
            assertThat(client.get("/account").body())
                    .contains("data-theme=\"dark\"", "data-density=\"compact\"", "value=\"Pacific/Auckland\" selected")
                    .containsPattern("\\d\\d:\\d\\d:\\d\\d NZ[DS]T");
            assertThat(client.get("/admin/users").body()).containsPattern("\\d\\d:\\d\\d:\\d\\d NZ[DS]T");
            HttpResponse<String> wrong = client.post(
                    "/account", "/account/display", "zone", "Mars/Olympus", "density", "none", "theme", "dark");
            assertThat(wrong.statusCode()).isEqualTo(400);
            assertThat(wrong.body()).contains("href=\"#zone\"", "href=\"#density\"", "aria-invalid=\"true\"");
        }
    }

    @Test
    void onesOtherSessionsAreEndedOneByOneOrAllAndThatIsNoPassword() throws Exception {
        String name = user("administer");
        try (ConsoleClient here = signedIn(name);
                ConsoleClient there = signedIn(name);
                ConsoleClient elsewhere = signedIn(name)) {
            String page = here.get("/account").body();
            assertThat(page).containsOnlyOnce("this session");
            List<String> keys =
                    KEY.matcher(page).results().map(key -> key.group(1)).toList();
            assertThat(keys).hasSize(2);
            assertThat(location(here.post("/account", "/account/sessions/end", "key", keys.getFirst())))
                    .isEqualTo("303 /account?done=session");
            assertThat(List.of(
                            there.get("/account").statusCode(),
                            elsewhere.get("/account").statusCode()))
                    .containsExactlyInAnyOrder(200, 303);
            clock.jump(Duration.ofMinutes(16));
            assertThat(location(here.post("/account", "/account/sessions"))).isEqualTo("303 /account?done=sessions");
            assertThat(there.get("/account").statusCode()).isEqualTo(303);
            assertThat(elsewhere.get("/account").statusCode()).isEqualTo(303);
            assertThat(location(here.get("/admin/users"))).startsWith("303 /sign-in/again");
        }
    }
}
