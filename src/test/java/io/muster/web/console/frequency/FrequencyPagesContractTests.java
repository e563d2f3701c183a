package io.muster.web.console.frequency;

import static io.muster.dedup.DirectoryFixture.record;
import static io.muster.web.console.ConsoleClient.location;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.muster.app.FrequencyRuleService;
import io.muster.app.NewFrequencyRule;
import io.muster.app.UserService;
import io.muster.database.TestDatabase;
import io.muster.dedup.ContactEdits;
import io.muster.dedup.DirectoryFixture;
import io.muster.dedup.EditResult.Created;
import io.muster.directory.Actor;
import io.muster.web.TestWebServer;
import io.muster.web.console.ConsoleClient;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** Frequency rules and the simulator in the console. */
class FrequencyPagesContractTests {

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

    private String contact(String... values) {
        long number = ((Created) server.get(ContactEdits.class).create(directory.id(), record(values))).number();
        return database.ids().contact(directory.id(), number);
    }

    private void mailed(long number, String key, Instant at) {
        byte[] bytes = Arrays.copyOf(key.getBytes(StandardCharsets.UTF_8), 16);
        database.jdbc()
                .sql(
                        "INSERT INTO touchpoint (directory_id, number, touchpoint_key, channel, kind, happened_at, recorded_at,"
                                + " source) VALUES (?, ?, ?, 'email', 'sent', ?, ?, 'manual')")
                .params(directory.id(), number, bytes, at.toEpochMilli(), at.toEpochMilli())
                .update();
        database.jdbc()
                .sql("INSERT INTO touchpoint_claim (directory_id, touchpoint_key, number) VALUES (?, ?, ?)")
                .params(directory.id(), bytes, number)
                .update();
    }

