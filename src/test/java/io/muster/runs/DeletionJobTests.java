package io.muster.runs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.muster.database.TestDatabase;
import io.muster.dedup.DirectoryFixture;
import io.muster.dedup.DirectoryState;
import io.muster.jobs.Progress;
import io.muster.jobs.Run;
import io.muster.jobs.RunKind;
import io.muster.jobs.RunLedger;
import io.muster.jobs.RunStatus;
import io.muster.support.Refusal;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.jdbc.core.simple.JdbcClient;

class DeletionJobTests {

    @RegisterExtension
    static final TestDatabase database = TestDatabase.create();

    /** The books of what was done stay. */
    private static final Set<String> KEPT = Set.of("run", "audit");

    @TempDir
    private static Path folder;

    private static ImportFixture imports;

    private final JdbcClient jdbc = database.jdbc();

    @BeforeAll
    static void open() {
        imports = new ImportFixture(database, folder);
    }

    @AfterAll
    static void close() {
        imports.close();
    }

    private DirectoryFixture filled() {
        DirectoryFixture directory = DirectoryFixture.create(jdbc, "extRef", "email");
        directory.addList("Members");
        Run run = imports.load(
                imports.file("ExternalDataReference,Email,City\n1,a@x.org,Rome\n2,b@x.org,Bonn\n3,bad,\n"),
                ImportFixture.spec(directory.id()),
                ImportFixture.USUAL);
        assertThat(run.imported().counts().rejected()).isEqualTo(1);
        return directory;
    }

    private Run delete(DirectoryFixture directory) {
        return imports.runs(ImportFixture.USUAL).run(new RunRequest.Deletion(directory.id()), Progress.NONE);
    }

    private List<String> tables() {
        return jdbc.sql("SELECT c.TABLE_NAME FROM information_schema.COLUMNS c JOIN information_schema.TABLES t"
                        + " ON t.TABLE_SCHEMA = c.TABLE_SCHEMA AND t.TABLE_NAME = c.TABLE_NAME"
                        + " WHERE c.TABLE_SCHEMA = DATABASE() AND LOWER(c.COLUMN_NAME) = 'directory_id'"
                        + " AND t.TABLE_TYPE = 'BASE TABLE'")
                .query(String.class)
                .list();
    }

    private long rows(String table, int directory) {
        return jdbc.sql("SELECT COUNT(*) FROM " + table + " WHERE directory_id = ?")
                .param(directory)
                .query(Long.class)
                .single();
    }

    @Test
    void deletesEverythingOfTheDirectoryAndNothingElse() {
        DirectoryFixture gone = filled();
        DirectoryFixture stays = filled();
        // A row in every table that carries a directory's number, whatever else it holds.
        for (String table : tables()) {
            plant(table, gone.id());
        }

        var before = DirectoryState.of(jdbc, stays.id(), Set.of());

        Run run = delete(gone);

        assertThat(run.status()).as(run.reason()).isEqualTo(RunStatus.COMPLETED);
        assertThat(tables())
                .contains("contact", "segment_members", "change_reader")
                .filteredOn(table -> !KEPT.contains(table))
                .allSatisfy(
                        table -> assertThat(rows(table, gone.id())).as(table).isZero());
        assertThat(jdbc.sql("SELECT COUNT(*) FROM directory WHERE id = ?")
                        .param(gone.id())
                        .query(Long.class)
                        .single())
                .isZero();
        assertThat(jdbc.sql("SELECT COUNT(*) FROM run_reject j JOIN run r ON r.id = j.run_id WHERE r.directory_id = ?")
                        .param(gone.id())
                        .query(Long.class)
                        .single())
                .isZero();
        assertThat(DirectoryState.of(jdbc, stays.id(), Set.of())).isEqualTo(before);
        assertThat(rows("run", gone.id())).isPositive();
    }

    /** Columns that have no default get the empty value of their type. */
    private void plant(String table, int directory) {
        if (KEPT.contains(table) || rows(table, directory) > 0) {
            return;
        }

        List<String> columns = jdbc.sql("SELECT CONCAT(COLUMN_NAME, ' ', DATA_TYPE) FROM information_schema.COLUMNS"
                        + " WHERE TABLE_SCHEMA = DATABASE() AND TABLE_NAME = ? AND IS_NULLABLE = 'NO'"
                        + " AND COLUMN_DEFAULT IS NULL AND EXTRA NOT LIKE '%auto_increment%'"
                        + " AND COLUMN_NAME <> 'directory_id'")
                .param(table)
                .query(String.class)
                .list();
        String names = columns.stream()
                .map(column -> ", " + column.substring(0, column.indexOf(' ')))
                .reduce("", String::concat);
        String values = columns.stream()
                .map(column -> column.endsWith("int") || column.endsWith("double") ? ", 7" : ", ''")
                .reduce("", String::concat);
        jdbc.sql("INSERT INTO " + table + " (directory_id" + names + ") VALUES (?" + values + ")")
                .param(directory)
                .update();
    }

    @Test
    void isRefusedWhileARunOfTheDirectoryIsUnderWay() {
        DirectoryFixture directory = filled();
        RunLedger runs = imports.bean(RunLedger.class);
        Run queued = runs.enter(
                new RunLedger.NewRun(RunKind.MERGE, 0, null, directory.id(), "{}", "nobody"), AwaitedRuns.TESTER);

        assertThatThrownBy(() -> delete(directory))
                .isInstanceOf(Refusal.class)
                .hasMessage("Cannot delete the directory: its run " + queued.id()
                        + " is under way. Wait for it or stop it.");
        assertThat(rows("contact", directory.id())).isEqualTo(2);
    }

    @Test
    void noOtherRunStartsFromThenOnAndOneThatWasCutOffIsResumed() {
        DirectoryFixture directory = filled();
        RunLedger runs = imports.bean(RunLedger.class);
        Run cutOff = runs.enter(
                new RunLedger.NewRun(RunKind.DELETION, 0, null, directory.id(), "{}", "nobody"), AwaitedRuns.TESTER);
        jdbc.sql("UPDATE run_heartbeat SET beat_at = beat_at - ? WHERE run_id = ?")
                .params(RunLedger.DEAD_AFTER.toMillis() + 6_000, cutOff.number())
                .update();

        assertThatThrownBy(() -> imports.load(
                        imports.file("Email\nx@x.org\n"), ImportFixture.spec(directory.id()), ImportFixture.USUAL))
                .isInstanceOf(Refusal.class)
                .hasMessage("Cannot start a run: the directory is being deleted by run " + cutOff.id()
                        + ". Choose another directory, or stop and abandon that run.");

        Run resumed = imports.runs(ImportFixture.USUAL).resume(cutOff.id());
        assertThat(resumed.status()).as(resumed.reason()).isEqualTo(RunStatus.COMPLETED);
        assertThat(rows("contact", directory.id())).isZero();
    }
}
