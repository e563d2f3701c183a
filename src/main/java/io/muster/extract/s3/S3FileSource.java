package io.muster.extract.s3;

import io.muster.extract.source.ArchiveName;
import io.muster.extract.source.FileChanged;
import io.muster.extract.source.FileGone;
import io.muster.extract.source.FileSource;
import io.muster.extract.source.S3Source;
import io.muster.extract.source.SourceFile;
import io.muster.extract.source.SpoolFile;
import io.muster.extract.source.Tries;
import io.muster.support.Refusal;
import java.io.EOFException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.awscore.retry.AwsRetryStrategy;
import software.amazon.awssdk.core.ResponseInputStream;
import software.amazon.awssdk.core.checksums.RequestChecksumCalculation;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.profiles.ProfileFile;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.S3ClientBuilder;
import software.amazon.awssdk.services.s3.model.CompletedPart;
import software.amazon.awssdk.services.s3.model.EncodingType;
import software.amazon.awssdk.services.s3.model.GetObjectRequest;
import software.amazon.awssdk.services.s3.model.GetObjectResponse;
import software.amazon.awssdk.services.s3.model.HeadObjectResponse;
import software.amazon.awssdk.services.s3.model.ListObjectsV2Request;
import software.amazon.awssdk.services.s3.model.ListObjectsV2Response;
import software.amazon.awssdk.services.s3.model.S3Exception;
import software.amazon.awssdk.services.s3.model.S3Object;

/**
 * The files of a bucket on an S3-compatible object store. What fails in a way that passes is tried again as the job says,
 * and a broken download goes on where it stopped, of the same object only; a wrong key fails at once.
 */
public final class S3FileSource implements FileSource {

    /** Larger objects are copied in parts. */
    private static final long LARGEST_COPY = 5L << 30;

    private static final long PART = 1L << 30;

    private static final int NOT_FOUND = 404;
    private static final int CONFLICT = 409;
    private static final int PRECONDITION_FAILED = 412;
    private static final int NOT_IMPLEMENTED = 501;

    private final S3Source spec;
    private final Tries tries;
    private final S3Failure failures;
    private final InstantSource clock;
    private final long largestCopy;
    private final long part;
    private final S3Client client;

    /**
     * Reads the key; connects at the first call only.
     *
     * @param environment where {@code env:} secrets are looked up
     * @param tries asks the store again
     * @param clock gives the time in archived names
     * @throws Refusal when the key cannot be read
     */
    public S3FileSource(S3Source spec, Map<String, String> environment, Tries tries, InstantSource clock) {
        this(spec, environment, tries, clock, LARGEST_COPY, PART);
    }

    S3FileSource(
            S3Source spec,
            Map<String, String> environment,
            Tries tries,
            InstantSource clock,
            long largestCopy,
            long part) {
        this.spec = spec;
        this.tries = tries;
        this.failures = new S3Failure(spec, clock);
        this.clock = clock;
        this.largestCopy = largestCopy;
        this.part = part;
        this.client = client(spec, environment);
    }

    /** Nothing but the job file counts: no profile of the user, and tries are ours. */
    private static S3Client client(S3Source spec, Map<String, String> environment) {
        S3ClientBuilder builder = S3Client.builder()
                .region(Region.of(spec.region()))
                .forcePathStyle(spec.pathStyle())
                .credentialsProvider(StaticCredentialsProvider.create(AwsBasicCredentials.create(
                        spec.accessKey().resolve(environment), spec.secretKey().resolve(environment))))
                .httpClientBuilder(UrlConnectionHttpClient.builder()
                        .connectionTimeout(spec.timeout())
                        .socketTimeout(spec.timeout()))
                .requestChecksumCalculation(RequestChecksumCalculation.WHEN_REQUIRED)
                .overrideConfiguration(settings -> settings.retryStrategy(AwsRetryStrategy.doNotRetry())
                        .defaultProfileFile(ProfileFile.aggregator().build()));
        if (spec.endpoint() != null) {
            builder.endpointOverride(spec.endpoint());
        }
        return builder.build();
    }

