package io.muster.extract.source;

import com.fasterxml.jackson.annotation.JsonIgnore;
import jakarta.validation.Valid;
import jakarta.validation.constraints.AssertTrue;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.NotBlank;
import jakarta.validation.constraints.NotNull;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A directory on an SFTP server.
 *
 * @param host name or address of the server
 * @param port its port; default 22
 * @param user who logs in
 * @param directory where the files are; relative paths start where the login leads; default there itself
 * @param authentication how the user logs in
 * @param hostKeys public keys of the server in OpenSSH form ({@code ssh-ed25519 AAAA…}); several while keys are rotated
 * @param knownHosts a file of known hosts in OpenSSH form, used beside the host keys
 * @param connectTimeout how long to wait for the connection, the login and every answer; default 30 s
 * @param retries what to do when the connection fails or breaks
 */
public record SftpSource(
        @NotBlank(message = "name the server, for example sftp.example.com")
        String host,

        @Min(1) @Max(65535) Integer port,
        @NotBlank(message = "name the user who logs in") String user,
        String directory,

        @NotNull(message = "say how to log in: a password, or a privateKey") @Valid
        Authentication authentication,

        List<@NotBlank String> hostKeys,
        @Nullable Path knownHosts,
        Duration connectTimeout,
        @Valid Retries retries)
        implements SourceSpec {

    /** The port of SSH. */
    public static final int DEFAULT_PORT = 22;

    /** Fills in the defaults: what a job file leaves out arrives here as null. */
    public SftpSource {
        port = Objects.requireNonNullElse(port, DEFAULT_PORT);
        directory = directory == null || directory.isBlank() ? "." : directory.strip();
        hostKeys = hostKeys == null ? List.of() : List.copyOf(hostKeys);
        connectTimeout = Objects.requireNonNullElse(connectTimeout, Duration.ofSeconds(30));
        retries = Objects.requireNonNullElse(retries, Retries.standard());
    }

    /**
     * How a user logs in: by password or by private key.
     *
     * @param password the password
     * @param privateKey the private key itself, in OpenSSH or PEM form: {@code file:PATH} of the key file, or
     *     {@code env:NAME} of a variable holding its text
     * @param passphrase what the private key is encrypted with
     */
    public record Authentication(
            @Nullable SecretRef password,
            @Nullable SecretRef privateKey,
            @Nullable SecretRef passphrase) {

        /** Whether exactly one way to log in is given. */
        @JsonIgnore
        @AssertTrue(message = "give either a password or a privateKey")
        public boolean isOneWay() {
            return (password == null) != (privateKey == null);
        }

        /** Whether a passphrase comes with a key. */
        @JsonIgnore
        @AssertTrue(message = "a passphrase belongs to a privateKey")
        public boolean isPassphraseOfKey() {
            return passphrase == null || privateKey != null;
        }

        /** Log in by password. */
        public static Authentication byPassword(SecretRef password) {
            return new Authentication(password, null, null);
        }

        /** Log in by private key, with its passphrase where it is encrypted. */
        public static Authentication byKey(SecretRef privateKey, @Nullable SecretRef passphrase) {
            return new Authentication(null, privateKey, passphrase);
        }
    }

    /** Where it is, for messages: {@code sftp://user@host:port/directory}. */
    @JsonIgnore
    public String location() {
        return "sftp://%s@%s:%d/%s".formatted(user, host, port, directory.replaceFirst("^/", ""));
    }
}
