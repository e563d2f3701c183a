package io.muster.web.console.provider;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.muster.access.ProvidedPerson;
import io.muster.access.Role;
import io.muster.access.User.Origin;
import io.muster.app.ProvidedSignIn;
import io.muster.app.UserService;
import io.muster.app.UserView;
import io.muster.database.TestDatabase;
import io.muster.dedup.DirectoryFixture;
import io.muster.directory.Actor;
import io.muster.web.TestWebServer;
import io.muster.web.console.ConsoleClient;
import io.muster.web.console.ShiftedClock;
import io.muster.web.console.provider.TestProvider.Fault;
import java.net.URI;
import java.net.URLDecoder;
import java.net.URLEncoder;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Who gets into the console by a provider of OpenID Connect, and who does not; against Spring's authorization server. */
class ProviderSignInContractTests {

    @RegisterExtension
    static final TestDatabase database = new TestDatabase();

    private static final String BEGIN = "/sign-in/provider";
    private static final String READERS = "cn=readers,dc=company";
    private static final String LOCAL = "a horse in the rain";
    private static final Actor TESTER = Actor.commandLine("tester");

    @TempDir
    private static Path home;

    private static ShiftedClock clock;
    private static TestProvider provider;
    private static TestWebServer server;
    private static UserService users;

    @BeforeAll
    static void start() throws Exception {
        clock = new ShiftedClock();
        provider = TestProvider.start(clock);
        provider.goWrong(Fault.AWAY);
        // It is not there yet, and nobody waits for it.
        server = TestWebServer.start(clock, database.url(), home, provider.settings());
        users = server.get(UserService.class);
        provider.goWrong(Fault.NONE);
    }

    @AfterAll
    static void stop() {
        server.close();
        provider.close();
    }

    @AfterEach
    void mend() {
        provider.goWrong(Fault.NONE);
        // A provider that was away is asked again.
        clock.jump(Duration.ofSeconds(10));
    }

    private static String login() {
        return "person-" + UUID.randomUUID();
    }

    /** A person of whom the provider says these groups. */
    private static String person(String... groups) {
        String login = login();
        provider.say(login, "subject-" + login, login, groups);
        return login;
    }

    private static String location(HttpResponse<String> answer) {
        return ConsoleClient.location(answer);
    }

    /** Goes to the provider and back; the answer of the console to what the provider has sent. */
    private static HttpResponse<String> signIn(ConsoleClient console, ProviderVisitor visitor, String begin)
            throws Exception {
        return console.get(visitor.visit(atProvider(console, begin)));
    }

    private static String atProvider(ConsoleClient console, String begin) throws Exception {
        HttpResponse<String> sent = console.get(begin);
        assertThat(sent.statusCode()).isEqualTo(303);
        String address = sent.headers().firstValue("Location").orElseThrow();
        assertThat(address).startsWith(provider.issuer() + "/oauth2/authorize?");
        return address;
    }

    private static HttpResponse<String> signIn(ConsoleClient console, String login) throws Exception {
        try (ProviderVisitor visitor = new ProviderVisitor(login)) {
            return signIn(console, visitor, BEGIN);
        }
    }

    private static List<String> audit(String name) {
        return database.jdbc()
                .sql("SELECT CONCAT(actor, ': ', action, ' ', detail) FROM audit WHERE detail LIKE ? ORDER BY id")
                .param("%\"" + name + "\"%")
                .query(String.class)
                .list();
    }

    @Test
    void thePageOffersBothWays() throws Exception {
        try (ConsoleClient console = new ConsoleClient(server)) {
            assertThat(console.get("/sign-in?next=%2Fruns%3Fstatus%3Dfailed").body())
                    .contains("href=\"/sign-in/provider?next=/runs?status%3Dfailed\"")
                    .contains(">Sign in with Company</a>")
                    .contains("id=\"password\"");
        }
    }