    @Override
    public String location() {
        return spec.location();
    }

    private <T> T call(String doing, Tries.Work<T> work) {
        return tries.call(doing, work, failures::judge);
    }

    @Override
    public List<SourceFile> list() {
        List<SourceFile> files = new ArrayList<>();
        Set<String> pages = new HashSet<>();
        String next = null;
        do {
            String page = next;
            ListObjectsV2Response listed = call("list the files", attempt -> client.listObjectsV2(page(page)));
            listed.contents().stream()
                    .filter(this::isFile)
                    .map(S3FileSource::sourceFile)
                    .forEach(files::add);
            next = Boolean.TRUE.equals(listed.isTruncated()) ? listed.nextContinuationToken() : null;
            if (next != null && !pages.add(next)) {
                throw refusal("list the files", "the store sends the same page again and again. Ask its owner.");
            }
        } while (next != null);
        return files;
    }

    private ListObjectsV2Request page(@Nullable String token) {
        return ListObjectsV2Request.builder()
                .bucket(spec.bucket())
                .prefix(spec.prefix())
                .delimiter("/")
                // XML cannot hold every character that a key may hold.
                .encodingType(EncodingType.URL)
                .continuationToken(token)
                .build();
    }

    /** A key that ends with a slash only says that there is a folder. */
    private boolean isFile(S3Object object) {
        return !object.key().endsWith("/")
                && object.key().length() > spec.prefix().length();
    }

    private static SourceFile sourceFile(S3Object object) {
        return new SourceFile(object.key(), object.size(), seconds(object.lastModified()));
    }

    private static SourceFile sourceFile(String key, HeadObjectResponse head) {
        return new SourceFile(key, head.contentLength(), seconds(head.lastModified()));
    }

    /** Some stores list fractions of a second, but no header holds any. */
    private static Instant seconds(Instant modified) {
        return modified.truncatedTo(ChronoUnit.SECONDS);
    }

    @Override
    public void fetch(SourceFile file, Path target) {
        try (SpoolFile spool = SpoolFile.create(target, file.size())) {
            String etag = call("fetch " + file.path(), attempt -> unchanged("fetch", file));
            call("fetch " + file.path(), attempt -> {
                download(file, etag, spool);
                return spool;
            });
            spool.complete();
        }
    }

    /** The condition on the tag sees to it that all parts of a download are of one object. */
    private void download(SourceFile file, String etag, SpoolFile spool) throws IOException {
        long from = spool.written();
        if (from < file.size() || file.size() == 0) {
            GetObjectRequest.Builder request = GetObjectRequest.builder()
                    .bucket(spec.bucket())
                    .key(file.path())
                    .ifMatch(etag);
            if (from > 0) {
                request.range("bytes=" + from + "-");
            }
            try (ResponseInputStream<GetObjectResponse> in = client.getObject(request.build())) {
                append(in, from, file, spool);
            } catch (S3Exception e) {
                throw changedOr(e, "fetch", file);
            }
        }

        if (spool.written() != file.size()) {
            throw new EOFException("the store sent %,d of %,d bytes".formatted(spool.written(), file.size()));
        }
    }

    private void append(ResponseInputStream<GetObjectResponse> in, long from, SourceFile file, SpoolFile spool)
            throws IOException {
        try {
            String range = in.response().contentRange();
            if (range == null) {
                in.skipNBytes(from);
            } else if (!range.startsWith("bytes " + from + "-")) {
                throw refusal(
                        "fetch " + file.path(), "the store sends another part than the one asked for. Ask its owner.");
            }
            spool.append(in, file.size());
            if (spool.written() > file.size()) {
                throw refusal(
                        "fetch " + file.path(),
                        "the store sends more than the %,d bytes it lists. Look at it.".formatted(file.size()));
            }
        } catch (IOException | RuntimeException e) {
            in.abort();
            throw e;
        }
    }

