package io.muster.automation.workflow;

import static io.muster.automation.workflow.WorkflowFixture.completed;
import static io.muster.automation.workflow.WorkflowFixture.counts;
import static io.muster.automation.workflow.WorkflowFixture.told;
import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import io.muster.database.TestDatabase;
import io.muster.jobs.Run;
import io.muster.jobs.RunStatus;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** Records of a database, of HTTP and of the directory itself become contacts and files, through whole runs. */
class WorkflowSourcesJobTests {

    @RegisterExtension
    static final TestDatabase database = TestDatabase.create();

    private static final String INTO = """
          into:
            type: contacts
            target: {directory: DIRECTORY}
            mapping:
              unmapped: ignore
              columns: {id: extRef, name: firstName}
        """;

    @TempDir
    private Path folder;

    private WorkflowFixture flow;

    @BeforeEach
    void start() throws IOException {
        flow = new WorkflowFixture(database, folder);
    }

    @AfterEach
    void stop() {
        flow.close();
    }

    @Test
    void readsOfADatabaseWhatIsNew() throws Exception {
        String schema = "crm_" + UUID.randomUUID().toString().substring(0, 8);
        try (Connection crm = DriverManager.getConnection(database.url())) {
            run(crm, "CREATE DATABASE " + schema);
            run(crm, "CREATE TABLE " + schema + ".people (id INT PRIMARY KEY, name VARCHAR(40), changed DATETIME)");
            run(
                    crm,
                    "INSERT INTO " + schema
                            + ".people VALUES (1, 'Ann', '2026-03-01 10:00'), (2, NULL, '2026-03-01 11:00')");
            // The test's database is named in a file, as an operator would name one with a password.
            Path url = Files.writeString(folder.resolve("crm.url"), database.url());
            flow.tasks("""
                - do: load
                  extract:
                    - name: crm
                      type: database
                      url: file:%s
                      query: SELECT id, name, changed FROM %s.people
                      watermark: {column: changed, overlap: 1m}
                """.formatted(url, schema) + INTO);

            assertThat(counts(completed(flow.run()))).containsExactly(2L, 2L, 0L, 0L, 0L, 0L);
            run(crm, "UPDATE " + schema + ".people SET name = 'Anna', changed = '2026-03-01 12:00' WHERE id = 1");
            // The second one is read again, since it is within the overlap.
            assertThat(counts(completed(flow.run()))).containsExactly(2L, 0L, 1L, 1L, 0L, 0L);
            assertThat(counts(completed(flow.run()))).containsExactly(1L, 0L, 0L, 1L, 0L, 0L);
            assertThat(flow.contacts()).containsExactly("1|Anna", "2");
            // What an undone run has read is read again.
            run(crm, "INSERT INTO " + schema + ".people VALUES (3, 'Cem', '2026-03-02 12:00')");
            Run undone = completed(flow.run());
            assertThat(counts(undone)).containsExactly(2L, 1L, 0L, 1L, 0L, 0L);
            flow.undo(undone);
            assertThat(flow.contacts()).containsExactly("1|Anna", "2");
            assertThat(counts(completed(flow.run()))).containsExactly(2L, 1L, 0L, 1L, 0L, 0L);
            assertThat(flow.contacts()).containsExactly("1|Anna", "2", "3|Cem");
            run(crm, "DROP DATABASE " + schema);
            Run failed = flow.run().runs().getFirst();
            assertThat(failed.status()).isEqualTo(RunStatus.FAILED);
            assertThat(failed.reason()).startsWith("Cannot read the database of file:" + url + ": ");
        }
    }

