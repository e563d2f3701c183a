package io.muster.runs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.muster.database.TestDatabase;
import io.muster.dedup.DirectoryFixture;
import io.muster.dedup.DirectoryState;
import io.muster.dedup.IdentityInvariant;
import io.muster.jobs.Run;
import io.muster.jobs.RunFilter;
import io.muster.jobs.RunKind;
import io.muster.jobs.RunLedger;
import io.muster.jobs.RunStatus;
import io.muster.jobs.contactimport.ImportTuning;
import io.muster.jobs.contactimport.ListTarget;
import io.muster.jobs.undo.UndoReport;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.SortedMap;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.jdbc.core.simple.JdbcClient;
import tools.jackson.databind.json.JsonMapper;

/** Real processes, killed with SIGKILL while they undo an import; the same command does the rest. */
class KilledUndoJobTests {

    @RegisterExtension
    static final TestDatabase database = TestDatabase.create();

    private static final int PEOPLE = 600;

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

    @ParameterizedTest
    @ValueSource(
            strings = {
                "r.status = 'QUEUED'",
                "r.status = 'RUNNING'",
                "(SELECT COUNT(*) FROM run_undo_block b WHERE b.run_id = r.id) >= 1",
                "(SELECT COUNT(*) FROM run_undo_block b WHERE b.run_id = r.id) >= 15",
                "r.step = 'lists'"
            })
    void anUndoThatWasKilledGoesOn(String moment) throws Exception {
        DirectoryFixture directory = DirectoryFixture.create(jdbc, "extRef", "email");
        load(directory, people(0, PEOPLE / 2, "old"), new ListTarget.None());
        SortedMap<String, List<String>> before = state(directory);
        Run run = load(directory, people(0, PEOPLE, "new"), new ListTarget.NewPerRun("List {run}"));

        try (MusterProcess process = start(run)) {
            kill(process, directory, moment);
        }

        List<Run> undos = imports.bean(RunLedger.class)
                .list(RunFilter.ofDirectory(directory.id(), 10).of(RunKind.UNDO));
        Run ended;
        try (MusterProcess process = start(run)) {
            assertThat(process.exit()).as(process.toString()).isZero();
            ended = imports.bean(RunLedger.class)
                    .list(RunFilter.ofDirectory(directory.id(), 10).of(RunKind.UNDO))
                    .getFirst();
            assertThat(process.out()).contains("\"run\":\"" + ended.id() + "\"");
        }

        assertThat(ended.status()).isEqualTo(RunStatus.COMPLETED);
        assertThat(undos).allSatisfy(undo -> assertThat(undo.id()).isEqualTo(ended.id()));
        assertThat(JsonMapper.shared().readValue(ended.report(), UndoReport.class))
                .isEqualTo(new UndoReport(run.id(), PEOPLE / 2, PEOPLE / 2, 0));
        assertThat(state(directory)).isEqualTo(before);
        assertThat(directory.count("mailing_list")).isZero();
        new IdentityInvariant(jdbc).holds(directory.id());
    }

    private static String people(int from, int to, String name) {
        StringBuilder text = new StringBuilder("ExternalDataReference,Email,FirstName\n");
        for (int row = from; row < to; row++) {
            text.append('R')
                    .append(row)
                    .append(",p")
                    .append(row)
                    .append(name)
                    .append("@x.org,")
                    .append(name)
                    .append('\n');
        }

        return text.toString();
    }

    private static Run load(DirectoryFixture directory, String text, ListTarget list) {
        Run run = imports.load(
                imports.file(text),
                ImportFixture.spec(directory.id(), told -> told.list(list)),
                new ImportTuning(2, 20, 100, null));
        assertThat(run.status()).as(run.reason()).isEqualTo(RunStatus.COMPLETED);
        return run;
    }

    private SortedMap<String, List<String>> state(DirectoryFixture directory) {
        return DirectoryState.of(jdbc, directory.id(), Set.of("version", "modified_at"));
    }

    private static MusterProcess start(Run run) throws Exception {
        return MusterProcess.start(
                database.url(), folder.resolve("home"), folder, "runs", "undo", run.id(), "--yes", "--json");
    }

    private void kill(MusterProcess process, DirectoryFixture directory, String moment) throws Exception {
        await().pollDelay(Duration.ZERO)
                .pollInterval(Duration.ofMillis(1))
                .atMost(Duration.ofSeconds(60))
                .until(() -> !process.isAlive()
                        || jdbc.sql("SELECT COUNT(*) FROM run r WHERE directory_id = ? AND kind = 'undo' AND (" + moment
                                                + ")")
                                        .param(directory.id())
                                        .query(Integer.class)
                                        .single()
                                > 0);
        process.kill();
        jdbc.sql("UPDATE run_heartbeat h JOIN run r ON r.id = h.run_id SET h.beat_at = h.beat_at - ?"
                        + " WHERE r.directory_id = ? AND r.kind = 'undo'")
                .params(RunLedger.DEAD_AFTER.toMillis() + 6_000, directory.id())
                .update();
    }
}
