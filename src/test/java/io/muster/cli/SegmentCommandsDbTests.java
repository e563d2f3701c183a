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
import java.time.Clock;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class SegmentCommandsDbTests {

    @RegisterExtension
    static final TestDatabase database = new TestDatabase();

    private static final String URL = "muster.database.url";

    @TempDir
    private Path folder;

    private DirectoryFixture fixture;
    private String directory;

    private record Ended(int exit, String out, String err) {

        JsonNode json() {
            assertThat(exit).as(err).isZero();
            return JsonMapper.shared().readTree(out);
        }

        void refused(int code, String line) {
            assertThat(out).isEmpty();
            assertThat(err).isEqualTo(line + "\n");
            assertThat(exit).isEqualTo(code);
        }
    }

    @BeforeEach
    void makeADirectory() {
        System.setProperty(URL, database.url());
        fixture = DirectoryFixture.create(database.jdbc(), "extRef");
        directory = TestDatabase.IDS.directory(fixture.id());
        ContactEdits edits =
                new ContactEdits(database.jdbc(), database.transactions(), Clock.systemUTC(), database.ids());
        edits.upsert(fixture.id(), DirectoryFixture.record("extRef", "A,1", "language", "de", "embedded.tier", "gold"));
        edits.upsert(fixture.id(), DirectoryFixture.record("extRef", "B", "language", "de"));
        edits.upsert(fixture.id(), DirectoryFixture.record("email", "c@x.example", "language", "fr"));
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

    private String file(String condition) {
        try {
            return Files.writeString(Files.createTempFile(folder, "condition", ".yaml"), condition)
                    .toString();
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    private String create(String name, String condition) {
        return muster("segments", "create", name, "--directory", directory, "--file", file(condition), "--json")
                .json()
                .get("id")
                .asString();
    }

    private JsonNode rebuild(String... more) {
        String[] command = new String[5 + more.length];
        System.arraycopy(new String[] {"segments", "rebuild", "--directory", directory, "--json"}, 0, command, 0, 5);
        System.arraycopy(more, 0, command, 5, more.length);
        return muster(command).json();
    }

    @Test
    void createsListsShowsUpdatesAndDeletes() {
        JsonNode created = muster(
                        "segments",
                        "create",
                        "German",
                        "--directory",
                        directory,
                        "--file",
                        file("field: language\nis: de\n"),
                        "--guard",
                        "30%",
                        "--json")
                .json();
        String id = created.get("id").asString();
        assertThat(id).startsWith("SG_");
        assertThat(created.get("name").asString()).isEqualTo("German");
        assertThat(created.get("condition").toString()).isEqualTo("{\"field\":\"language\",\"is\":\"de\"}");
        assertThat(created.get("guardShare").asDouble()).isEqualTo(0.3);
        assertThat(created.get("members").isNull()).isTrue();

        assertThat(muster("segments", "list", "--directory", directory, "--json")
                        .json())
                .singleElement()
                .isEqualTo(created);
        String user = create("User", "{segment: " + id + ", is: member}");
        JsonNode shown = muster("segments", "show", "German", "--directory", directory, "--json")
                .json();
        assertThat(shown.get("id").asString()).isEqualTo(id);
        assertThat(shown.get("usedBy").toString()).isEqualTo("[\"" + user + "\"]");
        muster("segments", "delete", id)
                .refused(
                        1,
                        "Cannot delete the segment 'German' (" + id + "): 'User' (" + user
                                + ") uses it. Change or delete what uses it first.");
        assertThat(muster("segments", "update", user, "--file", file("{field: language, is: fr}"), "--json")
                        .json()
                        .get("revision")
                        .asInt())
                .isEqualTo(2);
        assertThat(muster("segments", "delete", id, "--json").json().toString())
                .isEqualTo("{\"id\":\"" + id + "\",\"name\":\"German\",\"deleted\":true}");
        muster("segments", "show", id)
                .refused(
                        2,
                        "Cannot use the segment '" + id + "': there is no segment of that id. The command segments list"
                                + " shows those of a directory.");
    }

    @Test
    void rebuildsAndExportsMembers() {
        String id = create("German", "{field: language, is: de}");
        JsonNode rebuilt = rebuild();
        assertThat(rebuilt.get("version").asInt()).isEqualTo(1);
        assertThat(rebuilt.get("seconds").asDouble()).isPositive();
        JsonNode segment = rebuilt.get("segments").get(0);
        assertThat(segment.get("id").asString()).isEqualTo(id);
        assertThat(segment.get("count").asInt()).isEqualTo(2);
        assertThat(segment.get("added").asInt()).isEqualTo(2);
        assertThat(segment.get("removed").asInt()).isZero();

        String first = TestDatabase.IDS.contact(fixture.id(), 1);
        String second = TestDatabase.IDS.contact(fixture.id(), 2);
        assertThat(muster("segments", "members", id).out())
                .isEqualTo("contactId,extRef\r\n" + first + ",\"A,1\"\r\n" + second + ",B\r\n");
        assertThat(muster("segments", "members", id, "--format", "jsonl").out())
                .isEqualTo("{\"contactId\":\"" + first + "\",\"extRef\":\"A,1\"}\n{\"contactId\":\"" + second
                        + "\",\"extRef\":\"B\"}\n");
        assertThat(muster("segments", "members", id, "--json", "--most", "1")
                        .json()
                        .toString())
                .isEqualTo("{\"version\":1,\"members\":[{\"contactId\":\"" + first
                        + "\",\"extRef\":\"A,1\"}],\"next\":\"" + first + "\"}");
        assertThat(muster("segments", "members", id, "--json", "--after", first)
                        .json()
                        .toString())
                .isEqualTo("{\"version\":1,\"members\":[{\"contactId\":\"" + second
                        + "\",\"extRef\":\"B\"}],\"next\":null}");
        assertThat(rebuild("--segment", "German").get("segments")).hasSize(1);
        assertThat(rebuild("--incremental").get("kind").asString()).isEqualTo("incremental");
    }

    @Test
    void countsWithoutSaving() {
        assertThat(muster("segments", "count", "--directory", directory, "--file", file("{field: language, is: DE}"))
                        .out())
                .isEqualTo("2\n");
        assertThat(muster("segments", "list", "--directory", directory).out()).isEqualTo("No segments.\n");
        muster("segments", "count", "--directory", directory, "--file", file("{field: language, is: [de]}"));
        assertThat(muster("segments", "count", "--directory", directory, "--file", "missing.yaml")
                        .exit())
                .isEqualTo(2);
    }

    @Test
    void rollsBackAndTellsTheHistory() {
        String id = create("German", "{field: language, is: de}");
        rebuild();
        muster("segments", "update", id, "--file", file("{field: language, is: fr}"));
        rebuild();
        JsonNode back = muster("segments", "rollback", id, "--json").json();
        assertThat(back.get("version").asInt()).isEqualTo(1);
        assertThat(back.get("heldReason").asString()).isEqualTo("rollback");
        assertThat(muster("segments", "rollback", id, "--json").json()).isEqualTo(back);
        assertThat(muster("segments", "publish", id, "--json")
                        .json()
                        .get(0)
                        .get("version")
                        .asInt())
                .isEqualTo(2);

        JsonNode history = muster("segments", "history", id, "--json").json();
        assertThat(history.get("versions")).hasSize(4);
        assertThat(history.get("definitions")).hasSize(2);
        String first = TestDatabase.IDS.contact(fixture.id(), 1);
        assertThat(muster("segments", "history", id, "--contact", first, "--json")
                        .json())
                .extracting(change -> change.get("change").asString())
                .containsExactly("left", "joined", "left", "joined");
        assertThat(muster("segments", "history", id, "--version", "1").out())
                .startsWith("contactId,change\r\n")
                .contains(first + ",joined\r\n");
    }

    @Test
    void aHeldSegmentEndsWithOne() {
        String id = create("German", "{field: language, is: de}");
        rebuild();
        muster("segments", "update", id, "--guard", "10%", "--guard-over", "0");
        database.jdbc()
                .sql("UPDATE contact SET language = 'it' WHERE directory_id = ? AND number = 1")
                .param(fixture.id())
                .update();
        Ended held = muster("segments", "rebuild", "--directory", directory, "--json");
        assertThat(held.exit()).isEqualTo(1);
        assertThat(held.out()).contains("\"status\":\"held\"").contains("\"state\":\"held\"");
        assertThat(held.err())
                .isEqualTo(
                        "Cannot publish all of version 2: held back, since their size jumped or they use one that did:"
                                + " 'German' (" + id
                                + ", 1 members). Look at them, then 'muster segments publish', or correct"
                                + " the cause and rebuild.\n");
    }

    @Test
    void namesDirectoriesOfOthers() {
        String id = create("German", "{field: language, is: de}");
        String other = TestDatabase.IDS.directory(
                DirectoryFixture.create(database.jdbc()).id());
        assertThat(muster("segments", "rebuild", "--directory", other, "--segment", id)
                        .err())
                .startsWith("Cannot use the segment '" + id + "': the directory has no segment of that id.");
        assertThat(muster("segments", "schema").out()).startsWith("{");
    }

    @Test
    void aJobFileRebuildsSegments() throws IOException {
        String id = create("German", "{field: language, is: de}");
        Path job = Files.writeString(folder.resolve("segments.yaml"), """
            kind: segment-rebuild
            id: nightly-segments-%s
            name: Nightly
            directory: %s
            """.formatted(fixture.id(), directory));
        assertThat(muster("run", job.toString(), "--json")
                        .json()
                        .at("/segments/0/id")
                        .asString())
                .isEqualTo(id);
        muster("run", job.toString(), "--force")
                .refused(
                        2,
                        "Cannot run nightly-segments-" + fixture.id()
                                + ": it rebuilds segments and takes no files. Leave out --file, --force and --all.");
        Files.writeString(job, Files.readString(job) + "segments: [German]\nmode: incremental\n");
        assertThat(muster("jobs", "check", job.toString()).out())
                .contains("segments: has no effect with mode incremental, which refreshes all. Remove one of them.");
    }

    @Test
    void anImportIsFollowedByARebuildWhereItsJobSaysSo() throws IOException {
        String id = create("German", "{field: language, is: de}");
        Path inbox = Files.createDirectories(folder.resolve("inbox"));
        Files.writeString(inbox.resolve("a.csv"), "ExternalDataReference,Language\nX,DE\n");
        Files.writeString(inbox.resolve("b.csv"), "ExternalDataReference,Language\nY,DE\nB,FR\n");
        Path job = Files.writeString(folder.resolve("import.yaml"), """
            kind: contact-import
            id: import-%s
            name: Import
            source: {type: folder, folder: %s}
            files: {stable-for: 0s}
            target: {directory: %s}
            rebuild-segments: incremental
            """.formatted(fixture.id(), inbox, directory));
        assertThat(muster("run", job.toString(), "--json").json()).hasSize(2);
        JsonNode shown = muster("segments", "show", id, "--json").json();
        // One rebuild after both files.
        assertThat(shown.get("version").asInt()).isEqualTo(1);
        assertThat(shown.get("members").asInt()).isEqualTo(3);
        assertThat(muster("run", job.toString(), "--json").json()).isEmpty();
        assertThat(muster("segments", "show", id, "--json")
                        .json()
                        .get("version")
                        .asInt())
                .isEqualTo(1);
    }

    @Test
    void explainsWhichPartsHold() {
        String german = create("German", "{field: language, is: de}");
        String gold =
                create("Gold", "all: [{segment: " + german + ", is: member}, {embedded: tier, in: [gold, platinum]}]");
        String second = TestDatabase.IDS.contact(fixture.id(), 2);
        JsonNode explained = muster("segments", "explain", gold, "--contact", second, "--json")
                .json();
        assertThat(explained.get("holds").asBoolean()).isFalse();
        assertThat(explained.get("member").asBoolean()).isFalse();
        JsonNode parts = explained.at("/condition/parts");
        assertThat(parts).hasSize(2);
        assertThat(parts.get(0).get("holds").asBoolean()).isTrue();
        assertThat(parts.at("/0/parts/0/seen").asString()).isEqualTo("de");
        assertThat(parts.get(1).get("holds").asBoolean()).isFalse();
        assertThat(muster("segments", "explain", german, "--contact", second).out())
                .startsWith(second + " now is no member: the condition holds.\nyes  ")
                .endsWith("The next rebuild makes it a member.\n");
    }
}
