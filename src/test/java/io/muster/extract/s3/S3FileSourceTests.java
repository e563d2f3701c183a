package io.muster.extract.s3;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.muster.extract.s3.FaultyProxy.Answer;
import io.muster.extract.s3.FaultyProxy.Cut;
import io.muster.extract.s3.FaultyProxy.Lose;
import io.muster.extract.s3.FaultyProxy.Stall;
import io.muster.extract.source.FileChanged;
import io.muster.extract.source.FileGone;
import io.muster.extract.source.Retries;
import io.muster.extract.source.S3Source;
import io.muster.extract.source.SecretRef;
import io.muster.extract.source.SourceFile;
import io.muster.extract.source.StopSignal;
import io.muster.extract.source.Tries;
import io.muster.support.Refusal;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.services.s3.S3Client;

@Timeout(120)
class S3FileSourceTests {

    @RegisterExtension
    static final S3Server server = new S3Server();

    private static final Instant NOW = Instant.parse("2026-03-01T02:00:00Z");
    private static final Map<String, String> SECRETS =
            Map.of("S3_ID", S3Server.ACCESS_KEY, "S3_SECRET", S3Server.SECRET_KEY, "OTHER", "not-the-secret");

    @TempDir
    Path temp;

    private final String bucket = "b" + UUID.randomUUID();
    private final List<Duration> pauses = new ArrayList<>();
    private final StopSignal stop = new StopSignal();
    private S3Client client;
    private FaultyProxy proxy;

    @BeforeEach
    void makeBucket() throws IOException {
        client = server.client();
        var unused = client.createBucket(create -> create.bucket(bucket));
        proxy = new FaultyProxy(server.port());
    }

    @AfterEach
    void close() {
        proxy.close();
        client.close();
    }

    @Test
    void listsFetchesArchivesAndDeletes() {
        put("out/a.csv", "one");
        put("out/b.csv", "two");
        put("out/folder/c.csv", "deeper");
        put("elsewhere.csv", "not below the prefix");
        Path target = temp.resolve("spool/1.spool");

        try (S3FileSource source = source("out")) {
            List<SourceFile> listed = source.list();
            SourceFile a = named(listed, "a.csv");
            source.fetch(a, target);
            String read = source.read(a, 10);
            String archived = source.archive(a, "done/2026");
            source.delete(named(listed, "b.csv"));

            assertThat(listed).extracting(SourceFile::path).containsExactlyInAnyOrder("out/a.csv", "out/b.csv");
            assertThat(a.size()).isEqualTo(3);
            assertThat(target).hasContent("one");
            assertThat(read).isEqualTo("one");
            assertThat(archived).isEqualTo("out/done/2026/a.csv");
            assertThat(content("out/done/2026/a.csv")).isEqualTo("one");
            assertThat(source.list()).isEmpty();
            assertThat(source.exists("a.csv")).isFalse();
            assertThat(source.exists("done/2026/a.csv")).isTrue();
            assertThat(source.exists("done")).isTrue();
        }
    }

    @Test
    void readsEmptyFilesAndNamesOfAnyCharacters() {
        put("leer.csv", "");
        put("Ünïcode & co +%41 名前.csv", "x");

        try (S3FileSource source = source("")) {
            source.list().forEach(file -> source.fetch(file, temp.resolve(file.name())));
            assertThat(source.list().stream()
                            .map(file -> source.archive(file, "/weg"))
                            .toList())
                    .containsExactlyInAnyOrder("weg/leer.csv", "weg/Ünïcode & co +%41 名前.csv");
        }
        assertThat(temp.resolve("leer.csv")).isEmptyFile();
        assertThat(temp.resolve("Ünïcode & co +%41 名前.csv")).hasContent("x");
    }

    @Test
    void listsMoreKeysThanOnePageHas() {
        for (int i = 0; i < 1_050; i++) {
            put("many/%04d.csv".formatted(i), "");
        }

        try (S3FileSource source = source("many")) {
            assertThat(source.list()).hasSize(1_050).doesNotHaveDuplicates();
        }
        assertThat(proxy.requests()).hasSize(2);
    }

    @Test
    void neverOverwritesAnArchivedFile() {
        try (S3FileSource source = source("")) {
            for (String content : List.of("one", "two", "six")) {
                put("a.csv.gz", content);
                source.archive(source.list().getFirst(), "done");
            }
        }

        assertThat(content("done/a.csv.gz")).isEqualTo("one");
        assertThat(content("done/a.20260301T020000Z.csv.gz")).isEqualTo("two");
        assertThat(content("done/a.20260301T020000Z.2.csv.gz")).isEqualTo("six");
    }

