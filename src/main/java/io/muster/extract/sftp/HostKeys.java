package io.muster.extract.sftp;

import io.muster.extract.source.SftpSource;
import io.muster.support.Refusal;
import java.io.IOException;
import java.net.SocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.PublicKey;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.sshd.client.config.hosts.KnownHostEntry;
import org.apache.sshd.client.keyverifier.ServerKeyVerifier;
import org.apache.sshd.client.session.ClientSession;
import org.apache.sshd.common.config.keys.KeyUtils;
import org.apache.sshd.common.config.keys.PublicKeyEntry;
import org.apache.sshd.common.config.keys.PublicKeyEntryResolver;
import org.apache.sshd.common.digest.BuiltinDigests;
import org.jspecify.annotations.Nullable;

/** The keys a server may show, and the message when it shows another one. */
final class HostKeys implements ServerKeyVerifier {

    private static final String REVOKED = "revoked";

    private final String host;
    private final int port;
    private final @Nullable Path knownHosts;
    private final List<PublicKey> accepted = new ArrayList<>();
    private final List<PublicKey> withoutPort = new ArrayList<>();
    private final List<PublicKey> revoked = new ArrayList<>();
    private volatile @Nullable String rejection;

    private HostKeys(SftpSource spec) {
        this.host = spec.host();
        this.port = spec.port();
        this.knownHosts = spec.knownHosts();
    }

    /**
     * The keys of the job file and of its file of known hosts.
     *
     * @throws Refusal when a key or the file cannot be read
     */
    static HostKeys of(SftpSource spec) {
        HostKeys keys = new HostKeys(spec);
        for (String line : spec.hostKeys()) {
            keys.addKey(line);
        }
        if (spec.knownHosts() != null) {
            keys.addKnownHosts(spec.knownHosts());
        }
        return keys;
    }

    private void addKey(String line) {
        try {
            PublicKeyEntry entry = PublicKeyEntry.parsePublicKeyEntry(line.strip());
            accepted.add(
                    Objects.requireNonNull(entry.resolvePublicKey(null, Map.of(), PublicKeyEntryResolver.FAILING)));
        } catch (IOException | GeneralSecurityException | RuntimeException e) {
            throw Refusal.failed(
                    "Cannot use the host key \"%s\" for %s: it is not a public key in OpenSSH form. Write it as 'ssh-keyscan -p %d %s' prints it after the host, for example: ssh-ed25519 AAAA…"
                            .formatted(abbreviated(line), host, port, host),
                    e);
        }
    }

    private void addKnownHosts(Path file) {
        List<String> lines;
        try {
            lines = Files.readAllLines(file, StandardCharsets.UTF_8);
        } catch (NoSuchFileException e) {
            throw Refusal.failed(
                    "Cannot verify the host key of %s: there is no known_hosts file %s. Create it, for example with 'ssh-keyscan -p %d %s', or correct the job file."
                            .formatted(host, file, port, host),
                    e);
        } catch (IOException e) {
            throw Refusal.failed(
                    "Cannot verify the host key of %s: the known_hosts file %s cannot be read (%s). Check that it is a text file the user of Muster may read."
                            .formatted(host, file, e.getClass().getSimpleName()),
                    e);
        }

        for (int i = 0; i < lines.size(); i++) {
            String line = lines.get(i).strip();
            if (!line.isEmpty() && !line.startsWith("#")) {
                addKnownHost(line, i + 1, file);
            }
        }
        if (accepted.isEmpty()) {
            accepted.addAll(withoutPort); // as OpenSSH does: an entry without port serves a host on another port
        }
    }

    private void addKnownHost(String line, int number, Path file) {
        try {
            KnownHostEntry entry = Objects.requireNonNull(KnownHostEntry.parseKnownHostEntry(line));
            boolean exact = entry.isHostMatch(host, port);
            if (!exact && !entry.isHostMatch(host, SftpSource.DEFAULT_PORT)) {
                return;
            }
            PublicKey key = entry.getKeyEntry().resolvePublicKey(null, PublicKeyEntryResolver.IGNORING);
            if (key == null) {
                return; // a kind of key this machine cannot use; another line may hold one it can
            }
            String marker = entry.getMarker();
            if (marker == null || marker.isEmpty()) {
                (exact ? accepted : withoutPort).add(key);
            } else if (marker.equals(REVOKED)) {
                revoked.add(key);
            }
        } catch (IOException | GeneralSecurityException | RuntimeException e) {
            throw Refusal.failed(
                    "Cannot verify the host key of %s: line %d of the known_hosts file %s is not in OpenSSH form. Correct or remove it."
                            .formatted(host, number, file),
                    e);
        }
    }

    /** Types of the accepted keys, such as {@code ssh-ed25519}: the client asks the server for these first. */
    Set<String> types() {
        return accepted.stream().map(KeyUtils::getKeyType).collect(Collectors.toUnmodifiableSet());
    }

    /** Why the last key shown was rejected, null if it was not. */
    @Nullable
    String rejection() {
        return rejection;
    }

    @Override
    public boolean verifyServerKey(ClientSession session, SocketAddress remote, PublicKey offered) {
        boolean banned = revoked.stream().anyMatch(key -> KeyUtils.compareKeys(key, offered));
        boolean known = accepted.stream().anyMatch(key -> KeyUtils.compareKeys(key, offered));
        rejection = known && !banned ? null : explain(offered, banned);
        return rejection == null;
    }

    private String explain(PublicKey offered, boolean banned) {
        String key = PublicKeyEntry.toString(offered);
        String shown = "%s with fingerprint %s"
                .formatted(KeyUtils.getKeyType(offered), KeyUtils.getFingerPrint(BuiltinDigests.sha256, offered));
        if (banned) {
            return "the server shows the host key %s, which is marked as revoked in %s. Ask the owner of the server for its new key."
                    .formatted(shown, knownHosts);
        }

        String fix = "add to host-keys in the job file: \"%s\"".formatted(key)
                + (knownHosts == null ? "" : ", or to %s: %s %s".formatted(knownHosts, hostPattern(), key));
        return accepted.isEmpty()
                ? "the host key is not known. The server shows %s. Compare the fingerprint with its owner, then %s"
                        .formatted(shown, fix)
                : "the HOST KEY HAS CHANGED: the server shows %s, but known for it are %s. Somebody may be between you and the server. Ask its owner; only if the key was changed on purpose, %s"
                        .formatted(shown, knownShown(), fix);
    }

    private String knownShown() {
        return accepted.stream()
                .map(key -> KeyUtils.getKeyType(key) + " " + KeyUtils.getFingerPrint(BuiltinDigests.sha256, key))
                .distinct()
                .collect(Collectors.joining(", "));
    }

    private String hostPattern() {
        return port == SftpSource.DEFAULT_PORT ? host : "[%s]:%d".formatted(host, port);
    }

    private static String abbreviated(String line) {
        return line.length() <= 40 ? line : line.substring(0, 40) + "…";
    }
}
