package io.muster.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.muster.database.TestDatabase;
import io.muster.dedup.ContactEdits;
import io.muster.dedup.DirectoryFixture;
import io.muster.support.StateFolder;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** What a person should know of a run is said wherever the run is shown. */
class WarningsJobTests {

    @RegisterExtension
    static final TestDatabase database = new TestDatabase();

    private static final String URL = "muster.database.url";
    private static final String NO_NAME = "Column 2 has no name and is left out.";

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
    void createDirectory() throws IOException {
        System.setProperty(URL, database.url());
        directory = DirectoryFixture.create(database.jdbc(), "extRef");
        Files.createDirectory(folder.resolve("inbox"));
        job = Files.writeString(folder.resolve("nightly.yaml"), """
                kind: contact-import
                id: warned-%d
                name: Nightly
                source: {type: folder, folder: %s}
                files: {stable-for: 0s}
                target: {directory: %s}
                notifications:
                  - when: always
                    webhook: https://hooks.example.org/muster
                """.formatted(
                        directory.id(), folder.resolve("inbox"), TestDatabase.IDS.directory(directory.id())));
    }

    @AfterEach
    void forgetTheTestDatabase() {
        System.clearProperty(URL);
    }

    private void deliver(String name, int day) throws IOException {
        Path file = Files.writeString(
                folder.resolve("inbox").resolve(name), "ExternalDataReference,,Colour\n1,x,secret-red\n");
        Files.setLastModifiedTime(file, FileTime.from(Instant.parse("2026-03-0" + day + "T00:00:00Z")));
    }

    private Ended muster(String... arguments) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        ByteArrayOutputStream err = new ByteArrayOutputStream();
        int exit = Cli.run(new Terminal(out, err, new StateFolder(folder)), arguments);
        return new Ended(exit, out.toString(StandardCharsets.UTF_8), err.toString(StandardCharsets.UTF_8));
    }

    @Test
    void areSaidByRunAndShowAndInNotifications() throws IOException {
        deliver("1.csv", 1);
        Ended first = muster("run", job.toString());
        assertThat(first.exit()).as(first.err()).isZero();
        assertThat(first.out() + first.err()).contains(NO_NAME).contains("New embedded data: Colour.");

        deliver("2.csv", 2);
        Ended second = muster("run", job.toString(), "--json");
        JsonNode run = second.json().get(0);
        String same = "The file has the same content as "
                + folder.resolve("inbox").resolve("1.csv") + ", which was imported before.";
        assertThat(run.get("warnings").toString()).contains(NO_NAME).contains(same);
        String id = run.get("run").asString();
        assertThat(muster("runs", "show", id).out()).contains(NO_NAME).contains(same);

        assertThat(messages())
                .hasSize(2)
                .last()
                .satisfies(message -> assertThat(message.get("warnings").toString())
                        .contains(NO_NAME)
                        .contains(same));
        assertThat(messages().getFirst().get("warnings").toString()).contains("New embedded data: Colour.");
    }

    private List<JsonNode> messages() {
        return database
                .jdbc()
                .sql("SELECT message FROM notification WHERE automation = ? ORDER BY id")
                .param("warned-" + directory.id())
                .query(String.class)
                .list()
                .stream()
                .map(JsonMapper.shared()::readTree)
                .toList();
    }

    @Test
    void areSaidByImport() throws IOException {
        Path file = Files.writeString(folder.resolve("in.csv"), "ExternalDataReference,\n1,x\n");
        String into = TestDatabase.IDS.directory(directory.id());

        Ended imported = muster("import", file.toString(), "--directory", into);
        Ended asJson = muster("import", file.toString(), "--directory", into, "--json");

        assertThat(imported.err()).contains(NO_NAME);
        assertThat(asJson.json().get("warnings").toString()).isEqualTo("[\"" + NO_NAME + "\"]");
    }

    @Test
    void groupsThatTheMergeAfterTheImportLeftAloneAreSaidToo() throws IOException {
        directory = DirectoryFixture.create(database.jdbc(), "extRef", "email");
        ContactEdits edits =
                new ContactEdits(database.jdbc(), database.transactions(), InstantSource.system(), database.ids());
        for (int number = 1; number <= 3; number++) {
            edits.upsert(directory.id(), DirectoryFixture.record("extRef", "A" + number));
            edits.update(directory.id(), number, DirectoryFixture.change("email", "a@x.org"));
        }

        directory.settings("{\"mergeMode\":\"ALL_CONTACTS\",\"maxGroup\":2}");
        Path file = Files.writeString(folder.resolve("in.csv"), "ExternalDataReference\nB\n");

        Ended imported =
                muster("import", file.toString(), "--directory", TestDatabase.IDS.directory(directory.id()), "--json");

        assertThat(imported.exit()).as(imported.err()).isZero();
        assertThat(imported.json().get("warnings").toString())
                .isEqualTo("[\"1 group of duplicates above the directory's limit was left alone. Look at it in the"
                        + " preview of its duplicates.\"]");
        assertThat(directory.count("contact")).isEqualTo(4);
        assertThat(directory.count("contact_merge")).isZero();
    }

    @Test
    void aMergeThatFailedAfterTheImportIsSaidToo() throws IOException {
        directory.settings("{\"mergeMode\":\"ALL_CONTACTS\"}");
        database.jdbc().sql("RENAME TABLE keep_apart TO keep_apart_away").update();
        Ended imported;
        try {
            Path file = Files.writeString(folder.resolve("in.csv"), "ExternalDataReference\nB\n");
            imported = muster("import", file.toString(), "--directory", TestDatabase.IDS.directory(directory.id()));
        } finally {
            database.jdbc().sql("RENAME TABLE keep_apart_away TO keep_apart").update();
        }

        assertThat(imported.exit()).isZero();
        assertThat(imported.err()).contains("Cannot merge the duplicates of the directory after this run");
    }
}