    @Override
    public String read(SourceFile file, int maxBytes) {
        byte[] bytes = call("read " + file.path(), attempt -> {
            try (ResponseInputStream<GetObjectResponse> in =
                    client.getObject(get -> get.bucket(spec.bucket()).key(file.path()))) {
                byte[] some = in.readNBytes(maxBytes + 1);
                in.abort();
                return some;
            } catch (S3Exception e) {
                throw changedOr(e, "read", file);
            }
        });
        if (bytes.length > maxBytes) {
            throw refusal("read " + file.path(), "it has more than %,d bytes. Look at it.".formatted(maxBytes));
        }
        return new String(bytes, StandardCharsets.UTF_8);
    }

    /**
     * Copies, then deletes. The copy is made on condition that the name is free, which stores that do not know the
     * condition are asked before.
     */
    @Override
    public String archive(SourceFile file, String folder) {
        String archive = folder.startsWith("/") ? folder.replaceFirst("^/+", "") : spec.prefix() + folder;
        String doing = "archive %s into %s".formatted(file.path(), archive);
        String etag = call(doing, attempt -> unchanged("archive", file));
        String[] tried = new String[1];
        String archived = call(doing, attempt -> {
            if (tried[0] != null && isCopy(tried[0], file, etag)) {
                return tried[0];
            }
            return freeName(file, etag, archive.replaceFirst("/+$", ""), tried);
        });
        delete(doing, "archive", file);
        return archived;
    }

    /** The answer to an earlier copy was lost with the connection, but the copy was made. */
    private boolean isCopy(String target, SourceFile file, String etag) {
        return head(target)
                .filter(head -> head.contentLength() == file.size() && etag.equals(head.eTag()))
                .isPresent();
    }

    private String freeName(SourceFile file, String etag, String archive, String[] tried) {
        Instant now = clock.instant();
        for (int n = 0; n < ArchiveName.CANDIDATES; n++) {
            String target = archive + "/" + ArchiveName.candidate(file.name(), now, n);
            if (head(target).isEmpty()) {
                tried[0] = target;
                if (copied(file, etag, target)) {
                    return target;
                }
            }
        }
        throw refusal("archive " + file.path(), "every name in %s is taken. Empty the folder.".formatted(archive));
    }

    /** False when another process took the name in between. */
    private boolean copied(SourceFile file, String etag, String target) {
        try {
            copy(file, etag, target, true);
        } catch (S3Exception e) {
            if (e.statusCode() == NOT_IMPLEMENTED) {
                copy(file, etag, target, false);
            } else if (e.statusCode() == PRECONDITION_FAILED || e.statusCode() == CONFLICT) {
                // The name was free a moment ago. The connection may have asked twice, so that the copy is ours.
                if (!unchanged("archive", file).equals(etag) || head(target).isEmpty()) {
                    throw e;
                }
                return isCopy(target, file, etag);
            } else {
                throw changedOr(e, "archive", file);
            }
        }

        long size = head(target).map(HeadObjectResponse::contentLength).orElse(-1L);
        if (size != file.size()) {
            throw refusal("archive " + file.path(), "the copy %s is not whole. Look at it.".formatted(target));
        }
        return true;
    }

    private void copy(SourceFile file, String etag, String target, boolean conditional) {
        if (file.size() > largestCopy) {
            copyInParts(file, etag, target, conditional);
            return;
        }
        client.copyObject(copy -> copy.sourceBucket(spec.bucket())
                .sourceKey(file.path())
                .copySourceIfMatch(etag)
                .destinationBucket(spec.bucket())
                .destinationKey(target)
                .ifNoneMatch(conditional ? "*" : null));
    }