    @Test
    void whoIsNewGetsAnAccountWithTheRolesOfTheGroupsAndIsLedOn() throws Exception {
        String login = person("night", "unknown");
        try (ConsoleClient console = new ConsoleClient(server);
                ProviderVisitor visitor = new ProviderVisitor(login)) {
            assertThat(location(signIn(console, visitor, BEGIN + "?next=%2Fruns%3Fstatus%3Dfailed")))
                    .isEqualTo("303 /runs?status=failed");
            assertThat(console.get("/runs?status=failed").statusCode()).isEqualTo(200);
            assertThat(console.get("/account").body())
                    .contains(login)
                    .contains("Access contacts, Operate")
                    .contains("the password is changed there")
                    .doesNotContain("Present password");
        }

        UserView made = users.show(login);
        assertThat(made.roles()).containsExactly("access", "operate");
        assertThat(made.issuer()).isEqualTo(provider.issuer());
        assertThat(made.subject()).isEqualTo("subject-" + login);
        assertThat(made.directories()).isNull();
        assertThat(made.lastSignIn()).isNotNull();
        assertThat(audit(login)).hasSize(1).first().asString().startsWith("provider: user.create ");
    }

    @Test
    void theQuestionIsPutWithPkceStateAndNonceAndTheNextOneDiffers() throws Exception {
        try (ConsoleClient console = new ConsoleClient(server)) {
            HttpResponse<String> sent = console.get(BEGIN + "?next=%2Fruns");
            Map<String, String> first =
                    query(sent.headers().firstValue("Location").orElseThrow());
            Map<String, String> second = query(atProvider(console, BEGIN));
            assertThat(first)
                    .containsEntry("response_type", "code")
                    .containsEntry("code_challenge_method", "S256")
                    .containsEntry("redirect_uri", server.address() + "/sign-in/provider/back")
                    .containsEntry("scope", "openid profile email")
                    .doesNotContainKey("prompt");
            for (String name : List.of("state", "nonce", "code_challenge")) {
                assertThat(first.get(name)).hasSize(43).isNotEqualTo(second.get(name));
            }

            assertThat(sent.headers().allValues("Set-Cookie"))
                    .filteredOn(cookie -> cookie.startsWith("muster-provider="))
                    .singleElement()
                    .asString()
                    .contains("HttpOnly", "SameSite=Lax", "Path=/", "Max-Age=600")
                    .doesNotContain(TestProvider.SECRET);
            assertThat(sent.headers().firstValue("Referrer-Policy")).contains("same-origin");
        }
    }

    private static Map<String, String> query(String address) {
        return Arrays.stream(URI.create(address).getRawQuery().split("&"))
                .map(one -> one.split("=", 2))
                .collect(Collectors.toMap(one -> one[0], one -> URLDecoder.decode(one[1], StandardCharsets.UTF_8)));
    }

    @Test
    void withTlsTheCookieIsOfThisHostOnlyAndTheAddressThatOfTheProxy() throws Exception {
        try (ConsoleClient console = new ConsoleClient(server)) {
            HttpResponse<String> sent =
                    console.get(BEGIN, "X-Forwarded-Proto", "https", "X-Forwarded-Host", "muster.example.com");
            assertThat(query(sent.headers().firstValue("Location").orElseThrow()))
                    .containsEntry("redirect_uri", "https://muster.example.com/sign-in/provider/back");
            assertThat(sent.headers().allValues("Set-Cookie"))
                    .anyMatch(cookie -> cookie.startsWith("__Host-muster-provider=") && cookie.contains("Secure"));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"//evil.example.com", "https://evil.example.com", "/\\evil", "/v1/decisions", "/sign-out"})
    void nobodyIsLedElsewhere(String next) throws Exception {
        try (ConsoleClient console = new ConsoleClient(server);
                ProviderVisitor visitor = new ProviderVisitor(person("night"))) {
            String begin = BEGIN + "?next=" + URLEncoder.encode(next, StandardCharsets.UTF_8);
            assertThat(location(signIn(console, visitor, begin))).isEqualTo("303 /overview");
        }
    }

    @Test
    void theNameMayChangeAtTheProviderTheAccountStays() throws Exception {
        String login = person(READERS);
        try (ConsoleClient console = new ConsoleClient(server)) {
            assertThat(location(signIn(console, login))).isEqualTo("303 /overview");
            provider.say(login, "subject-" + login, "married-" + login, READERS);
            assertThat(location(signIn(console, login))).isEqualTo("303 /overview");
            assertThat(console.get("/account").body()).contains(">" + login + "<");
        }

        assertThat(users.list()).noneMatch(user -> user.name().equals("married-" + login));
    }

