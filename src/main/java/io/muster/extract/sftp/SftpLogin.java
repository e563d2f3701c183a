package io.muster.extract.sftp;

import io.muster.extract.source.SecretRef;
import io.muster.extract.source.SftpSource;
import io.muster.support.Refusal;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.apache.sshd.client.SshClient;
import org.apache.sshd.client.config.hosts.HostConfigEntryResolver;
import org.apache.sshd.common.NamedFactory;
import org.apache.sshd.common.NamedResource;
import org.apache.sshd.common.config.keys.FilePasswordProvider;
import org.apache.sshd.common.config.keys.KeyUtils;
import org.apache.sshd.common.keyprovider.KeyIdentityProvider;
import org.apache.sshd.common.signature.Signature;
import org.apache.sshd.common.util.security.SecurityUtils;
import org.apache.sshd.core.CoreModuleProperties;
import org.jspecify.annotations.Nullable;

/** An SSH client that knows one login and the host keys of one server, and nothing of the files in {@code ~/.ssh}. */
final class SftpLogin {

    private static final Duration HEARTBEAT = Duration.ofSeconds(15);

    private SftpLogin() {}

    static SshClient client(SftpSource spec, HostKeys hostKeys, Map<String, String> environment) {
        SshClient client = SshClient.setUpDefaultClient();
        client.setHostConfigEntryResolver(HostConfigEntryResolver.EMPTY);
        client.setKeyIdentityProvider(KeyIdentityProvider.EMPTY_KEYS_PROVIDER);
        client.setServerKeyVerifier(hostKeys);
        askForKnownTypesFirst(client, hostKeys.types());
        CoreModuleProperties.IDLE_TIMEOUT.set(client, spec.connectTimeout()); // also the wait for each answer
        CoreModuleProperties.HEARTBEAT_INTERVAL.set(client, HEARTBEAT);
        CoreModuleProperties.HEARTBEAT_NO_REPLY_MAX.set(client, 3);

        SecretRef password = spec.authentication().password();
        SecretRef privateKey = spec.authentication().privateKey();
        if (password != null) {
            client.addPasswordIdentity(password.resolve(environment));
        } else if (privateKey != null) {
            client.addPublicKeyIdentity(keyPair(privateKey, spec, environment));
        } else {
            throw Refusal.failed("Cannot log in to %s: neither a password nor a private-key is given. Give one."
                    .formatted(spec.location()));
        }
        return client;
    }

    /** A server with several host keys shows the first type we ask for: ask for those we can check. */
    private static void askForKnownTypesFirst(SshClient client, Set<String> known) {
        List<NamedFactory<Signature>> order = new ArrayList<>(client.getSignatureFactories());
        order.sort(Comparator.comparing(factory -> !known.contains(KeyUtils.getCanonicalKeyType(factory.getName()))));
        client.setSignatureFactories(order);
    }

    private static KeyPair keyPair(SecretRef reference, SftpSource spec, Map<String, String> environment) {
        String text = reference.resolve(environment);
        SecretRef passphraseRef = spec.authentication().passphrase();
        String passphrase = passphraseRef == null ? null : passphraseRef.resolve(environment);
        FilePasswordProvider passwords =
                passphrase == null ? FilePasswordProvider.EMPTY : FilePasswordProvider.of(passphrase);
        try {
            Iterable<KeyPair> pairs = SecurityUtils.loadKeyPairIdentities(
                    null,
                    NamedResource.ofName(reference.toString()),
                    new ByteArrayInputStream((text + "\n").getBytes(StandardCharsets.UTF_8)),
                    passwords);
            if (pairs != null) {
                for (KeyPair pair : pairs) {
                    return Objects.requireNonNull(pair);
                }
            }
            throw unusable(reference, "it holds no private key in OpenSSH or PEM form", null);
        } catch (IOException | GeneralSecurityException | IllegalArgumentException e) {
            if (text.contains("ENCRYPTED") || text.contains("BEGIN OPENSSH PRIVATE KEY")) {
                throw unusable(
                        reference,
                        passphrase == null
                                ? "it cannot be read, most likely because it is encrypted and no passphrase is given"
                                : "the passphrase does not fit, or the key is damaged",
                        e);
            }
            throw unusable(reference, "it holds no private key in OpenSSH or PEM form", e);
        }
    }

    private static Refusal unusable(SecretRef reference, String reason, @Nullable Exception cause) {
        String message = "Cannot use the private key %s: %s. Correct private-key or passphrase in the job file."
                .formatted(reference, reason);
        return cause == null ? Refusal.failed(message) : Refusal.failed(message, cause);
    }
}
