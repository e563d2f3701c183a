package io.muster.support.tls;

import io.muster.support.Refusal;
import java.io.IOException;
import java.net.Socket;
import java.security.Principal;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.time.InstantSource;
import java.util.Optional;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.X509ExtendedKeyManager;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Chooses the key of each new connection, and looks at the files again when it has not done so for a second. The name of a
 * key is the number of its reading, so that a connection that has begun with one goes on with it.
 */
final class ChangingKeys extends X509ExtendedKeyManager {

    private static final Logger LOG = LoggerFactory.getLogger(ChangingKeys.class);
    private static final long PAUSE_MILLIS = 1_000;

    private final CertificateFiles files;
    private final InstantSource clock;
    private State state;
    private Optional<State> before = Optional.empty();
    private String failed = "";
    private long lookedAt;

    /** The keys of one reading. */
    private record State(String name, String stamp, CertificateFiles.Pair pair) {}

    ChangingKeys(CertificateFiles files, InstantSource clock) {
        this.files = files;
        this.clock = clock;
        this.lookedAt = clock.millis();
        // First of all what tells the state: a change meanwhile is noticed at the next look.
        String stamp = stamp();
        this.state = new State("1", stamp, files.read());
    }

    private String stamp() {
        try {
            return files.stamp();
        } catch (IOException e) {
            return "";
        }
    }

    private synchronized State current() {
        long now = clock.millis();
        if (now - lookedAt >= PAUSE_MILLIS) {
            lookedAt = now;
            look(stamp());
        }

        return state;
    }

    private void look(String stamp) {
        if (stamp.equals(state.stamp())) {
            return;
        }

        try {
            CertificateFiles.Pair pair = files.read();
            before = Optional.of(state);
            state = new State(Integer.toString(Integer.parseInt(state.name()) + 1), stamp, pair);
            failed = "";
            LOG.info(
                    "The certificate has changed; it is valid until {}",
                    pair.chain().getFirst().getNotAfter().toInstant());
        } catch (Refusal e) {
            // One of the two may be written a moment later; what is told once is not told every second.
            if (!failed.equals(stamp)) {
                failed = stamp;
                LOG.warn("The certificate stays as it was. {}", e.getMessage());
            }
        }
    }

    private synchronized Optional<State> named(String name) {
        return state.name().equals(name)
                ? Optional.of(state)
                : before.filter(one -> one.name().equals(name));
    }

    private @Nullable String choose(String kind) {
        State now = current();
        String own = now.pair().chain().getFirst().getPublicKey().getAlgorithm();
        boolean fits = kind.equals(own) || (kind.startsWith("EC") && own.startsWith("EC"));
        return fits ? now.name() : null;
    }

    @Override
    public @Nullable String chooseEngineServerAlias(
            String keyType, Principal @Nullable [] issuers, @Nullable SSLEngine engine) {
        return choose(keyType);
    }

    @Override
    public @Nullable String chooseServerAlias(String keyType, Principal @Nullable [] issuers, @Nullable Socket socket) {
        return choose(keyType);
    }

    @Override
    public String @Nullable [] getServerAliases(String keyType, Principal @Nullable [] issuers) {
        String name = choose(keyType);
        return name == null ? null : new String[] {name};
    }

    @Override
    public X509Certificate @Nullable [] getCertificateChain(String alias) {
        return named(alias)
                .map(one -> one.pair().chain().toArray(X509Certificate[]::new))
                .orElse(null);
    }

    @Override
    public @Nullable PrivateKey getPrivateKey(String alias) {
        return named(alias).map(one -> one.pair().key()).orElse(null);
    }

    @Override
    public String @Nullable [] getClientAliases(String keyType, Principal @Nullable [] issuers) {
        return null;
    }

    @Override
    public @Nullable String chooseClientAlias(
            String[] keyTypes, Principal @Nullable [] issuers, @Nullable Socket socket) {
        return null;
    }
}
