package io.muster.runs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.muster.database.Holding;
import io.muster.database.TestDatabase;
import io.muster.dedup.DirectoryFixture;
import io.muster.dedup.IdentityInvariant;
import io.muster.dedup.rules.IdentityRule;
import io.muster.extract.sftp.HeldSftpServer;
import io.muster.jobs.Progress;
import io.muster.jobs.Run;
import io.muster.jobs.RunFilter;
import io.muster.jobs.RunKind;
import io.muster.jobs.RunLedger;
import io.muster.jobs.RunStatus;
import io.muster.load.OutcomeCounts;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * {@code muster run} and {@code muster server}, killed with SIGKILL in each phase of an import from an SFTP server, from the
 * download to the merge after it; each is held in the phase, so that every kill hits. What goes on afterwards leaves every
 * row once, and the file in the archive once.
 */
class KilledAutomationJobTests {

    @RegisterExtension
    static final TestDatabase database = new TestDatabase();

    private static final int ROWS = 4_000;
    private static final int PEOPLE = ROWS / 2;

    @TempDir
    private static Path folder;

    private static ImportFixture imports;

    private final JdbcClient jdbc = database.jdbc();
    private DirectoryFixture directory;
    private Path remote;
    private HeldSftpServer server;

    @BeforeAll
    static void open() {
        imports = new ImportFixture(database, folder);
    }

    @AfterAll
    static void close() {
        imports.close();
    }

    @BeforeEach
    void deliver() throws IOException {
        jdbc.sql("DELETE FROM scheduled_task").update();
        directory = DirectoryFixture.create(jdbc, "extRef");
        remote = Files.createDirectory(folder.resolve("remote-" + directory.id()));
        server = HeldSftpServer.serving(remote, "muster", "s3cret");
        StringBuilder text = new StringBuilder("ExternalDataReference,Email\n");
        for (int row = 0; row < ROWS; row++) {
            text.append('R').append(row).append(",p").append(row % PEOPLE).append("@x.org\n");
        }

        // The last row is rejected, so that there is a moment within the survey, too.
        Files.writeString(remote.resolve("day-1.csv"), text + "R" + ROWS + ",bad\n");
    }

    @AfterEach
    void stop() {
        server.close();
    }

    /** A phase of the work, how a process is held in it, and what the database says then. */
    enum Phase {
        FETCH("fetch", "RUNNING", "TAKEN") {
            @Override
            AutoCloseable hold(HeldSftpServer server) {
                return server.holdWhenRead(20_000);
            }
        },
        SURVEY("survey", "RUNNING", "TAKEN") {
            @Override
            AutoCloseable hold(HeldSftpServer server) {
                return Holding.before(database, "INSERT ON run_reject", "TRUE");
            }
        },
        LOAD("load", "RUNNING", "TAKEN") {
            @Override
            AutoCloseable hold(HeldSftpServer server) {
                return Holding.before(database, "INSERT ON run_block", "NEW.block = 3");
            }
        },
        SETTLE("settle", "RUNNING", "TAKEN") {
            @Override
            AutoCloseable hold(HeldSftpServer server) {
                return Holding.before(database, "UPDATE ON delivery", "NEW.state = 'IMPORTED' AND OLD.state = 'TAKEN'");
            }
        },
        BEFORE_ARCHIVING("settle", "COMPLETED", "ARCHIVE_PENDING") {
            @Override
            AutoCloseable hold(HeldSftpServer server) {
                return server.holdWhenMoved();
            }
        },
        AFTER_ARCHIVING("settle", "COMPLETED", "ARCHIVE_PENDING") {
            @Override
            AutoCloseable hold(HeldSftpServer server) {
                return Holding.before(database, "UPDATE ON delivery", "NEW.disposal = 'ARCHIVED'");
            }
        };

        private final String step;
        private final String status;
        private final String file;

        Phase(String step, String status, String file) {
            this.step = step;
            this.status = status;
            this.file = file;
        }

        abstract AutoCloseable hold(HeldSftpServer server);
    }

    private static void awaitHeld(AutoCloseable hold) {
        if (hold instanceof Holding holding) {
            holding.await();
        } else {
            ((HeldSftpServer.Held) hold).await();
        }
    }

    @ParameterizedTest
    @EnumSource
    void theSameCommandGoesOnWhereItWasKilled(Phase phase) throws Exception {
        writeJob("");
        killed(phase, "run", job().toString(), "--json");

        try (MusterProcess again = start("run", job().toString(), "--json")) {
            assertThat(again.exit()).as(again.toString()).isZero();
        }

        assertImportedOnce();
        assertThat(run().epoch()).isEqualTo(phase.status.equals("RUNNING") ? 2 : 1);
    }

