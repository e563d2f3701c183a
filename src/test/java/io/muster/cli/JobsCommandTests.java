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
        assertThat(text(out).lines().toList())
                .satisfiesExactly(
                        header -> assertThat(header).matches("ID +AUTOMATION +NEXT RUN +NAME +FILE"),
                        demo -> assertThat(demo).matches("demo-contacts +AU_\\w{15} +not enabled +Demo contacts .*"),
                        segments -> assertThat(segments).endsWith("jobs/segments.yaml"),
                        example -> assertThat(example).endsWith("jobs/sftp-example.yaml"));
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
