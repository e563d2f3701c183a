package io.muster.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.muster.automation.JobsFixture;
import io.muster.database.TestDatabase;
import io.muster.support.StateFolder;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** What a person sees of deliveries that wait, failed or were passed over, and what they can do about them. */
class DeliveryCommandsDbTests {

    @RegisterExtension
    static final TestDatabase database = TestDatabase.create();

    @TempDir
    private Path folder;

    private JobsFixture jobs;

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

    @Test
    void runEndsWithOneAsLongAsAFailedFileIsPending() throws IOException {
        jobs.broken("1.csv", 0);
        Ended failed = muster("run", jobs.id(), "--json");
        assertThat(failed.exit()).isEqualTo(1);
        String run = failed.json().at("/0/run").asString();

        Ended again = muster("run", jobs.id());
        assertThat(again.exit()).isEqualTo(1);
        assertThat(again.out()).doesNotContain("Nothing new");
        assertThat(again.err())
                .contains("Cannot settle 1.csv: its run " + run + " is FAILED and pending. Resume, reprocess or abandon"
                        + " it. The command runs show " + run + " says why, runs resume " + run + " resumes it.");
        JsonNode entry = muster("run", jobs.id(), "--json").json();
        assertThat(entry).hasSize(1);
        assertThat(entry.at("/0/run").asString()).isEqualTo(run);
        assertThat(entry.at("/0/status").asString()).isEqualTo("FAILED");
        assertThat(entry.at("/0/pending").asBoolean()).isTrue();
        assertThat(muster("jobs").out())
                .contains(jobs.id() + ": 1.csv is not imported: its run " + run + " is FAILED. See: muster runs show "
                        + run);

        assertThat(muster("runs", "abandon", run).exit()).isZero();
        Ended settled = muster("run", jobs.id());
        assertThat(settled.exit()).isZero();
        assertThat(settled.out()).isEqualTo("Nothing new.\n");
        assertThat(muster("run", jobs.id(), "--json").out()).isEqualTo("[]\n");
    }

    @Test
    void aLateFileIsAWarningUntilItIsImportedOrSkipped() throws IOException {
        jobs.contact("new.csv", 2, "1", "Anna");
        assertThat(muster("run", jobs.id()).exit()).isZero();
        jobs.contact("old.csv", 1, "1", "Ann");

        Ended late = muster("run", jobs.id());
        assertThat(late.exit()).isZero();
        String commands = "Import it with: muster run " + jobs.id()
                + " --file 'old.csv', or settle it with: muster jobs skip " + jobs.id() + " --file 'old.csv'";
        assertThat(late.out()).contains("Warning: old.csv waits: it came after a newer file was imported. " + commands);
        JsonNode entry = muster("run", jobs.id(), "--json").json().get(0);
        assertThat(entry.get("run").isNull()).isTrue();
        assertThat(entry.get("status").asString()).isEqualTo("WAITING");
        assertThat(entry.get("file").asString()).isEqualTo("old.csv");
        assertThat(muster("jobs").out()).contains(commands);
        assertThat(muster("jobs", "--json").json().at("/jobs/0/waiting/0/file").asString())
                .isEqualTo("old.csv");

        Ended skipped = muster("jobs", "skip", jobs.id(), "--file", "old.csv", "--json");
        assertThat(skipped.out())
                .isEqualTo("{\"automation\":\"%s\",\"file\":\"old.csv\",\"state\":\"SKIPPED\"}\n".formatted(jobs.id()));
        assertThat(muster("jobs", "skip", jobs.id(), "--file", "old.csv", "--json"))
                .isEqualTo(skipped);
        assertThat(muster("audit", "--action", "delivery.skip", "--json").json().at("/lines"))
                .singleElement()
                .satisfies(line -> {
                    assertThat(line.get("subject").asString()).startsWith("AU_");
                    assertThat(line.at("/detail/file").asString()).isEqualTo("old.csv");
                });
        assertThat(muster("run", jobs.id(), "--json").out()).isEqualTo("[]\n");
        assertThat(muster("run", jobs.id(), "--file", "old.csv").out())
                .isEqualTo("Passed over old.csv: it was taken, skipped or given up before. The option --force takes it"
                        + " again.\n");
    }

