package io.muster.web.console;

import static org.assertj.core.api.Assertions.assertThat;

import io.muster.app.UserService;
import io.muster.database.TestDatabase;
import io.muster.dedup.DirectoryFixture;
import io.muster.directory.Actor;
import io.muster.web.TestWebServer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.jsoup.Jsoup;
import org.jsoup.nodes.Document;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** Pages about automations where there are a hundred of them, each with a month of runs. */
class ManyAutomationsContractTests {

    @RegisterExtension
    static final TestDatabase database = new TestDatabase();

    private static final int AUTOMATIONS = 100;
    private static final int MOST_ELEMENTS = 1_500;

    @TempDir
    private Path home;

    @Test
    void pagesStayLightAndTellOfAllThatIsNotOnThem() throws Exception {
        DirectoryFixture directory = DirectoryFixture.create(database.jdbc(), "extRef");
        Files.createDirectories(home.resolve("jobs"));
        for (int i = 0; i < AUTOMATIONS; i++) {
            Files.writeString(home.resolve("jobs/a%02d.yaml".formatted(i)), """
                kind: contact-import
                id: a%02d
                name: Automation %1$02d
                source: {type: folder, folder: %s}
                target: {directory: %s}
                schedules: [{cron: "30 2 * * *"}]
                zone: Asia/Tokyo
                """.formatted(
                            i, home, database.ids().directory(directory.id())));
        }

        history(directory.id());
        try (TestWebServer server = TestWebServer.start(database.url(), home);
                ConsoleClient lena = new ConsoleClient(server)) {
            server.get(UserService.class)
                    .create(
                            Actor.commandLine("tester"),
                            "lena",
                            List.of("operate", "access"),
                            List.of(),
                            "a horse in the rain");
            assertThat(lena.signIn("lena", "a horse in the rain").statusCode()).isEqualTo(303);

            Document first = light(lena, "/automations");
            assertThat(first.select("table tbody tr")).hasSize(20);
            assertThat(first.select("ol.times li")).hasSize(20);
            String next = first.select(".pager a").attr("href");
            assertThat(next).isEqualTo("/automations?after=a19");
            Document second = light(lena, next);
            assertThat(second.select("table tbody tr").eachText().getFirst()).contains("Automation 20");
            assertThat(light(lena, "/automations?after=a79").select(".pager a").eachText())
                    .containsExactly("First page");

            Document overview = light(lena, "/overview");
            assertThat(overview.select("ul.nights li")).hasSize(20);
            assertThat(overview.select("ul.nights li").eachText().getFirst()).contains("Automation 42");
            assertThat(overview.text())
                    .contains("And 80 more: see automations.")
                    .contains("And 80 more: see automations. Those whose last run did not end well are shown first.");
        }
    }

    private static Document light(ConsoleClient client, String path) throws Exception {
        Document page = Jsoup.parse(client.get(path).body());
        assertThat(page.getAllElements()).as(path).hasSizeLessThan(MOST_ELEMENTS);
        return page;
    }

    /** Thirty runs of each, all completed but the newest one of the automation a42. */
    private static void history(int directory) {
        for (int i = 0; i < AUTOMATIONS; i++) {
            database.jdbc()
                    .sql("INSERT INTO automation (name, created_at) VALUES (?, 0)")
                    .param("a%02d".formatted(i))
                    .update();
        }

        database.jdbc().sql("""
                    INSERT INTO run (kind, automation_id, directory_id, spec, status, step, owner, epoch, as_of, started_at, ended_at)
                    WITH RECURSIVE number (n) AS (SELECT 0 UNION ALL SELECT n + 1 FROM number WHERE n < 29)
                    SELECT 'segment-rebuild', a.id, :directory, '{}', IF(a.name = 'a42' AND n = 29, 'ABANDONED', 'COMPLETED'), 'settle',
                      'test', 1, 1, 1700000000000 + n * 86400000, 1700000060000 + n * 86400000
                    FROM number, automation a ORDER BY n, a.id
                    """).param("directory", directory).update();
        database.jdbc()
                .sql("INSERT INTO run_heartbeat (run_id, epoch, beat_at) SELECT id, 1, ended_at FROM run")
                .update();
    }
}