    @ParameterizedTest
    @EnumSource(names = {"FETCH", "LOAD", "BEFORE_ARCHIVING"})
    void anotherServerGoesOnWhereOneWasKilled(Phase phase) throws Exception {
        writeJob("schedules: [{every: 5s}]\n");
        killed(phase, "server");

        try (MusterProcess other = start("server")) {
            await().atMost(Duration.ofSeconds(90)).until(() -> !other.isAlive() || isArchived());
            assertThat(other.isAlive()).as(other.toString()).isTrue();
        }

        assertImportedOnce();
    }

    /** On the same machine both have the run's folder. */
    @Test
    void aProcessThatWakesInItsDownloadDoesNotDisturbTheOneThatGoesOn() throws Exception {
        writeJob("");
        try (HeldSftpServer.Held held = server.holdWhenRead(20_000);
                Holding holding = Holding.before(database, "INSERT ON run_block", "NEW.block = 3 AND NEW.epoch = 2");
                MusterProcess stopped = start("run", job().toString(), "--json")) {
            held.await();
            stopped.signal("STOP");
            letItSeemDead();
            held.end();
            try (MusterProcess other = start("run", job().toString(), "--json")) {
                holding.await();
                stopped.signal("CONT");
                assertThat(stopped.exit()).as(stopped.toString()).isEqualTo(1);
                assertThat(stopped.err())
                        .contains("another process has taken run " + run().id() + " over, and it is RUNNING there.");
                holding.end();
                assertThat(other.exit()).as(other.toString()).isZero();
            }
        }

        assertImportedOnce();
    }

    @Test
    void stopsOnSigtermWhileTheServerDoesNotAnswerAListing() throws Exception {
        writeJob("");
        try (HeldSftpServer.Held held = server.holdWhenListed();
                MusterProcess process = start("run", job().toString(), "--json")) {
            held.await();
            long asked = System.nanoTime();
            process.signal("TERM");
            assertThat(process.exit()).as(process.toString()).isEqualTo(1);
            assertThat(Duration.ofNanos(System.nanoTime() - asked)).isLessThan(Duration.ofMinutes(1));
            assertThat(process.err().lines())
                    .containsExactly("Cannot list the files at sftp://muster@127.0.0.1:" + server.port()
                            + "/.: the process was asked to stop. Start it again to go on.");
        }

        assertThat(imports.bean(RunLedger.class).list(RunFilter.ofDirectory(directory.id(), 9)))
                .isEmpty();
    }

    @Test
    void stopsOnSigtermWhileTheServerDoesNotAnswerADownload() throws Exception {
        writeJob("");
        try (HeldSftpServer.Held held = server.holdWhenRead(20_000);
                MusterProcess process = start("run", job().toString(), "--json")) {
            held.await();
            long asked = System.nanoTime();
            process.signal("TERM");
            assertThat(process.exit()).as(process.toString()).isEqualTo(1);
            assertThat(Duration.ofNanos(System.nanoTime() - asked)).isLessThan(Duration.ofMinutes(1));
            assertThat(process.err().lines())
                    .containsExactly("Cannot complete run " + run().id()
                            + ": it is STOPPED. It was stopped. Resume it to go on where it stopped.");
        }

        assertThat(run().step()).isEqualTo("fetch");
        assertThat(run().status()).isEqualTo(RunStatus.STOPPED);
        try (MusterProcess again = start("run", job().toString(), "--json")) {
            assertThat(again.exit()).as(again.toString()).isZero();
        }

        assertImportedOnce();
    }

    @Test
    void theNextImportGoesOnWithAMergeThatWasKilled() throws Exception {
        writeJob("");
        imports.load(remote.resolve("day-1.csv"), ImportFixture.spec(directory.id()), ImportFixture.USUAL);
        directory.addRule("email", IdentityRule.State.PENDING);
        imports.runs(ImportFixture.USUAL).run(new RunRequest.Rekey(directory.id()), Progress.NONE);
        directory.settings("{\"mergeMode\":\"ALL_CONTACTS\"}");
        Files.writeString(remote.resolve("day-1.csv"), "ExternalDataReference,Email\nR0,p0@x.org\n");
        try (Holding holding = Holding.before(
                        database,
                        "INSERT ON contact_merge",
                        "(SELECT COUNT(*) FROM contact_merge WHERE directory_id = NEW.directory_id) = 300");
                MusterProcess process = start("run", job().toString(), "--json")) {
            holding.await();
            process.kill();
        }

        Run merge = newest(RunKind.MERGE);
        assertThat(run().status()).isEqualTo(RunStatus.COMPLETED);
        assertThat(merge.step()).isEqualTo("merge");
        assertThat(merge.status()).isEqualTo(RunStatus.RUNNING);
        assertThat(directory.count("contact_merge")).isEqualTo(300);
        letItSeemDead();

        Files.writeString(remote.resolve("day-2.csv"), "ExternalDataReference,Email\nR0,p0@x.org\n");
        try (MusterProcess next = start("run", job().toString(), "--json")) {
            assertThat(next.exit()).as(next.toString()).isZero();
        }

        Run merged = newest(RunKind.MERGE);
        assertThat(merged.id()).isEqualTo(merge.id());
        assertThat(merged.status()).as(merged.reason()).isEqualTo(RunStatus.COMPLETED);
        assertThat(directory.count("contact_merge")).isEqualTo(PEOPLE);
        assertThat(directory.count("contact")).isEqualTo(PEOPLE);
        new IdentityInvariant(jdbc).holds(directory.id());
    }

