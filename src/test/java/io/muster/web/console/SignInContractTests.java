package io.muster.web.console;

import static io.muster.web.console.ConsoleClient.location;
import static org.assertj.core.api.Assertions.assertThat;

import io.muster.app.UserService;
import io.muster.database.DatabaseProxy;
import io.muster.database.TestDatabase;
import io.muster.directory.Actor;
import io.muster.web.TestWebServer;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Who gets into the console, and who does not. */
class SignInContractTests {

    @RegisterExtension
    static final TestDatabase database = new TestDatabase();

    private static final String PASSWORD = "a horse in the rain";
    private static final Actor TESTER = Actor.commandLine("tester");

    @TempDir
    private static Path home;

    private static TestWebServer server;
    private static UserService users;

    @BeforeAll
    static void start() {
        server = TestWebServer.start(database.url(), home);
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

    private static ConsoleClient signedIn(String... roles) throws Exception {
        ConsoleClient client = new ConsoleClient(server);
        assertThat(location(client.signIn(user(roles), PASSWORD))).isEqualTo("303 /overview");
        return client;
    }

    @Test
    void whoHasNotSignedInIsLedThereAndBack() throws Exception {
        try (ConsoleClient client = new ConsoleClient(server)) {
            assertThat(location(client.get("/runs?status=failed")))
                    .isEqualTo("303 /sign-in?next=%2Fruns%3Fstatus%3Dfailed");
            HttpResponse<String> page = client.get("/sign-in?next=%2Fruns%3Fstatus%3Dfailed");
            assertThat(page.body()).contains("value=\"/runs?status=failed\"").contains("<h1>Sign in</h1>");
            HttpResponse<String> in = client.post(
                    "/sign-in",
                    "/sign-in",
                    "name",
                    user("operate"),
                    "password",
                    PASSWORD,
                    "next",
                    "/runs?status=failed");
            assertThat(location(in)).isEqualTo("303 /runs?status=failed");
            assertThat(client.get("/runs?status=failed").statusCode()).isEqualTo(200);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "//evil.example.com",
                "https://evil.example.com",
                "/\\evil.example.com",
                "/v1/decisions",
                "x",
                "/sign-out"
            })
    void nobodyIsLedElsewhere(String next) throws Exception {
        try (ConsoleClient client = new ConsoleClient(server)) {
            assertThat(location(client.post(
                            "/sign-in", "/sign-in", "name", user("operate"), "password", PASSWORD, "next", next)))
                    .isEqualTo("303 /overview");
        }
    }

    @Test
    void aWrongPasswordAnUnknownNameAndADisabledAccountGetTheSameAnswer() throws Exception {
        String disabled = user("access");
        users.disable(TESTER, disabled);
        for (String name : List.of(user("access"), "nobody-" + UUID.randomUUID(), disabled)) {
            try (ConsoleClient client = new ConsoleClient(server)) {
                HttpResponse<String> answer =
                        client.signIn(name, name.equals(disabled) ? PASSWORD : "a wrong password");
                assertThat(answer.statusCode()).isEqualTo(401);
                assertThat(answer.body()).contains("role=\"alert\"").contains("User name or password is wrong.");
            }
        }
    }

    @Test
    void afterFiveFailuresOfANameOneWaitsFromWhereverTheyCome() throws Exception {
        String name = user("access");
        HttpResponse<String> answer = triesUntilOneWaits(number -> {
            try (ConsoleClient elsewhere = new ConsoleClient(server)) {
                return elsewhere.signIn(name, "a wrong password");
            }
        });

        assertThat(answer.headers().firstValue("Retry-After")).isPresent();
        assertThat(answer.body()).contains("Too many tries have failed. Try again in ");
    }

    @Test
    void afterFiveFailuresFromOneAddressOneWaitsWhateverTheName() throws Exception {
        try (ConsoleClient one = new ConsoleClient(server)) {
            triesUntilOneWaits(number -> one.signIn("nobody-" + number + UUID.randomUUID(), "a wrong password"));
        }
    }

    private interface Try {
        HttpResponse<String> make(int number) throws Exception;
    }

    /** On a slow machine the first second may be over before the next try: then one more is made. */
    private static HttpResponse<String> triesUntilOneWaits(Try one) throws Exception {
        for (int number = 0; number < 15; number++) {
            HttpResponse<String> answer = one.make(number);
            if (answer.statusCode() == 429) {
                assertThat(number).isGreaterThanOrEqualTo(5);
                return answer;
            }

            assertThat(answer.statusCode()).isEqualTo(401);
        }

        throw new AssertionError("nobody had to wait");
    }

    @Test
    void aFormWithoutItsTokenIsRefusedWithAPage() throws Exception {
        try (ConsoleClient client = signedIn("administer")) {
            HttpResponse<String> answer =
                    client.send("/admin/tokens", new String[] {"name", "x", "scope", "read"}, "_csrf", "stale");

            assertThat(answer.statusCode()).isEqualTo(403);
            assertThat(answer.body()).contains("<h1>This form is too old</h1>").doesNotContain("Exception");
        }
    }

    @Test
    void signingOutEndsTheSession() throws Exception {
        try (ConsoleClient client = signedIn("operate")) {
            assertThat(location(client.post("/overview", "/sign-out"))).isEqualTo("302 /sign-in");
            assertThat(location(client.get("/overview"))).isEqualTo("303 /sign-in?next=%2Foverview");
        }
    }

    @Test
    void aSessionCountsInEveryServer() throws Exception {
        try (ConsoleClient client = signedIn("operate");
                TestWebServer other = TestWebServer.start(database.url(), home.resolve("other"))) {
            // Cookies do not know ports: the same browser shows the same session.
            assertThat(client.at(other).get("/overview").statusCode()).isEqualTo(200);
        }
    }

    @Test
    void aRoleThatIsTakenAwayADisabledAccountAndANewPasswordCountAtOnce() throws Exception {
        String name = user("administer");
        try (ConsoleClient client = new ConsoleClient(server)) {
            client.signIn(name, PASSWORD);
            assertThat(client.get("/admin/users").statusCode()).isEqualTo(200);
            user("administer");
            users.changeRoles(TESTER, name, List.of("access"), List.of());
            HttpResponse<String> forbidden = client.get("/admin/users");
            assertThat(forbidden.statusCode()).isEqualTo(403);
            assertThat(forbidden.body()).contains("This needs the role “Administer”.");
            users.disable(TESTER, name);
            assertThat(client.get("/overview").statusCode()).isEqualTo(303);
        }
    }

    @Test
    void aNewPasswordEndsTheOtherSessionsAndKeepsThisOne() throws Exception {
        String name = user("access");
        try (ConsoleClient here = new ConsoleClient(server);
                ConsoleClient there = new ConsoleClient(server)) {
            here.signIn(name, PASSWORD);
            there.signIn(name, PASSWORD);
            assertThat(here.post(
                                    "/account",
                                    "/account/password",
                                    "old",
                                    "wrong",
                                    "password",
                                    "a new horse in the sun",
                                    "again",
                                    "a new horse in the sun")
                            .body())
                    .contains("the present one is wrong");

            HttpResponse<String> changed = here.post(
                    "/account",
                    "/account/password",
                    "old",
                    PASSWORD,
                    "password",
                    "a new horse in the sun",
                    "again",
                    "a new horse in the sun");

            assertThat(changed.body()).contains("The password was changed.");
            assertThat(here.get("/account").statusCode()).isEqualTo(200);
            assertThat(there.get("/account").statusCode()).isEqualTo(303);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"short", "passwordpassword", "aaaaaaaaaaaaaa", "password-2026!"})
    void weakPasswordsAreRefused(String password) throws Exception {
        try (ConsoleClient client = signedIn("access")) {
            HttpResponse<String> answer = client.post(
                    "/account", "/account/password", "old", PASSWORD, "password", password, "again", password);

            assertThat(answer.statusCode()).isEqualTo(400);
            assertThat(answer.body()).contains("Cannot use this password: ");
        }
    }

    @Test
    void aLinkIsForOnePasswordOnce() throws Exception {
        String name = "new-" + UUID.randomUUID();
        users.create(TESTER, name, List.of("access"), List.of(), null);
        String link = users.link(TESTER, name, "").link();
        try (ConsoleClient client = new ConsoleClient(server)) {
            assertThat(client.get(link).body())
                    .contains("<h1>Choose a password</h1>")
                    .contains(name);
            String token = link.substring(link.indexOf('=') + 1);
            assertThat(location(client.post(link, "/setup", "token", token, "password", PASSWORD, "again", PASSWORD)))
                    .isEqualTo("303 /overview");
            assertThat(client.get("/account").body()).contains(name);
            assertThat(client.get(link).statusCode()).isEqualTo(404);
        }
    }

    @Test
    void everyPageHasThePolicyAndNothingInline() throws Exception {
        try (ConsoleClient client = signedIn("administer")) {
            for (String path : List.of(
                    "/sign-in",
                    "/overview",
                    "/runs",
                    "/runs/RN_000000000000000",
                    "/runs/none/such",
                    "/admin/users",
                    "/admin/tokens",
                    "/admin/audit",
                    "/account")) {
                HttpResponse<String> page = client.get(path);
                assertThat(page.headers().firstValue("Content-Security-Policy"))
                        .as(path)
                        .hasValueSatisfying(
                                policy -> assertThat(policy).startsWith("default-src 'none'; script-src 'self'"));
                assertThat(page.headers().firstValue("Cache-Control")).hasValue("no-store");
                assertThat(page.headers().firstValue("Content-Type"))
                        .hasValueSatisfying(type -> assertThat(type).isEqualToIgnoringCase("text/html;charset=UTF-8"));
                assertThat(page.body())
                        .doesNotContain(" style=")
                        .doesNotContainPattern(" on[a-z]+=")
                        .doesNotContain("<script>")
                        .contains("<main")
                        .contains("Skip to content")
                        .containsOnlyOnce("<h1");
            }
        }
    }

    @Test
    void addressesOfProgramsKnowNoSessions() throws Exception {
        try (ConsoleClient client = signedIn("administer")) {
            assertThat(client.get("/API/v3/whoami").statusCode()).isEqualTo(401);
            assertThat(client.get("/API/v3/whoami").headers().firstValue("Set-Cookie"))
                    .isEmpty();
            assertThat(client.get("/no-such-page").headers().firstValue("Content-Type"))
                    .hasValue("application/json");
        }
    }

    @Test
    void aTokenIsShownOnceAndRevokedAfterAPreview() throws Exception {
        try (ConsoleClient client = signedIn("administer")) {
            String name = "shop-" + UUID.randomUUID();
            String made = client.post(
                            "/admin/tokens", "/admin/tokens", "name", name, "scope", "events", "scope", "read")
                    .body();
            assertThat(made).containsPattern("id=\"token\" readonly value=\"[A-Za-z0-9]{40}\"");
            assertThat(client.get("/admin/tokens").body())
                    .contains("Revoke " + name)
                    .doesNotContain("readonly");
            String revoke = "/admin/tokens/revoke?name=" + name;
            assertThat(client.get(revoke).body()).contains("What will happen");
            assertThat(location(client.post(revoke, "/admin/tokens/revoke", "name", name)))
                    .isEqualTo("303 /admin/tokens");
            assertThat(client.get("/admin/tokens").body()).doesNotContain("Revoke " + name);
            assertThat(client.get("/admin/audit").body())
                    .contains("token created", "token revoked", "<caption>Audit log</caption>");
            assertThat(client.post("/admin/tokens", "/admin/tokens", "name", "none")
                            .body())
                    .contains("Cannot create the token: it has no scope.");
        }
    }

    @Test
    void anAdministratorMakesUsersByALink() throws Exception {
        try (ConsoleClient client = signedIn("administer")) {
            String name = "new-" + UUID.randomUUID();
            String made = client.post("/admin/users", "/admin/users", "name", name, "role", "access", "role", "operate")
                    .body();
            assertThat(made)
                    .contains("Access contacts, Operate", name)
                    .containsPattern("value=\"http://[0-9.:]+/setup\\?token=[A-Za-z0-9]{64}\"");
            assertThat(location(client.post("/admin/users", "/admin/users/disable", "name", name)))
                    .startsWith("303 /admin/users/person?name=");
            assertThat(client.get("/admin/users").body()).contains("aria-label=\"Enable " + name + "\"");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"access", "manage", "operate"})
    void administrationIsForAdministratorsOnly(String role) throws Exception {
        try (ConsoleClient client = signedIn(role)) {
            for (String path : List.of("/admin/users", "/admin/tokens", "/admin/audit")) {
                assertThat(client.get(path).statusCode()).as(path).isEqualTo(403);
            }

            assertThat(client.post("/overview", "/admin/users", "name", "x", "role", "administer")
                            .statusCode())
                    .isEqualTo(403);
            assertThat(client.post("/overview", "/admin/tokens", "name", "x", "scope", "admin")
                            .statusCode())
                    .isEqualTo(403);
        }
    }

    @Test
    void withoutTheDatabaseEveryPageSaysSoAsAPageAndAsksAgain() throws Exception {
        try (DatabaseProxy network = new DatabaseProxy(database.url());
                TestWebServer cut = TestWebServer.start(network.url(), home.resolve("cut"));
                ConsoleClient client = signedIn("administer")) {
            ConsoleClient there = client.at(cut);
            assertThat(there.get("/overview").statusCode()).isEqualTo(200);
            network.cut();

            for (String path : List.of("/overview", "/runs", "/sign-in")) {
                HttpResponse<String> page = there.get(path);
                assertThat(page.statusCode()).as(path).isEqualTo(503);
                assertThat(page.headers().firstValue("Content-Security-Policy"))
                        .as(path)
                        .isPresent();
                assertThat(page.body())
                        .as(path)
                        .contains("<h1>Not available now</h1>", "the database does not answer", "data-retry=\"10\"");
            }

            assertThat(there.send("/runs/RN_1/abandon", new String[] {"state", "1 FAILED"})
                            .body())
                    .contains("look first whether what you sent was done")
                    .doesNotContain("data-retry");
        }
    }

    @Test
    void manyTriesAtOnceAreNotMoreTries() throws Exception {
        String name = user("access");
        try (ConsoleClient client = new ConsoleClient(server);
                ExecutorService callers = Executors.newVirtualThreadPerTaskExecutor()) {
            String token = client.token("/sign-in");
            List<Future<Integer>> answers = new ArrayList<>();
            for (int i = 0; i < 20; i++) {
                answers.add(callers.submit(() -> client.send(
                                "/sign-in", new String[] {"name", name, "password", "a wrong password"}, "_csrf", token)
                        .statusCode()));
            }

            List<Integer> statuses = new ArrayList<>();
            for (Future<Integer> answer : answers) {
                statuses.add(answer.get());
            }

            assertThat(statuses).hasSize(20).containsOnly(401, 429);
            assertThat(statuses.stream().filter(status -> status == 401)).hasSizeBetween(5, 9);
        }
    }

    @Test
    void filesOfAnotherVersionOfTheServerAreNearEnoughForOnce() throws Exception {
        try (ConsoleClient client = new ConsoleClient(server)) {
            Matcher address = Pattern.compile("/assets/[0-9a-f]{16}/console\\.css")
                    .matcher(client.get("/sign-in").body());
            assertThat(address.find()).isTrue();
            HttpResponse<String> own = client.get(address.group());
            HttpResponse<String> other = client.get("/assets/0123456789abcdef/console.css");

            assertThat(own.headers().firstValue("Cache-Control")).hasValue("public, max-age=31536000, immutable");
            assertThat(other.headers().firstValue("Cache-Control")).hasValue("no-store");
            assertThat(other.body()).isEqualTo(own.body());
            assertThat(client.get("/assets/0123456789abcdef/none.css").statusCode())
                    .isEqualTo(404);
        }
    }
}