    @Test
    void copiesLargeObjectsInParts() {
        String large = "0123456789".repeat(1_100_000);
        put("large.csv", large);
        S3Source spec = spec(proxy.endpoint(), "", "env:S3_SECRET");

        try (S3FileSource source =
                new S3FileSource(spec, SECRETS, tries(spec), InstantSource.fixed(NOW), 6 << 20, 5 << 20)) {
            assertThat(source.archive(source.list().getFirst(), "done")).isEqualTo("done/large.csv");
        }

        assertThat(content("done/large.csv")).isEqualTo(large);
        assertThat(proxy.requests())
                .filteredOn(request -> request.contains("partNumber="))
                .hasSize(3);
    }

    @Test
    void noticesWhatWasReplacedOrTakenAway() {
        put("a.csv", "one");
        try (S3FileSource source = source("")) {
            SourceFile listed = source.list().getFirst();
            put("a.csv", "another");

            assertThatExceptionOfType(FileChanged.class)
                    .isThrownBy(() -> source.fetch(listed, temp.resolve("a")))
                    .withMessageStartingWith("Cannot fetch a.csv at s3://%s/ on 127.0.0.1:%d: it changed since it was"
                            .formatted(bucket, proxy.endpoint().getPort()));
            assertThatExceptionOfType(FileChanged.class).isThrownBy(() -> source.archive(listed, "done"));
            assertThatExceptionOfType(FileChanged.class).isThrownBy(() -> source.delete(listed));
            var unused = client.deleteObject(delete -> delete.bucket(bucket).key("a.csv"));
            assertThatExceptionOfType(FileGone.class).isThrownBy(() -> source.fetch(listed, temp.resolve("a")));
            assertThatExceptionOfType(FileGone.class).isThrownBy(() -> source.read(listed, 10));
            assertThatExceptionOfType(FileGone.class).isThrownBy(() -> source.delete(listed));
        }
        assertThat(temp.resolve("a")).doesNotExist();
    }

    @Test
    void goesOnWithADownloadThatBroke() {
        put("a.csv", "0123456789".repeat(10_000));
        AtomicInteger gets = new AtomicInteger();
        proxy.rule(request -> request.startsWith("GET /" + bucket + "/a.csv") && gets.incrementAndGet() == 1
                ? new Cut(70_000)
                : FaultyProxy.PASS);

        try (S3FileSource source = source("")) {
            source.fetch(source.list().getFirst(), temp.resolve("a"));
        }

        assertThat(temp.resolve("a")).hasContent("0123456789".repeat(10_000));
        assertThat(gets).hasValue(2);
        assertThat(pauses).hasSize(1);
    }

    @Test
    void doesNotMixTwoObjectsInOneDownload() {
        put("a.csv", "0".repeat(100_000));
        proxy.rule(request -> {
            if (request.startsWith("GET /" + bucket + "/a.csv") && pauses.isEmpty()) {
                return new Cut(70_000);
            }
            return FaultyProxy.PASS;
        });

        try (S3FileSource source = source("", pause -> put("a.csv", "1".repeat(100_000)))) {
            SourceFile file = source.list().getFirst();
            assertThatExceptionOfType(FileChanged.class).isThrownBy(() -> source.fetch(file, temp.resolve("a")));
        }
        assertThat(temp.resolve("a")).doesNotExist();
    }

    @Test
    void waitsAsLongAsTheStoreAsks() {
        put("a.csv", "one");
        AtomicInteger asked = new AtomicInteger();
        proxy.rule(request -> asked.incrementAndGet() < 3
                ? new Answer(
                        "HTTP/1.1 503 Slow Down\r\nRetry-After: 17\r\nContent-Length: 36\r\nConnection: close\r\n\r\n"
                                + "<Error><Code>SlowDown</Code></Error>")
                : FaultyProxy.PASS);

        try (S3FileSource source = source("")) {
            assertThat(source.list()).hasSize(1);
        }
        assertThat(pauses).containsExactly(Duration.ofSeconds(17), Duration.ofSeconds(17));
    }

    @Test
    void givesUpAfterItsTries() {
        proxy.rule(request -> new Answer("HTTP/1.1 500 Oh\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"));

        try (S3FileSource source = source("")) {
            assertThatExceptionOfType(Refusal.class)
                    .isThrownBy(source::list)
                    .withMessage("Cannot list the files at s3://%s/ on 127.0.0.1:%d (3 tries): the store answers 500"
                                    .formatted(bucket, proxy.endpoint().getPort())
                            + " without a reason. Try again later.");
        }
        assertThat(pauses).hasSize(2);
    }

    @Test
    void findsTheCopyWhoseAnswerWasLost() {
        put("a.csv", "one");
        AtomicInteger copies = new AtomicInteger();
        proxy.rule(
                request -> request.startsWith("PUT") && copies.incrementAndGet() == 1 ? new Lose() : FaultyProxy.PASS);

        try (S3FileSource source = source("")) {
            assertThat(source.archive(source.list().getFirst(), "done")).isEqualTo("done/a.csv");
            assertThat(source.list()).isEmpty();
        }
        try (S3FileSource archive = source("done")) {
            assertThat(archive.list()).extracting(SourceFile::name).containsExactly("a.csv");
        }
    }

