package io.muster.cli;

import static io.muster.dedup.DirectoryFixture.change;
import static io.muster.dedup.DirectoryFixture.record;
import static org.assertj.core.api.Assertions.assertThat;

import io.muster.database.TestDatabase;
import io.muster.dedup.ContactEdits;
import io.muster.dedup.DirectoryFixture;
import io.muster.dedup.MovableClock;
import io.muster.support.Refusal;
import io.muster.support.StateFolder;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

class RunCommandsDbTests {

    @RegisterExtension
    static final TestDatabase database = new TestDatabase();

    private static final String URL = "muster.database.url";

    @TempDir
    private Path folder;

    private DirectoryFixture directory;

    private record Ended(int exit, String out, String err) {

        JsonNode json() {
            return JsonMapper.shared().readTree(out);
        }
    }

    @BeforeEach
    void createDirectory() {
        System.setProperty(URL, database.url());
        directory = DirectoryFixture.create(database.jdbc(), "extRef", "email");
    }

    @AfterEach
    void forgetTheTestDatabase() {
        System.clearProperty(URL);
    }

    @Test
    void answersARunWithTheKeysOfTheContract() throws IOException {
        Ended imported = importFile("Email,ExternalDataReference\na@example.org,1\nbad,2\n");

        assertThat(imported.exit()).isZero();
        assertThat(imported.json().propertyNames())
                .containsExactly(
                        "run",
                        "status",
                        "read",
                        "created",
                        "updated",
                        "unchanged",
                        "rejected",
                        "skipped",
                        "left",
                        "optedOut",
                        "deleted",
                        "seconds");
        Ended shown = muster("runs", "show", imported.json().get("run").asString(), "--json");
        assertThat(shown.json().propertyNames())
                .containsSubsequence(
                        "run", "automation", "file", "status", "started", "ended", "heartbeat", "step", "allowed");
        assertThat(shown.json().get("automation").isNull()).isTrue();
        ObjectNode listed = (ObjectNode) shown.json();
        assertThat(listed.remove("acts")).singleElement().satisfies(act -> {
            assertThat(act.propertyNames()).containsExactly("at", "action", "actor");
            assertThat(act.get("action").asString()).isEqualTo("run.start");
            assertThat(act.get("actor").asString()).endsWith(" (command line)");
        });
        assertThat(muster("runs", "--directory", id(), "--json").json().get(0)).isEqualTo(listed);
    }

    @Test
    void saysInOneLineWhyARunFailed() throws IOException {
        Ended failed = importFile("Email\nbad\n", "--max-rejected", "5%");

        assertThat(failed.exit()).isEqualTo(1);
        assertThat(failed.json().get("status").asString()).isEqualTo("FAILED");
        assertThat(failed.err().lines())
                .filteredOn(line -> !line.startsWith("muster"))
                .singleElement()
                .asString()
                .startsWith("Cannot load run " + failed.json().get("run").asString());
    }

