package io.muster.automation.contactimport;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.muster.automation.JobsFixture;
import io.muster.database.TestDatabase;
import io.muster.directory.Actor;
import io.muster.extract.sftp.OpenSshServer;
import io.muster.jobs.Progress;
import io.muster.jobs.Run;
import io.muster.jobs.RunStatus;
import io.muster.runs.RunService;
import io.muster.runs.RunService.Force;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** A job whole, against the server most senders use. Skipped where OpenSSH's server is not installed. */
class OpenSshImportJobTests {

    @RegisterExtension
    static final TestDatabase database = TestDatabase.create();

    private static final int ROWS = 60_000;

    @TempDir
    static Path keys;

    private static @Nullable OpenSshServer server;

    @TempDir
    private Path folder;

    private JobsFixture jobs;
    private Path remote;

    @BeforeAll
    static void startServer() throws Exception {
        assumeTrue(OpenSshServer.isInstalled(), "OpenSSH's server is not installed: apt-get install openssh-server");
        server = OpenSshServer.start(keys);
    }

    @AfterAll
    static void stopServer() {
        if (server != null) {
            server.close();
        }
    }

    @BeforeEach
    void start() throws IOException {
        jobs = new JobsFixture(database, folder);
        remote = Files.createDirectories(
                ssh().remote().resolve("outbox-" + jobs.directory().id()));
    }

    @AfterEach
    void stop() {
        jobs.close();
    }

    private static OpenSshServer ssh() {
        return java.util.Objects.requireNonNull(server);
    }

    private void job(int port, int attempts, String more) throws IOException {
        jobs.job(
                """
                {type: sftp, host: 127.0.0.1, port: %d, username: %s, private-key: "file:%s", host-keys: ["%s"],
                 folder: "%s", timeout: 10s, attempts: %d}""".formatted(
                                port,
                                System.getProperty("user.name"),
                                ssh().userKey("ed25519"),
                                ssh().hostKey("ed25519"),
                                remote,
                                attempts),
                more);
    }

    private void deliver(String name, int hour, int rows) throws IOException {
        Path file = Files.writeString(
                remote.resolve(name),
                IntStream.range(0, rows)
                        .mapToObj(row -> "R" + row + ",Name " + row + " of " + name)
                        .collect(Collectors.joining("\n", "ExternalDataReference,FirstName\n", "\n")));
        Files.setLastModifiedTime(
                file, FileTime.from(Instant.parse("2026-03-01T00:00:00Z").plusSeconds(3_600L * hour)));
    }

    private static List<RunStatus> statuses(Visit visit) {
        return visit.runs().stream().map(Run::status).toList();
    }

    @Test
    void importsWhatAppearsAndArchivesItBesideTheOutbox() throws IOException {
        Path archive = ssh().remote().resolve("archive-" + jobs.directory().id());
        job(ssh().port(), 2, "afterwards: {action: archive, folder: \"" + archive + "\"}\n");
        assertThat(jobs.run().isEmpty()).isTrue();

        deliver("b.csv", 0, 2);
        deliver("a.csv", 1, 3);
        assertThat(statuses(jobs.run())).containsExactly(RunStatus.COMPLETED, RunStatus.COMPLETED);
        assertThat(jobs.directory().count("contact")).isEqualTo(3);
        assertThat(JobsFixture.names(remote)).isEmpty();
        assertThat(JobsFixture.names(archive)).containsExactly("a.csv", "b.csv");

        deliver("late.csv", 0, 1);
        deliver("c.csv", 2, 4);
        Visit next = jobs.run();
        assertThat(statuses(next)).containsExactly(RunStatus.COMPLETED);
        assertThat(next.waiting())
                .extracting(waiting -> waiting.listed().name())
                .containsExactly("late.csv");
        assertThat(jobs.directory().count("contact")).isEqualTo(4);
        assertThat(JobsFixture.names(archive)).containsExactly("a.csv", "b.csv", "c.csv");
    }

    @Test
    void aFileThatAppearsWhileAnotherIsImportedIsTakenTheNextTime() throws IOException {
        job(ssh().port(), 2, "");
        deliver("1.csv", 0, 5);
        AtomicBoolean appeared = new AtomicBoolean();
        Progress meanwhile = new Progress() {
            @Override
            public void step(String step) {
                if (appeared.compareAndSet(false, true)) {
                    try {
                        deliver("2.csv", 1, 6);
                    } catch (IOException e) {
                        throw new java.io.UncheckedIOException(e);
                    }
                }
            }

            @Override
            public void at(long done, double share) {}
        };

        Visit first = jobs.bean(ContactImportRuns.class)
                .run(jobs.job(), new io.muster.automation.Trigger.Recovery(), meanwhile);
        assertThat(appeared).isTrue();
        assertThat(statuses(first)).containsExactly(RunStatus.COMPLETED);
        assertThat(statuses(jobs.run())).containsExactly(RunStatus.COMPLETED);
        assertThat(jobs.directory().count("contact")).isEqualTo(6);
    }

    @Test
    void goesOnAfterCutConnectionsAndImportsEachRowOnce() throws IOException {
        deliver("1.csv", 0, ROWS);
        long size = Files.size(remote.resolve("1.csv"));
        try (CuttingProxy proxy = CuttingProxy.to(ssh().port(), size / 3, 2)) {
            job(proxy.port(), 5, "afterwards: {action: archive, folder: done}\n");

            Visit visit = jobs.run();

            assertThat(proxy.cuts()).isEqualTo(2);
            assertThat(statuses(visit)).containsExactly(RunStatus.COMPLETED);
            assertThat(visit.runs().getFirst().imported().counts().created()).isEqualTo(ROWS);
        }

        assertThat(jobs.directory().count("contact")).isEqualTo(ROWS);
        assertThat(JobsFixture.names(remote.resolve("done"))).containsExactly("1.csv");
    }

    @Test
    void aRunThatRanOutOfTriesIsPendingAndResumesWhenTheServerIsBack() throws IOException {
        deliver("1.csv", 0, ROWS);
        Run failed;
        try (CuttingProxy proxy = CuttingProxy.to(ssh().port(), Files.size(remote.resolve("1.csv")) / 10, 100)) {
            job(proxy.port(), 2, "");
            Visit visit = jobs.run();
            assertThat(statuses(visit)).containsExactly(RunStatus.FAILED);
            failed = visit.runs().getFirst();
            assertThat(failed.reason()).contains("(2 tries)", "the connection failed or broke");
        }

        job(ssh().port(), 2, "");
        assertThat(jobs.run().pending()).extracting(Run::id).containsExactly(failed.id());
        RunService runs = jobs.bean(RunService.class);
        Run resumed = runs.await(runs.resume(failed.id(), Force.NO, Actor.commandLine("tester"), Progress.NONE));
        assertThat(resumed.status()).as(resumed.reason()).isEqualTo(RunStatus.COMPLETED);
        assertThat(jobs.directory().count("contact")).isEqualTo(ROWS);
        assertThat(jobs.run().isEmpty()).isTrue();
    }
}
