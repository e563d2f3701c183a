package io.muster.evaluator;

import io.muster.evaluator.EvaluatorSettings.Source;
import io.muster.snapshot.format.FeedBatch;
import io.muster.snapshot.format.LiveTable;
import io.muster.snapshot.format.Manifest;
import io.muster.snapshot.format.SnapshotFolder;
import io.muster.support.Refusal;
import io.muster.support.Retry;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandler;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Brings the snapshots of a server into the evaluator's own tree, and follows the change feed of each table that is served.
 * What fails is tried again, after longer and longer pauses while the server is away; what was brought before is served
 * meanwhile.
 */
final class ServerPull implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(ServerPull.class);
    private static final JsonMapper MAPPER = JsonMapper.builder().build();
    private static final Duration PATIENCE = Duration.ofSeconds(10);
    private static final Duration FEED_PATIENCE = Duration.ofSeconds(90);

    /** A transfer in which nothing came for so long has broken. */
    private static final Duration TRANSFER_PATIENCE = Duration.ofSeconds(60);

    private static final Duration FAREWELL_PATIENCE = Duration.ofMillis(500);

    /** How often snapshots are asked for. */
    private static final Duration PAUSE = Duration.ofMillis(500);

    private static final Duration FIRST_PAUSE = Duration.ofMillis(200);
    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(5);

    /** A server that says that nothing changed has waited before. */
    private static final Duration LEAST_WAIT = Duration.ofMillis(20);

    private static final int KEPT_VERSIONS = 2;
    private static final int BUFFER = 1 << 16;
    private static final int OK = 200;
    private static final int NO_CONTENT = 204;
    private static final int PARTIAL = 206;
    private static final int NOT_MODIFIED = 304;
    private static final int GONE = 410;

    private final Source source;
    private final SnapshotFolder folder;
    private final Supplier<String> report;
    private final Runnable heard;
    private final Supplier<Iterable<LiveTable>> tables;
    private final HttpClient client = HttpClient.newBuilder()
            .connectTimeout(PATIENCE)
            .followRedirects(HttpClient.Redirect.NEVER)
            .build();
    private final Retry retry = Retry.times(
            Integer.MAX_VALUE,
            FIRST_PAUSE,
            LONGEST_PAUSE,
            failure -> failure instanceof IOException || failure instanceof Refusal);
    private final Map<LiveTable, Thread> followers = new ConcurrentHashMap<>();
    private final Map<String, String> etags = new HashMap<>();
    private final CountDownLatch closing = new CountDownLatch(1);
    private final Thread puller;

    /**
     * A pull, which begins at once.
     *
     * @param folder the evaluator's own tree
     * @param report what the evaluator says of itself with each request, as JSON
     * @param heard runs each time the server has answered
     * @param tables the tables that are served
     */
    ServerPull(
            Source source,
            SnapshotFolder folder,
            Supplier<String> report,
            Runnable heard,
            Supplier<Iterable<LiveTable>> tables) {
        this.source = source;
        this.folder = folder;
        this.report = report;
        this.heard = heard;
        this.tables = tables;
        this.puller = Thread.ofVirtual().name("pull").start(() -> repeat(this::pullAndPause));
    }

    /** What is done over and over. */
    @FunctionalInterface
    private interface Work {

        void run() throws IOException, InterruptedException;
    }

    /** Until it is closed or interrupted; after a failure with a pause. */
    private void repeat(Work work) {
        while (closing.getCount() > 0 && !Thread.currentThread().isInterrupted()) {
            try {
                var ignored = retry.<Boolean, IOException>call(() -> attempt(work));
            } catch (IOException | Refusal interrupted) {
                return;
            }
        }
    }

    private boolean attempt(Work work) throws IOException {
        try {
            work.run();
            return true;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        } catch (IOException | Refusal e) {
            LOG.debug("Nothing new from {}", source, e);
            throw e;
        }
    }

    private void pullAndPause() throws IOException, InterruptedException {
        pull();
        var ignored = closing.await(PAUSE.toMillis(), TimeUnit.MILLISECONDS);
    }

    /** Brings what is new of every project; one that fails keeps none of the others back. */
    private void pull() throws IOException, InterruptedException {
        HttpResponse<byte[]> answer =
                send(request("/v1/snapshots", etags.get("")), BodyHandlers.ofByteArray(), PATIENCE);
        if (answer.statusCode() == NOT_MODIFIED) {
            return;
        }

        require(answer, OK);
        Optional<Exception> failed = Optional.empty();
        try {
            for (JsonNode one : MAPPER.readTree(answer.body()).required("snapshots")) {
                String project = one.required("project").stringValue();
                try {
                    pull(project);
                } catch (IOException | Refusal e) {
                    LOG.warn("Cannot bring the snapshot of {} from {}: {}", project, source, e.getMessage());
                    failed = Optional.of(e);
                }
            }
        } catch (JacksonException e) {
            throw new IOException("This is no list of snapshots", e);
        }

        if (failed.isPresent()) {
            throw new IOException("Not all snapshots could be brought", failed.get());
        }

        answer.headers().firstValue("ETag").ifPresent(etag -> etags.put("", etag));
    }

    private void pull(String project) throws IOException, InterruptedException {
        String address = "/v1/snapshots/" + project;
        HttpResponse<byte[]> answer = send(request(address, etags.get(project)), BodyHandlers.ofByteArray(), PATIENCE);
        if (answer.statusCode() == NOT_MODIFIED) {
            return;
        }

        require(answer, OK);
        Manifest manifest = Manifest.fromJson(answer.body());
        if (!manifest.project().equals(project)) {
            throw new IOException("The manifest is that of " + manifest.project());
        }

        folder.receive(manifest, (file, part, bytes) -> transfer(address + "/" + file, part, bytes));
        folder.prune(project, KEPT_VERSIONS);
        answer.headers().firstValue("ETag").ifPresent(etag -> etags.put(project, etag));
    }

    private static void require(HttpResponse<?> answer, int status) throws IOException {
        if (answer.statusCode() != status) {
            throw new IOException("The server answers " + answer.statusCode());
        }
    }

    /** Gets a file, from where an earlier attempt ended. */
    private void transfer(String address, Path file, long bytes) throws IOException, InterruptedException {
        long have = Files.exists(file) ? Files.size(file) : 0;
        if (have > bytes) {
            Files.delete(file);
            have = 0;
        }

        if (have == bytes) {
            return;
        }

        HttpRequest.Builder request = builder(address);
        if (have > 0) {
            request.header("Range", "bytes=" + have + "-");
        }

        HttpResponse<InputStream> answer = send(request.build(), BodyHandlers.ofInputStream(), PATIENCE);
        try (InputStream in = answer.body()) {
            if (answer.statusCode() != PARTIAL) {
                require(answer, OK);
            }

            StandardOpenOption mode =
                    answer.statusCode() == PARTIAL ? StandardOpenOption.APPEND : StandardOpenOption.TRUNCATE_EXISTING;
            try (OutputStream out =
                    Files.newOutputStream(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE, mode)) {
                copy(in, out, bytes - (answer.statusCode() == PARTIAL ? have : 0));
            }
        }
    }

    /** Copies as long as something comes; no more than was announced. */
    private static void copy(InputStream in, OutputStream out, long bytes) throws IOException, InterruptedException {
        byte[] buffer = new byte[BUFFER];
        long left = bytes;
        while (left > 0) {
            int most = (int) Math.min(buffer.length, left);
            int count = within(
                    CompletableFuture.supplyAsync(() -> read(in, buffer, most), ServerPull::start), TRANSFER_PATIENCE);
            if (count < 0) {
                throw new IOException("The transfer ended early");
            }

            out.write(buffer, 0, count);
            left -= count;
        }
    }

    private static void start(Runnable task) {
        Thread.ofVirtual().name("transfer").start(task);
    }

    private static int read(InputStream in, byte[] buffer, int most) {
        try {
            return in.read(buffer, 0, most);
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    /** Sees that every table that is served is followed; projects of one directory share a table and its follower. */
    void follow() {
        Set<LiveTable> served = new HashSet<>();
        for (LiveTable table : tables.get()) {
            served.add(table);
            followers.computeIfAbsent(
                    table, one -> Thread.ofVirtual().name("feed").start(() -> repeat(() -> follow(one))));
        }

        followers.entrySet().removeIf(entry -> {
            if (served.contains(entry.getKey())) {
                return false;
            }

            entry.getValue().interrupt();
            return true;
        });
    }

    /** Asks once what changed, and waits for the answer. */
    private void follow(LiveTable table) throws IOException, InterruptedException {
        String address = "/v1/feed?directory=%s&after=%s%s"
                .formatted(
                        table.table().description().directory(),
                        URLEncoder.encode(table.position(), StandardCharsets.UTF_8),
                        table.isBehind() ? "&behind=true" : "");
        long asked = System.nanoTime();
        HttpResponse<byte[]> answer = send(request(address, null), BodyHandlers.ofByteArray(), FEED_PATIENCE);
        switch (answer.statusCode()) {
            case OK -> table.apply(FeedBatch.fromJson(answer.body()));
            case NO_CONTENT -> {
                if (System.nanoTime() - asked < LEAST_WAIT.toNanos()) {
                    throw new IOException("The server says at once that nothing changed");
                }
            }
            case GONE -> {
                table.markOutdated();
                throw new IOException("The server does not record what changes");
            }
            default -> require(answer, OK);
        }
    }

    private <T> HttpResponse<T> send(HttpRequest request, BodyHandler<T> handler, Duration patience)
            throws IOException, InterruptedException {
        HttpResponse<T> answer = within(client.sendAsync(request, handler), patience);
        heard.run();
        return answer;
    }

    /** Waits for the whole of an answer, which the timeout of a request does not. */
    private static <T> T within(CompletableFuture<T> work, Duration patience) throws IOException, InterruptedException {
        try {
            return work.get(patience.toMillis(), TimeUnit.MILLISECONDS);
        } catch (ExecutionException e) {
            throw new IOException(e.getCause());
        } catch (TimeoutException e) {
            throw new IOException("Nothing came within " + patience.toSeconds() + " seconds", e);
        } finally {
            work.cancel(true);
        }
    }

    private HttpRequest request(String address, @Nullable String etag) {
        HttpRequest.Builder request = builder(address);
        Optional.ofNullable(etag).ifPresent(known -> request.header("If-None-Match", known));
        return request.build();
    }

    private HttpRequest.Builder builder(String address) {
        return HttpRequest.newBuilder(URI.create(source.address() + address))
                .header("X-API-TOKEN", source.token())
                .header("Muster-Evaluator", report.get());
    }

    /** Ends, and has the last report reach the server if it can, so that nobody waits for the next. */
    @Override
    public void close() {
        closing.countDown();
        puller.interrupt();
        followers.values().forEach(Thread::interrupt);
        try {
            var ignored = within(
                    client.sendAsync(builder("/v1/snapshots").build(), BodyHandlers.discarding()), FAREWELL_PATIENCE);
        } catch (IOException e) {
            LOG.debug("The server {} does not know that this evaluator ends", source, e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }

        client.shutdownNow();
    }
}
