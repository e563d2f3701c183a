package io.muster.extract.sftp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.muster.extract.source.FileGone;
import io.muster.extract.source.Retries;
import io.muster.extract.source.SecretRef;
import io.muster.extract.source.SftpSource;
import io.muster.extract.source.SftpSource.Authentication;
import io.muster.extract.source.SourceFile;
import io.muster.extract.source.StopSignal;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The same against the server most senders use. Skipped where OpenSSH's server is not installed. */
class OpenSshTests {

    @TempDir
    static Path temp;

    private static @Nullable OpenSshServer server;
    private static int port;
    private static Path remote = Path.of("");

    @BeforeAll
    static void start() throws Exception {
        assumeTrue(OpenSshServer.isInstalled(), "OpenSSH's server is not installed: apt-get install openssh-server");
        OpenSshServer started = OpenSshServer.start(temp);
        server = started;
        port = started.port();
        remote = started.remote();
    }

    @AfterAll
    static void stop() {
        if (server != null) {
            server.close();
        }
    }

    @BeforeEach
    void deliver() throws IOException {
        Files.writeString(remote.resolve("contacts.csv"), "FirstName\nAnn\n");
    }

    @ParameterizedTest
    @CsvSource({"ed25519,ed25519,", "ecdsa,ecdsa,", "rsa,rsa,", "encrypted,ed25519,PASSPHRASE", "pem,rsa,PASSPHRASE"})
    void logsInWithEveryKindOfKey(String user, String host, @Nullable String passphrase) throws IOException {
        String hostKey = Files.readString(temp.resolve("host_" + host + ".pub"));
        try (SftpFileSource source = source(user, passphrase, List.of(hostKey), null)) {
            SourceFile file = source.list().getFirst();
            source.fetch(file, temp.resolve("spool/" + user));

            assertThat(file.name()).isEqualTo("contacts.csv");
            assertThat(temp.resolve("spool/" + user)).hasContent("FirstName\nAnn\n");
        }
    }

    @Test
    void saysThatThePassphraseIsMissingOrWrong() {
        assertThatThrownBy(() -> source("encrypted", null, List.of(), null))
                .hasMessageContaining("it is encrypted and no passphrase is given");
        assertThatThrownBy(() -> source("encrypted", "WRONG", List.of(), null))
                .hasMessageContaining("the passphrase does not fit");
        assertThatThrownBy(() -> source("pem", "WRONG", List.of(), null))
                .hasMessageContaining("the passphrase does not fit");
    }

    @Test
    void saysThatTheKeyIsNotAccepted() throws Exception {
        OpenSshServer.keygen(temp.resolve("user_stranger"), "ed25519", "");
        String hostKey = Files.readString(temp.resolve("host_ed25519.pub"));
        try (SftpFileSource source = source("stranger", null, List.of(hostKey), null)) {
            assertThatThrownBy(source::list).hasMessageContaining("the server does not accept the login of");
        }
    }

    @Test
    void readsKnownHostsPlainAndHashed() throws Exception {
        String line = "[127.0.0.1]:%d %s".formatted(port, Files.readString(temp.resolve("host_ed25519.pub")));
        Path known = Files.writeString(temp.resolve("known_hosts"), line);
        try (SftpFileSource source = source("ed25519", null, List.of(), known)) {
            assertThat(source.list()).hasSize(1);
        }

        OpenSshServer.run("ssh-keygen", "-q", "-H", "-f", known.toString());
        assertThat(Files.readString(known)).startsWith("|1|");
        try (SftpFileSource source = source("ed25519", null, List.of(), known)) {
            assertThat(source.list()).hasSize(1);
        }
    }

    @Test
    void offersALineThatWorksForAnUnknownHost() throws IOException {
        Path known = Files.createFile(temp.resolve("empty_known_hosts"));
        String offered;
        try (SftpFileSource source = source("ed25519", null, List.of(), known)) {
            offered = String.valueOf(catchThrowable(source::list).getMessage());
        }

        String toAdd = offered.substring(offered.indexOf("or to " + known + ": ") + ("or to " + known + ": ").length());
        Files.writeString(known, toAdd + "\n");

        try (SftpFileSource source = source("ed25519", null, List.of(), known)) {
            assertThat(source.list()).hasSize(1);
        }
    }

    @Test
    void archivesWithoutOverwriting() throws IOException {
        String hostKey = Files.readString(temp.resolve("host_ed25519.pub"));
        try (SftpFileSource source = source("ed25519", null, List.of(hostKey), null)) {
            SourceFile first = source.list().getFirst();
            assertThat(source.archive(first, "done")).endsWith("/done/contacts.csv");
            assertThatExceptionOfType(FileGone.class).isThrownBy(() -> source.archive(first, "done"));

            deliver();
            assertThat(source.archive(source.list().getFirst(), "done"))
                    .endsWith("/done/contacts.20260301T020000Z.csv");
            deliver();
            source.delete(source.list().getFirst());
            assertThat(source.list()).isEmpty();
        }
    }

    @Test
    void refusesToRenameOverAFile() throws IOException {
        Files.writeString(remote.resolve("taken"), "old");
        String hostKey = Files.readString(temp.resolve("host_ed25519.pub"));
        try (SftpFileSource source = source("ed25519", null, List.of(hostKey), null)) {
            assertThatThrownBy(() -> source.archive(
                            source.list().stream()
                                    .filter(file -> file.name().equals("contacts.csv"))
                                    .findFirst()
                                    .orElseThrow(),
                            "taken"))
                    .hasMessageStartingWith("Cannot archive");
        }
        assertThat(remote.resolve("taken")).hasContent("old");
        Files.delete(remote.resolve("taken"));
    }

    private SftpFileSource source(
            String user, @Nullable String passphrase, List<String> hostKeys, @Nullable Path knownHosts) {
        SftpSource spec = new SftpSource(
                "127.0.0.1",
                port,
                System.getProperty("user.name"),
                remote.toString(),
                Authentication.byKey(
                        SecretRef.of("file:" + temp.resolve("user_" + user)),
                        passphrase == null ? null : SecretRef.of("env:" + passphrase)),
                hostKeys,
                knownHosts,
                Duration.ofSeconds(10),
                new Retries(2, Duration.ofMillis(10), Duration.ofMillis(10)));
        return new SftpFileSource(
                spec,
                Map.of("PASSPHRASE", "open sesame", "WRONG", "open barley"),
                time -> {},
                InstantSource.fixed(Instant.parse("2026-03-01T02:00:00Z")),
                new Random(1),
                new StopSignal());
    }
}
