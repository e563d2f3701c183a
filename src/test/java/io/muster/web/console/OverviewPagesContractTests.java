package io.muster.web.console;

import static io.muster.web.console.ConsoleClient.location;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.muster.app.AutomationService;
import io.muster.app.UserService;
import io.muster.automation.AutomationRuns;
import io.muster.automation.Trigger;
import io.muster.automation.jobfile.JobFiles;
import io.muster.database.TestDatabase;
import io.muster.dedup.DirectoryFixture;
import io.muster.directory.Actor;
import io.muster.web.TestWebServer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** The first page: what is open, the worst first, each with what is done about it. */
class OverviewPagesContractTests {

    @RegisterExtension
    static final TestDatabase database = new TestDatabase();

    private static final String PASSWORD = "a horse in the rain";
    private static final Actor TESTER = Actor.commandLine("tester");
    private static final Duration PATIENCE = Duration.ofSeconds(40);

    @TempDir
    private static Path home;

    private static TestWebServer server;

    @BeforeAll
    static void start() {
        server = TestWebServer.start(database.url(), home);
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    private static ConsoleClient signedIn(String... roles) throws Exception {
        String name = "user-" + UUID.randomUUID();
        server.get(UserService.class).create(TESTER, name, List.of(roles), List.of(), PASSWORD);
        ConsoleClient client = new ConsoleClient(server);
        assertThat(location(client.signIn(name, PASSWORD))).isEqualTo("303 /overview");
        return client;
    }

    private static void write(String job, String name, String more) throws IOException {
        DirectoryFixture directory = DirectoryFixture.create(database.jdbc(), "extRef");
        Files.writeString(
                home.resolve("jobs/" + job + ".yaml"),
                """
                kind: contact-import
                id: %s
                name: '%s'
                source: {type: folder, folder: %s}
                files: {stable-for: 0s}
                target: {directory: %s}
                """.formatted(
                                        job,
                                        name,
                                        Files.createDirectories(home.resolve("in-" + job)),
                                        database.ids().directory(directory.id()))
                        + more);
    }

    private static String failed(String job) throws IOException {
        Files.writeString(home.resolve("in-" + job + "/a.csv"), "ExternalDataReference,Email\n1,no mailbox\n");
        return server.get(AutomationRuns.class)
                .run(server.get(JobFiles.class).find(job).job(), new Trigger.Asked(TESTER, null))
                .getFirst()
                .run();
    }

    @Test
    void theWorstIsFirstAndEachHasWhatIsDoneAboutIt() throws Exception {
        try (ConsoleClient lena = signedIn("operate");
                ConsoleClient reader = signedIn("access")) {
            assertThat(lena.get("/overview").body()).contains("Nothing needs attention.", "Nothing is running.");

            write("partner", "<b>Partner</b> feed", "alarm: {no-file-by: \"00:00\"}\nzone: UTC\n");
            write("nightly", "Nightly contacts", "limits: {max-rejected: 0%}\nschedules: [{every: 6h}]\n");
            write("resting", "Resting feed", "");
            Files.writeString(home.resolve("jobs/wrong.yaml"), "kind: nonsense\n");
            String run = failed("nightly");
            server.get(AutomationService.class).hold("resting", "half files", TESTER);

            await().atMost(PATIENCE)
                    .untilAsserted(() -> assertThat(lena.get("/overview").body())
                            .contains("No file has come by 00:00 (UTC)", "wrong.yaml"));
            assertThat(lena.get("/overview").body())
                    .containsPattern("(?s)failed</span></span>.*" + run
                            + ".*more than the 0 % allowed.*/runs/" + run
                            + "/reprocess\".*Reprocess</a>.*no file</span>"
                            + ".*/automations/AU_\\w+/run\".*Run now</a>.*automation held</span>"
                            + ".*held by tester \\(command line\\): half files.*/release\".*Release</a>")
                    .contains("broken job file", "href=\"/automations\"", "&lt;b&gt;Partner&lt;/b&gt; feed")
                    .containsPattern("(?s)Next 24 hours.*Nightly contacts</a>.*Last nights")
                    .containsPattern("(?s)alarm, unless a file of this has come: </span>.*Partner")
                    .containsPattern("(?s)Last nights.*The last run did not complete")
                    .doesNotContain("<b>Partner");
            assertThat(reader.get("/overview").body())
                    .contains(run, "needs the role Operate")
                    .doesNotContain("/reprocess\"", "/release\"");
        }
    }
}
