package io.muster.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.muster.database.TestDatabase;
import io.muster.dedup.ContactEdits;
import io.muster.dedup.DirectoryFixture;
import io.muster.dedup.MovableClock;
import io.muster.support.StateFolder;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class JobsTryJobTests {

    @RegisterExtension
    static final TestDatabase database = TestDatabase.create();

    private static final String URL = "muster.database.url";

    private static final List<String> TABLES = List.of(
            "contact",
            "claim",
            "embedded_name",
            "mailing_list",
            "list_member",
            "contact_transaction",
            "contact_change");

    @TempDir
    private Path folder;

    private DirectoryFixture directory;
    private Path job;

    private record Ended(int exit, String out, String err) {
        JsonNode json() {
            return JsonMapper.shared().readTree(out);
        }
    }

    @BeforeEach
    void create() throws IOException {
        System.setProperty(URL, database.url());
        directory = DirectoryFixture.create(database.jdbc(), "email");
        directory.addList("News");
        ContactEdits edits =
                new ContactEdits(database.jdbc(), database.transactions(), new MovableClock(), database.ids());
        edits.upsert(directory.id(), DirectoryFixture.record("email", "a@x.org", "firstName", "Ada"));
        edits.upsert(directory.id(), DirectoryFixture.record("email", "b@x.org", "firstName", "Bo"));
        Path inbox = Files.createDirectory(folder.resolve("inbox"));
        Files.writeString(
                inbox.resolve("night.csv"),
                "Email,FirstName,plan,Do\na@x.org,Eva,gold,\nb@x.org,,,delete\nc@x.org,Cy,,\nbad,,,\nd@x.org,Di,,\n");
        job = Files.writeString(folder.resolve("nightly.yaml"), """
                kind: contact-import
                id: nightly-%d
                name: Nightly
                source: {type: folder, folder: %s}
                files: {stable-for: 0s}
                target: {directory: %s, list: News}
                mapping: {columns: {Do: action}}
                limits: {max-rejected: 10%%}
                afterwards: {action: delete}
                """.formatted(
                        directory.id(), inbox, TestDatabase.IDS.directory(directory.id())));
    }

    @AfterEach
    void forgetTheTestDatabase() {
        System.clearProperty(URL);
    }

    private Ended muster(String... arguments) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        ByteArrayOutputStream err = new ByteArrayOutputStream();
        int exit = Cli.run(new Terminal(out, err, new StateFolder(folder.resolve("home"))), arguments);
        return new Ended(exit, out.toString(StandardCharsets.UTF_8), err.toString(StandardCharsets.UTF_8));
    }

    private Map<String, Long> sizes() {
        Map<String, Long> sizes = new TreeMap<>();
        TABLES.forEach(table -> sizes.put(table, directory.count(table)));
        return sizes;
    }

    @Test
    void showsWhatTheNextFileWouldDoAndChangesNothing() {
        Map<String, Long> before = sizes();

        Ended tried = muster("jobs", "try", job.toString(), "--json");

        assertThat(tried.exit()).as(tried.err()).isZero();
        JsonNode answer = tried.json();
        assertThat(answer.get("file").asString()).isEqualTo("night.csv");
        assertThat(answer.get("read").asInt()).isEqualTo(5);
        assertThat(answer.get("created").asInt()).isEqualTo(2);
        assertThat(answer.get("updated").asInt()).isEqualTo(2);
        assertThat(answer.get("deleted").asInt()).isEqualTo(1);
        assertThat(answer.get("rejected").asInt()).isEqualTo(1);
        assertThat(answer.get("warnings").get(0).asString())
                .isEqualTo(
                        "The run would load nothing: 1 of 5 rows rejected, more than the 10 % allowed (max-rejected).");
        assertThat(answer.get("newEmbedded").get(0).asString()).isEqualTo("plan");
        assertThat(answer.get("sample"))
                .extracting(contact -> contact.get("kind").asString())
                .containsExactly("changed", "created", "deleted", "created");
        assertThat(answer.get("sample").get(0).toString())
                .isEqualTo("{\"contact\":\"" + TestDatabase.IDS.contact(directory.id(), 1)
                        + "\",\"kind\":\"changed\",\"rows\":[1],\"fields\":["
                        + "{\"field\":\"firstName\",\"before\":\"Ada\",\"after\":\"Eva\"},"
                        + "{\"field\":\"embedded.plan\",\"before\":null,\"after\":\"gold\"},"
                        + "{\"field\":\"list\",\"before\":null,\"after\":\"member\"}]}");
        assertThat(sizes()).isEqualTo(before);
        assertThat(folder.resolve("inbox/night.csv")).exists();
        assertThat(directory.contact(1)).containsEntry("first_name", "Ada");
    }

    @Test
    void theFileIsStillNewAfterwards() throws IOException {
        muster("jobs", "try", job.toString());
        Files.writeString(job, Files.readString(job).replace("max-rejected: 10%", "max-rejected: none"));

        Ended ran = muster("run", job.toString(), "--json");

        assertThat(ran.exit()).as(ran.err()).isZero();
        assertThat(ran.json())
                .singleElement()
                .satisfies(run -> assertThat(run.get("created").asInt()).isEqualTo(2));
        Ended nothing = muster("jobs", "try", job.toString());
        assertThat(nothing.exit()).isEqualTo(1);
        assertThat(nothing.err()).contains("its source has no new file");
    }

    @Test
    void tellsPeopleFieldByField() throws IOException {
        Path file = Files.writeString(folder.resolve("other.csv"), "email,Email\nx,a@x.org\n");

        Ended tried = muster("jobs", "try", job.toString(), "--file", file.toString(), "--rows", "1");

        assertThat(tried.exit()).isEqualTo(1);
        assertThat(tried.err()).contains("it lacks the mapped column Do");
        Files.writeString(file, "E-Mail,Email,Do\nx,a@x.org,\n");
        Ended again = muster("jobs", "try", job.toString(), "--file", file.toString(), "--rows", "1");
        assertThat(again.out())
                .contains("other.csv")
                .contains("changed " + TestDatabase.IDS.contact(directory.id(), 1) + " (row 1)")
                .contains("  embedded.E-Mail: (none) -> x");
    }
}
