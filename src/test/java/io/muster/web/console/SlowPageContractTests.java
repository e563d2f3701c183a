package io.muster.web.console;

import static io.muster.web.console.ConsoleClient.location;
import static org.assertj.core.api.Assertions.assertThat;

import io.muster.app.UserService;
import io.muster.database.TestDatabase;
import io.muster.directory.Actor;
import io.muster.web.TestWebServer;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.Statement;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** A page for which the database takes too long says so, and leaves nothing waiting. */
class SlowPageContractTests {

    @RegisterExtension
    static final TestDatabase database = new TestDatabase();

    private static final String PASSWORD = "a horse in the rain";

    @TempDir
    private static Path home;

    private static TestWebServer server;

    @BeforeAll
    static void start() {
        server = TestWebServer.start(database.url(), home, "muster.console.statement-seconds", "3");
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    @Test
    void aPageWhoseStatementTakesTooLongSaysSoAndIsShownOnceItDoesNot() throws Exception {
        server.get(UserService.class)
                .create(Actor.commandLine("tester"), "lena", List.of("manage"), List.of(), PASSWORD);
        try (ConsoleClient client = new ConsoleClient(server)) {
            assertThat(location(client.signIn("lena", PASSWORD))).isEqualTo("303 /overview");
            assertThat(client.get("/projects").statusCode()).isEqualTo(200);

            assertThat(whileLocked("project", client))
                    .startsWith("503")
                    .contains(
                            "<h1>Not available now</h1>",
                            "Cannot show this page: the database took too long to answer. Try again;",
                            "This page is asked for again every ten seconds")
                    .doesNotContain("Exception", "SELECT");
            assertThat(whileLocked("console_session", client))
                    .startsWith("503")
                    .contains("<h1>Not available now</h1>", "the database does not answer")
                    .doesNotContain("Exception", "SELECT");
            assertThat(client.get("/projects").statusCode()).isEqualTo(200);
        }
    }

    /** Status and page of the projects while nobody else can read a table. */
    private static String whileLocked(String table, ConsoleClient client) throws Exception {
        try (Connection other = database.dataSource().getConnection();
                Statement statement = other.createStatement()) {
            statement.execute("LOCK TABLES " + table + " WRITE");
            try {
                HttpResponse<String> answer = client.get("/projects");
                return answer.statusCode() + " " + answer.body();
            } finally {
                statement.execute("UNLOCK TABLES");
            }
        }
    }
}
