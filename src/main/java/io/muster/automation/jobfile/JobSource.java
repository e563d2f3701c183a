package io.muster.automation.jobfile;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.NotNull;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Where the files come from. */
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "type")
@JsonSubTypes({
    @JsonSubTypes.Type(value = JobSource.Sftp.class, name = "sftp"),
    @JsonSubTypes.Type(value = JobSource.Folder.class, name = "folder")
})
public sealed interface JobSource {

    /** The folder that is looked into. */
    Setting folder();

    /** A folder on an SFTP server. */
    record Sftp(
            @NotNull @About("Name or address of the server; may be env:NAME or file:PATH.")
            Setting host,

            @About(value = "Port of the server, 1 to 65535; may be env:NAME or file:PATH.", byDefault = "22")
            Setting port,

            @NotNull @About("Account on the server; may be env:NAME or file:PATH.")
            Setting username,

            @About("Password, as env:NAME or file:PATH.") @Nullable
            SecretRef password,

            @About("Private key (OpenSSH or PEM; RSA, ECDSA, Ed25519), as env:NAME or file:PATH.") @Nullable
            SecretRef privateKey,

            @About("Passphrase of an encrypted private key, as env:NAME or file:PATH.") @Nullable
            SecretRef passphrase,

            @About("Host keys that are accepted, such as \"ssh-ed25519 AAAA…\" or env:NAME; several for a rotation.")
            List<Setting> hostKeys,

            @About("Path of a known_hosts file, instead of or beside host-keys.") @Nullable
            Setting knownHosts,

            @NotNull @About("Folder on the server; may be env:NAME or file:PATH.")
            Setting folder,

            @About(value = "How long connecting, signing in and each request may take, 1s to 10m.", byDefault = "30s")
            Duration timeout,

            @Min(0)
            @Max(20)
            @About(value = "How often a failed connection is tried again, with growing pauses.", byDefault = "3")
            Integer retries)
            implements JobSource {

        /** Fills in what may be absent. */
        public Sftp {
            port = port == null ? new Setting("22") : port;
            hostKeys = hostKeys == null ? List.of() : List.copyOf(hostKeys);
            timeout = timeout == null ? Duration.ofSeconds(30) : timeout;
            retries = retries == null ? 3 : retries;
        }
    }

    /** A local or mounted folder. */
    record Folder(
            @NotNull
            @About(
                    "Path of the folder; a relative one counts from where the launcher lies; may be env:NAME or file:PATH.")
            Setting folder)
            implements JobSource {}
}