    @Test
    void readsPagesOfHttpWithRecordsThatAreRefused() throws Exception {
        List<String> asked = new CopyOnWriteArrayList<>();
        HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/people", exchange -> {
            String query = String.valueOf(exchange.getRequestURI().getQuery());
            asked.add(query);
            String page = query.contains("after=x")
                    ? "{\"people\": [{\"id\": 3, \"name\": \"Cem\", \"at\": \"2026-03-01T12:00:00Z\"}]}"
                    : "{\"people\": [{\"id\": 1, \"name\": \"Ann\", \"at\": \"2026-03-01T10:00:00Z\"}, 2,"
                            + " {\"id\": 4, \"tier\": {\"now\": \"gold\"}}], \"next\": \"x\"}";
            exchange.sendResponseHeaders(200, page.getBytes(StandardCharsets.UTF_8).length);
            exchange.getResponseBody().write(page.getBytes(StandardCharsets.UTF_8));
            exchange.close();
        });
        server.start();
        try {
            flow.tasks("""
                - do: load
                  extract:
                    - name: people
                      type: http
                      url: http://127.0.0.1:%d/people
                      format: json
                      records: $.people
                      paging: {type: cursor, path: $.next, parameter: after}
                      watermark: {parameter: since, column: at, overlap: 5m}
                """.formatted(server.getAddress().getPort()) + INTO);

            assertThat(counts(completed(flow.run()))).containsExactly(4L, 3L, 0L, 0L, 1L, 0L);
            assertThat(flow.contacts()).containsExactly("1|Ann", "4", "3|Cem");
            assertThat(counts(completed(flow.run()))).containsExactly(4L, 0L, 0L, 3L, 1L, 0L);
            assertThat(asked)
                    .containsExactly(
                            "null", "after=x", "since=2026-03-01T11:55:00Z", "since=2026-03-01T11:55:00Z&after=x");
        } finally {
            server.stop(0);
        }
    }

    @Test
    void whatNoRecordHasThatDayIsBlankAndNoRecordsAreARunWithoutRows() throws Exception {
        HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        List<String> answers = new CopyOnWriteArrayList<>(List.of("{\"id\":1}\n{\"id\":2}\n", ""));
        server.createContext("/people", exchange -> {
            byte[] body = answers.removeFirst().getBytes(StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(200, body.length == 0 ? -1 : body.length);
            exchange.getResponseBody().write(body);
            exchange.close();
        });
        server.start();
        try {
            flow.tasks("""
                - do: load
                  extract:
                    - name: people
                      type: http
                      url: http://127.0.0.1:%d/people
                      format: json-lines
                """.formatted(server.getAddress().getPort()) + INTO);

            assertThat(counts(completed(flow.run()))).containsExactly(2L, 2L, 0L, 0L, 0L, 0L);
            assertThat(flow.contacts()).containsExactly("1", "2");
            assertThat(counts(completed(flow.run()))).containsExactly(0L, 0L, 0L, 0L, 0L, 0L);
        } finally {
            server.stop(0);
        }
    }

    @Test
    void copiesContactsOfTheDirectoryIntoAFile() throws Exception {
        flow.file("in", "a.csv", 0, "id,name", "1,Ann", "2,\"Ben, the\"");
        flow.tasks("""
            - do: load
              extract:
                - {name: files, type: files, source: {type: folder, folder: FOLDER/in}, files: {stable-for: 0s}}
            """ + INTO + """
            - do: load
              extract:
                - {name: own, type: directory, directory: DIRECTORY}
              into:
                type: file
                directory: DIRECTORY
                to: {type: folder, folder: FOLDER/out}
                name: all-{date}.csv
                columns: [extRef, firstName, unsubscribed]
            """);
        var unused = flow.path("out");

        assertThat(told(flow.run())).containsExactly("contact-import COMPLETED", "file-out COMPLETED");
        try (Stream<Path> files = Files.list(folder.resolve("out"))) {
            assertThat(files)
                    .singleElement()
                    .satisfies(file -> assertThat(Files.readString(file))
                            .isEqualToNormalizingNewlines(
                                    "extRef,firstName,unsubscribed\n1,Ann,false\n2,\"Ben, the\",false\n"));
        }
    }

    private static void run(Connection connection, String sql) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }
}