    private String rule(String max, String per, @Nullable String list) {
        return server.get(FrequencyRuleService.class)
                .add(TESTER, pool(), new NewFrequencyRule(max, per, null, null, false, null, list))
                .id();
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

    /** The page once its numbers are there. */
    private static String counted(ConsoleClient client, String address) {
        String[] page = {""};
        await().atMost(Duration.ofSeconds(60)).until(() -> {
            page[0] = client.get(address).body();
            return !page[0].contains("data-retry");
        });
        return page[0];
    }

    @Test
    void withoutRulesEverybodyIsEligible() throws Exception {
        String ada = contact("extRef", "1");
        try (ConsoleClient client = signedIn(List.of(), "access")) {
            assertThat(client.get(path("/frequency")).body())
                    .contains("<h1>Frequency rules</h1>", "No rules: everybody is eligible, at any time.")
                    .contains("<span>Add a rule</span> <small>needs the role Manage directory</small>");
            assertThat(client.get(path("/frequency/simulator")).body()).contains("<h1>Frequency simulator</h1>");
            assertThat(client.get(path("/frequency/simulator?contact=" + ada)).body())
                    .contains("Eligible: no rule applies.")
                    .doesNotContain("<svg class=\"axis\"");
        }
    }

    @Test
    void rulesOfTheDirectoryAndOfListsStandApartAndListsSayThatTheyDoNotApplyToIntercepts() throws Exception {
        rule("2", "30d", null);
        directory.addList("News <b>letter</b>");
        rule("1", "1mo", "News <b>letter</b>");
        try (ConsoleClient client = manager()) {
            String page = client.get(path("/frequency")).body();

            assertThat(page)
                    .contains("<caption>Rules for everybody</caption>", "<td>at most 2 in 30 days</td>")
                    .contains(
                            "<caption>Rules of surveys, segments and lists</caption>",
                            "list News &lt;b&gt;letter&lt;/b&gt;")
                    .contains("<td>email and SMS; it does not apply to intercepts</td>")
                    .contains("at most 1 in 1 month (30 days)")
                    .doesNotContain("<b>letter");
        }
    }

    @Test
    void aRuleIsAddedAfterItSaidWhomItHoldsBackAndTwiceIsOnce() throws Exception {
        contact("extRef", "1");
        contact("extRef", "2");
        mailed(1, "t1", Instant.now().minus(Duration.ofDays(3)));
        try (ConsoleClient client = manager()) {
            assertThat(client.get(path("/frequency/add")).body()).contains("<h1>Add a frequency rule</h1>");
            HttpResponse<String> wrong = client.get(path("/frequency/preview?max=often&per=&gap="));
            assertThat(wrong.statusCode()).isEqualTo(400);
            assertThat(wrong.body())
                    .contains("<a href=\"#max\">The maximum is neither a whole number nor none.</a>")
                    .contains("value=\"often\"", "aria-invalid=\"true\"");
            assertThat(client.get(path("/frequency/preview?max=&gap=")).body()).contains("The rule limits nothing");
            assertThat(client.get(path("/frequency/preview?always=true")).body())
                    .contains("name the survey");

            String page = counted(client, path("/frequency/preview?max=1&per=14&perUnit=d&gap="));
            assertThat(page)
                    .contains("From then on: at most 1 in 14 days, for everybody.")
                    .contains("Newly capped: 1. Freed: 0, for intercepts.")
                    .contains("Of 2 contacts, 0 are capped now and 1 would be, as of ");
            assertThat(directory.count("frequency_rule")).isZero();
            for (int i = 0; i < 2; i++) {
                assertThat(location(client.post("/account", path("/frequency/rules"), fields(page))))
                        .isEqualTo("303 " + path("/frequency"));
            }

            assertThat(directory.count("frequency_rule")).isOne();
            assertThat(counted(client, path("/frequency/capped")))
                    .contains("For intercepts, 1 of 2 contacts are held back now (50.0 %).");
        }
    }

    @Test
    void aRuleIsChangedAndRemovedAfterItSaidWhomThatFrees() throws Exception {
        contact("extRef", "1");
        mailed(1, "t1", Instant.now().minus(Duration.ofDays(3)));
        String rule = rule("1", "14d", null);
        try (ConsoleClient client = manager()) {
            assertThat(client.get(path("/frequency/" + rule + "/edit")).body())
                    .contains("<h1>Change the frequency rule</h1>", "value=\"14\"", "value=\"" + rule + "\"");
            String page = counted(client, path("/frequency/preview?max=1&per=2&perUnit=d&without=" + rule));
            assertThat(page)
                    .contains("Until now: at most 1 in 14 days, for everybody.")
                    .contains("Newly capped: 0. Freed: 1");
            client.post("/account", path("/frequency/rules"), fields(page));
            client.post("/account", path("/frequency/rules"), fields(page));
            String list = client.get(path("/frequency")).body();
            assertThat(list).contains("at most 1 in 2 days").doesNotContain("14 days");

            Matcher remove = Pattern.compile("href=\"([^\"]*/remove)\"").matcher(list);
            assertThat(remove.find()).isTrue();
            String removal = counted(client, remove.group(1));
            assertThat(removal)
                    .contains("It is the only one: without rules everybody is eligible", ">Remove the rule</button>");
            for (int i = 0; i < 2; i++) {
                assertThat(location(client.post("/account", remove.group(1), fields(removal))))
                        .isEqualTo("303 " + path("/frequency"));
            }

            assertThat(directory.count("frequency_rule")).isZero();
            assertThat(client.get(remove.group(1)).statusCode()).isEqualTo(404);
        }
    }

    @Test
    void theSimulatorSaysPerRuleWhatIsCountedAndDrawsIt() throws Exception {
        String ada = contact("extRef", "4711", "email", "ada@example.org");
        mailed(1, "t1", Instant.parse("2026-11-18T08:15:00Z"));
        rule("1", "14d", null);
        try (ConsoleClient client = signedIn(List.of(), "access")) {
            for (String contact : List.of(ada, "4711", "ada@example.org")) {
                String page = client.get(path("/frequency/simulator?contact=" + contact + "&at=2026-11-20T12:00"))
                        .body();

                assertThat(page)
                        .as(contact)
                        .contains("Not eligible until 2 Dec 2026, 08:15:00 UTC, by the rule FR_")
                        .contains(
                                "<caption>Rules that apply</caption>",
                                "<td class=\"number\">1</td>",
                                "<td>14 days</td>")
                        .contains("email sent", "<circle cy=\"28\" r=\"6\" cx=\"")
                        .contains("class=\"next\"", "at most 1 in 14 days</text>");
            }

            assertThat(client.get(path("/frequency/simulator?contact=4711&at=2026-12-02T08:15Z"))
                            .body())
                    .contains("Eligible: no rule holds it back.");
            HttpResponse<String> unknown = client.get(path("/frequency/simulator?contact=%3Cb%3Enobody"));
            assertThat(unknown.statusCode()).isEqualTo(400);
            assertThat(unknown.body())
                    .contains(
                            "<a href=\"#contact\">No contact of this directory has that id",
                            "value=\"&lt;b&gt;nobody\"")
                    .doesNotContain("<b>nobody");
            assertThat(client.get(path("/frequency/simulator?contact=4711&at=soon"))
                            .body())
                    .contains("<a href=\"#at\">Cannot use the time &#39;soon&#39;");
        }
    }

    @Test
    void severalContactsOfOneEmailAreToChooseFrom() throws Exception {
        String first = contact("extRef", "1", "email", "a@example.org");
        String second = contact("extRef", "2");
        server.get(ContactEdits.class).update(directory.id(), 2, DirectoryFixture.change("email", "a@example.org"));
        try (ConsoleClient client = signedIn(List.of(), "access")) {
            assertThat(client.get(path("/frequency/simulator?contact=a@example.org"))
                            .body())
                    .contains("Which contact?", ">" + first + "</a>", ">" + second + "</a>");
            directory = DirectoryFixture.create(database.jdbc(), "extRef");
            contact("extRef", "1", "email", "a@example.org");
            assertThat(client.get(path("/frequency/simulator?contact=a@example.org"))
                            .body())
                    .contains("no rule of the email alone matches");
        }
    }

    @Test
    void rolesDirectoriesAndTokensAreAskedFor() throws Exception {
        String rule = rule("1", "14d", null);
        DirectoryFixture other = DirectoryFixture.create(database.jdbc(), "extRef");
        try (ConsoleClient nobody = new ConsoleClient(server);
                ConsoleClient operator = signedIn(List.of(), "operate");
                ConsoleClient reader = signedIn(List.of(), "access");
                ConsoleClient client = manager();
                ConsoleClient bound = signedIn(List.of(database.ids().directory(other.id())), "manage")) {
            List<String> seen = List.of("/frequency", "/frequency/simulator", "/frequency/capped");
            List<String> managed = List.of(
                    "/frequency/add",
                    "/frequency/preview?max=0",
                    "/frequency/" + rule + "/edit",
                    "/frequency/" + rule + "/remove");
            for (String page : Stream.concat(seen.stream(), managed.stream()).toList()) {
                assertThat(location(nobody.get(path(page)))).as(page).startsWith("303 /sign-in");
                assertThat(operator.get(path(page)).statusCode()).as(page).isEqualTo(403);
                assertThat(bound.get(path(page)).statusCode()).as(page).isEqualTo(404);
                assertThat(reader.get(path(page)).statusCode()).as(page).isEqualTo(seen.contains(page) ? 200 : 403);
            }

            HttpResponse<String> crossed = client.get(path("/frequency/" + rule + "/edit")
                    .replace(pool(), database.ids().directory(other.id())));
            assertThat(crossed.statusCode()).isEqualTo(404);
            assertThat(crossed.body())
                    .contains("the directory has no rule of that id")
                    .doesNotContain("another directory");
            for (String action : List.of("/frequency/rules", "/frequency/" + rule + "/remove")) {
                String[] fields = {"max", "0"};
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
}