    @Test
    void otherGroupsAreOtherRolesAtTheNextSignInAndTheDirectoriesStay() throws Exception {
        String login = person("heads");
        DirectoryFixture directory = DirectoryFixture.create(database.jdbc(), "extRef");
        String pool = database.ids().directory(directory.id());
        try (ConsoleClient console = new ConsoleClient(server)) {
            signIn(console, login);
            assertThat(users.show(login).roles()).containsExactly("administer");
            users.changeRoles(TESTER, login, List.of("administer"), List.of(pool));

            provider.say(login, "subject-" + login, login, READERS);
            signIn(console, login);
            assertThat(console.get("/admin/audit").statusCode()).isEqualTo(403);
        }

        UserView now = users.show(login);
        assertThat(now.roles()).containsExactly("access");
        assertThat(now.directories())
                .singleElement()
                .satisfies(one -> assertThat(one.id()).isEqualTo(pool));
        assertThat(audit(login).getLast())
                .startsWith("provider: user.role ")
                .contains("\"roles\":[\"access\"]")
                .contains("\"issuer\":\"" + provider.issuer() + "\"");
    }

    @Test
    void whoseRolesComeFromTheProviderIsGivenNoOthersByHand() throws Exception {
        String login = person(READERS);
        try (ConsoleClient console = new ConsoleClient(server)) {
            signIn(console, login);
        }

        assertThatThrownBy(() -> users.changeRoles(TESTER, login, List.of("administer"), List.of()))
                .hasMessage(
                        "Cannot change the roles of '%s': %s says them each time this user signs in. Change them there; here only the directories.",
                        login, provider.issuer());
        assertThatThrownBy(() -> users.link(TESTER, login, "http://x"))
                .hasMessage(
                        "Cannot make a link for '%s': this user signs in with %s. The password is chosen there.",
                        login, provider.issuer());
        try (ConsoleClient local = new ConsoleClient(server)) {
            assertThat(local.signIn(login, LOCAL).statusCode()).isEqualTo(401);
        }
    }

    @Test
    void withoutAGroupThatIsWorthARoleNobodyGetsInNorAnAccount() throws Exception {
        String login = person("guests");
        try (ConsoleClient console = new ConsoleClient(server)) {
            assertThat(location(signIn(console, login))).isEqualTo("303 /sign-in/provider/refused");
            HttpResponse<String> page = console.get("/sign-in/provider/refused");
            assertThat(page.statusCode()).isEqualTo(403);
            assertThat(page.body())
                    .contains("gives you no role in Muster")
                    .contains("<code>groups</code>")
                    .contains("subject-" + login)
                    .doesNotContain("heads", READERS);
            assertThat(location(console.get("/overview"))).startsWith("303 /sign-in?next=");
        }

        assertThat(users.list()).noneMatch(user -> user.name().equals(login));
        assertThat(audit(login)).isEmpty();
    }

    @Test
    void whoHasLostTheLastGroupIsOutEverywhere() throws Exception {
        String login = person("night");
        try (ConsoleClient here = new ConsoleClient(server);
                ConsoleClient there = new ConsoleClient(server)) {
            signIn(here, login);
            assertThat(here.get("/overview").statusCode()).isEqualTo(200);
            provider.say(login, "subject-" + login, login);
            clock.jump(Duration.ofSeconds(1));
            assertThat(location(signIn(there, login))).isEqualTo("303 /sign-in/provider/refused");
            assertThat(location(here.get("/overview"))).startsWith("303 /sign-in");
        }

        assertThat(users.show(login).roles()).isEmpty();
        assertThat(audit(login).getLast()).startsWith("provider: user.role ").contains("\"roles\":[]");
    }

    @Test
    void whoIsDisabledHereStaysOut() throws Exception {
        String login = person("night");
        try (ConsoleClient console = new ConsoleClient(server)) {
            signIn(console, login);
            users.disable(TESTER, login);
            assertThat(location(console.get("/overview"))).startsWith("303 /sign-in");
            assertThat(location(signIn(console, login))).isEqualTo("303 /sign-in/provider/refused");
            assertThat(console.get("/sign-in/provider/refused").body()).contains("Your account in Muster is disabled.");
        }
    }

