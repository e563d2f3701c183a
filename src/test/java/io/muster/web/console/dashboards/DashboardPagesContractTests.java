package io.muster.web.console.dashboards;

import static io.muster.web.console.ConsoleClient.location;
import static org.assertj.core.api.Assertions.assertThat;

import io.muster.app.DirectoryService;
import io.muster.app.NewDirectory;
import io.muster.app.SegmentService;
import io.muster.app.UserService;
import io.muster.database.TestDatabase;
import io.muster.directory.Actor;
import io.muster.directory.Directory;
import io.muster.directory.store.Directories;
import io.muster.segment.Segment;
import io.muster.segment.SizeGuard;
import io.muster.web.TestWebServer;
import io.muster.web.console.ConsoleClient;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.UUID;
import org.jsoup.Jsoup;
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
    void aYearOfManyRunsAndVersionsIsAPageThatIsNotHeavy() throws Exception {
        Directory busy = server.get(Directories.class)
                .find(server.get(DirectoryService.class)
                        .create(new NewDirectory(TESTER, "Busy " + UUID.randomUUID(), ZoneOffset.UTC, List.of("email")))
                        .id());
        Segment segment = server.get(SegmentService.class)
                .byId(
                        busy,
                        server.get(SegmentService.class)
                                .create(TESTER, busy.id(), "Busy", "{field: language, is: de}", SizeGuard.usual())
                                .id())
                .orElseThrow();
        runs(busy, Instant.now().minus(Duration.ofDays(364)));
        publications(segment, Instant.now().minus(Duration.ofDays(80)));
        try (ConsoleClient client = signedIn(List.of(), "access")) {
            String imports = "/dashboards/imports?directory=" + busy.id() + "&days=";
            assertThat(client.get(imports + 365).body())
                    .satisfies(DashboardPagesContractTests::isLight)
                    .contains("9,000 rows in 365 days, of which 10.0 % were rejected", "300 of 900 runs failed")
                    .contains("<caption>Rows by four weeks</caption>", "The newest 30; all are in the download.");
            assertThat(client.get(imports + 90).body())
                    .satisfies(DashboardPagesContractTests::isLight)
                    .contains("<caption>Rows by week</caption>");
            assertThat(client.get("/dashboards/imports/exact.csv?days=365&directory=" + busy.id())
                            .body()
                            .lines())
                    .hasSize(901);
            String segments = "/dashboards/segments?days=90&directory=" + busy.id() + "&segment=" + segment.id();
            assertThat(client.get(segments).body())
                    .satisfies(DashboardPagesContractTests::isLight)
                    .contains(
                            "3,000 joined and 1,000 left", "There are more versions in this range than are shown here");
        }
    }

    private static void isLight(String page) {
        assertThat(Jsoup.parse(page).getAllElements()).hasSizeLessThanOrEqualTo(1_500);
    }

    /** 900 runs from there on, each with ten rows; of three, one has failed. */
    private static void runs(Directory directory, Instant from) {
        long before = last("run");
        database.jdbc()
                .sql("""
                    INSERT INTO run (kind, automation_id, directory_id, spec, status, step, owner, epoch, as_of, started_at, ended_at)
                    WITH RECURSIVE number (n) AS (SELECT 0 UNION ALL SELECT n + 1 FROM number WHERE n < 899)
                    SELECT 'contact-import', 0, :directory, (SELECT spec FROM run WHERE id = 1), IF(n % 3 = 0, 'FAILED', 'COMPLETED'), 'settle', 'test', 1,
                      :from, :from + n * 34000000, :from + n * 34000000 + 60000
                    FROM number ORDER BY n
                    """)
                .param("directory", directory.number())
                .param("from", from.toEpochMilli())
                .update();
        database.jdbc()
                .sql("INSERT INTO run_heartbeat (run_id, epoch, beat_at) SELECT id, 1, ended_at FROM run WHERE id > ?")
                .param(before)
                .update();
        database.jdbc().sql("""
                    INSERT INTO run_import (run_id, delivery_id, rows_read, rows_created, rows_rejected)
                    SELECT id, (SELECT MIN(id) FROM delivery), 10, 9, 1 FROM run WHERE id > ?
                    """).param(before).update();
    }

    private static long last(String table) {
        return database.jdbc()
                .sql("SELECT MAX(id) FROM " + table)
                .query(Long.class)
                .single();
    }

    /** 1,002 versions from there on: more than are shown. */
    private static void publications(Segment segment, Instant from) {
        database.jdbc()
                .sql("""
                    INSERT INTO segment_publication (directory_id, segment_id, version, kind, actor, members, added, removed,
                      published_at)
                    WITH RECURSIVE number (n) AS (SELECT 0 UNION ALL SELECT n + 1 FROM number WHERE n < 500)
                    SELECT :directory, :segment, 2 * n + half, 'REBUILD', 'test', 2 * n, 3, 1, :from + (2 * n + half) * 6000000
                    FROM number, (SELECT 0 AS half UNION ALL SELECT 1) AS halves
                    """)
                .param("directory", segment.directory())
                .param("segment", segment.number())
                .param("from", from.toEpochMilli())
                .update();
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
