package io.muster.cli;

import io.muster.support.Refusal;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import tools.jackson.databind.JsonNode;

/** A night that went wrong: a partner's file with too many rows that are not usable, so that nothing of it is loaded. */
final class DemoTrouble {

    private static final String AUTOMATION = "demo-partner";
    private static final int ROWS = 30;
    private static final int WRONG_EACH = 10;

    private final DemoStage stage;
    private final String directory;

    DemoTrouble(DemoStage stage, String directory) {
        this.stage = stage;
        this.directory = directory;
    }

    /** Tells it; what it leaves is for a person to deal with. */
    void tell() {
        DemoPage page = stage.page();
        page.chapter("A night that went wrong: what a limit is for");
        page.say("A partner sends %d rows, and %d mailboxes in them are none. Its job allows 5 %%."
                .formatted(ROWS, ROWS / WRONG_EACH));
        Path job = write();
        page.command(DemoShell.typed("run", DemoFolder.shown(job)));
        page.answer(stage.shell().failing("run", job.toString()));
        JsonNode run = Json.mapper()
                .readTree(stage.shell().answer("runs", "--automation", AUTOMATION, "--most", "1", "--json"))
                .path(0);
        DemoExpectation.same(
                "the run of the partner's file", "FAILED", run.path("status").asString());
        DemoExpectation.same(
                "its rejected rows", ROWS / WRONG_EACH, run.path("rejected").asInt());
        DemoExpectation.same("what it has loaded", 0, run.path("created").asInt());
        page.say("Nothing was loaded. The console shows the reason, and the rows to be corrected.");
    }

    private Path write() {
        Path folder = stage.folder().partner();
        Path job = stage.folder().jobs().resolve(AUTOMATION + ".yaml");
        StringBuilder rows = new StringBuilder("ExternalDataReference,FirstName,LastName,Email,plan\n");
        for (int row = 1; row <= ROWS; row++) {
            String mailbox = row % WRONG_EACH == 0 ? "pat%d@@partner.example" : "pat%d@partner.example";
            rows.append("P-%03d,Pat,Partner %d,%s,basic\n".formatted(row, row, mailbox.formatted(row)));
        }

        try {
            Files.createDirectories(folder);
            Files.writeString(folder.resolve("partner.csv"), rows);
            Files.writeString(job, """
                kind: contact-import
                id: %s
                name: Demo partner
                source: {type: folder, folder: '%s'}
                files: {pattern: "*.csv", stable-for: 0s}
                target: {directory: %s}
                limits: {max-rejected: 5%%}
                schedules: [{cron: "15 3 * * *"}]
                """.formatted(AUTOMATION, folder.toString().replace("'", "''"), directory));
        } catch (IOException e) {
            throw Refusal.failed("Cannot write %s: %s. Is the disk full?".formatted(folder, e.getMessage()), e);
        }

        return job;
    }
}