    @Test
    void failsAtOnceWithAWrongKeyOrBucket() {
        S3Source wrong = spec(proxy.endpoint(), "", "env:OTHER");
        try (S3FileSource source = new S3FileSource(wrong, SECRETS, tries(wrong), InstantSource.fixed(NOW))) {
            assertThatExceptionOfType(Refusal.class)
                    .isThrownBy(source::list)
                    .withMessageEndingWith(
                            ": the store does not accept the key (SignatureDoesNotMatch). Correct access-key and secret-key.")
                    .satisfies(refusal -> assertThat(refusal.toString()).doesNotContain("not-the-secret"));
        }

        var unused = client.deleteBucket(delete -> delete.bucket(bucket));
        try (S3FileSource source = source("")) {
            assertThatExceptionOfType(Refusal.class)
                    .isThrownBy(source::list)
                    .withMessageEndingWith(": there is no bucket %s. Correct the job file.".formatted(bucket));
        }
        assertThat(pauses).isEmpty();
    }

    @Test
    void doesNotFollowToAnotherAddress() {
        proxy.rule(request -> new Answer("""
                HTTP/1.1 307 Temporary Redirect
                Location: http://127.0.0.1:9/
                x-amz-bucket-region: eu-west-1
                Content-Length: 0
                Connection: close

                """.replace("\n", "\r\n")));

        try (S3FileSource source = source("")) {
            assertThatExceptionOfType(Refusal.class)
                    .isThrownBy(source::list)
                    .withMessageEndingWith(": the store sends on to another address (region eu-west-1), which is not"
                            + " followed. Correct endpoint or region.");
        }
    }

    @Test
    void refusesAStoreThatSendsTheSamePageForEver() {
        String page =
                "<ListBucketResult><IsTruncated>true</IsTruncated><NextContinuationToken>same</NextContinuationToken>"
                        + "</ListBucketResult>";
        proxy.rule(request -> new Answer(
                "HTTP/1.1 200 OK\r\nContent-Length: %d\r\nConnection: close\r\n\r\n%s".formatted(page.length(), page)));

        try (S3FileSource source = source("")) {
            assertThatExceptionOfType(Refusal.class)
                    .isThrownBy(source::list)
                    .withMessageEndingWith(": the store sends the same page again and again. Ask its owner.");
        }
    }

    @Test
    void aStopEndsTheWaitForAStoreThatDoesNotAnswer() {
        proxy.rule(request -> new Stall());
        try (S3FileSource source = source("")) {
            CompletableFuture<Void> stopped = CompletableFuture.runAsync(() -> assertThatExceptionOfType(Refusal.class)
                    .isThrownBy(source::list)
                    .satisfies(refusal -> assertThat(refusal.code()).isEqualTo(StopSignal.STOPPED)));
            Awaitility.await().until(() -> !proxy.requests().isEmpty());
            stop.stop();

            assertThat(stopped).succeedsWithin(Duration.ofSeconds(5));
        }
    }

    @Test
    void refusesALongFileWhereAShortOneIsExpected() {
        put("a.ctl", "rows=1 and more");
        try (S3FileSource source = source("")) {
            SourceFile file = source.list().getFirst();
            assertThatExceptionOfType(Refusal.class)
                    .isThrownBy(() -> source.read(file, 5))
                    .withMessageEndingWith(": it has more than 5 bytes. Look at it.");
        }
    }

    private void put(String key, String content) {
        var unused = client.putObject(put -> put.bucket(bucket).key(key), RequestBody.fromString(content));
    }

    private String content(String key) {
        return client.getObjectAsBytes(get -> get.bucket(bucket).key(key)).asUtf8String();
    }

    private static SourceFile named(List<SourceFile> files, String name) {
        return files.stream()
                .filter(file -> file.name().equals(name))
                .findFirst()
                .orElseThrow();
    }

    private S3FileSource source(String prefix) {
        return source(prefix, pause -> {});
    }

    private S3FileSource source(String prefix, Consumer<Duration> whilePausing) {
        S3Source spec = spec(proxy.endpoint(), prefix, "env:S3_SECRET");
        Tries tries = new Tries(
                spec.location(),
                spec.retries(),
                pause -> {
                    pauses.add(pause);
                    whilePausing.accept(pause);
                },
                new Random(1),
                stop);
        return new S3FileSource(spec, SECRETS, tries, InstantSource.fixed(NOW));
    }

    private Tries tries(S3Source spec) {
        return new Tries(spec.location(), spec.retries(), pauses::add, new Random(1), stop);
    }

    private S3Source spec(URI endpoint, String prefix, String secret) {
        return new S3Source(
                endpoint,
                "us-east-1",
                bucket,
                prefix,
                SecretRef.of("env:S3_ID"),
                SecretRef.of(secret),
                true,
                Duration.ofSeconds(10),
                new Retries(3, Duration.ofSeconds(1), Duration.ofSeconds(30)));
    }
}
