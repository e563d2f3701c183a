package io.muster.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.muster.database.TestDatabase;
import io.muster.dedup.DirectoryFixture;
import io.muster.support.StateFolder;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.Arrays;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** A file that failed and is imported again: with which settings, and what that means for the runs before and the files after. */
class ReprocessCommandJobTests {

    @RegisterExtension
    static final TestDatabase database = new TestDatabase();

    private static final String URL = "muster.database.url";
    private static final Instant NIGHT = Instant.parse("2026-03-01T00:00:00Z");
    private static final String BAD = "ExternalDataReference,Email\n1,a@x.org\n2,b@x.org\n3,bad\n4,bad\n,\n";

    @TempDir
    private Path folder;

    private DirectoryFixture directory;
    private Path job;

    private record Ended(int exit, String out, String err) {

        JsonNode json() {
            return JsonMapper.shared().readTree(out);
        }

        /** The only run of an answer of {@code run}. */
        JsonNode run() {
            assertThat(json()).as(out + err).hasSize(1);
            return json().get(0);
        }
    }

    @BeforeEach
    void createDirectory() throws IOException {
        System.setProperty(URL, database.url());
        directory = DirectoryFixture.create(database.jdbc(), "extRef", "email");
        Files.createDirectory(folder.resolve("inbox"));
        job = folder.resolve("nightly.yaml");
        allow("10%");
    }

    @AfterEach
    void forgetTheTestDatabase() {
        System.clearProperty(URL);
    }

    /** The job file with a limit of rejected rows. */
    private void allow(String rejected) throws IOException {
        Files.writeString(job, """
            kind: contact-import
            id: nightly-%d
            name: Nightly
            source: {type: folder, folder: %s}
            target: {directory: %s}
            files: {stable-for: 0s}
            limits: {max-rejected: %s}
            """.formatted(
                        directory.id(), folder.resolve("inbox"), TestDatabase.IDS.directory(directory.id()), rejected));
    }

    private void deliver(String name, int night, String content) throws IOException {
        Path file = Files.writeString(folder.resolve("inbox").resolve(name), content);
        Files.setLastModifiedTime(file, FileTime.from(NIGHT.plusSeconds(night * 86_400L)));
    }

    private Ended run(String... options) {
        return muster(Stream.concat(Stream.of("run", job.toString(), "--json"), Arrays.stream(options))
                .toArray(String[]::new));
    }

    private Ended reprocess(String run, String... options) {
        return muster(Stream.concat(Stream.of("runs", "reprocess", run, "--json"), Arrays.stream(options))
                .toArray(String[]::new));
    }

    private JsonNode show(String run) {
        return muster("runs", "show", run, "--json").json();
    }

    private static String id(JsonNode run) {
        return run.get("run").asString();
    }

