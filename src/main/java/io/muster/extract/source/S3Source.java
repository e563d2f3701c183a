package io.muster.extract.source;

import com.fasterxml.jackson.annotation.JsonIgnore;
import jakarta.validation.Valid;
import jakarta.validation.constraints.NotBlank;
import jakarta.validation.constraints.NotNull;
import java.net.URI;
import java.time.Duration;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A bucket of an S3-compatible object store, or what is below a prefix in it.
 *
 * @param endpoint address of the store; of Amazon's in the region where absent
 * @param region the region that requests are signed for; default us-east-1
 * @param bucket the bucket
 * @param prefix the folder in the bucket, without a slash before it; empty for the whole bucket
 * @param accessKey the id of the key that requests are signed with
 * @param secretKey its secret
 * @param pathStyle whether the bucket is named in the path of an address, not in the host's name; default where an
 *     endpoint is given
 * @param timeout how long connecting and every answer may take; default 30 s
 * @param retries what to do when the store fails in a way that passes
 */
public record S3Source(
        @Nullable URI endpoint,
        String region,

        @NotBlank(message = "name the bucket") String bucket,

        String prefix,
        @NotNull SecretRef accessKey,
        @NotNull SecretRef secretKey,
        Boolean pathStyle,
        Duration timeout,
        @Valid Retries retries)
        implements SourceSpec {

    /** Fills in the defaults: what a job file leaves out arrives here as null. */
    public S3Source {
        region = Objects.requireNonNullElse(region, "us-east-1");
        prefix = prefix == null ? "" : folder(prefix);
        pathStyle = Objects.requireNonNullElse(pathStyle, endpoint != null);
        timeout = Objects.requireNonNullElse(timeout, Duration.ofSeconds(30));
        retries = Objects.requireNonNullElse(retries, Retries.standard());
    }

    /** A prefix without a slash before it and with one after it, unless it is empty. */
    private static String folder(String prefix) {
        String inner = prefix.strip().replaceFirst("^/+", "").replaceFirst("/+$", "");
        return inner.isEmpty() ? "" : inner + "/";
    }

    /** Where it is, for messages: {@code s3://bucket/folder/ on minio.example.com}. */
    @JsonIgnore
    public String location() {
        return "s3://%s/%s".formatted(bucket, prefix) + (endpoint == null ? "" : " on " + endpoint.getAuthority());
    }
}
