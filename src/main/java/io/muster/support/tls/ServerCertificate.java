package io.muster.support.tls;

import io.muster.support.KnownSettings;
import io.muster.support.Refusal;
import io.muster.support.Settings;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.time.InstantSource;
import java.util.Optional;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SSLContext;

/**
 * The certificate of this process and its key, from PEM files. Files that have changed count from the next connection on,
 * within a second; as long as they do not fit together, the ones before stay.
 */
public final class ServerCertificate {

    private final SSLContext context;

    private ServerCertificate(SSLContext context) {
        this.context = context;
    }

    /**
     * Reads {@code muster.tls.certificate} and {@code muster.tls.key}; empty when neither is set.
     *
     * @throws Refusal when only one is set, or one cannot be used
     */
    public static Optional<ServerCertificate> read(Settings settings, InstantSource clock) {
        Optional<String> certificate = settings.text(KnownSettings.TLS_CERTIFICATE);
        Optional<String> key = settings.text(KnownSettings.TLS_KEY);
        if (certificate.isEmpty() && key.isEmpty()) {
            return Optional.empty();
        }

        if (certificate.isEmpty()) {
            throw Settings.missing(KnownSettings.TLS_CERTIFICATE, "its key is set", "/etc/muster/tls.crt");
        }

        if (key.isEmpty()) {
            throw Settings.missing(KnownSettings.TLS_KEY, "the certificate is set", "/etc/muster/tls.key");
        }

        return Optional.of(of(Path.of(certificate.get()), Path.of(key.get()), clock));
    }

    /** The certificate chain, its own certificate first, and the key of these files. */
    static ServerCertificate of(Path certificate, Path key, InstantSource clock) {
        CertificateFiles files = new CertificateFiles(certificate, key);
        try {
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(new KeyManager[] {new ChangingKeys(files, clock)}, null, null);
            return new ServerCertificate(context);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("Every Java platform has TLS", e);
        }
    }

    /** What connections are encrypted with. */
    public SSLContext context() {
        return context;
    }
}