    @Test
    void aNameThatAnotherUserHasIsNotTakenOverUntilAnAdministratorConnectsTheTwo() throws Exception {
        String login = person("heads");
        users.create(TESTER, login.toUpperCase(Locale.ROOT), List.of("access"), List.of(), LOCAL);
        try (ConsoleClient console = new ConsoleClient(server)) {
            assertThat(location(signIn(console, login))).isEqualTo("303 /sign-in/provider/refused");
            assertThat(console.get("/sign-in/provider/refused").body())
                    .contains("Muster has another user of the name <b>" + login + "</b>")
                    .contains("<code>subject-" + login + "</code>");
            assertThat(users.show(login).roles()).containsExactly("access");
            assertThat(users.show(login).issuer()).isNull();

            users.changeOrigin(TESTER, login, new Origin(provider.issuer(), "subject-" + login));
            assertThat(location(signIn(console, login))).isEqualTo("303 /overview");
            assertThat(users.show(login).roles()).containsExactly("administer");
            assertThat(users.show(login).password()).isFalse();
        }

        try (ConsoleClient local = new ConsoleClient(server)) {
            assertThat(local.signIn(login, LOCAL).statusCode()).isEqualTo(401);
        }
    }

    @Test
    void twoUsersNeverHaveTheSameSubject() throws Exception {
        String login = person("night");
        try (ConsoleClient console = new ConsoleClient(server)) {
            signIn(console, login);
        }

        users.create(TESTER, "other-" + login, List.of("access"), List.of(), LOCAL);
        assertThatThrownBy(() ->
                        users.changeOrigin(TESTER, "other-" + login, new Origin(provider.issuer(), "subject-" + login)))
                .hasMessageContaining("another user has this subject of the provider");
    }

    @ParameterizedTest
    @EnumSource(
            value = Fault.class,
            names = {"SIGNATURE", "AUDIENCE", "NONCE", "ISSUER", "EXPIRED"})
    void whatIsNotToBeBelievedIsNotBelieved(Fault fault) throws Exception {
        String login = person("heads");
        provider.goWrong(fault);
        try (ConsoleClient console = new ConsoleClient(server);
                ProviderVisitor visitor = new ProviderVisitor(login)) {
            String problem = location(signIn(console, visitor, BEGIN + "?next=%2Fruns"));
            assertThat(problem).isEqualTo("303 /sign-in?problem=wrong&next=%2Fruns");
            assertThat(console.get(problem.substring(4)).body())
                    .contains(
                            "The answer of Company was not accepted. Try again. If it fails again, tell an administrator of Muster.")
                    .contains("next=/runs");
            assertThat(location(console.get("/overview"))).startsWith("303 /sign-in");
        }

        assertThat(users.list()).noneMatch(user -> user.name().equals(login));
    }

    @Test
    void anAnswerCountsOnceInTheBrowserThatAsked() throws Exception {
        try (ConsoleClient console = new ConsoleClient(server);
                ConsoleClient thief = new ConsoleClient(server);
                ProviderVisitor visitor = new ProviderVisitor(person("heads"))) {
            String answer = visitor.visit(atProvider(console, BEGIN));
            assertThat(location(thief.get(answer))).startsWith("303 /sign-in?problem=expired");
            atProvider(thief, BEGIN);
            assertThat(location(thief.get(answer))).startsWith("303 /sign-in?problem=expired");
            assertThat(location(console.get(answer))).isEqualTo("303 /overview");
            String again = location(console.get(answer));
            assertThat(again).startsWith("303 /sign-in/again?problem=expired");
        }
    }

    @Test
    void aCodeThatWasUsedIsWorthNothing() throws Exception {
        try (ConsoleClient console = new ConsoleClient(server);
                ProviderVisitor visitor = new ProviderVisitor(person("heads"))) {
            String used = visitor.visit(atProvider(console, BEGIN));
            assertThat(location(console.get(used))).isEqualTo("303 /overview");
            String state = query(atProvider(console, BEGIN)).get("state");
            String replayed = used.replaceFirst("state=[^&]*", "state=" + state);
            assertThat(location(console.get(replayed))).startsWith("303 /sign-in/again?problem=wrong");
        }
    }

    @Test
    void aSignInIsNotBegunToBeEndedMuchLater() throws Exception {
        try (ConsoleClient console = new ConsoleClient(server);
                ProviderVisitor visitor = new ProviderVisitor(person("heads"))) {
            String answer = visitor.visit(atProvider(console, BEGIN));
            clock.jump(Duration.ofMinutes(11));
            assertThat(location(console.get(answer))).startsWith("303 /sign-in?problem=expired");
        }
    }

