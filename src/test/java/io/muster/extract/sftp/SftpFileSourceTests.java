package io.muster.extract.sftp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.muster.extract.source.FileChanged;
import io.muster.extract.source.FileGone;
import io.muster.extract.source.Retries;
import io.muster.extract.source.SecretRef;
import io.muster.extract.source.SftpSource;
import io.muster.extract.source.SftpSource.Authentication;
import io.muster.extract.source.SourceFile;
import io.muster.extract.source.StopSignal;
import io.muster.support.Refusal;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.AccessDeniedException;
import java.nio.file.CopyOption;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.KeyPair;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.sshd.common.config.keys.KeyUtils;
import org.apache.sshd.common.config.keys.PublicKeyEntry;
import org.apache.sshd.common.keyprovider.KeyPairProvider;
import org.apache.sshd.server.session.ServerSession;
import org.apache.sshd.sftp.server.DirectoryHandle;
import org.apache.sshd.sftp.server.FileHandle;
import org.apache.sshd.sftp.server.SftpEventListener;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class SftpFileSourceTests {

    private static final Instant NOW = Instant.parse("2026-03-01T02:00:00Z");
    private static final Instant MODIFIED = Instant.parse("2026-03-01T01:00:00Z");
    private static final Map<String, String> SECRETS = Map.of("SFTP_PASSWORD", "s3cret", "WRONG", "nope");

    @TempDir
    Path temp;

    private Path remote;
    private EmbeddedSftpServer server;
    private final List<Duration> pauses = new ArrayList<>();
    private final StopSignal stop = new StopSignal();

    @BeforeEach
    void start() throws IOException {
        remote = Files.createDirectory(temp.resolve("remote"));
        server = EmbeddedSftpServer.serving(remote).password("muster", "s3cret").start();
    }

    @AfterEach
    void stop() {
        server.close();
    }

    @Test
    void listsFetchesArchivesAndDeletes() throws IOException {
        deliver("a.csv", "one");
        deliver("b.csv", "two");
        Files.createDirectory(remote.resolve("folder"));
        Path target = temp.resolve("spool/1.spool");

        try (SftpFileSource source = source()) {
            List<SourceFile> listed = source.list();
            SourceFile a = named(listed, "a.csv");
            source.fetch(a, target);
            String archived = source.archive(a, "done/2026");
            source.delete(named(listed, "b.csv"));

            assertThat(listed).extracting(SourceFile::name).containsExactlyInAnyOrder("a.csv", "b.csv");
            assertThat(a).isEqualTo(new SourceFile("a.csv", 3, MODIFIED));
            assertThat(target).hasContent("one");
            assertThat(Files.getPosixFilePermissions(target)).isEqualTo(PosixFilePermissions.fromString("rw-------"));
            assertThat(Files.getPosixFilePermissions(target.getParent()))
                    .isEqualTo(PosixFilePermissions.fromString("rwx------"));
            assertThat(archived).isEqualTo("done/2026/a.csv");
            assertThat(remote.resolve("done/2026/a.csv")).hasContent("one");
            assertThat(source.exists("a.csv")).isFalse();
            assertThat(source.exists("b.csv")).isFalse();
            assertThat(source.exists("done")).isTrue();
        }
    }

    @Test
    void neverOverwritesAnArchivedFile() throws IOException {
        try (SftpFileSource source = source()) {
            for (String content : List.of("one", "two", "six")) {
                deliver("a.csv.gz", content);
                source.archive(source.list().getFirst(), "done");
            }
        }

        assertThat(remote.resolve("done/a.csv.gz")).hasContent("one");
        assertThat(remote.resolve("done/a.20260301T020000Z.csv.gz")).hasContent("two");
        assertThat(remote.resolve("done/a.20260301T020000Z.2.csv.gz")).hasContent("six");
    }

    @Test
    void recognisesThatAFileWasArchivedBefore() throws IOException {
        deliver("a.csv", "one");
        try (SftpFileSource source = source()) {
            SourceFile file = source.list().getFirst();
            source.archive(file, "done");

            assertThatExceptionOfType(FileGone.class)
                    .isThrownBy(() -> source.archive(file, "done"))
                    .withMessage("Cannot archive a.csv at sftp://muster@127.0.0.1:%d/.: the file is not there any more."
                                    .formatted(server.port())
                            + " Check whether another process takes files away.");
            assertThatExceptionOfType(FileGone.class).isThrownBy(() -> source.delete(file));
        }
    }

    @Test
    void doesNotArchiveAnotherFileOfTheSameName() throws IOException {
        deliver("a.csv", "one");
        try (SftpFileSource source = source()) {
            SourceFile file = source.list().getFirst();
            deliver("a.csv", "newer one");

            assertThatExceptionOfType(FileChanged.class)
                    .isThrownBy(() -> source.archive(file, "done"))
                    .withMessageContaining("it changed since it was listed, from 3 bytes");
            assertThatExceptionOfType(FileChanged.class).isThrownBy(() -> source.delete(file));
        }
        assertThat(remote.resolve("a.csv")).hasContent("newer one");
    }

    @Test
    void saysThatAFileVanishedBetweenListingAndFetching() throws IOException {
        deliver("a.csv", "one");
        try (SftpFileSource source = source()) {
            SourceFile file = source.list().getFirst();
            Files.delete(remote.resolve("a.csv"));

            assertThatExceptionOfType(FileGone.class)
                    .isThrownBy(() -> source.fetch(file, temp.resolve("spool/1")))
                    .withMessageStartingWith("Cannot fetch a.csv at sftp://muster@127.0.0.1");
        }
        assertThat(temp.resolve("spool")).isEmptyDirectory();
        assertThat(pauses).isEmpty();
    }

    @Test
    void refusesAFileThatGrowsDuringTheDownload() throws IOException {
        deliver("a.csv", "one".repeat(100_000));
        onRead((session, offset) -> {
            Files.writeString(remote.resolve("a.csv"), "more", StandardOpenOption.APPEND);
        });
        try (SftpFileSource source = source()) {
            SourceFile file = source.list().getFirst();

            assertThatExceptionOfType(FileChanged.class)
                    .isThrownBy(() -> source.fetch(file, temp.resolve("spool/1")))
                    .withMessageContaining("Try again when it is complete.");
        }
        assertThat(temp.resolve("spool")).isEmptyDirectory();
    }

    @Test
    void goesOnWhereABrokenConnectionStoppedTheDownload() throws IOException {
        byte[] content = new byte[16_000_000];
        new Random(7).nextBytes(content);
        Files.write(remote.resolve("a.csv"), content);
        AtomicInteger cuts = new AtomicInteger();
        List<Long> offsets = new ArrayList<>();
        onRead((session, offset) -> {
            synchronized (offsets) {
                offsets.add(offset);
            }
            if (offset > 6_000_000 * (cuts.get() + 1L) && cuts.get() < 2) {
                cuts.incrementAndGet();
                session.close(true);
            }
        });
        Path target = temp.resolve("spool/1");

        try (SftpFileSource source = source()) {
            source.fetch(source.list().getFirst(), target);
        }

        assertThat(target).hasBinaryContent(content);
        assertThat(pauses).hasSize(2);
        assertThat(offsets.stream().filter(offset -> offset == 0)).hasSize(1);
    }

    @Test
    void givesUpAfterTheTriesOfTheJob() throws IOException {
        deliver("a.csv", "one");
        onRead((session, offset) -> session.close(true));
        try (SftpFileSource source = source()) {
            SourceFile file = source.list().getFirst();

            assertThatExceptionOfType(Refusal.class)
                    .isThrownBy(() -> source.fetch(file, temp.resolve("spool/1")))
                    .withMessageStartingWith("Cannot fetch a.csv (3 tries) at sftp://muster@127.0.0.1")
                    .withMessageContaining("the connection failed or broke");
        }
        assertThat(pauses).hasSize(2);
        assertThat(pauses.get(0)).isBetween(Duration.ofMillis(500), Duration.ofSeconds(1));
        assertThat(pauses.get(1)).isBetween(Duration.ofSeconds(1), Duration.ofSeconds(2));
    }

    @Test
    @Timeout(60)
    void doesNotWaitForeverForAServerThatHangs() throws IOException {
        deliver("a.csv", "one");
        CountDownLatch over = new CountDownLatch(1);
        onRead((session, offset) -> {
            try {
                over.await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        });
        SftpSource spec = spec("env:SFTP_PASSWORD", List.of(server.hostKey()), null);
        SftpSource hasty = new SftpSource(
                spec.host(),
                spec.port(),
                spec.user(),
                ".",
                spec.authentication(),
                spec.hostKeys(),
                null,
                Duration.ofSeconds(2),
                new Retries(1, Duration.ZERO, Duration.ZERO));
        try (SftpFileSource source = source(hasty)) {
            SourceFile file = source.list().getFirst();

            assertThatThrownBy(() -> source.fetch(file, temp.resolve("spool/1")))
                    .isInstanceOf(Refusal.class)
                    .hasMessageStartingWith("Cannot fetch a.csv at sftp://muster@127.0.0.1")
                    .hasMessageContaining("the connection failed or broke");
        } finally {
            over.countDown();
        }
    }

    /** Where a server can leave its client waiting. */
    enum Stuck {
        WHILE_CONNECTING,
        WHILE_LISTING,
        WHILE_READING,
        BETWEEN_TRIES
    }

    @ParameterizedTest
    @EnumSource
    @Timeout(60)
    void waitsForAServerNoLongerOnceTheProcessIsAskedToStop(Stuck stuck) throws Exception {
        deliver("a.csv", "one");
        CountDownLatch reached = new CountDownLatch(1);
        CountDownLatch over = new CountDownLatch(1);
        try (ServerSocket silent = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            SftpSource spec = spec("env:SFTP_PASSWORD", List.of(server.hostKey()), null);
            int port = stuck == Stuck.WHILE_CONNECTING ? silent.getLocalPort() : server.port();
            SftpSource patient = new SftpSource(
                    spec.host(),
                    port,
                    spec.user(),
                    ".",
                    spec.authentication(),
                    spec.hostKeys(),
                    null,
                    Duration.ofMinutes(5),
                    new Retries(9, Duration.ofMinutes(5), Duration.ofMinutes(5)));
            server.listen(new SftpEventListener() {
                @Override
                public void readingEntries(ServerSession session, String remoteHandle, DirectoryHandle localHandle)
                        throws IOException {
                    hang(Stuck.WHILE_LISTING, session);
                    hang(Stuck.BETWEEN_TRIES, session);
                }

                @Override
                public void reading(
                        ServerSession session,
                        String remoteHandle,
                        FileHandle localHandle,
                        long offset,
                        byte[] data,
                        int dataOffset,
                        int dataLen)
                        throws IOException {
                    hang(Stuck.WHILE_READING, session);
                }

                private void hang(Stuck here, ServerSession session) throws IOException {
                    if (stuck != here) {
                        return;
                    }

                    if (here == Stuck.BETWEEN_TRIES) {
                        session.close(true);
                        reached.countDown();
                        throw new IOException("closed");
                    }

                    reached.countDown();
                    try {
                        over.await();
                    } catch (InterruptedException e) {
                        Thread.currentThread().interrupt();
                    }
                }
            });
            try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
                    SftpFileSource source =
                            new SftpFileSource(patient, SECRETS, stop, InstantSource.fixed(NOW), new Random(1), stop)) {
                Future<?> work = threads.submit(() -> {
                    SourceFile a = new SourceFile("a.csv", 3, MODIFIED);
                    if (stuck == Stuck.WHILE_READING) {
                        source.fetch(a, temp.resolve("spool/1"));
                    } else {
                        source.list();
                    }
                });
                if (stuck == Stuck.WHILE_CONNECTING) {
                    silent.accept();
                } else {
                    reached.await();
                }

                long asked = System.nanoTime();
                stop.stop();

                assertThatThrownBy(work::get)
                        .cause()
                        .isInstanceOfSatisfying(
                                Refusal.class,
                                refusal -> assertThat(refusal.code()).isEqualTo(StopSignal.STOPPED))
                        .hasMessageStartingWith("Cannot ")
                        .hasMessageEndingWith(": the process was asked to stop. Start it again to go on.");
                assertThat(Duration.ofNanos(System.nanoTime() - asked)).isLessThan(Duration.ofSeconds(20));
            } finally {
                over.countDown();
            }
        }
    }

    @Test
    void doesNotTryAWrongPasswordTwice() {
        try (SftpFileSource source = source(spec("env:WRONG", List.of(server.hostKey()), null))) {
            assertThatThrownBy(source::list)
                    .isInstanceOf(Refusal.class)
                    .hasMessage(
                            "Cannot list the files at sftp://muster@127.0.0.1:%d/.: the server does not accept the login of muster by password. Check user, password and what the server allows."
                                    .formatted(server.port()));
        }
        assertThat(pauses).isEmpty();
    }

    @Test
    void namesTheKeyOfAnUnknownHostAndTheLineToAdd() {
        try (SftpFileSource source = source(spec("env:SFTP_PASSWORD", List.of(), null))) {
            assertThatThrownBy(source::list)
                    .isInstanceOf(Refusal.class)
                    .hasMessageContaining(
                            "the host key is not known. The server shows ecdsa-sha2-nistp256 with fingerprint SHA256:")
                    .hasMessageContaining("add to host-keys in the job file: \"" + server.hostKey() + "\"");
        }
        assertThat(pauses).isEmpty();
    }

    @Test
    void warnsOfAChangedHostKey() throws Exception {
        String other = PublicKeyEntry.toString(
                KeyUtils.generateKeyPair("ecdsa-sha2-nistp256", 256).getPublic());
        try (SftpFileSource source = source(spec("env:SFTP_PASSWORD", List.of(other), null))) {
            assertThatThrownBy(source::list)
                    .isInstanceOf(Refusal.class)
                    .hasMessageContaining("the HOST KEY HAS CHANGED: the server shows ecdsa-sha2-nistp256")
                    .hasMessageContaining("Somebody may be between you and the server");
        }
    }

    @Test
    void acceptsSeveralHostKeysWhileTheyAreRotated() throws Exception {
        String next = PublicKeyEntry.toString(
                KeyUtils.generateKeyPair("ecdsa-sha2-nistp384", 384).getPublic());
        try (SftpFileSource source = source(spec("env:SFTP_PASSWORD", List.of(next, server.hostKey()), null))) {
            assertThat(source.list()).isEmpty();
        }
    }

    @Test
    void asksAServerWithSeveralKeysForTheTypeItKnows() throws Exception {
        KeyPair rsa = KeyUtils.generateKeyPair(KeyPairProvider.SSH_RSA, 2048);
        KeyPair ec = KeyUtils.generateKeyPair("ecdsa-sha2-nistp256", 256);
        server.server().setKeyPairProvider(KeyPairProvider.wrap(ec, rsa));

        for (KeyPair known : List.of(rsa, ec)) {
            String line = PublicKeyEntry.toString(known.getPublic());
            try (SftpFileSource source = source(spec("env:SFTP_PASSWORD", List.of(line), null))) {
                assertThat(source.list()).isEmpty();
            }
        }
    }

    @Test
    void readsHostKeysFromAFileOfKnownHosts() throws IOException {
        Path known = Files.writeString(
                temp.resolve("known_hosts"),
                "# ours\n\nexample.com ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIOMqqnkVzrm0SdG6UOoqKLsabgH5C9okWi0dh2l9GKJl\n[127.0.0.1]:%d %s\n"
                        .formatted(server.port(), server.hostKey()));
        try (SftpFileSource source = source(spec("env:SFTP_PASSWORD", List.of(), known))) {
            assertThat(source.list()).isEmpty();
        }

        Files.writeString(known, "@revoked * " + server.hostKey() + "\n");
        try (SftpFileSource source = source(spec("env:SFTP_PASSWORD", List.of(server.hostKey()), known))) {
            assertThatThrownBy(source::list).hasMessageContaining("which is marked as revoked in " + known);
        }
    }

    @Test
    void refusesAMissingOrBrokenFileOfKnownHosts() throws IOException {
        Path missing = temp.resolve("nowhere");
        assertThatThrownBy(() -> source(spec("env:SFTP_PASSWORD", List.of(), missing)))
                .isInstanceOf(Refusal.class)
                .hasMessageContaining("there is no known_hosts file " + missing)
                .hasMessageContaining("ssh-keyscan -p");

        Path broken = Files.writeString(temp.resolve("broken"), "# fine\nnonsense\n");
        assertThatThrownBy(() -> source(spec("env:SFTP_PASSWORD", List.of(), broken)))
                .isInstanceOf(Refusal.class)
                .hasMessageContaining("line 2 of the known_hosts file " + broken);

        assertThatThrownBy(() -> source(spec("env:SFTP_PASSWORD", List.of("ssh-ed25519 !!"), null)))
                .isInstanceOf(Refusal.class)
                .hasMessageContaining("Cannot use the host key \"ssh-ed25519 !!\"");
    }

    @Test
    void namesAMissingDirectoryAndAMissingHost() {
        SftpSource spec = spec("env:SFTP_PASSWORD", List.of(server.hostKey()), null);
        SftpSource elsewhere = new SftpSource(
                spec.host(),
                spec.port(),
                spec.user(),
                "/nowhere",
                spec.authentication(),
                spec.hostKeys(),
                null,
                spec.connectTimeout(),
                spec.retries());
        try (SftpFileSource source = source(elsewhere)) {
            assertThatThrownBy(source::list)
                    .hasMessage(
                            "Cannot list the files at sftp://muster@127.0.0.1:%d/nowhere: there is no such file or directory. Correct the directory in the job file."
                                    .formatted(server.port()));
        }

        server.close();
        try (SftpFileSource source = source(spec)) {
            assertThatThrownBy(source::list)
                    .hasMessageContaining("(3 tries)")
                    .hasMessageContaining("nothing answers there");
        }
    }

    @Test
    void saysThatPermissionIsDenied() throws IOException {
        deliver("a.csv", "one");
        server.listen(new SftpEventListener() {
            @Override
            public void moving(ServerSession session, Path source, Path target, Collection<CopyOption> options)
                    throws IOException {
                throw new AccessDeniedException(source.toString());
            }
        });
        try (SftpFileSource source = source()) {
            SourceFile file = source.list().getFirst();

            assertThatThrownBy(() -> source.archive(file, "done"))
                    .isInstanceOf(Refusal.class)
                    .hasMessageStartingWith("Cannot archive a.csv into done at sftp://")
                    .hasMessageEndingWith("permission denied. Ask the owner of the server for the right to do this.");
        }
        assertThat(pauses).isEmpty();
        assertThat(remote.resolve("a.csv")).hasContent("one");
    }

    @Test
    void knowsAnArchivedFileWhenTheAnswerWasLost() throws IOException {
        deliver("a.csv", "one");
        AtomicInteger moves = new AtomicInteger();
        server.listen(new SftpEventListener() {
            @Override
            public void moved(
                    ServerSession session, Path source, Path target, Collection<CopyOption> options, Throwable thrown) {
                if (moves.getAndIncrement() == 0) {
                    session.close(true);
                }
            }
        });
        try (SftpFileSource source = source()) {
            assertThat(source.archive(source.list().getFirst(), "done")).isEqualTo("done/a.csv");
        }
        assertThat(moves).hasValue(1);
        assertThat(pauses).hasSize(1);
    }

    @Test
    void refusesAFileLargerThanTheDisk() throws IOException {
        try (SftpFileSource source = source()) {
            SourceFile huge = new SourceFile("a.csv", Long.MAX_VALUE, MODIFIED);

            assertThatThrownBy(() -> source.fetch(huge, temp.resolve("spool/1")))
                    .isInstanceOf(Refusal.class)
                    .hasMessageContaining("bytes are free there. Make room on the disk.");
        }
    }

    @Test
    void readsSmallFilesOnly() throws IOException {
        deliver("a.ctl", "rows=3\n");
        try (SftpFileSource source = source()) {
            SourceFile file = source.list().getFirst();

            assertThat(source.read(file, 100)).isEqualTo("rows=3\n");
            assertThatThrownBy(() -> source.read(file, 3)).hasMessageContaining("it has more than 3 bytes");
        }
    }

    private interface OnRead {

        void at(ServerSession session, long offset) throws IOException;
    }

    private void onRead(OnRead action) {
        server.listen(new SftpEventListener() {
            @Override
            public void reading(
                    ServerSession session,
                    String remoteHandle,
                    FileHandle localHandle,
                    long offset,
                    byte[] data,
                    int dataOffset,
                    int dataLen)
                    throws IOException {
                action.at(session, offset);
            }
        });
    }

    private void deliver(String name, String content) throws IOException {
        Path file = Files.writeString(remote.resolve(name), content);
        Files.setLastModifiedTime(file, FileTime.from(MODIFIED));
    }

    private static SourceFile named(List<SourceFile> files, String name) {
        return files.stream()
                .filter(file -> file.name().equals(name))
                .findFirst()
                .orElseThrow();
    }

    private SftpFileSource source() {
        return source(spec("env:SFTP_PASSWORD", List.of(server.hostKey()), null));
    }

    private SftpFileSource source(SftpSource spec) {
        return new SftpFileSource(spec, SECRETS, pauses::add, InstantSource.fixed(NOW), new Random(1), stop);
    }

    private SftpSource spec(String password, List<String> hostKeys, @Nullable Path known) {
        return new SftpSource(
                server.host(),
                server.port(),
                "muster",
                ".",
                Authentication.byPassword(SecretRef.of(password)),
                hostKeys,
                known,
                Duration.ofSeconds(10),
                new Retries(3, Duration.ofSeconds(1), Duration.ofSeconds(30)));
    }
}
