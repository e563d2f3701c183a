package io.muster.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.muster.automation.JobsFixture;
import io.muster.database.TestDatabase;
import io.muster.support.StateFolder;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * "It is three o'clock": every line of that section of docs/operating.md played from the message to the green run. What needs a
 * process to be killed, a database to be lost or a disk to be full is played by {@code KilledAutomationJobTests}, {@code
 * StoppedProcessJobTests} and {@code SpoolFileTests}, with the words that this test finds in the section as well.
 */
class RunbookJobTests {

    @RegisterExtension
    static final TestDatabase database = TestDatabase.create();

    @TempDir
    private Path folder;

    private JobsFixture jobs;
    private String section;

    private record Ended(int exit, String out, String err) {

        JsonNode json() {
            return JsonMapper.shared().readTree(out);
        }
    }

    @BeforeEach
    void start() throws IOException {
        System.setProperty("muster.database.url", database.url());
        System.setProperty("muster.jobs", folder.resolve("jobs").toString());
        jobs = new JobsFixture(database, folder);
        String page = Files.readString(Path.of("docs/operating.md"));
        int begin = page.indexOf("### It is three o'clock");
        section = page.substring(begin, page.indexOf("\n### ", begin + 1)).replaceAll("\\s+", " ");
    }

    @AfterEach
    void stop() {
        jobs.close();
        System.clearProperty("muster.database.url");
        System.clearProperty("muster.jobs");
    }