    @ParameterizedTest
    @CsvSource({
        "error=access_denied, denied, Company did not let you sign in.",
        "error=server_error, wrong, The answer of Company was not accepted.",
        "x=y, wrong, The answer of Company was not accepted.",
        "code=x&iss=https%3A%2F%2Fevil.example.com, wrong, The answer of Company was not accepted.",
    })
    void anErrorOfTheProviderIsOneSentence(String answer, String problem, String sentence) throws Exception {
        try (ConsoleClient console = new ConsoleClient(server)) {
            String state = query(atProvider(console, BEGIN)).get("state");
            String page = location(
                    console.get("/sign-in/provider/back?" + answer + "&error_description=%3Cb%3Eevil&state=" + state));
            assertThat(page).isEqualTo("303 /sign-in?problem=" + problem + "&next=%2Foverview");
            assertThat(console.get(page.substring(4)).body()).contains(sentence).doesNotContain("evil");
        }
    }

    @Test
    void whileTheProviderIsAwayPasswordsGoOn() throws Exception {
        String name = "local-" + UUID.randomUUID();
        users.create(TESTER, name, List.of("operate"), List.of(), LOCAL);
        clock.jump(Duration.ofHours(2));
        try (TestWebServer fresh = TestWebServer.start(
                        clock,
                        database.url(),
                        home.resolve("away"),
                        provider.settings("muster.public-url", "https://muster.example.com/"));
                ConsoleClient console = new ConsoleClient(fresh)) {
            provider.goWrong(Fault.AWAY);
            String page = location(console.get(BEGIN + "?next=%2Fruns"));
            assertThat(page).isEqualTo("303 /sign-in?problem=unreachable&next=%2Fruns");
            assertThat(console.get(page.substring(4)).body())
                    .contains("Company cannot be reached. Try again later.")
                    .contains("id=\"password\"");
            assertThat(location(console.signIn(name, LOCAL))).isEqualTo("303 /overview");
            provider.goWrong(Fault.NONE);
            clock.jump(Duration.ofSeconds(10));
            assertThat(query(atProvider(console, BEGIN)))
                    .containsEntry("redirect_uri", "https://muster.example.com/sign-in/provider/back");
        }
    }

    @Test
    void whoSignsInGetsANewSessionAndSignsOutHereOnly() throws Exception {
        String login = person("night");
        try (ConsoleClient console = new ConsoleClient(server)) {
            HttpResponse<String> first = signIn(console, login);
            HttpResponse<String> second = signIn(console, login);
            assertThat(cookie(first)).isNotEmpty();
            assertThat(cookie(second)).isNotEmpty().isNotEqualTo(cookie(first));
            HttpResponse<String> out = console.post("/account", "/sign-out");
            assertThat(location(out)).isEqualTo("302 /sign-in?out=true");
            assertThat(console.get("/sign-in?out=true").body())
                    .contains("You have signed out here. With Company you may");
            assertThat(location(console.get("/overview"))).startsWith("303 /sign-in?next=");
        }
    }

    private static String cookie(HttpResponse<String> answer) {
        return answer.headers().allValues("Set-Cookie").stream()
                .filter(cookie -> cookie.startsWith("muster="))
                .map(cookie -> cookie.replaceFirst(";.*", ""))
                .reduce("", (one, other) -> other);
    }

    @Test
    void after15MinutesWhoAdministersSignsInThereAgainAndGoesOn() throws Exception {
        try (ConsoleClient console = new ConsoleClient(server);
                ProviderVisitor visitor = new ProviderVisitor(person("heads"))) {
            signIn(console, visitor, BEGIN);
            assertThat(console.get("/admin/users").statusCode()).isEqualTo(200);
            clock.jump(Duration.ofMinutes(16));
            assertThat(location(console.get("/admin/users"))).isEqualTo("303 /sign-in/again?next=%2Fadmin%2Fusers");
            assertThat(console.get("/sign-in/again?next=%2Fadmin%2Fusers").body())
                    .contains("<h1>Sign in again</h1>")
                    .contains("href=\"/sign-in/provider?again=true&amp;next=/admin/users\"")
                    .doesNotContain("type=\"password\"");

            // Who is still signed in there passes, but has proved nothing anew.
            assertThat(location(signIn(console, visitor, BEGIN + "?next=%2Fadmin%2Fusers")))
                    .isEqualTo("303 /admin/users");
            assertThat(location(console.get("/admin/users"))).startsWith("303 /sign-in/again");

            assertThat(visitor.passwords()).isEqualTo(1);
            assertThat(location(signIn(console, visitor, BEGIN + "?again=true&next=%2Fadmin%2Fusers")))
                    .isEqualTo("303 /admin/users");
            assertThat(visitor.passwords()).isEqualTo(2);
            assertThat(console.get("/admin/users").statusCode()).isEqualTo(200);
        }
    }