    @Test
    void undoesAnImportWithAPreviewAndAListOfWhatStays() throws IOException {
        ContactEdits edits =
                new ContactEdits(database.jdbc(), database.transactions(), new MovableClock(), database.ids());
        edits.create(directory.id(), record("extRef", "A", "firstName", "Ada"));
        String run = importFile("ExternalDataReference,FirstName,LastName\nA,Bea,Sol\nB,Bo,Sol\n")
                .json()
                .get("run")
                .asString();
        edits.update(directory.id(), 1, change("lastName", "Kay"));
        String kept = "\"kept\":[{\"contact\":\"" + database.ids().contact(directory.id(), 1)
                + "\",\"field\":\"lastName\",\"reason\":\"changed since the run\"}]";

        Ended preview = muster("runs", "undo", run, "--preview", "--json");
        assertThat(preview.exit()).as(preview.err()).isZero();
        assertThat(preview.out())
                .isEqualTo("{\"kind\":\"undo\",\"of\":\"" + run + "\",\"preview\":true,\"deleted\":1,\"restored\":1,"
                        + kept + "}\n");
        assertThat(directory.numbers()).containsExactly(1L, 2L);
        assertThat(muster("runs", "undo", run, "--preview").out())
                .startsWith("Would undo the run " + run + ": 1 contacts would be deleted, 1 restored.\n"
                        + "Would stay otherwise than before the run:\n");

        Ended undone = muster("runs", "undo", run, "--yes", "--json");
        assertThat(undone.exit()).as(undone.err()).isZero();
        String undo = undone.json().get("run").asString();
        assertThat(undone.out())
                .isEqualTo("{\"run\":\"" + undo + "\",\"kind\":\"undo\",\"of\":\"" + run
                        + "\",\"status\":\"COMPLETED\",\"deleted\":1,\"restored\":1," + kept + "}\n");
        assertThat(directory.numbers()).containsExactly(1L);
        assertThat(directory.contact(1)).containsEntry("first_name", "Ada").containsEntry("last_name", "Kay");

        assertThat(muster("runs", "undo", run, "--json").out()).isEqualTo(undone.out());
        JsonNode shown = muster("runs", "show", run, "--json").json();
        assertThat(shown.get("undoneBy").asString()).isEqualTo(undo);
        assertThat(shown.get("acts").findValuesAsString("action")).contains("run.undo");
        assertThat(muster("runs", "show", run).out()).contains("undone by  " + undo);
        assertThat(muster("runs", "--kind", "undo", "--directory", id(), "--json")
                        .json()
                        .findValuesAsString("run"))
                .containsExactly(undo);
        assertThat(muster("runs", "undo", undo, "--yes").err())
                .isEqualTo("Cannot undo run " + undo
                        + ": it is of the kind undo. Only imports are undone as a whole: give the id of one.\n");
    }

    @Test
    void mergesDuplicatesAfterAnImportWhereTheDirectoryWantsThat() throws IOException {
        ContactEdits edits =
                new ContactEdits(database.jdbc(), database.transactions(), new MovableClock(), database.ids());
        edits.upsert(directory.id(), record("extRef", "A1", "email", "a@example.org"));
        edits.upsert(directory.id(), record("extRef", "A2"));
        edits.update(directory.id(), 2, change("email", "a@example.org"));
        String file = "ExternalDataReference\nB\n";

        assertThat(importFile(file).exit()).isZero();
        assertThat(directory.numbers()).containsExactly(1L, 2L, 3L);
        assertThat(muster("directories", "settings", id(), "--merge-mode", "all-contacts")
                        .exit())
                .isZero();
        assertThat(importFile(file, "--dry-run").exit()).isZero();
        assertThat(directory.numbers()).containsExactly(1L, 2L, 3L);

        Ended imported = importFile(file);

        assertThat(imported.json().get("status").asString()).isEqualTo("COMPLETED");
        assertThat(directory.numbers()).containsExactly(1L, 3L);
        assertThat(completed("mergeDuplicates")).isOne();
    }

    @Test
    void aMergeThatFailsIsAWarningOfTheRun() throws IOException {
        directory.settings("{\"mergeMode\":\"ALL_CONTACTS\"}");
        database.jdbc().sql("RENAME TABLE keep_apart TO keep_apart_away").update();
        Ended imported;
        try {
            imported = importFile("ExternalDataReference\nB\n");
        } finally {
            database.jdbc().sql("RENAME TABLE keep_apart_away TO keep_apart").update();
        }

        assertThat(imported.exit()).isZero();
        assertThat(imported.json().get("status").asString()).isEqualTo("COMPLETED");
        JsonNode shown = muster("runs", "show", imported.json().get("run").asString(), "--json")
                .json();
        assertThat(shown.at("/warnings").toString())
                .contains("Cannot merge the duplicates of the directory after this run");
    }

    @Test
    void keepsBooksOfMergesAndRekeysInSpringBatch() {
        assertThat(muster("duplicates", "merge", "--directory", id(), "--json").exit())
                .isZero();
        assertThat(muster("directories", "rekey", id(), "--json").exit()).isZero();

        assertThat(completed("mergeDuplicates")).isPositive();
        assertThat(completed("rekeyDirectory")).isOne();
    }