    private void copyInParts(SourceFile file, String etag, String target, boolean conditional) {
        String upload = client.createMultipartUpload(
                        create -> create.bucket(spec.bucket()).key(target))
                .uploadId();
        try {
            List<CompletedPart> parts = new ArrayList<>();
            for (long from = 0; from < file.size(); from += part) {
                parts.add(copyPart(file, etag, target, upload, parts.size() + 1, from));
            }
            client.completeMultipartUpload(complete -> complete.bucket(spec.bucket())
                    .key(target)
                    .uploadId(upload)
                    .multipartUpload(whole -> whole.parts(parts))
                    .ifNoneMatch(conditional ? "*" : null));
        } catch (RuntimeException e) {
            client.abortMultipartUpload(
                    abort -> abort.bucket(spec.bucket()).key(target).uploadId(upload));
            throw e;
        }
    }

    private CompletedPart copyPart(SourceFile file, String etag, String target, String upload, int number, long from) {
        String copied = client.uploadPartCopy(copy -> copy.sourceBucket(spec.bucket())
                        .sourceKey(file.path())
                        .copySourceIfMatch(etag)
                        .copySourceRange("bytes=%d-%d".formatted(from, Math.min(from + part, file.size()) - 1))
                        .destinationBucket(spec.bucket())
                        .destinationKey(target)
                        .uploadId(upload)
                        .partNumber(number))
                .copyPartResult()
                .eTag();
        return CompletedPart.builder().partNumber(number).eTag(copied).build();
    }

    @Override
    public void delete(SourceFile file) {
        delete("delete " + file.path(), "delete", file);
    }

    private void delete(String doing, String verb, SourceFile file) {
        call(doing, attempt -> {
            try {
                String unused = unchanged(verb, file);
                return client.deleteObject(
                        delete -> delete.bucket(spec.bucket()).key(file.path()));
            } catch (FileGone e) {
                if (attempt == 1) {
                    throw e;
                }
                return file;
            }
        });
    }

    @Override
    public boolean exists(String name) {
        String key = spec.prefix() + name;
        return call("look for " + name, attempt -> head(key).isPresent() || isFolder(key));
    }

    private boolean isFolder(String key) {
        return client.listObjectsV2(
                        list -> list.bucket(spec.bucket()).prefix(key + "/").maxKeys(1))
                .hasContents();
    }

    /** The tag of the object as it is now. */
    private String unchanged(String doing, SourceFile listed) {
        HeadObjectResponse head = head(listed.path()).orElseThrow(() -> new FileGone(doing, listed.path(), location()));
        SourceFile now = sourceFile(listed.path(), head);
        if (!now.sameAs(listed)) {
            throw new FileChanged(doing, listed, now, location());
        }
        return head.eTag();
    }

    private Optional<HeadObjectResponse> head(String key) {
        try {
            return Optional.of(
                    client.headObject(head -> head.bucket(spec.bucket()).key(key)));
        } catch (S3Exception e) {
            if (e.statusCode() == NOT_FOUND) {
                return Optional.empty();
            }
            throw e;
        }
    }

    private RuntimeException changedOr(S3Exception e, String doing, SourceFile file) {
        boolean bucketIsMissing = e.awsErrorDetails() != null
                && "NoSuchBucket".equals(e.awsErrorDetails().errorCode());
        if (e.statusCode() == NOT_FOUND && !bucketIsMissing) {
            return new FileGone(doing, file.path(), location());
        }
        if (e.statusCode() == PRECONDITION_FAILED) {
            HeadObjectResponse now = head(file.path()).orElseThrow(() -> new FileGone(doing, file.path(), location()));
            return new FileChanged(doing, file, sourceFile(file.path(), now), location());
        }
        return e;
    }

    private Refusal refusal(String doing, String reason) {
        return Refusal.failed("Cannot %s at %s: %s".formatted(doing, location(), reason));
    }

    @Override
    public void close() {
        client.close();
    }
}