    @Test
    void aFormThatComesTooLateIsNotDoneAndItsPageIsFoundAgain() throws Exception {
        String login = person("heads");
        try (ConsoleClient console = new ConsoleClient(server)) {
            signIn(console, login);
            String token = console.token("/account");
            clock.jump(Duration.ofMinutes(16));
            HttpResponse<String> late = console.send(
                    "/admin/users", new String[] {"name", "made-" + login, "role", "administer"}, "_csrf", token);
            assertThat(late.body())
                    .contains("What you sent was not done: you come back to the page, and send it again.")
                    .contains("again=true&amp;next=/admin/users\"");
        }

        assertThat(users.list()).noneMatch(user -> user.name().equals("made-" + login));
    }

    @ParameterizedTest
    @EnumSource(
            value = Fault.class,
            names = {"NOT_AGAIN", "NO_TIME"})
    void aProviderThatDoesNotAskAgainIsNoProof(Fault fault) throws Exception {
        try (ConsoleClient console = new ConsoleClient(server);
                ProviderVisitor visitor = new ProviderVisitor(person("heads"))) {
            signIn(console, visitor, BEGIN);
            clock.jump(Duration.ofMinutes(16));
            provider.goWrong(fault);
            String problem = location(signIn(console, visitor, BEGIN + "?again=true&next=%2Fadmin%2Fusers"));
            assertThat(problem).isEqualTo("303 /sign-in/again?problem=not-again&next=%2Fadmin%2Fusers");
            assertThat(console.get(problem.substring(4)).body())
                    .contains("Company did not confirm that you signed in again.");
            assertThat(location(console.get("/admin/users"))).startsWith("303 /sign-in/again");
        }
    }

    @Test
    void anotherPersonDoesNotConfirmWhoIsSignedIn() throws Exception {
        try (ConsoleClient console = new ConsoleClient(server);
                ProviderVisitor other = new ProviderVisitor(person("heads"))) {
            String login = person("heads");
            signIn(console, login);
            clock.jump(Duration.ofMinutes(16));
            String problem = location(signIn(console, other, BEGIN + "?again=true&next=%2Fadmin%2Fusers"));
            assertThat(problem).isEqualTo("303 /sign-in/again?problem=other&next=%2Fadmin%2Fusers");
            assertThat(console.get("/account").body()).contains(login);
            assertThat(location(console.get("/admin/users"))).startsWith("303 /sign-in/again");
        }
    }

    @Test
    void groupsThatAreNotInTheTokenAreAskedFor() throws Exception {
        String login = person("heads");
        provider.goWrong(Fault.GROUPS_APART);
        try (ConsoleClient console = new ConsoleClient(server)) {
            assertThat(location(signIn(console, login))).isEqualTo("303 /overview");
        }

        assertThat(users.show(login).roles()).containsExactly("administer");
    }

    @Test
    void whoFailsWithTheProviderTooOftenWaits() throws Exception {
        try (ConsoleClient console = new ConsoleClient(server)) {
            String page = "";
            for (int number = 0; number < 15 && !page.contains("later"); number++) {
                String state = query(atProvider(console, BEGIN)).get("state");
                page = location(console.get("/sign-in/provider/back?code=guessed&state=" + state));
            }

            assertThat(page).isEqualTo("303 /sign-in?problem=later&next=%2Foverview");
            assertThat(console.get(page.substring(4)).body()).contains("Too many sign-ins with Company have failed.");
        }
    }

