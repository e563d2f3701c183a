package io.muster.web.console.dashboards;

import io.muster.app.SegmentRefreshes;
import io.muster.app.SegmentService;
import io.muster.automation.AutomationRuns;
import io.muster.automation.Trigger;
import io.muster.automation.Trigger.Repull;
import io.muster.automation.jobfile.JobFiles;
import io.muster.database.TestDatabase;
import io.muster.dedup.DirectoryFixture;
import io.muster.directory.Actor;
import io.muster.directory.store.Directories;
import io.muster.segment.SizeGuard;
import io.muster.web.TestWebServer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.awaitility.Awaitility;

/** A directory with an import that went well, one that failed, and a segment that was published. */
final class DashboardFixture {

    private static final Actor TESTER = Actor.commandLine("tester");

    private final TestWebServer server;
    private final Path home;
    private final String directory;
    private final String segment;

    DashboardFixture(TestWebServer server, TestDatabase database, Path home) throws IOException {
        this.server = server;
        this.home = home;
        DirectoryFixture made = DirectoryFixture.create(database.jdbc(), "extRef");
        directory = database.ids().directory(made.id());
        run("good", "50%", "1,a@example.com", "2,b@example.com", "3,no mailbox");
        run("bad", "0%", "4,c@example.com", "5,no mailbox");
        segment = server.get(SegmentService.class)
                .create(
                        TESTER,
                        directory,
                        "<b>With mail</b> \u202egnol\u202c",
                        "{field: email, is: a@example.com}",
                        SizeGuard.usual())
                .id();
        var ignored = server.get(SegmentRefreshes.class)
                .start(
                        TESTER,
                        server.get(SegmentService.class)
                                .byId(server.get(Directories.class).find(directory), segment)
                                .orElseThrow());
        Awaitility.await()
                .until(() -> !server.get(SegmentService.class)
                        .versions(directory, segment, 1)
                        .isEmpty());
    }

    String directory() {
        return directory;
    }

    String segment() {
        return segment;
    }

    private void run(String job, String limit, String... rows) throws IOException {
        Path inbox = Files.createDirectories(home.resolve("in-" + job));
        Files.writeString(inbox.resolve("a.csv"), "ExternalDataReference,Email\n" + String.join("\n", rows) + "\n");
        Files.writeString(home.resolve("jobs/" + job + ".yaml"), """
                kind: contact-import
                id: %s
                name: Job
                source: {type: folder, folder: %s}
                files: {stable-for: 0s}
                target: {directory: %s}
                limits: {max-rejected: %s}
                """.formatted(job, inbox, directory, limit));
        var ignored = server.get(AutomationRuns.class)
                .run(server.get(JobFiles.class).find(job).job(), new Trigger.ByHand(TESTER, null, Repull.NEW_ONLY));
    }
}
