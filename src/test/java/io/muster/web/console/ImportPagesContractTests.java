package io.muster.web.console;

import static io.muster.web.console.ConsoleClient.location;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.muster.app.AuditRequest;
import io.muster.app.AuditService;
import io.muster.app.ContactService;
import io.muster.app.NewContact;
import io.muster.app.RunViews;
import io.muster.app.UserService;
import io.muster.database.TestDatabase;
import io.muster.dedup.DirectoryFixture;
import io.muster.directory.Actor;
import io.muster.web.TestWebServer;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jsoup.Jsoup;
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
                .contains(
                        "<h1>Forecast</h1>",
                        "What would become of the rows",
                        "<caption>Outcomes</caption>",
                        ">Import 2 rows</button>")
                .containsPattern("<th scope=\"row\">Read</th><td class=\"number\">3</td>")
                .containsPattern("<th scope=\"row\">Created</th><td class=\"number\">1</td>")
                .containsPattern("<th scope=\"row\">Updated</th><td class=\"number\">1</td>")
                .containsPattern("<th scope=\"row\">Rejected</th><td class=\"number\">1</td>")
                .contains("<caption>Rejected rows by code</caption>", "EMAIL_INVALID", "tier")
                .contains(
                        "<dt>Identity rules in force</dt><dd>extRef (1 row recognised); email (0 rows recognised)</dd>");
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
        List<Path> before = uploads();
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
        assertThat(uploads()).hasSameElementsAs(before);
    }

    private static List<Path> uploads() throws IOException {
        Path folder = home.resolve("spool/uploads");
        if (!Files.isDirectory(folder)) {
            return List.of();
        }

        try (Stream<Path> files = Files.list(folder)) {
            return files.toList();
        }
    }

    @Test
    void aMappingThatCannotBeImportedStopsWithTheReason() throws Exception {
        String draft = upload(csv("Email,E-Mail,tier", "a@example.com,b@example.com,gold"));
        assertThat(client.get(draft + "/mapping").body()).doesNotContain("is it meant?");
        HttpResponse<String> twice = client.post(
                draft + "/mapping", draft + "/mapping", "target-0", "email", "target-1", "email", "target-2", "ignore");
        assertThat(problem(twice)).contains("Email", "E-Mail", "both go to email");
        assertThat(twice.body()).containsPattern("Target of tier\"[\\s\\S]*?value=\"ignore\" selected=\"selected\"");

        HttpResponse<String> nobody =
                client.post(draft + "/mapping", draft + "/mapping", "target-0", "embedded", "target-1", "embedded");
        assertThat(problem(nobody)).contains("no column goes to a field by which the directory recognises contacts");
        assertThat(problem(client.post(draft + "/mapping", draft + "/mapping", "target-0", "nonsense")))
                .contains("there is no such target");
        assertThat(location(client.get(draft + "/forecast"))).isEqualTo("303 " + draft + "/mapping");
        assertThat(client.post(draft + "/mapping", draft + "/run").statusCode()).isEqualTo(409);
    }

    @Test
    void columnsWithoutANameThoseThereTwiceAndHostileOnesAreShownAsTheyAre() throws Exception {
        String hostile = "<script>alert(1)</script>";
        String long500 = "x".repeat(490);
        String draft = upload(csv(
                "Email,,same,same," + hostile + ",\u202etfel ot thgir,😀," + long500,
                "a@example.com,1,2,3,<b>bold</b>,x,😀,y"));
        String page = client.get(draft + "/mapping").body();
        assertThat(page)
                .contains("Column 2", "It has no name and is left out.", "Several columns have this name")
                .contains("Target of &lt;script&gt;alert(1)&lt;/script&gt;", "&lt;b&gt;bold&lt;/b&gt;", "😀")
                .doesNotContain("<script>alert", "<b>bold");
        assertThat(problem(client.post(draft + "/mapping", draft + "/mapping")))
                .contains("cannot become embedded data");
        assertThat(forecast(draft, "target-7", "ignore")).contains("Import 1 row</button>");
    }

    @Test
    void aFileWithManyColumnsListsThoseThatAreKnownOnAPageThatIsNotHeavy() throws Exception {
        List<String> header = new ArrayList<>(
                IntStream.rangeClosed(1, 198).mapToObj(i -> "E-mail " + i).toList());
        header.addAll(List.of("ExternalDataReference", "Email"));
        List<String> rows = new ArrayList<>(List.of(String.join(",", header)));
        for (int row = 0; row < 30; row++) {
            rows.add("x,".repeat(198) + row + ",a" + row + "@example.com");
        }

        String draft = upload(csv(rows.toArray(String[]::new)));
        String page = client.get(draft + "/mapping").body();
        assertThat(Jsoup.parse(page).getAllElements()).hasSizeLessThanOrEqualTo(1_500);
        assertThat(page).contains("200 columns", "<span>168</span> more columns");
        assertThat(targets(draft))
                .hasSize(32)
                .startsWith("E-mail 1=embedded")
                .endsWith("ExternalDataReference=extRef", "Email=email");

        assertThat(forecast(draft, "target-199", "ignore", "others", "ignore")).contains("Import 30 rows</button>");
        assertThat(targets(draft))
                .as("what was chosen can be chosen otherwise")
                .hasSize(32)
                .endsWith("ExternalDataReference=extRef", "Email=ignore");
    }

    @Test
    void howAFileIsWrittenIsRecognisedAndCanBeChanged() throws Exception {
        String draft = upload("Email;Stadt\na@example.com;M\u00fcnchen2\n".getBytes(Charset.forName("windows-1252")));
        assertThat(client.get(draft + "/mapping").body())
                .contains("windows-1252, semicolon, 2 columns", "M\u00fcnchen")
                .doesNotContain("MALFORMED_BYTES");

        HttpResponse<String> read =
                client.post(draft + "/mapping", draft + "/format", "charset", "ISO-8859-15", "delimiter", ",");
        assertThat(location(read)).isEqualTo("303 " + draft + "/mapping");
        assertThat(client.get(draft + "/mapping").body()).contains("ISO-8859-15, comma, 1 columns");
        HttpResponse<String> wrong =
                client.post(draft + "/mapping", draft + "/format", "charset", "UTF-16BE", "delimiter", ",");
        assertThat(wrong.statusCode()).isEqualTo(400);
    }

    @Test
    void targetsAreRememberedForTheSameHeadersAndRepeatedContentIsPointedOut() throws Exception {
        byte[] file = csv("Customer No,Mail", "1,a@example.com");
        String first = upload(file);
        assertThat(targets(first)).containsExactly("Customer No=embedded", "Mail=embedded");
        forecast(first, "target-0", "extRef", "target-1", "email", "invalid-1", "drop");
        String run = location(client.post(first + "/forecast", first + "/run")).replaceFirst("303 /runs/", "");
        await().atMost(Duration.ofSeconds(30)).until(() -> status(run).equals("COMPLETED"));

        String again = upload(file);
        assertThat(targets(again)).containsExactly("Customer No=extRef", "Mail=email");
        assertThat(client.get(again + "/mapping").body())
                .contains(">remembered<", "A file with the same content was imported", run)
                .containsPattern("If Mail is invalid[\\s\\S]*?value=\"drop\" selected=\"selected\"");
        String other = upload(csv("Customer No,Mail,tier", "1,a@example.com,x"));
        assertThat(targets(other)).startsWith("Customer No=embedded");
        assertThat(forecast(again)).containsPattern("<th scope=\"row\">Unchanged</th><td class=\"number\">1</td>");
    }

    @Test
    void aLimitThatWouldBePassedLeavesNoButton() throws Exception {
        String draft =
                upload(csv("Email", "a@example.com", "no mailbox"), "most-rejected", "0", "new-list", "New ones");
        assertThat(forecast(draft))
                .contains("The run would load nothing: 1 of 2 rows rejected")
                .doesNotContain(">Import 1 row");
        String list = upload(csv("Email", "a@example.com"), "new-list", "New ones");
        forecast(list);
        String run = location(client.post(list + "/forecast", list + "/run")).replaceFirst("303 /runs/", "");
        await().atMost(Duration.ofSeconds(30)).until(() -> status(run).equals("COMPLETED"));
        assertThat(client.get("/imports/new").body()).contains("<optgroup", "New ones");
        assertThat(problem(send("a.csv", csv("Email", "a@example.com"), "new-list", "New ones")))
                .contains("The directory has a list “New ones” already.");
    }

    @Test
    void anotherMakersDraftAndAnotherDirectoryAreNotThere() throws Exception {
        String draft = upload(csv("Email", "a@example.com"));
        DirectoryFixture other = DirectoryFixture.create(database.jdbc(), "extRef");
        try (ConsoleClient colleague = signedIn(List.of(pool(directory)), "manage");
                ConsoleClient reader = signedIn(List.of(pool(directory)), "access", "operate")) {
            assertThat(colleague.get(draft + "/mapping").statusCode()).isEqualTo(404);
            assertThat(colleague.get(draft + "/forecast").statusCode()).isEqualTo(404);
            assertThat(colleague.post("/imports/new", draft + "/run").statusCode())
                    .isEqualTo(404);
            assertThat(colleague.get("/imports/new").body()).doesNotContain(draft);
            assertThat(reader.get("/imports/new").statusCode()).isEqualTo(403);
            assertThat(reader.get(draft + "/mapping").statusCode()).isEqualTo(403);
        }

        assertThat(client.get("/imports/new").body()).contains(draft + "/mapping", ">contacts.csv</a>");
        assertThat(client.get("/imports/new?directory=" + pool(other)).body()).doesNotContain(pool(other));
        assertThat(client.upload(
                                "/imports/new",
                                "/imports/new",
                                "a.csv",
                                csv("Email", "a@example.com"),
                                "directory",
                                pool(other))
                        .statusCode())
                .isEqualTo(404);
        assertThat(client.sendFile("/imports/new", "a.csv", csv("Email", "x@example.com"), new String[] {
                            "directory", pool(directory)
                        })
                        .statusCode())
                .isEqualTo(403);
        assertThat(client.send(draft + "/run", new String[0]).statusCode()).isEqualTo(403);
        assertThat(location(client.post(draft + "/mapping", draft + "/discard")))
                .isEqualTo("303 /imports/new");
        assertThat(client.get(draft + "/mapping").statusCode()).isEqualTo(404);
    }

    @Test
    void rejectedRowsAreCorrectedInPlaceOrFromTheirDownload() throws Exception {
        String draft = upload(csv("No,Mail", "1,a@example.com", "2,no mailbox", "3,=2+3"));
        forecast(draft, "target-0", "extRef", "target-1", "email");
        String run = location(client.post(draft + "/forecast", draft + "/run")).replaceFirst("303 /runs/", "");
        await().atMost(Duration.ofSeconds(30)).until(() -> status(run).equals("COMPLETED"));

        String page = client.get("/imports/new?corrects=" + run).body();
        assertThat(page)
                .contains(
                        "<caption>Rows to correct</caption>", "EMAIL_INVALID", "value=\"no mailbox\"", "value=\"=2+3\"")
                .contains("aria-label=\"Mail of row 2\"", "aria-invalid=\"true\"");
        HttpResponse<String> corrected = client.upload(
                "/imports/new?corrects=" + run,
                "/imports/new/rows",
                null,
                new byte[0],
                "corrects",
                run,
                "cell-0-0",
                "2",
                "cell-0-1",
                "b@example.com",
                "cell-1-0",
                "",
                "cell-1-1",
                "");
        String next = location(corrected).replaceFirst("303 (.*)/mapping", "$1");
        assertThat(targets(next)).containsExactly("No=extRef", "Mail=email");
        assertThat(forecast(next)).contains("Corrects rejected rows of run", run, ">Import 1 row</button>");
        String second = location(client.post(next + "/forecast", next + "/run")).replaceFirst("303 /runs/", "");
        await().atMost(Duration.ofSeconds(30)).until(() -> status(second).equals("COMPLETED"));
        assertThat(directory.numbers()).hasSize(2);
        assertThat(server.get(AuditService.class)
                        .list(new AuditRequest(null, null, "run.correct", null, null, null), null, 10)
                        .items())
                .extracting(line -> line.subject() + " " + line.detail())
                .contains(run + " {run=" + second + "}", second + " {corrects=" + run + "}");

        String download = client.get("/runs/" + run + "/rejects/exact.csv").body();
        String upload = upload(
                download.replace("no mailbox", "b@example.com").getBytes(StandardCharsets.UTF_8), "corrects", run);
        assertThat(client.get(upload + "/mapping").body())
                .contains("It says what was wrong with a row, and is left out.");
        assertThat(forecast(upload)).containsPattern("<th scope=\"row\">Unchanged</th><td class=\"number\">1</td>");
        assertThat(client.get("/imports/new?corrects=RN_000000000000000").statusCode())
                .isEqualTo(404);
    }

    @Test
    void contactsThatAreTypedInAreCheckedAndThoseThatAreRightSaved() throws Exception {
        String page = "/directories/" + pool(directory) + "/contacts/new";
        assertThat(client.get(page).body())
                .contains("<h1>Add contacts</h1>", "<caption>Contacts to add</caption>", "aria-label=\"Email, row 5\"")
                .doesNotContain("aria-label=\"Email, row 6\"");
        String known = server.get(ContactService.class)
                .create(new NewContact(TESTER, pool(directory), Map.of("extRef", "1", "email", "a@example.org"), null))
                .contact()
                .contactId();
        String[] typed = {
            "column",
            "email",
            "cell-0-0",
            "new@example.org",
            "cell-1-0",
            "<b>no mailbox</b>",
            "cell-2-0",
            "A@example.org",
            "cell-3-0",
            ""
        };
        HttpResponse<String> checked = client.upload(page, page, null, new byte[0], typed);
        assertThat(problem(checked)).startsWith("Row 2, Email:");
        assertThat(checked.body())
                .contains("new contact", known, ">Save 2 contacts</button>", "value=\"&lt;b&gt;no mailbox&lt;/b&gt;\"")
                .doesNotContain("<b>no");
        assertThat(directory.numbers()).hasSize(1);

        String[] save = Arrays.copyOf(typed, typed.length + 2);
        save[typed.length] = "act";
        save[typed.length + 1] = "save";
        HttpResponse<String> saved = client.upload(page, page, null, new byte[0], save);
        assertThat(saved.statusCode()).isEqualTo(400);
        assertThat(saved.body())
                .contains("Saved:", known, "value=\"&lt;b&gt;no mailbox&lt;/b&gt;\"")
                .doesNotContain("value=\"new@example.org\"");
        assertThat(directory.numbers()).hasSize(2);

        HttpResponse<String> all = client.upload(
                page, page, null, new byte[0], "column", "email", "cell-0-0", "third@example.org", "act", "save");
        assertThat(location(all)).startsWith("303 " + page + "?column=email&saved=created:CID_");
        assertThat(client.get(location(all).substring(4)).body()).contains("Saved:", ": <span>created</span>");
        assertThat(client.sendFile(page, null, new byte[0], save).statusCode()).isEqualTo(403);
        DirectoryFixture other = DirectoryFixture.create(database.jdbc(), "extRef");
        assertThat(client.get("/directories/" + pool(other) + "/contacts/new").statusCode())
                .isEqualTo(404);
        assertThat(client.get(page + "?name=tier&column=email").body()).contains("aria-label=\"tier, row 1\"");
    }
}