    @Test
    void administratorsSeeWhoComesFromTheProvider() throws Exception {
        String login = person("heads");
        String pool = database.ids()
                .directory(DirectoryFixture.create(database.jdbc(), "extRef").id());
        try (ConsoleClient console = new ConsoleClient(server)) {
            signIn(console, login);
            assertThat(console.get("/admin/users").body()).contains("<td>" + provider.issuer() + "</td>");
            String person = console.get("/admin/users/person?name=" + login).body();
            assertThat(person)
                    .contains("<code>subject-" + login + "</code>")
                    .contains("says them each time this user signs in")
                    .contains("Change directories")
                    .doesNotContain("Link to choose a password");
            HttpResponse<String> changed = console.post(
                    "/admin/users/person?name=" + login,
                    "/admin/users/roles",
                    "name",
                    login,
                    "limit",
                    "some",
                    "directory",
                    pool);
            assertThat(changed.statusCode()).isEqualTo(303);
            assertThat(console.post(
                                    "/account",
                                    "/account/password",
                                    "old",
                                    LOCAL,
                                    "password",
                                    "another horse in the rain",
                                    "again",
                                    "another horse in the rain")
                            .body())
                    .contains("The password is chosen there.");
            assertThat(console.get("/admin/settings").body())
                    .contains(provider.issuer())
                    .doesNotContain(TestProvider.SECRET)
                    .doesNotContain("its 100 %");
        }

        assertThat(users.show(login).directories()).hasSize(1);
    }

    @Test
    void withPasswordsSwitchedOffOnlyTheProviderLetsPeopleInAndNewOnesSeeNoDirectoryAtFirst() throws Exception {
        String local = "local-" + UUID.randomUUID();
        users.create(TESTER, local, List.of("operate"), List.of(), LOCAL);
        String login = person("night");
        try (ConsoleClient before = new ConsoleClient(server);
                TestWebServer strict = TestWebServer.start(
                        clock,
                        database.url(),
                        home.resolve("strict"),
                        provider.settings("muster.oidc.passwords", "off", "muster.oidc.directories", "none"));
                ConsoleClient console = new ConsoleClient(strict)) {
            before.signIn(local, LOCAL);
            assertThat(before.get("/overview").statusCode()).isEqualTo(200);
            assertThat(location(before.at(strict).get("/overview"))).startsWith("303 /sign-in");
            assertThat(console.get("/sign-in").body())
                    .contains("Sign in with Company")
                    .doesNotContain("type=\"password\"");
            assertThat(console.get("/setup?token=x").body()).contains("Passwords of Muster do not count here.");
            assertThat(location(signIn(console, login))).isEqualTo("303 /overview");
            provider.say(login, "subject-" + login, login, "heads");
            signIn(console, login);
            assertThat(console.get("/admin/users").body())
                    .contains("All users sign in with Company: the first sign-in makes the account.")
                    .doesNotContain("Create user", ">Link<");
            HttpResponse<String> tried =
                    console.post("/account", "/sign-in", "name", local, "password", LOCAL, "next", "/overview");
            assertThat(tried.statusCode()).isEqualTo(409);
            assertThat(tried.body()).contains("Passwords of Muster do not count here. Sign in with Company.");
        }

        assertThat(users.show(login).directories()).isEmpty();
    }

    @Test
    void withoutAProviderAccountsOfOneAreNotUsed() throws Exception {
        String login = person("night");
        try (ConsoleClient console = new ConsoleClient(server);
                TestWebServer plain = TestWebServer.start(clock, database.url(), home.resolve("plain"))) {
            signIn(console, login);
            assertThat(console.get("/overview").statusCode()).isEqualTo(200);
            assertThat(location(console.at(plain).get("/overview"))).startsWith("303 /sign-in");
            try (ConsoleClient other = new ConsoleClient(plain)) {
                assertThat(other.get("/sign-in").body()).doesNotContain(BEGIN);
                assertThat(other.get(BEGIN).statusCode()).isEqualTo(404);
                assertThat(other.get(BEGIN + "/back?code=x&state=y").statusCode())
                        .isEqualTo(404);
            }
        }
    }

    @Test
    void whoSignsInForTheFirstTimeInSeveralPlacesAtOnceGetsOneAccount() throws Exception {
        String login = login();
        ProvidedPerson person = new ProvidedPerson(
                new Origin(provider.issuer(), "subject-" + login), login, Set.of(Role.OPERATE), true);
        try (ExecutorService places = Executors.newFixedThreadPool(4)) {
            List<Future<ProvidedSignIn>> all =
                    places.invokeAll(Collections.nCopies(4, () -> users.signIn(person, "192.0.2.1")));
            for (Future<ProvidedSignIn> one : all) {
                assertThat(one.get()).isInstanceOf(ProvidedSignIn.Known.class);
            }
        }

        assertThat(users.list()).filteredOn(user -> user.name().equals(login)).hasSize(1);
        assertThat(audit(login)).hasSize(1);
    }
}
