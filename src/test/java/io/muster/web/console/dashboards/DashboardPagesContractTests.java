package io.muster.web.console.dashboards;

import static io.muster.web.console.ConsoleClient.location;
import static org.assertj.core.api.Assertions.assertThat;

import io.muster.app.DirectoryService;
import io.muster.app.NewDirectory;
import io.muster.app.UserService;
import io.muster.database.TestDatabase;
import io.muster.directory.Actor;
import io.muster.web.TestWebServer;
import io.muster.web.console.ConsoleClient;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.ZoneOffset;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** Dashboards: charts with their tables and downloads, for those who access contacts. */
class DashboardPagesContractTests {

    @RegisterExtension
    static final TestDatabase database = new TestDatabase();

    private static final String PASSWORD = "a horse in the rain";
    private static final Actor TESTER = Actor.commandLine("tester");

    @TempDir
    private static Path home;

    private static TestWebServer server;
    private static DashboardFixture full;
    private static String empty;

    @BeforeAll
    static void start() throws IOException {
        server = TestWebServer.start(database.url(), home);
        full = new DashboardFixture(server, database, home);
        empty = server.get(DirectoryService.class)
                .create(new NewDirectory(TESTER, "Empty " + UUID.randomUUID(), ZoneOffset.UTC, List.of("email")))
                .id();
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    private static ConsoleClient signedIn(List<String> limits, String... roles) throws Exception {
        String name = "user-" + UUID.randomUUID();
        server.get(UserService.class).create(TESTER, name, List.of(roles), limits, PASSWORD);
        ConsoleClient client = new ConsoleClient(server);
        assertThat(location(client.signIn(name, PASSWORD))).isEqualTo("303 /overview");
        return client;
    }

    @Test
    void importsAreChartsWithFindingsTablesAndDownloads() throws Exception {
        try (ConsoleClient client = signedIn(List.of(), "access")) {
            assertThat(location(client.get("/dashboards"))).isEqualTo("303 /dashboards/imports");
            String address = "/dashboards/imports?days=7&directory=" + full.directory();
            assertThat(client.get(address).body())
                    .contains(
                            "<h1>Imports</h1>", "4 rows in 7 days, of which 50.0 % were rejected", "1 of 2 runs failed")
                    .contains("class=\"created\"", "<caption>Rows by day</caption>", "value=\"7\" selected");
            HttpResponse<String> file =
                    client.get("/dashboards/imports/exact.csv?days=7&directory=" + full.directory());
            assertThat(file.headers().firstValue("Content-Disposition"))
                    .hasValue("attachment; filename=\"imports.csv\"");
            assertThat(file.body()).contains("Run,Started,Status,Automation", ",completed,good,", ",failed,bad,");
        }
    }

    @Test
    void aSegmentHasItsMembersOverTime() throws Exception {
        try (ConsoleClient client = signedIn(List.of(), "access")) {
            String address = "/dashboards/segments?directory=" + full.directory() + "&segment=" + full.segment();
            assertThat(client.get(address).body())
                    .contains("<h1>Segments over time</h1>", "1 member, ", "1 joined and 0 left")
                    .contains("&lt;b&gt;With mail&lt;/b&gt;", "class=\"step\"")
                    .doesNotContain("<b>With mail");
            assertThat(client.get(address.replace("segments?", "segments/spreadsheet.csv?"))
                            .body())
                    .contains("Published,Version,Members,Joined,Left,Kind,By", ",1,1,0,");
        }
    }

    @Test
    void withoutDataThatIsSaid() throws Exception {
        try (ConsoleClient client = signedIn(List.of(), "access")) {
            assertThat(client.get("/dashboards/imports?directory=" + empty).body())
                    .contains("No import in this range.")
                    .doesNotContain("<svg class=\"chart\"");
            assertThat(client.get("/dashboards/segments?directory=" + empty).body())
                    .contains("This directory has no segments yet.");
        }
    }

    @Test
    void anotherDirectoryIsNotThere() throws Exception {
        try (ConsoleClient limited = signedIn(List.of(empty), "access");
                ConsoleClient operator = signedIn(List.of(), "operate")) {
            assertThat(limited.get("/dashboards/imports").body())
                    .contains("No import in this range.")
                    .doesNotContain("All directories")
                    .doesNotContain(full.directory());
            for (String page : List.of("imports", "segments", "imports/exact.csv", "segments/exact.csv")) {
                assertThat(limited.get("/dashboards/" + page + "?directory=" + full.directory())
                                .statusCode())
                        .as(page)
                        .isEqualTo(404);
                assertThat(operator.get("/dashboards/" + page).statusCode())
                        .as(page)
                        .isEqualTo(403);
            }
        }
    }
}
