package io.muster.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.muster.cli.DemoExpectation.Day;
import io.muster.database.TestDatabase;
import io.muster.support.Refusal;
import io.muster.support.StateFolder;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

class DemoJobTests {

    private static final String URL = "muster.database.url";

    @RegisterExtension
    static final TestDatabase database = new TestDatabase();

    @TempDir
    private Path home;

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();

    @BeforeEach
    void useTheTestDatabase() {
        System.setProperty(URL, database.url());
    }

    @AfterEach
    void dropTheDemosSchema() {
        System.clearProperty(URL);
        try (DemoFolder folder = new DemoFolder(new StateFolder(home))) {
            database.jdbc().sql("DROP DATABASE IF EXISTS " + folder.schema()).update();
        }
    }

    @Test
    void tellsTwoDaysAndChecksThem() throws IOException {
        assertThat(muster("demo", "--once")).as(text(err)).isZero();
        assertThat(text(out))
                .contains("read 5,000, created 4,710, updated 175, unchanged 60, rejected 50, skipped 5")
                .contains("5 segments over 4,710 contacts")
                .contains("5 segments over 4,800 contacts")
                .contains("4,481 rows are as they were. Nothing was written for them")
                .contains("outbox/processed/contacts-20260301.csv, outbox/processed/contacts-20260302.csv")
                .contains("Nothing new.")
                .containsPattern("a member of the segment +C-\\d+ +show +ELIGIBLE")
                .containsPattern("nobody we know +C-0 +hide +UNKNOWN_REFERENCE")
                .containsPattern("a contact outside the segment +C-\\d+ +hide +NOT_TARGETED")
                .containsPattern("a member who has just seen it +C-\\d+ +hide +FREQUENCY")
                .containsPattern("the same member, when the window is over +C-\\d+ +show +ELIGIBLE")
                .containsPattern("Sample site  http://127\\.0\\.0\\.1:\\d+/\n")
                .containsPattern("http://127\\.0\\.0\\.1:\\d+/single-page\\.html +A single-page application")
                .containsPattern("variable\\.html\\?muster_debug=ZN_")
                .contains(
                        "A night that went wrong",
                        "FAILED: read 30, created 0, updated 0, unchanged 0, rejected 3, skipped 0")
                .contains("Everything came out as it had to")
                // Of what has ended there is no address.
                .doesNotContain("Password", "/overview")
                .doesNotContain("\u001b");
        assertThat(text(err)).doesNotContain("WARN", "Exception");
        assertThat(System.getProperty(URL)).isEqualTo(database.url());

        Path environment = home.resolve("demo").resolve("env");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(environment)))
                .isEqualTo("rw-------");
        assertThat(Files.readString(environment))
                .contains("export MUSTER_HOME='" + home.resolve("demo") + "'\n")
                .contains("export MUSTER_DATABASE_URL='jdbc:mysql://")
                .contains("export MUSTER_DEMO_SFTP_PASSWORD='");

        out.reset();
        assertThat(muster("demo", "--once")).as("a second demo: %s", text(err)).isZero();
        assertThat(text(out)).contains("created 4,710");
    }

    @Test
    void refusesASecondDemoInTheSameFolder() {
        try (DemoFolder folder = new DemoFolder(new StateFolder(home))) {
            folder.begin();
            assertThat(muster("demo", "--once")).isEqualTo(1);
        }

        assertThat(text(err))
                .isEqualTo(
                        "Cannot run the demo: another one is using %s. End it with Ctrl-C, or set MUSTER_HOME to another folder.\n"
                                .formatted(home.resolve("demo")));
    }

    @Test
    void endsWhenAskedToStop() {
        Terminal terminal = new Terminal(out, err, new StateFolder(home));
        DemoShell shell = new DemoShell(terminal.home(), terminal.notes(), new DemoPage(terminal.text()), () -> true);
        assertThatThrownBy(() -> shell.answer("version"))
                .isInstanceOf(Refusal.class)
                .hasMessage("Cannot finish the demo: it was asked to stop. Start it again; it begins afresh.");
    }

    @Test
    void failsWhenARunCameToSomethingElse() {
        Day day = new Day("a.csv", 3, 1, 0, 0, 2, 0, Map.of());
        DemoRun run = Json.mapper().readValue("""
            {"run":"RN_1","status":"COMPLETED","read":3,"created":2,"updated":0,"unchanged":0,
             "rejected":1,"skipped":0,"seconds":0.1,"started":"2026-11-22T02:30:00Z"}\
            """, DemoRun.class);
        assertThatThrownBy(() -> day.check(run))
                .isInstanceOf(Refusal.class)
                .hasMessage("Cannot finish the demo: the run of a.csv should have given COMPLETED: read 3, created 1,"
                        + " updated 0, unchanged 0, rejected 2, skipped 0, but gave COMPLETED: read 3, created 2,"
                        + " updated 0, unchanged 0, rejected 1, skipped 0. This is a fault in Muster; keep the"
                        + " demo's folder and report it.");
    }

    private int muster(String... args) {
        return Cli.run(new Terminal(out, err, new StateFolder(home)), args);
    }

    private static String text(ByteArrayOutputStream stream) {
        return stream.toString(StandardCharsets.UTF_8);
    }
}
