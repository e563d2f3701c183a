package io.muster.web.console;

import static io.muster.web.console.ConsoleClient.location;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.muster.app.ContactService;
import io.muster.app.NewContact;
import io.muster.app.RunViews;
import io.muster.app.UserService;
import io.muster.database.TestDatabase;
import io.muster.dedup.DirectoryFixture;
import io.muster.directory.Actor;
import io.muster.web.TestWebServer;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** The steps of an import by a person, without scripts: what each page says, who may, and what goes wrong. */
class ImportPagesContractTests {

    @RegisterExtension
    static final TestDatabase database = new TestDatabase();

    private static final String PASSWORD = "a horse in the rain";
    private static final Actor TESTER = Actor.commandLine("tester");
    private static final Pattern OPTION = Pattern.compile("<option value=\"([^\"]*)\"[^>]*selected=\"selected\"");

    @TempDir
    private static Path home;

    private static TestWebServer server;

    private DirectoryFixture directory;
    private ConsoleClient client;

    @BeforeAll
    static void start() {
        server = TestWebServer.start(database.url(), home, "muster.imports.upload-size", "16M");
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    @BeforeEach
    void signIn() throws Exception {
        directory = DirectoryFixture.create(database.jdbc(), "extRef", "email");
        client = signedIn(List.of(pool(directory)), "manage");
    }

    private static String pool(DirectoryFixture of) {
        return database.ids().directory(of.id());
    }

    private static ConsoleClient signedIn(List<String> directories, String... roles) throws Exception {
        String name = "user-" + UUID.randomUUID();
        server.get(UserService.class).create(TESTER, name, List.of(roles), directories, PASSWORD);
        ConsoleClient made = new ConsoleClient(server);
        assertThat(location(made.signIn(name, PASSWORD))).isEqualTo("303 /overview");
        return made;
    }

    private static byte[] csv(String... lines) {
        return (String.join("\n", lines) + "\n").getBytes(StandardCharsets.UTF_8);
    }

    /** Uploads a file; the address of its draft. */
    private String upload(byte[] content, String... more) throws Exception {
        HttpResponse<String> answer = send("contacts.csv", content, more);
        assertThat(location(answer)).as(answer.body()).matches("303 /imports/UP_[0-9A-Za-z]{15}/mapping");
        return location(answer).replaceFirst("303 (.*)/mapping", "$1");
    }

    private HttpResponse<String> send(String name, byte[] content, String... more) throws Exception {
        List<String> fields = new ArrayList<>(List.of("directory", pool(directory), "mode", "upsert"));
        fields.addAll(List.of(more));
        return client.upload("/imports/new", "/imports/new", name, content, fields.toArray(String[]::new));
    }

    /** Begins the forecast and waits for it; its page. */
    private String forecast(String draft, String... fields) throws Exception {
        HttpResponse<String> answer = client.post(draft + "/mapping", draft + "/mapping", fields);
        assertThat(location(answer)).as(answer.body()).isEqualTo("303 " + draft + "/forecast");
        await().atMost(Duration.ofSeconds(30))
                .until(() -> client.get(draft + "/forecast").body().contains("data-over=\"true\""));
        return client.get(draft + "/forecast").body();
    }

    private static String problem(HttpResponse<String> answer) {
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(400);
        Matcher alert =
                Pattern.compile("role=\"alert\".*?</div>", Pattern.DOTALL).matcher(answer.body());
        assertThat(alert.find()).isTrue();
        return alert.group()
                .replaceAll("<[^>]*>", " ")
                .replaceAll("\\s+", " ")
                .replaceFirst("^[^>]*> ", "")
                .strip();
    }

    private static String status(String run) {
        return server.get(RunViews.class).show(run).run().status().name();
    }

    private List<String> targets(String draft) throws Exception {
        List<String> targets = new ArrayList<>();
        Matcher select = Pattern.compile("aria-label=\"Target of ([^\"]*)\"(.*?)</select>", Pattern.DOTALL)
                .matcher(client.get(draft + "/mapping").body());
        while (select.find()) {
            Matcher option = OPTION.matcher(select.group(2));
            assertThat(option.find()).isTrue();
            targets.add(select.group(1) + "=" + option.group(1));
        }

        return targets;
    }

    @Test
    void aFileGoesFromTheUploadToTheRun() throws Exception {
        server.get(ContactService.class)
                .create(new NewContact(
                        TESTER, pool(directory), Map.of("extRef", "1", "email", "ada@example.org"), null));
        String draft = upload(csv(
                "ExternalDataReference,Email,tier", "1,ada@example.com,gold", "2,eve@example.org,", "3,nonsense,x"));
        String mapping = client.get(draft + "/mapping").body();
        assertThat(mapping)
                .contains("<h1>Map columns</h1>", "contacts.csv", "UTF-8, comma, 3 columns")
                .contains("<caption>First rows</caption>", "EMAIL_INVALID in Email", "nonsense")
                .contains("this file can be matched by it");
        assertThat(targets(draft)).containsExactly("ExternalDataReference=extRef", "Email=email", "tier=embedded");

        String forecast = forecast(draft, "target-0", "extRef", "target-1", "email", "target-2", "embedded");
        assertThat(forecast)
                .contains("<h1>Forecast</h1>", "<caption>Outcomes</caption>", ">Import 2 rows</button>")
                .containsPattern("<th scope=\"row\">Read</th><td class=\"number\">3</td>")
                .containsPattern("<th scope=\"row\">Created</th><td class=\"number\">1</td>")
                .containsPattern("<th scope=\"row\">Updated</th><td class=\"number\">1</td>")
                .containsPattern("<th scope=\"row\">Rejected</th><td class=\"number\">1</td>")
                .contains("<caption>Rejected rows by code</caption>", "EMAIL_INVALID", "tier");
        assertThat(directory.numbers()).hasSize(1);

        HttpResponse<String> pressed = client.post(draft + "/forecast", draft + "/run");
        assertThat(location(pressed)).matches("303 /runs/RN_[0-9A-Za-z]{15}");
        String run = location(pressed).replaceFirst("303 /runs/", "");
        await().atMost(Duration.ofSeconds(30)).until(() -> status(run).equals("COMPLETED"));
        assertThat(directory.numbers()).hasSize(2);
        assertThat(client.get("/runs/" + run).body()).contains("contacts.csv");

        HttpResponse<String> again = client.post(draft + "/forecast", draft + "/run");
        assertThat(location(again)).isEqualTo("303 /runs/" + run);
        assertThat(client.get(draft + "/mapping").body()).contains("This file was imported by run", run);
    }

    @Test
    void whatIsWrongWithTheFileOrTheFormIsSaidBesideWhatWasEntered() throws Exception {
        assertThat(problem(send("", new byte[0]))).contains("Choose a file.");
        assertThat(problem(send("a.csv", new byte[0]))).contains("is empty");
        assertThat(problem(send("a.csv", csv("Email,tier", "\"open,1")))).contains("Cannot read a.csv", "never closed");
        HttpResponse<String> two = send("a.csv", csv("Email", "a@example.com"), "new-list", "New", "list", "CG_1");
        assertThat(problem(two)).contains("Choose a list or name a new one, not both.");
        assertThat(two.body()).contains("value=\"New\"");
        assertThat(problem(send("a.csv", csv("Email", "a@example.com"), "most-rejected", "many")))
                .contains("“many” is no number of rows");
        assertThat(problem(send("a.csv", csv("Email", "a@example.com"), "list", "CG_1")))
                .contains("The list is not one of the directory");
        assertThat(problem(send("big.csv", new byte[(16 << 20) + 1]))).contains("more than the 16 MiB");
        assertThat(home.resolve("spool/uploads")).isEmptyDirectory();
    }
}