    private Ended muster(String... arguments) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        ByteArrayOutputStream err = new ByteArrayOutputStream();
        int exit = Cli.run(new Terminal(out, err, new StateFolder(folder)), arguments);
        return new Ended(exit, out.toString(StandardCharsets.UTF_8), err.toString(StandardCharsets.UTF_8));
    }

    /** The run of a file that fails at the limit. */
    private String failed() throws IOException {
        deliver("1.csv", 1, BAD);
        Ended ended = run();
        assertThat(ended.exit()).isEqualTo(1);
        return id(ended.run());
    }

    @Test
    void aRunWhoseFileAnotherMachineHasSaysWhichAndStaysAsItWas() throws IOException {
        String failed = failed();
        Files.delete(folder.resolve("inbox/1.csv"));
        Files.move(folder.resolve("spool").resolve(failed), folder.resolve("kept"));
        database.jdbc()
                .sql("UPDATE run SET spool = 'another', owner = 'process 7 on web-9' WHERE directory_id = ?")
                .param(directory.id())
                .update();
        String where = " run " + failed + " here: its file lies in the spool of web-9, where no server runs. Start that"
                + " server, which takes it up by itself. If it is lost for good, abandon the run and have the file sent"
                + " again.";

        assertThat(muster("runs", "resume", failed).err()).contains("Cannot go on with" + where);
        assertThat(reprocess(failed).err()).contains("Cannot reprocess" + where);
        assertThat(show(failed).get("status").asString()).isEqualTo("FAILED");

        Files.move(folder.resolve("kept"), folder.resolve("spool").resolve(failed));
        allow("80%");
        assertThat(reprocess(failed).exit()).isZero();
    }

    @Test
    void aRaisedLimitAndReprocessBringTheFileInAndFreeTheNextOne() throws IOException {
        String failed = failed();
        deliver("2.csv", 2, "ExternalDataReference,Email\n5,e@x.org\n");
        assertThat(run().err()).contains(failed).contains("holds them back");

        allow("80%");
        Ended preview = reprocess(failed, "--preview");
        assertThat(preview.json().toString())
                .isEqualTo("{\"run\":\"" + failed
                        + "\",\"changes\":[{\"key\":\"limits.max-rejected\",\"before\":0.1,\"now\":0.8}]}");
        assertThat(directory.count("contact")).isZero();

        Ended reprocessed = muster("runs", "reprocess", failed);
        assertThat(reprocessed.exit()).as(reprocessed.err()).isZero();
        assertThat(reprocessed.err())
                .contains("What differs from run " + failed + ":\n  limits.max-rejected: 0.1 -> 0.8");
        assertThat(reprocessed.out())
                .contains("COMPLETED: read 5, created 2, updated 0, unchanged 0, rejected 2, skipped 1");

        JsonNode old = show(failed);
        String now = old.get("settledBy").asString();
        assertThat(old.get("status").asString()).isEqualTo("FAILED");
        assertThat(old.get("allowed").toString()).isEqualTo("[\"reprocess\"]");
        assertThat(show(now).get("reprocesses").asString()).isEqualTo(failed);
        assertThat(show(now).get("changes").get(0).get("key").asString()).isEqualTo("limits.max-rejected");
        assertThat(muster("runs").out().lines().filter(line -> line.startsWith(failed)))
                .singleElement()
                .satisfies(line -> assertThat(line).endsWith(now));
        assertThat(muster("runs", "show", failed).out()).contains("settled by " + now);
        assertThat(folder.resolve("spool").resolve(failed)).doesNotExist();

        Ended next = run();
        assertThat(next.exit()).as(next.err()).isZero();
        assertThat(next.run().get("created").asInt()).isOne();
        Ended resumed = muster("runs", "resume", failed);
        assertThat(resumed.exit()).isEqualTo(1);
        assertThat(resumed.err())
                .contains("Cannot resume run " + failed + ": run " + now
                        + " has imported its file since. Nothing is left to do.");
        assertThat(muster("runs", "abandon", failed).err()).contains("there is nothing left to give up");
        assertThat(id(reprocess(failed).json())).as("pressed again").isEqualTo(now);
    }

    @Test
    void aRunThatFailsAtALimitTellsWhatItsSurveyCounted() throws IOException {
        JsonNode failed = show(failed());

        assertThat(failed.get("read").asInt()).isEqualTo(5);
        assertThat(failed.get("rejected").asInt()).isEqualTo(2);
        assertThat(failed.get("skipped").asInt()).isEqualTo(1);
        assertThat(failed.get("created").asInt()).isZero();
        assertThat(failed.get("reason").asString()).contains("2 of 5 rows rejected");
    }

    @Test
    void aResumeKeepsTheSettingsThatItsRunBeganWith() throws IOException {
        String failed = failed();
        allow("80%");

        Ended resumed = muster("runs", "resume", failed);

        assertThat(resumed.exit()).isEqualTo(1);
        assertThat(resumed.err()).contains("2 of 5 rows rejected, more than the 10 % allowed");
    }

    @Test
    void earlierRunsStayOpenUntilOneCompletes() throws IOException {
        String first = failed();
        Ended second = reprocess(first);
        assertThat(second.exit()).isEqualTo(1);
        assertThat(second.json().get("changes")).isEmpty();
        Ended third = reprocess(first);
        assertThat(id(third.json()))
                .as("after the new run has failed, another one is started")
                .isNotEqualTo(id(second.json()));
        assertThat(show(first).get("settledBy").isNull()).isTrue();
        assertThat(show(first).get("allowed").toString()).contains("resume");
        deliver("2.csv", 2, "ExternalDataReference,Email\n5,e@x.org\n");
        assertThat(run().exit()).as("held back").isEqualTo(1);

        allow("80%");
        Ended last = reprocess(id(second.json()));

        assertThat(last.exit()).as(last.err()).isZero();
        for (String open : new String[] {first, id(second.json()), id(third.json())}) {
            assertThat(show(open).get("settledBy").asString()).isEqualTo(id(last.json()));
        }

        assertThat(run().exit()).isZero();
    }

    @Test
    void theFileImportedByForceSettlesTheRunThatFailed() throws IOException {
        String failed = failed();
        allow("80%");

        Ended forced = run("--force");

        assertThat(forced.exit()).as(forced.err()).isZero();
        assertThat(show(failed).get("settledBy").asString()).isEqualTo(id(forced.run()));
        deliver("2.csv", 2, "ExternalDataReference,Email\n5,e@x.org\n");
        assertThat(run().exit()).isZero();
    }

    @Test
    void aCopyOfTheFileSettlesTheRunThatFailed() throws IOException {
        String failed = failed();
        allow("80%");
        Path copy = Files.writeString(folder.resolve("copy.csv"), BAD);

        Ended imported = run("--file", copy.toString());

        assertThat(imported.exit()).as(imported.err()).isZero();
        assertThat(show(failed).get("settledBy").asString()).isEqualTo(id(imported.run()));
        deliver("2.csv", 2, "ExternalDataReference,Email\n5,e@x.org\n");
        assertThat(run().exit()).isZero();
    }

    @Test
    void anotherFileSettlesNothing() throws IOException {
        String failed = failed();
        Path other = Files.writeString(folder.resolve("other.csv"), "ExternalDataReference,Email\n7,g@x.org\n");

        assertThat(run("--file", other.toString()).json().get(0).get("status").asString())
                .isEqualTo("COMPLETED");

        assertThat(show(failed).get("settledBy").isNull()).isTrue();
    }

    @Test
    void settingsOfAJobFileAreNotOverridden() throws IOException {
        Ended refused = reprocess(failed(), "--max-rejected", "80%");

        assertThat(refused.exit()).isEqualTo(2);
        assertThat(refused.err()).contains("with other settings: it takes those of the job file of nightly-");
    }

    @Test
    void anUploadIsReprocessedWithItsOwnSettingsAndWhatIsGiven() throws IOException {
        Path file = Files.writeString(folder.resolve("in.csv"), "Ref;Mail\n1;a@x.org\n2;bad\n");
        Ended failed = muster(
                "import",
                file.toString(),
                "--directory",
                TestDatabase.IDS.directory(directory.id()),
                "--delimiter",
                ";",
                "--map",
                "Ref=extRef",
                "--map",
                "Mail=ignore",
                "--max-rejected",
                "0",
                "--mode",
                "update-only",
                "--map",
                "Mail=email",
                "--json");
        assertThat(failed.exit()).as(failed.err()).isEqualTo(2);
        failed = muster(
                "import",
                file.toString(),
                "--directory",
                TestDatabase.IDS.directory(directory.id()),
                "--delimiter",
                ";",
                "--map",
                "Ref=extRef",
                "--map",
                "Mail=email",
                "--max-rejected",
                "0",
                "--json");
        assertThat(failed.exit()).as(failed.err()).isEqualTo(1);
        String run = id(failed.json());

        Ended again = reprocess(run, "--max-rejected", "50%", "--map", "Mail=embedded.Mail", "--new-list", "Mended");

        assertThat(again.exit()).as(again.err()).isZero();
        assertThat(again.json().get("created").asInt()).isEqualTo(2);
        assertThat(again.json().get("changes").findValuesAsString("key"))
                .contains("limits.max-rejected", "limits.max-rejected-rows", "mapping.columns.Mail", "target.list.name")
                .doesNotContain("format.delimiter", "mapping.columns.Ref");
        assertThat(show(run).get("settledBy").asString()).isEqualTo(id(again.json()));
    }
}