    private Ended muster(String... arguments) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        ByteArrayOutputStream err = new ByteArrayOutputStream();
        int exit = Cli.run(new Terminal(out, err, new StateFolder(folder.resolve("home"))), arguments);
        return new Ended(exit, out.toString(StandardCharsets.UTF_8), err.toString(StandardCharsets.UTF_8));
    }

    /** The run says this, and the section tells what to do about it. */
    private String fails(String words) {
        Ended ended = muster("run", jobs.id());
        assertThat(ended.exit()).as(ended.out() + ended.err()).isEqualTo(1);
        assertThat(ended.out() + ended.err()).contains(words);
        assertThat(section).contains(words);
        return muster("runs", "--automation", jobs.id(), "--json")
                .json()
                .at("/0/run")
                .asString("none");
    }

    private void isGreen(String... command) {
        Ended ended = muster(command);
        assertThat(ended.exit()).as(ended.out() + ended.err()).isZero();
    }

    private void nothingWaits() {
        assertThat(muster("run", jobs.id(), "--json").out()).isEqualTo("[]\n");
        assertThat(muster("run", jobs.id()).exit()).isZero();
    }

    @Test
    void tooManyRowsWereRejected() throws IOException {
        jobs.job("limits: {max-rejected: 0%}\n");
        jobs.deliver("1.csv", 0, "ExternalDataReference,Email", "1,a@example.org", "2,bad");

        String run = fails("rows rejected, more than the");

        isGreen("runs", "rejects", run);
        jobs.job("limits: {max-rejected: 60%}\n");
        isGreen("runs", "reprocess", run);
        nothingWaits();
        assertThat(jobs.directory().count("contact")).isEqualTo(1);
    }

    @Test
    void aColumnHasAnotherName() throws IOException {
        jobs.job("mapping: {columns: {Customer: extRef}}\n");
        jobs.deliver("1.csv", 0, "Client,FirstName", "1,Ann");

        String run = fails("it lacks the mapped column");

        jobs.job("mapping: {columns: {Client: extRef}}\n");
        isGreen("runs", "reprocess", run);
        nothingWaits();
        assertThat(jobs.directory().count("contact")).isEqualTo(1);
    }

    @Test
    void theFileIsCutOff() throws IOException {
        ByteArrayOutputStream whole = new ByteArrayOutputStream();
        try (GZIPOutputStream gzip = new GZIPOutputStream(whole)) {
            gzip.write("ExternalDataReference,FirstName\n1,Ann\n".getBytes(StandardCharsets.UTF_8));
        }

        Path file = jobs.inbox().resolve("1.csv.gz");
        Files.write(file, Arrays.copyOf(whole.toByteArray(), whole.size() - 9));

        String run = fails("Cannot unpack");

        Files.write(file, whole.toByteArray());
        isGreen("runs", "abandon", run);
        isGreen("run", jobs.id());
        nothingWaits();
        assertThat(jobs.directory().count("contact")).isEqualTo(1);
    }

    @Test
    void theServerWithTheFilesDoesNotAnswer() throws IOException {
        int nobody;
        try (ServerSocket socket = new ServerSocket(0)) {
            nobody = socket.getLocalPort();
        }

        jobs.job(
                "{type: sftp, host: 127.0.0.1, port: " + nobody
                        + ", username: u, password: \"file:" + Files.writeString(folder.resolve("p"), "p")
                        + "\", host-keys: [\"ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIJ4bSRFGH3d2vcZ3vKokAezIONOwrwF06sIr7ykI/PpP\"],"
                        + " folder: /, timeout: 1s, attempts: 1}",
                "");

        String ignored = fails("nothing answers there");

        jobs.job("");
        jobs.contact("1.csv", 0, "1", "Ann");
        isGreen("run", jobs.id());
        nothingWaits();
        assertThat(ignored).isEqualTo("none");
    }

    @Test
    void aNewerFileWaitsForAFailedOne() throws IOException {
        String failed = failedFile();
        jobs.contact("2.csv", 1, "2", "Ben");

        String same = fails("holds them back");

        assertThat(same).isEqualTo(failed);
        isGreen("runs", "abandon", failed);
        isGreen("run", jobs.id());
        nothingWaits();
        assertThat(jobs.directory().count("contact")).isEqualTo(1);
    }

    private String failedFile() throws IOException {
        jobs.broken("1.csv", 0);
        assertThat(muster("run", jobs.id()).exit()).isEqualTo(1);
        return muster("runs", "--automation", jobs.id(), "--json")
                .json()
                .at("/0/run")
                .asString();
    }

    @Test
    void aFileIsStillPending() throws IOException {
        String failed = failedFile();

        String same = fails("and pending");

        assertThat(same).isEqualTo(failed);
        isGreen("runs", "abandon", failed);
        nothingWaits();
    }

    @Test
    void anOlderFileCameLate() throws IOException {
        jobs.contact("new.csv", 2, "1", "Anna");
        isGreen("run", jobs.id());
        jobs.contact("old.csv", 1, "1", "Ann");

        Ended late = muster("run", jobs.id());

        assertThat(late.exit()).isZero();
        assertThat(late.out()).contains("it came after a newer file was imported");
        assertThat(section).contains("it came after a newer file was imported");
        isGreen("jobs", "skip", jobs.id(), "--file", "old.csv");
        nothingWaits();
    }

    @Test
    void theWrongFileWasImported() throws IOException {
        jobs.contact("1.csv", 0, "1", "Ann");
        isGreen("run", jobs.id());
        jobs.contact("wrong.csv", 1, "1", "Nobody");
        isGreen("run", jobs.id());
        String run = muster("runs", "--automation", jobs.id(), "--json")
                .json()
                .at("/0/run")
                .asString();

        assertThat(section).contains("runs undo RN_… --preview");
        isGreen("runs", "undo", run, "--preview");
        isGreen("runs", "undo", run, "--yes");

        assertThat(jobs.directory().count("contact")).isEqualTo(1);
        assertThat(muster(
                                "contacts",
                                "search",
                                "--directory",
                                TestDatabase.IDS.directory(jobs.directory().id()),
                                "--ref",
                                "1")
                        .out())
                .contains("Ann")
                .doesNotContain("Nobody");
    }

    @Test
    void aNotificationDoesNotArrive() throws IOException {
        int nobody;
        try (ServerSocket socket = new ServerSocket(0)) {
            nobody = socket.getLocalPort();
        }

        jobs.job("notifications: [{when: always, webhook: \"http://127.0.0.1:" + nobody + "/hook\"}]\n");
        jobs.contact("1.csv", 0, "1", "Ann");
        isGreen("run", jobs.id());

        Ended stuck = muster("notifications", "list", "--json");

        assertThat(stuck.out()).contains(jobs.id());
        assertThat(section).contains("notifications list");
        isGreen("notifications", "list");
    }

    @Test
    void theSectionNamesWhatOtherTestsPlay() {
        assertThat(section)
                .contains("is DEAD")
                .contains("the disk is full")
                .contains("Cannot go on with run")
                .contains("runs resume RN_…");
    }
}
