package io.muster.extract.sftp;

import io.muster.support.Refusal;
import java.io.IOException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.PublicKey;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.apache.sshd.common.config.keys.KeyUtils;
import org.apache.sshd.common.config.keys.PublicKeyEntry;
import org.apache.sshd.common.config.keys.PublicKeyEntryResolver;
import org.apache.sshd.common.file.virtualfs.VirtualFileSystemFactory;
import org.apache.sshd.common.keyprovider.KeyPairProvider;
import org.apache.sshd.server.SshServer;
import org.apache.sshd.server.keyprovider.SimpleGeneratorHostKeyProvider;
import org.apache.sshd.sftp.server.SftpEventListener;
import org.apache.sshd.sftp.server.SftpSubsystemFactory;
import org.jspecify.annotations.Nullable;

/** An SFTP server on the loopback address that serves one folder and nothing else; for demonstrations and tests. */
public final class EmbeddedSftpServer implements AutoCloseable {

    private static final String LOOPBACK = "127.0.0.1";

    private final SshServer server;
    private final SftpSubsystemFactory sftp;

    private EmbeddedSftpServer(SshServer server, SftpSubsystemFactory sftp) {
        this.server = server;
        this.sftp = sftp;
    }

    /** Starts to describe a server for the folder. */
    public static Builder serving(Path folder) {
        return new Builder(folder);
    }

    /** What the server allows. */
    public static final class Builder {

        private final Path folder;
        private final Map<String, String> passwords = new HashMap<>();
        private final Map<String, List<PublicKey>> keys = new HashMap<>();
        private @Nullable Path hostKeyFile;
        private int port;

        private Builder(Path folder) {
            this.folder = folder;
        }

        /** Lets a user log in by password. */
        public Builder password(String user, String password) {
            passwords.put(user, password);
            return this;
        }

        /** Lets a user log in by key; the line is a public key in OpenSSH form. */
        public Builder key(String user, String publicKeyLine) {
            try {
                PublicKey key = PublicKeyEntry.parsePublicKeyEntry(publicKeyLine.strip())
                        .resolvePublicKey(null, Map.of(), PublicKeyEntryResolver.FAILING);
                keys.computeIfAbsent(user, name -> new ArrayList<>()).add(Objects.requireNonNull(key));
                return this;
            } catch (IOException | GeneralSecurityException e) {
                throw new IllegalArgumentException("Not a public key in OpenSSH form", e);
            }
        }

        /** Keeps the host key in a file, so that it is the same at the next start; otherwise it is new each time. */
        public Builder hostKeyFile(Path file) {
            hostKeyFile = file;
            return this;
        }

        /** Listens on this port; 0, the default, takes a free one. */
        public Builder port(int number) {
            port = number;
            return this;
        }

        /**
         * Starts it.
         *
         * @throws Refusal when the port is taken
         */
        public EmbeddedSftpServer start() {
            SshServer server = SshServer.setUpDefaultServer();
            server.setHost(LOOPBACK);
            server.setPort(port);
            server.setKeyPairProvider(hostKey());
            server.setFileSystemFactory(new VirtualFileSystemFactory(folder.toAbsolutePath()));
            server.setPasswordAuthenticator(
                    (user, password, session) -> password.equals(passwords.getOrDefault(user, null)));
            server.setPublickeyAuthenticator((user, key, session) ->
                    keys.getOrDefault(user, List.of()).stream().anyMatch(known -> KeyUtils.compareKeys(known, key)));
            SftpSubsystemFactory sftp = new SftpSubsystemFactory.Builder().build();
            server.setSubsystemFactories(List.of(sftp));
            try {
                server.start();
            } catch (IOException e) {
                throw Refusal.failed(
                        "Cannot start the SFTP server on port %d: %s. Choose another port."
                                .formatted(port, e.getMessage()),
                        e);
            }
            return new EmbeddedSftpServer(server, sftp);
        }

        private KeyPairProvider hostKey() {
            if (hostKeyFile != null) {
                SimpleGeneratorHostKeyProvider kept = new SimpleGeneratorHostKeyProvider(hostKeyFile);
                kept.setAlgorithm(KeyUtils.EC_ALGORITHM);
                kept.setKeySize(256);
                return kept;
            }
            try {
                return KeyPairProvider.wrap(KeyUtils.generateKeyPair("ecdsa-sha2-nistp256", 256));
            } catch (GeneralSecurityException e) {
                throw new IllegalStateException("Every JDK can make an EC key", e);
            }
        }
    }

    /** The address to connect to. */
    public String host() {
        return LOOPBACK;
    }

    /** The port it listens on. */
    public int port() {
        return server.getPort();
    }

    /** Its public host key in OpenSSH form, as a job file wants it. */
    public String hostKey() {
        try {
            for (KeyPair pair : server.getKeyPairProvider().loadKeys(null)) {
                return PublicKeyEntry.toString(pair.getPublic());
            }
        } catch (IOException | GeneralSecurityException e) {
            throw new IllegalStateException("The host key was read before", e);
        }
        throw new IllegalStateException("There is always a host key");
    }

    /** Lets a test see or break what clients do. */
    void listen(SftpEventListener listener) {
        sftp.addSftpEventListener(listener);
    }

    /** The server below, for tests that break it. */
    SshServer server() {
        return server;
    }

    @Override
    public void close() {
        try {
            server.stop(true);
        } catch (IOException e) {
            throw Refusal.failed("Cannot stop the SFTP server: %s. End the process.".formatted(e.getMessage()), e);
        }
    }
}
