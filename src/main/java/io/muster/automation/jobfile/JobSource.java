package io.muster.automation.jobfile;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import io.muster.extract.source.DropSource;
import io.muster.extract.source.FolderSource;
import io.muster.extract.source.Retries;
import io.muster.extract.source.S3Source;
import io.muster.extract.source.SecretRef;
import io.muster.extract.source.SftpSource;
import io.muster.extract.source.SourceSpec;
import io.muster.support.Refusal;
import io.muster.support.document.binding.About;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.NotNull;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Where the files come from. */
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "type")
@JsonSubTypes({
    @JsonSubTypes.Type(value = JobSource.Sftp.class, name = "sftp"),
    @JsonSubTypes.Type(value = JobSource.Folder.class, name = "folder"),
    @JsonSubTypes.Type(value = JobSource.S3.class, name = "s3"),
    @JsonSubTypes.Type(value = JobSource.Drop.class, name = "drop")
})
public sealed interface JobSource {

    /**
     * The source of a job with everything looked up but the secrets.
     *
     * @param job the id of the job
     * @throws io.muster.support.Refusal when a reference leads nowhere, or to a value of the wrong form
     */
    SourceSpec toSourceSpec(String job, References references);

    /** The folder, in the words of the source; null where a source has none. */
    @Nullable
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

            @Min(1)
            @Max(100)
            @About(value = "How often a failed connection is tried in all, with growing pauses.", byDefault = "5")
            Integer attempts)
            implements JobSource {

        /** Fills in what may be absent. */
        public Sftp {
            port = port == null ? new Setting("22") : port;
            hostKeys = hostKeys == null ? List.of() : List.copyOf(hostKeys);
            timeout = timeout == null ? Duration.ofSeconds(30) : timeout;
            attempts = attempts == null ? 5 : attempts;
        }

        @Override
        public SourceSpec toSourceSpec(String job, References references) {
            SecretRef key = privateKey;
            SecretRef word = password;
            Retries standard = Retries.standard();
            return new SftpSource(
                    references.value(host, "source.host"),
                    portNumber(references.value(port, "source.port")),
                    references.value(username, "source.username"),
                    references.value(folder, "source.folder"),
                    key != null
                            ? SftpSource.Authentication.byKey(key, passphrase)
                            : SftpSource.Authentication.byPassword(Objects.requireNonNull(word)),
                    hostKeys.stream()
                            .map(hostKey -> references.value(hostKey, "source.host-keys"))
                            .toList(),
                    knownHosts == null ? null : Path.of(references.value(knownHosts, "source.known-hosts")),
                    timeout,
                    new Retries(attempts, standard.firstDelay(), standard.longestDelay()));
        }

        private static int portNumber(String text) {
            if (!isPort(text)) {
                throw Refusal.failed(
                        "Cannot read source.port: '" + text + "' is no port. Set it to a number from 1 to 65535.");
            }

            return Integer.parseInt(text);
        }

        static boolean isPort(String text) {
            return text.matches("[1-9][0-9]{0,4}") && Integer.parseInt(text) <= 65_535;
        }
    }

    /** A local or mounted folder. */
    record Folder(
            @NotNull
            @About("Path of the folder; a relative one counts from the working folder of the process; may be env:NAME"
                    + " or file:PATH.")
            Setting folder)
            implements JobSource {

        @Override
        public SourceSpec toSourceSpec(String job, References references) {
            return new FolderSource(Path.of(references.value(folder, "source.folder")));
        }
    }

    /** A bucket of an S3-compatible object store. */
    record S3(
            @About(
                    "Address of the store, such as https://minio.example.com; Amazon's in the region where absent; may be"
                            + " env:NAME or file:PATH.")
            @Nullable
            Setting endpoint,

            @About(
                    value = "Region that requests are signed for; may be env:NAME or file:PATH.",
                    byDefault = "us-east-1")
            Setting region,

            @NotNull @About("Name of the bucket; may be env:NAME or file:PATH.")
            Setting bucket,

            @About("Folder in the bucket; the whole bucket where absent; may be env:NAME or file:PATH.") @Nullable
            Setting prefix,

            @NotNull @About("Id of the access key, as env:NAME or file:PATH.")
            SecretRef accessKey,

            @NotNull @About("Secret of the access key, as env:NAME or file:PATH.")
            SecretRef secretKey,

            @About("Whether addresses name the bucket in their path, as most stores but Amazon's want; true with an"
                    + " endpoint, else false.")
            @Nullable
            Boolean pathStyle,

            @About(value = "How long connecting and each request may take, 1s to 10m.", byDefault = "30s")
            Duration timeout,

            @Min(1)
            @Max(100)
            @About(value = "How often a failed request is tried in all, with growing pauses.", byDefault = "5")
            Integer attempts)
            implements JobSource {

        /** Fills in what may be absent. */
        public S3 {
            region = region == null ? new Setting("us-east-1") : region;
            timeout = timeout == null ? Duration.ofSeconds(30) : timeout;
            attempts = attempts == null ? 5 : attempts;
        }

        @Override
        public Setting folder() {
            return prefix == null ? new Setting("/") : prefix;
        }

        @Override
        public SourceSpec toSourceSpec(String job, References references) {
            Retries standard = Retries.standard();
            return new S3Source(
                    endpoint == null
                            ? null
                            : WebAddress.of(references.value(endpoint, "source.endpoint"), "source.endpoint"),
                    references.value(region, "source.region"),
                    references.value(bucket, "source.bucket"),
                    prefix == null ? "" : references.value(prefix, "source.prefix"),
                    accessKey,
                    secretKey,
                    pathStyle == null ? endpoint != null : pathStyle,
                    timeout,
                    new Retries(attempts, standard.firstDelay(), standard.longestDelay()));
        }
    }

    /** Files that callers send to Muster for this job. */
    record Drop(
            @About("How long a sent file is kept, 1d to 3650d; as the setting muster.history.file-days says (60 days)"
                    + " where absent.")
            @Nullable
            Duration keep)
            implements JobSource {

        @Override
        public SourceSpec toSourceSpec(String job, References references) {
            return new DropSource(job);
        }

        @Override
        public @Nullable Setting folder() {
            return null;
        }
    }
}