    /** Kills a process in the phase, and sees to it that it seems dead; that the kill has hit there is asserted. */
    private void killed(Phase phase, String... command) throws Exception {
        try (AutoCloseable hold = phase.hold(server);
                MusterProcess process = start(command)) {
            awaitHeld(hold);
            process.kill();
        }

        assertThat(run().step()).isEqualTo(phase.step);
        assertThat(run().status()).isEqualTo(RunStatus.valueOf(phase.status));
        assertThat(jdbc.sql("SELECT state, disposal FROM delivery WHERE run_id = ?")
                        .param(run().number())
                        .query()
                        .singleRow()
                        .values())
                .contains(phase.file);
        if (phase == Phase.LOAD) {
            assertThat(directory.count("contact")).isEqualTo(1_500);
        }

        letItSeemDead();
    }

    private void assertImportedOnce() throws IOException {
        assertThat(imports.bean(RunLedger.class).list(RunFilter.ofDirectory(directory.id(), 9)))
                .hasSize(1);
        assertThat(run().status()).as(run().reason()).isEqualTo(RunStatus.COMPLETED);
        assertThat(run().imported().read()).isEqualTo(ROWS + 1);
        assertThat(run().imported().counts()).isEqualTo(new OutcomeCounts(ROWS, 0, 0, 1, 0));
        assertThat(directory.count("contact")).isEqualTo(ROWS);
        assertThat(jdbc.sql("SELECT SUM(rows_created) FROM run_block WHERE run_id = ?")
                        .param(run().number())
                        .query(Long.class)
                        .single())
                .isEqualTo(ROWS);
        assertThat(names(remote)).containsExactly("done");
        assertThat(names(remote.resolve("done"))).containsExactly("day-1.csv");
        assertThat(isArchived()).isTrue();
        assertThat(imports.spool(run())).doesNotExist();
        new IdentityInvariant(jdbc).holds(directory.id());
    }

    private boolean isArchived() {
        return jdbc.sql(
                                "SELECT COUNT(*) FROM delivery WHERE run_id = ? AND state = 'IMPORTED' AND disposal = 'ARCHIVED'")
                        .param(run().number())
                        .query(Long.class)
                        .single()
                == 1;
    }

    private static List<String> names(Path in) throws IOException {
        try (Stream<Path> files = Files.list(in)) {
            return files.map(file -> file.getFileName().toString()).sorted().toList();
        }
    }

    private Run run() {
        return newest(RunKind.CONTACT_IMPORT);
    }

    private Run newest(RunKind kind) {
        return imports.bean(RunLedger.class)
                .list(RunFilter.ofDirectory(directory.id(), 1).of(kind))
                .getFirst();
    }

    /** Makes a lost process count as dead at once, as twenty seconds of silence would. */
    private void letItSeemDead() {
        jdbc.sql("UPDATE run_heartbeat SET beat_at = beat_at - ?")
                .param(RunLedger.DEAD_AFTER.toMillis() + 6_000)
                .update();
        jdbc.sql("UPDATE scheduled_task SET last_heartbeat = last_heartbeat - 60000")
                .update();
    }

    private Path jobs() {
        return folder.resolve("jobs-" + directory.id());
    }

    private Path job() {
        return jobs().resolve("nightly.yaml");
    }

    private void writeJob(String schedules) throws IOException {
        Files.createDirectories(jobs());
        Files.writeString(
                job(),
                """
            kind: contact-import
            id: nightly-%1$d
            name: Nightly contacts
            source:
              type: sftp
              host: 127.0.0.1
              port: %2$d
              username: muster
              password: env:SFTP_PASSWORD
              host-keys: ["%3$s"]
              folder: .
            files: {pattern: "*.csv", stable-for: 0s}
            target: {directory: %4$s}
            afterwards: {action: archive, folder: done}
            """.formatted(
                                        directory.id(),
                                        server.port(),
                                        server.hostKey(),
                                        TestDatabase.IDS.directory(directory.id()))
                        + schedules);
    }

    private MusterProcess start(String... command) throws IOException {
        return MusterProcess.start(
                database.url(),
                folder.resolve("home"),
                folder,
                Map.of(
                        "SFTP_PASSWORD",
                        "s3cret",
                        "MUSTER_JOBS",
                        jobs().toString(),
                        "MUSTER_HTTP_PORT",
                        "0",
                        "MUSTER_LOAD_THREADS",
                        "1"),
                command);
    }
}
