package io.muster.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.muster.database.TestDatabase;
import io.muster.dedup.DirectoryFixture;
import io.muster.support.PublicId;
import io.muster.support.StateFolder;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class JobsCommandTests {

    @RegisterExtension
    static final TestDatabase database = new TestDatabase();

    private static final String URL = "muster.database.url";

    @TempDir
    Path folder;

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();

    @BeforeEach
    void useTheTestDatabase() {
        System.setProperty(URL, database.url());
    }

    @AfterEach
    void forgetTheTestDatabase() {
        System.clearProperty(URL);
    }

    @Test
    void listsTheJobFiles() {
        assertThat(run("jobs")).isZero();
        List<String> lines = text(out).lines().toList();
        assertThat(lines.getFirst()).matches("ID +AUTOMATION +NEXT RUN +NAME +FILE");
        assertThat(lines)
                .anySatisfy(
                        demo -> assertThat(demo).matches("demo-contacts +AU_\\w{15} +not enabled +Demo contacts .*"))
                .anySatisfy(segments -> assertThat(segments).endsWith("jobs/segments.yaml"))
                .anySatisfy(example -> assertThat(example).endsWith("jobs/sftp-example.yaml"))
                .anySatisfy(example -> assertThat(example).endsWith("jobs/drop-example.yaml"));
        assertThat(text(err)).isEmpty();
    }

    @Test
    void looksInTheFolderThatTheSettingsFileNames() throws IOException {
        Path jobs = Files.createDirectories(folder.resolve("mine"));
        Files.copy(Path.of("jobs/segments.yaml"), jobs.resolve("my-segments.yaml"));
        Files.writeString(folder.resolve("muster.yaml"), "muster:\n  jobs: " + jobs + "\n");

        assertThat(run("jobs", "--json")).isZero();
        assertThat(JsonMapper.shared().readTree(text(out)).at("/jobs"))
                .singleElement()
                .satisfies(job -> assertThat(job.get("file").asString())
                        .isEqualTo(jobs.resolve("my-segments.yaml").toString()));
        assertThat(run("jobs", "check")).isZero();
        assertThat(text(out)).endsWith(jobs.resolve("my-segments.yaml") + ": good\n");
    }

    @Test
    void listsThemAsJson() {
        assertThat(run("jobs", "--json")).isZero();
        JsonNode answer = JsonMapper.shared().readTree(text(out));
        assertThat(answer.at("/jobs/0/id").asString()).isEqualTo("demo-contacts");
        assertThat(answer.at("/jobs/0/enabled").asBoolean(true)).isFalse();
        assertThat(answer.at("/jobs/0/next").isNull()).isTrue();
        assertThat(answer.path("broken")).isEmpty();
    }

    @Test
    void givesAnAutomationItsIdWhenItIsFirstSeenAndForGood() throws IOException {
        DirectoryFixture directory = DirectoryFixture.create(database.jdbc(), "extRef");
        Path inbox = Files.createDirectories(folder.resolve("inbox"));
        Files.writeString(inbox.resolve("a.csv"), "ExternalDataReference\n1\n");
        Path jobs = Files.createDirectories(folder.resolve("jobs-here"));
        Path file = Files.writeString(jobs.resolve("first.yaml"), """
            kind: contact-import
            id: nightly
            name: Nightly
            source: {type: folder, folder: %s}
            target: {directory: %s}
            """.formatted(
                        inbox, database.ids().of(PublicId.DIRECTORY, directory.id())));
        Files.writeString(folder.resolve("muster.yaml"), "muster:\n  jobs: " + jobs + "\n");

        String id = automationId();
        assertThat(id).matches("AU_\\w{15}");
        assertThat(run("run", "nightly")).isZero();
        assertThat(automationId()).as("after its first run").isEqualTo(id);

        Files.move(file, jobs.resolve("second.yaml"));
        assertThat(automationId()).as("in a renamed file").isEqualTo(id);
        assertThat(database.jdbc()
                        .sql("SELECT job_file FROM automation WHERE name = 'nightly'")
                        .query(String.class)
                        .single())
                .endsWith("second.yaml");

        Files.writeString(
                jobs.resolve("second.yaml"),
                Files.readString(jobs.resolve("second.yaml")).replace("id: nightly", "id: other"));
        assertThat(automationId()).as("with another id in the file").isNotEqualTo(id);
    }

    @Test
    void failsLikeAnyCommandWhereTheDatabaseCannotBeOpened() {
        System.setProperty(URL, "nowhere");

        int exit = run("directories", "list");
        String reason = text(err);
        assertThat(reason).startsWith("Cannot ");
        err.reset();
        assertThat(run("jobs")).isEqualTo(exit);
        assertThat(text(out)).isEmpty();
        assertThat(text(err)).isEqualTo(reason);
    }

    @Test
    void acceptsGoodFiles() {
        assertThat(run("jobs", "check", "jobs/demo-contacts.yaml")).isZero();
        assertThat(text(out)).isEqualTo("jobs/demo-contacts.yaml: good\n");
    }

    @Test
    void showsAllProblemsAndEndsWithOne() throws IOException {
        Path bad = Files.writeString(folder.resolve("bad.yaml"), "kind: contact-import\nid: UPPER\nname: x\n");

        assertThat(run("jobs", "check", bad.toString())).isEqualTo(1);
        assertThat(text(out).lines().toList())
                .containsExactly(
                        bad + ":1:1: source: is missing. Add it, see docs/job-files.md.",
                        bad + ":1:1: target: is missing. Add it, see docs/job-files.md.",
                        bad + ":2:1: id: must be 1 to 100 lower-case letters, digits, '.', '_' or '-', such as"
                                + " nightly-contacts.");
        assertThat(text(err))
                .isEqualTo("Cannot use 1 of 1 job files: see the problems above. Correct them and check again.\n");
    }

    @Test
    void refusesAFileThatIsNotThereAsWrongUse() {
        assertThat(run("jobs", "check", "jobs/none.yaml")).isEqualTo(2);
        assertThat(text(err))
                .isEqualTo(
                        "Cannot read the job file jobs/none.yaml: there is no such file. ./muster jobs lists them.\n");
    }

    @Test
    void refusesTwoFilesOfOneIdAndNamesBoth() throws IOException {
        String text = Files.readString(Path.of("jobs/demo-contacts.yaml")).replace("demo-contacts", "twice");
        Path first = Files.writeString(folder.resolve("first.yaml"), text);
        Path second = Files.writeString(folder.resolve("second.yaml"), text);

        assertThat(run("jobs", "check", first.toString(), second.toString(), first.toString()))
                .isEqualTo(1);
        assertThat(text(out).lines().toList())
                .containsExactly(
                        first + ":1:1: id: is 'twice', which is also the id of " + second
                                + ". Give each automation an id of its own.",
                        second + ":1:1: id: is 'twice', which is also the id of " + first
                                + ". Give each automation an id of its own.");
        assertThat(text(err)).startsWith("Cannot use 2 of 2 job files");
    }

    @Test
    void anUnreadablePathDoesNotKeepOthersFromBeingChecked() throws IOException {
        Path bad = Files.writeString(folder.resolve("bad.yaml"), "kind: nonsense\n");

        assertThat(run("jobs", "check", "jobs/none.yaml", folder.toString(), bad.toString(), "jobs/demo-contacts.yaml"))
                .isEqualTo(2);
        assertThat(text(out).lines().toList())
                .containsExactly(
                        "jobs/none.yaml:1:1: cannot be read: there is no such file. ./muster jobs lists them.",
                        folder + ":1:1: cannot be read: it is a folder. Name a file in it.",
                        bad
                                + ":1:7: kind: must be one of contact-import, segment-rebuild, event, workflow, not 'nonsense'.",
                        "jobs/demo-contacts.yaml: good");
    }

    @Test
    void neverPrintsEscapeSequencesOfOthers() throws IOException {
        Path bad = Files.writeString(folder.resolve("bad\u001b[31m.yaml"), "kind: \"\\e]0;x\\a\"\n");

        assertThat(run("jobs", "check", bad.toString())).isEqualTo(1);
        assertThat(text(out))
                .startsWith(folder + "/bad\\u001B[31m.yaml:1:7: kind: must be one of")
                .doesNotContain("\u001b", "\u0007");
        assertThat(run("jobs", "check", folder.resolve("none\u001b[31m.yaml").toString()))
                .isEqualTo(2);
        assertThat(text(err)).contains("none\\u001B[31m.yaml").doesNotContain("\u001b");
    }

    @Test
    void anUnreadableFileOfTheFolderLeavesTheOthersUsable() throws IOException {
        Path jobs = Files.createDirectories(folder.resolve("mine"));
        Files.copy(Path.of("jobs/segments.yaml"), jobs.resolve("segments.yaml"));
        Files.createSymbolicLink(jobs.resolve("dangling.yaml"), jobs.resolve("nowhere"));
        Files.writeString(folder.resolve("muster.yaml"), "muster:\n  jobs: " + jobs + "\n");

        assertThat(run("jobs", "--json")).isZero();
        assertThat(JsonMapper.shared().readTree(text(out)).at("/jobs").findValuesAsString("id"))
                .containsExactly("nightly-segments");
    }

    @Test
    void listsTheDailyRebuildThatNoFileDefines() throws IOException {
        DirectoryFixture directory = DirectoryFixture.create(database.jdbc(), "extRef");
        String id = database.ids().of(PublicId.DIRECTORY, directory.id());
        Path none = folder.resolve("no-jobs");
        Path condition = Files.writeString(folder.resolve("all.yaml"), "{field: language, is: de}\n");
        assertThat(run("segments", "create", "All", "-d", id, "--file", condition.toString()))
                .as(text(err))
                .isZero();
        System.setProperty("muster.jobs", none.toString());
        try {
            out.reset();
            assertThat(run("jobs")).isZero();
            assertThat(text(out))
                    .containsPattern("daily-segments-" + directory.id() + " +\\w+ \\d{4}-\\d\\d-\\d\\d 03:00 UTC");
        } finally {
            System.clearProperty("muster.jobs");
            database.jdbc()
                    .sql("DELETE FROM segment WHERE directory_id = ?")
                    .param(directory.id())
                    .update();
        }
    }

    @Test
    void printsTheSchema() throws IOException {
        assertThat(run("jobs", "schema")).isZero();
        assertThat(text(out)).isEqualTo(Files.readString(Path.of("docs/job-file.schema.json")));
    }

    private String automationId() {
        out.reset();
        assertThat(run("jobs", "--json")).isZero();
        return JsonMapper.shared()
                .readTree(text(out))
                .at("/jobs/0/automationId")
                .asString();
    }

    private int run(String... arguments) {
        return Cli.run(new Terminal(out, err, new StateFolder(folder)), arguments);
    }

    private static String text(ByteArrayOutputStream stream) {
        return stream.toString(StandardCharsets.UTF_8);
    }
}