    @Test
    void runsOfEveryKindAreListedWithReportsOfTheirOwn() throws IOException {
        Ended imported = importFile("ExternalDataReference\n1\n");
        Ended merged = muster("duplicates", "merge", "--directory", id(), "--json");
        Ended rekeyed = muster("directories", "rekey", id(), "--json");
        Ended rebuilt = muster("segments", "rebuild", "--directory", id(), "--json");

        JsonNode runs = muster("runs", "--directory", id(), "--json").json();
        assertThat(runs.findValuesAsString("run"))
                .containsExactly(
                        rebuilt.json().get("run").asString(),
                        rekeyed.json().get("run").asString(),
                        merged.json().get("run").asString(),
                        imported.json().get("run").asString());
        assertThat(runs.findValuesAsString("kind"))
                .containsExactly("segment-rebuild", "re-key", "merge", "contact-import");
        assertThat(runs.get(0).propertyNames())
                .contains("version", "contacts", "held")
                .doesNotContain("read", "file");
        assertThat(runs.get(2).propertyNames()).contains("merges", "absorbed").doesNotContain("created");
        assertThat(muster("runs", "--directory", id(), "--kind", "merge", "--json")
                        .json()
                        .findValuesAsString("run"))
                .containsExactly(merged.json().get("run").asString());
        assertThat(muster("runs", "--kind", "walk").err())
                .isEqualTo("Cannot list runs of the kind 'walk'. Use contact-import, segment-rebuild, merge, re-key,"
                        + " deletion, undo, snapshot, eligibility, file-out.\n");

        Ended refused = muster("runs", "reprocess", merged.json().get("run").asString());
        assertThat(refused.exit()).isEqualTo(1);
        assertThat(refused.err())
                .contains("Cannot reprocess run " + merged.json().get("run").asString()
                        + ": it is a merge and has no file. Only imports are reprocessed.");
    }

    @Test
    void showsRulesWarningsAndActsOfARunToPeople() throws IOException {
        Ended imported = importFile("ExternalDataReference,Colour\n1,red\n");

        Ended shown = muster("runs", "show", imported.json().get("run").asString());

        assertThat(shown.out())
                .contains("kind       contact-import")
                .contains("Identity rules in force: extRef | email.")
                .contains("New embedded data: Colour.")
                .containsPattern("run\\.start by .+ \\(command line\\)");
    }

    @Test
    void advisesWhatToTypeByTheCodeOfARefusal() {
        assertThat(muster("runs", "show", "RN_1a2B3c4D5e6F7g8").err())
                .isEqualTo("Cannot find the run 'RN_1a2B3c4D5e6F7g8': there is none with that id."
                        + " The command runs shows all.\n");
        assertThat(Advice.text(Refusal.busy("RUN_UNDER_WAY", "Cannot do x: y.").with("run", "RN_1")))
                .isEqualTo("Cannot do x: y. The command runs stop RN_1 stops it.");
    }

    private long completed(String job) {
        return database.jdbc()
                .sql("""
                    SELECT COUNT(*)
                    FROM BATCH_JOB_EXECUTION e
                    JOIN BATCH_JOB_INSTANCE i ON i.JOB_INSTANCE_ID = e.JOB_INSTANCE_ID
                    JOIN BATCH_JOB_EXECUTION_PARAMS p ON p.JOB_EXECUTION_ID = e.JOB_EXECUTION_ID
                    WHERE i.JOB_NAME = ? AND e.STATUS = 'COMPLETED'
                      AND p.PARAMETER_NAME = 'directory' AND p.PARAMETER_VALUE = ?
                    """)
                .params(job, Integer.toString(directory.id()))
                .query(Long.class)
                .single();
    }

    private Ended importFile(String content, String... options) throws IOException {
        Path file = Files.writeString(folder.resolve("in.csv"), content);
        String[] command = {"import", file.toString(), "--directory", id(), "--json"};
        String[] all = java.util.Arrays.copyOf(command, command.length + options.length);
        System.arraycopy(options, 0, all, command.length, options.length);
        return muster(all);
    }

    private String id() {
        return TestDatabase.IDS.directory(directory.id());
    }

    private Ended muster(String... arguments) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        ByteArrayOutputStream err = new ByteArrayOutputStream();
        int exit = Cli.run(new Terminal(out, err, new StateFolder(folder)), arguments);
        return new Ended(exit, out.toString(StandardCharsets.UTF_8), err.toString(StandardCharsets.UTF_8));
    }
}