    @Test
    void aCommandToCopyCannotBeChangedByTheNameOfAFile() {
        assertThat(VisitText.choice("nightly", "a'; rm -rf ~; '.csv"))
                .isEqualTo("Import it with: muster run nightly --file 'a'\\''; rm -rf ~; '\\''.csv', or settle it with:"
                        + " muster jobs skip nightly --file 'a'\\''; rm -rf ~; '\\''.csv'");
    }

    @Test
    void aFileThatIsPassedOverIsShownWithItsReason() throws IOException {
        jobs.job("files: {stable-for: 0s, pattern: \"*.csv\", marker: \"{name}.done\"}\n");
        jobs.contact("1.csv", 0, "1", "Ann");
        jobs.contact("2\u001b[2J.csv", 0, "1", "Ann");

        Ended run = muster("run", jobs.id());
        assertThat(run.exit()).isZero();
        assertThat(run.out())
                .contains("Passed over 1.csv: its marker file is missing.")
                .contains("Passed over 2\\u001B[2J.csv: its name holds a control character, a slash or a backslash;"
                        + " have it renamed.")
                .doesNotContain("\u001b");
        JsonNode entries = muster("run", jobs.id(), "--json").json();
        assertThat(entries.findValuesAsString("status"))
                .containsOnly("PASSED_OVER")
                .hasSize(2);
        assertThat(entries.findValuesAsString("code")).containsExactlyInAnyOrder("NO_MARKER", "UNSAFE_NAME");
        assertThat(muster("jobs").out())
                .contains(jobs.id() + ": 1.csv is passed over since ")
                .contains(": its marker file is missing.");
    }

    @Test
    void notificationsThatDoNotArriveAreListedTriedAgainAndDropped() {
        database.jdbc()
                .sql("""
            INSERT INTO notification (once_key, automation, channel, destination, message, state, attempts, due_at,
              last_error, created_at, ended_at)
            VALUES (UNHEX(SHA2(?, 256)), 'nightly', 'EMAIL', 'ops@example.com', '{}', 'GIVEN_UP', 9, 0, 'refused', 0, 0)
            """.replace("UNHEX(SHA2(?, 256))", "SUBSTRING(UNHEX(SHA2(?, 256)), 1, 16)"))
                .param("one" + folder)
                .update();
        JsonNode stuck = muster("notifications", "list", "--json").json();
        assertThat(stuck).hasSize(1);
        String id = stuck.at("/0/id").asString();
        assertThat(stuck.at("/0/state").asString()).isEqualTo("GIVEN_UP");

        Ended retried = muster("notifications", "retry", id);
        assertThat(retried.exit()).isZero();
        assertThat(retried.out()).isEqualTo("Tried 1 notifications again; 0 that were due have arrived.\n");
        JsonNode tried = muster("notifications", "list", "--json").json().get(0);
        assertThat(tried.get("state").asString()).isEqualTo("RETRYING");
        assertThat(tried.get("attempts").asInt())
                .as("the first of all its attempts")
                .isOne();

        assertThat(muster("notifications", "drop", id, "--preview").out())
                .isEqualTo("Would drop 1 notifications: [" + id + "].\n");
        assertThat(muster("notifications", "drop", "--all").out()).isEqualTo("Dropped 1 notifications.\n");
        assertThat(muster("notifications", "drop", id).exit())
                .as("a second press")
                .isZero();
        assertThat(muster("notifications", "list", "--json").out()).isEqualTo("[]\n");
        assertThat(database.jdbc()
                        .sql("SELECT action FROM audit WHERE action LIKE 'notification.%' ORDER BY id")
                        .query(String.class)
                        .list())
                .containsExactly("notification.retry", "notification.drop");
        Ended unknown = muster("notifications", "retry", "4711");
        assertThat(unknown.exit()).isEqualTo(2);
        assertThat(unknown.err())
                .isEqualTo("Cannot try notification 4711: there is none with that number. The command notifications"
                        + " list shows those that have not arrived.\n");
        assertThat(muster("notifications", "drop").err())
                .isEqualTo("Cannot choose notifications: none is named. Give their numbers, or --all.\n");
    }
}
