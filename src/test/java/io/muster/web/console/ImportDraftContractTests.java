package io.muster.web.console;

import static io.muster.web.console.ConsoleClient.location;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.muster.app.UserService;
import io.muster.automation.RunUpkeep;
import io.muster.database.TestDatabase;
import io.muster.dedup.DirectoryFixture;
import io.muster.directory.Actor;
import io.muster.jobs.ImportDrafts;
import io.muster.runs.RunRequest;
import io.muster.runs.RunService;
import io.muster.web.TestWebServer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** What was uploaded outlives its server, is worked on by the server that has it, and goes when its time is over. */
class ImportDraftContractTests {

    @RegisterExtension
    static final TestDatabase database = new TestDatabase();

    private static final String PASSWORD = "a horse in the rain";
    private static int users;

    @TempDir
    private Path home;

    @TempDir
    private Path elsewhere;

    private String pool;
    private String user;

    @BeforeEach
    void directory() {
        pool = database.ids()
                .directory(DirectoryFixture.create(database.jdbc(), "extRef").id());
        user = "mia-" + users++;
    }

    private static String upload(ConsoleClient client, String pool) throws Exception {
        String answer = location(client.upload(
                "/imports/new",
                "/imports/new",
                "a.csv",
                "ExternalDataReference\n1\n2\n".getBytes(StandardCharsets.UTF_8),
                "directory",
                pool));
        assertThat(answer).matches("303 /imports/UP_\\w+/mapping");
        return answer.replaceFirst("303 (.*)/mapping", "$1");
    }

    private ConsoleClient signedIn(TestWebServer server) throws Exception {
        ConsoleClient client = new ConsoleClient(server);
        assertThat(location(client.signIn(user, PASSWORD))).isEqualTo("303 /overview");
        return client;
    }

    private void create(TestWebServer server) {
        server.get(UserService.class).create(Actor.commandLine("tester"), user, List.of("manage"), List.of(), PASSWORD);
    }

    private static void forecast(ConsoleClient client, String draft) throws Exception {
        assertThat(location(client.post(draft + "/mapping", draft + "/mapping")))
                .isEqualTo("303 " + draft + "/forecast");
        await().atMost(Duration.ofSeconds(60))
                .until(() -> client.get(draft + "/forecast").body().contains(">Import 2 rows</button>"));
    }

    @Test
    void aDraftIsThereAfterARestartAndSigningInAnew() throws Exception {
        String draft;
        try (TestWebServer first = TestWebServer.start(database.url(), home)) {
            create(first);
            try (ConsoleClient client = signedIn(first)) {
                draft = upload(client, pool);
            }
        }

        try (TestWebServer second = TestWebServer.start(database.url(), home);
                ConsoleClient client = signedIn(second)) {
            assertThat(client.get("/imports/new").body()).contains(draft + "/mapping");
            forecast(client, draft);
            assertThat(location(client.post(draft + "/forecast", draft + "/run")))
                    .startsWith("303 /runs/RN_");
        }
    }

    @Test
    void theServerThatHasTheFileWorksOnIt() throws Exception {
        try (TestWebServer first = TestWebServer.start(database.url(), home);
                TestWebServer second = TestWebServer.start(database.url(), elsewhere)) {
            create(first);
            try (ConsoleClient client = signedIn(first);
                    ConsoleClient there = client.at(second)) {
                String draft = upload(client, pool);
                assertThat(there.get(draft + "/mapping").body()).contains("The file lies with the server");
                assertThat(there.post(draft + "/mapping", draft + "/format", "charset", "UTF-16BE", "delimiter", ",")
                                .statusCode())
                        .isEqualTo(503);
                forecast(there, draft);
                assertThat(location(there.post(draft + "/forecast", draft + "/run")))
                        .isEqualTo("303 " + draft + "/forecast");
                await().atMost(Duration.ofSeconds(60))
                        .until(() -> there.get(draft + "/forecast").body().contains("This file was imported by run"));
            }
        }
    }

    @Test
    void whatWasNotForecastAsItIsNowIsNotImported() throws Exception {
        try (TestWebServer server = TestWebServer.start(database.url(), home)) {
            create(server);
            try (ConsoleClient client = signedIn(server)) {
                forecast(client, upload(client, pool));
            }

            long draft = database.jdbc()
                    .sql("SELECT MAX(id) FROM import_draft")
                    .query(Long.class)
                    .single();
            // As another page of the same person leaves it that maps the columns anew at the same moment.
            database.jdbc()
                    .sql("UPDATE import_draft SET forecast = NULL WHERE id = ?")
                    .param(draft)
                    .update();
            RunService runs = server.get(RunService.class);

            assertThatThrownBy(() -> runs.start(
                            new RunRequest.ImportUpload(draft, ImportDrafts.Step.IMPORT), Actor.commandLine("tester")))
                    .hasMessage(
                            "Cannot import the file: there is no forecast with these settings yet. Look at it first.");
            assertThat(database.jdbc()
                            .sql("SELECT COUNT(*) FROM import_draft WHERE id = ? AND run IS NULL")
                            .param(draft)
                            .query(Long.class)
                            .single())
                    .isOne();
        }
    }

    private static void all(String table, String change) {
        database.jdbc().sql("UPDATE " + table + " SET " + change).update();
    }

    @Test
    void aFileStaysAsLongAsARunMayNeedItThoughItsTimeIsOver() throws Exception {
        try (TestWebServer server = TestWebServer.start(database.url(), home)) {
            create(server);
            try (ConsoleClient client = signedIn(server)) {
                forecast(client, upload(client, pool));
                all("import_draft", "keep_until = 1");
                all("run", "status = 'QUEUED'");

                server.get(RunUpkeep.class).prune();

                assertThat(home.resolve("spool/uploads")).isNotEmptyDirectory();

                all("run", "status = 'COMPLETED'");
                server.get(RunUpkeep.class).prune();

                assertThat(home.resolve("spool/uploads")).isEmptyDirectory();
            }
        }
    }

    @Test
    void whatARunImportsIsNotDeleted() throws Exception {
        try (TestWebServer server = TestWebServer.start(database.url(), home)) {
            create(server);
            try (ConsoleClient client = signedIn(server)) {
                String draft = upload(client, pool);
                forecast(client, draft);
                assertThat(location(client.post(draft + "/forecast", draft + "/run")))
                        .startsWith("303 /runs/RN_");

                assertThat(client.post("/imports/new", draft + "/discard").statusCode())
                        .isEqualTo(409);
                assertThat(home.resolve("spool/uploads")).isNotEmptyDirectory();
                assertThat(client.get(draft + "/forecast").statusCode()).isEqualTo(200);
            }
        }
    }

    @Test
    void aDraftGoesWithItsFileWhenItsTimeIsOver() throws Exception {
        try (TestWebServer server = TestWebServer.start(database.url(), home)) {
            create(server);
            try (ConsoleClient client = signedIn(server)) {
                String draft = upload(client, pool);
                assertThat(home.resolve("spool/uploads")).isNotEmptyDirectory();
                database.jdbc().sql("UPDATE import_draft SET keep_until = 1").update();

                assertThat(client.get(draft + "/mapping").statusCode()).isEqualTo(404);
                server.get(RunUpkeep.class).prune();

                assertThat(home.resolve("spool/uploads")).isEmptyDirectory();
                assertThat(database.jdbc()
                                .sql("SELECT COUNT(*) FROM import_draft WHERE keep_until = 1")
                                .query(Long.class)
                                .single())
                        .isZero();
            }
        }
    }
}
