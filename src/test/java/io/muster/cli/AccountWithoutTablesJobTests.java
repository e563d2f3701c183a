package io.muster.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.muster.database.TestAccount;
import io.muster.database.TestDatabase;
import io.muster.runs.MusterProcess;
import io.muster.support.Settings;
import io.muster.support.StateFolder;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** An account that may read and write rows, and nothing else, does all the work once the tables are there. */
class AccountWithoutTablesJobTests {

    private static final Duration LONG = Duration.ofMinutes(1);

    @TempDir
    private Path folder;

    private TestDatabase database;
    private TestAccount rows;
    private Map<String, String> settings;

    @BeforeEach
    void create() {
        database = TestDatabase.create();
        rows = new TestAccount(database, TestAccount.ROWS);
        settings = new HashMap<>(rows.settings());
        settings.put("muster.database.migrate", "off");
        settings.forEach(System::setProperty);
    }

    @AfterEach
    void drop() {
        settings.keySet().forEach(System::clearProperty);
        rows.close();
        database.close();
    }

    @Test
    void itImportsMergesRebuildsPublishesUndoesAndDeletes() throws IOException {
        Path contacts = write("contacts.csv", """
            FirstName,Email,ExternalDataReference,age
            Ada,ada@example.org,1,36
            Bob,bob@example.org,2,17
            Ada,ada@example.org,3,36
            """);
        Path orders = write("orders.csv", "Customer,Order,Day\n1,o-1,2026-11-01\n2,o-2,2026-11-02\n");
        Path adults = write("adults.yaml", "embedded: age\nas: number\ngte: 18\n");

        muster("directories", "create", "Shop", "--rule", "extRef");
        JsonNode run = json("import", contacts.toString(), "--directory", "Shop", "--json");
        assertThat(run.get("status").asString()).isEqualTo("COMPLETED");
        muster(
                "transactions",
                "import",
                orders.toString(),
                "--directory",
                "Shop",
                "--map",
                "Customer=extRef",
                "--map",
                "Order=id",
                "--map",
                "Day=date");
        muster("segments", "create", "Adults", "--directory", "Shop", "--file", adults.toString());
        muster("segments", "rebuild", "--directory", "Shop");
        assertThat(muster("segments", "members", "Adults", "--directory", "Shop", "--format", "csv")
                        .lines())
                .hasSize(1 + 2);
        muster("projects", "create", "Site", "--directory", "Shop");
        muster("snapshot", "publish", "--directory", "Shop");
        muster("directories", "rules", "Shop", "--add", "email");
        muster("directories", "rekey", "Shop");
        muster("duplicates", "merge", "--directory", "Shop");
        muster("segments", "rebuild", "--directory", "Shop", "--incremental");
        muster("eligible", "--directory", "Shop", "--segment", "Adults", "--channel", "email", "--reserve", "1h");
        muster("runs", "undo", run.get("run").asString());
        muster("directories", "create", "Gone");
        muster("directories", "delete", "Gone");
    }

    @Test
    void aServerServesAndImportsWithIt() throws Exception {
        Path inbox = Files.createDirectories(folder.resolve("inbox"));
        write("inbox/contacts.csv", "FirstName,ExternalDataReference\nAda,1\nBob,2\n");
        Path jobs = Files.createDirectories(folder.resolve("jobs"));
        write("jobs/poll.yaml", """
            kind: contact-import
            id: poll
            name: Contacts of the inbox
            source: {type: folder, folder: "%s"}
            files: {stable-for: 0s, pattern: "*.csv"}
            target: {directory: Shop}
            schedules: [{every: 5s}]
            """.formatted(inbox));
        muster("directories", "create", "Shop", "--rule", "extRef");
        Map<String, String> environment = settings.entrySet().stream()
                .collect(Collectors.toMap(setting -> Settings.variable(setting.getKey()), Map.Entry::getValue));
        environment.putAll(Map.of("MUSTER_JOBS", jobs.toString(), "MUSTER_HTTP_PORT", "0", "MUSTER_METRICS_PORT", "0"));

        try (MusterProcess server = MusterProcess.start(
                database.urlWithoutLogin(), folder.resolve("server"), folder, environment, "server")) {
            await().atMost(LONG)
                    .untilAsserted(() -> assertThat(database.jdbc()
                                    .sql("SELECT status FROM run")
                                    .query(String.class)
                                    .list())
                            .as(server.toString())
                            .containsExactly("COMPLETED"));
            server.signal("TERM");
            assertThat(server.exit()).isZero();
        }

        assertThat(database.jdbc()
                        .sql("SELECT COUNT(*) FROM contact")
                        .query(Integer.class)
                        .single())
                .isEqualTo(2);
    }

    @Test
    void whatIsToBeDoneAboutOlderTablesIsSaid() throws IOException {
        database.jdbc()
                .sql("DELETE FROM flyway_schema_history WHERE version <> '1'")
                .update();
        // As in a file of settings: YAML reads off as false.
        System.clearProperty("muster.database.migrate");
        Files.createDirectories(folder.resolve("home"));
        write("home/muster.yaml", "muster: {database: {migrate: off, wait: 0s}}\n");

        Ended ended = end("directories", "list");

        assertThat(ended.exit()).isEqualTo(Failures.FAILED);
        assertThat(ended.err())
                .matches("Cannot use the database at [^:]+:\\d+/\\w+: its tables are of version 1, this Muster needs"
                        + " version \\d+, and MUSTER_DATABASE_MIGRATE=off forbids to change them\\. The command database"
                        + " migrate makes them, with an account that may change tables\\.\n");
    }

    @Test
    void theCommandSaysThatNothingIsToBeDone() {
        JsonNode migrated = json("database", "migrate", "--json");

        assertThat(migrated.get("from")).isEqualTo(migrated.get("to"));
        assertThat(migrated.get("database").asString()).endsWith("/" + database.schemaName());
        assertThat(muster("database", "migrate"))
                .isEqualTo("The tables of %s are up to date: version %d.\n"
                        .formatted(
                                migrated.get("database").asString(),
                                migrated.get("to").asInt()));
    }

    private record Ended(int exit, String out, String err) {}

    private Ended end(String... arguments) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        ByteArrayOutputStream err = new ByteArrayOutputStream();
        int exit = Cli.run(new Terminal(out, err, new StateFolder(folder.resolve("home"))), arguments);
        return new Ended(exit, out.toString(StandardCharsets.UTF_8), err.toString(StandardCharsets.UTF_8));
    }

    private String muster(String... arguments) {
        Ended ended = end(arguments);
        assertThat(ended.exit())
                .as(String.join(" ", arguments) + ": " + ended.err())
                .isZero();
        return ended.out();
    }

    private JsonNode json(String... arguments) {
        return JsonMapper.shared().readTree(muster(arguments));
    }

    private Path write(String name, String text) throws IOException {
        return Files.writeString(folder.resolve(name), text);
    }
}
