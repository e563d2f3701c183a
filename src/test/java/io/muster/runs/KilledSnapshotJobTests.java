package io.muster.runs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.muster.database.TestDatabase;
import io.muster.dedup.DirectoryFixture;
import io.muster.directory.Actor;
import io.muster.intercept.InterceptSettings;
import io.muster.intercept.Project;
import io.muster.intercept.ProjectSettings;
import io.muster.intercept.Projects;
import io.muster.jobs.Run;
import io.muster.jobs.RunKind;
import io.muster.jobs.RunLedger;
import io.muster.jobs.RunStatus;
import io.muster.snapshot.format.Manifest;
import io.muster.snapshot.format.SnapshotFolder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** A real process, killed with SIGKILL while it builds a snapshot; the one before serves on until the next is whole. */
class KilledSnapshotJobTests {

    @RegisterExtension
    static final TestDatabase database = TestDatabase.create();

    private static final Actor TESTER = Actor.system("tester");
    private static final Duration SOON = Duration.ofSeconds(90);

    @TempDir
    private static Path folder;

    private static ImportFixture imports;

    private final SnapshotFolder snapshots = new SnapshotFolder(folder.resolve("home/snapshots"));

    @BeforeAll
    static void open() {
        imports = new ImportFixture(database, folder);
    }

    @AfterAll
    static void close() {
        imports.close();
    }

    private static void fill(DirectoryFixture directory, int contacts) {
        StringBuilder text = new StringBuilder("ExternalDataReference\n");
        for (int i = 0; i < contacts; i++) {
            text.append('R').append(i).append('\n');
        }

        Run filled =
                imports.load(imports.file(text.toString()), ImportFixture.spec(directory.id()), ImportFixture.USUAL);
        assertThat(filled.status()).as(filled.reason()).isEqualTo(RunStatus.COMPLETED);
    }

    private static MusterProcess publish(DirectoryFixture directory) throws IOException {
        return MusterProcess.start(
                database.url(),
                folder.resolve("home"),
                folder,
                "snapshot",
                "publish",
                "--directory",
                TestDatabase.IDS.directory(directory.id()),
                "--json");
    }

    private List<Path> halfBuilt() throws IOException {
        Path building = snapshots.root().resolve("building");
        if (!Files.isDirectory(building)) {
            return List.of();
        }

        try (Stream<Path> files = Files.walk(building)) {
            return files.filter(Files::isRegularFile).toList();
        }
    }

    /** What a build reads after it has begun to write is held, so that the kill hits a half-built table. */
    @Test
    void theVersionBeforeServesOnAndARerunPublishes() throws Exception {
        DirectoryFixture directory = DirectoryFixture.create(database.jdbc(), "extRef");
        Projects projects = imports.bean(Projects.class);
        Project project = projects.create(TESTER, "Shop", ProjectSettings.USUAL.linkedTo(directory.id()));
        assertThat(projects.create(TESTER, project, "Hello", InterceptSettings.USUAL))
                .isNotNull();
        assertThat(projects.apply(TESTER, project).version()).isOne();
        fill(directory, 1_000);
        Manifest before = snapshots.inUse(project.id()).orElseThrow();
        assertThat(before.contacts()).isEqualTo(1_000);

        try (Connection holding = database.dataSource().getConnection();
                Statement statement = holding.createStatement()) {
            statement.execute("LOCK TABLES contact_alias WRITE");
            try (MusterProcess process = publish(directory)) {
                await().atMost(SOON).until(() -> !halfBuilt().isEmpty());
                process.kill();
            }

            statement.execute("UNLOCK TABLES");
        }

        Run dead = imports.bean(RunLedger.class)
                .list(io.muster.jobs.RunFilter.ofDirectory(directory.id(), 1).of(RunKind.SNAPSHOT))
                .getFirst();
        assertThat(dead.step()).isEqualTo("table");
        assertThat(dead.status()).isEqualTo(RunStatus.RUNNING);
        assertThat(halfBuilt()).isNotEmpty();
        assertThat(snapshots.inUse(project.id())).contains(before);
        snapshots.verify(before);
        database.jdbc()
                .sql("UPDATE run_heartbeat SET beat_at = beat_at - ? WHERE run_id = ?")
                .params(RunLedger.DEAD_AFTER.toMillis() + 6_000, dead.number())
                .update();

        try (MusterProcess again = publish(directory)) {
            assertThat(again.exit()).as(again.toString()).isZero();
        }

        Manifest after = snapshots.inUse(project.id()).orElseThrow();
        assertThat(after.version()).isGreaterThan(before.version());
        snapshots.verify(after);
        assertThat(halfBuilt()).isEmpty();
        assertThat(snapshots.root().resolve("building")).isEmptyDirectory();
    }
}
