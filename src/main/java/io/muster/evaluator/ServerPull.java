package io.muster.evaluator;

import io.muster.evaluator.EvaluatorSettings.Source;
import io.muster.snapshot.format.FeedBatch;
import io.muster.snapshot.format.LiveTable;
import io.muster.snapshot.format.Manifest;
import io.muster.snapshot.format.SnapshotFolder;
import io.muster.support.Refusal;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Brings the snapshots of a server into the evaluator's own tree, and follows the change feed of each table that is served.
 * What fails is tried again; what was brought before is served meanwhile.
 */
final class ServerPull implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(ServerPull.class);
    private static final JsonMapper MAPPER = JsonMapper.builder().build();
    private static final Duration PATIENCE = Duration.ofSeconds(10);
    private static final Duration FEED_PATIENCE = Duration.ofSeconds(90);
    private static final Duration TRANSFER_PATIENCE = Duration.ofHours(1);
    private static final Duration PAUSE = Duration.ofSeconds(1);
    private static final Duration NO_CHANGES = Duration.ofMillis(20);
    private static final int KEPT_VERSIONS = 2;
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
    private final Map<LiveTable, Thread> followers = new ConcurrentHashMap<>();
    private final Map<String, String> etags = new ConcurrentHashMap<>();
    private volatile boolean closed;

    /**
     * A pull.
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
    }

    /** Brings what is new, and sees that every table that is served is followed. */
    void poll() {
        try {
            HttpResponse<byte[]> answer =
                    client.send(request("/v1/snapshots", PATIENCE, etags.get("")), BodyHandlers.ofByteArray());
            heard.run();
            if (answer.statusCode() == OK) {
                for (JsonNode one : MAPPER.readTree(answer.body()).required("snapshots")) {
                    pull(one.required("project").stringValue());
                }

                answer.headers().firstValue("ETag").ifPresent(etag -> etags.put("", etag));
            } else if (answer.statusCode() != NOT_MODIFIED) {
                LOG.warn("The server {} answers {} to the question for snapshots", source, answer.statusCode());
            }
        } catch (IOException | JacksonException | Refusal e) {
            LOG.debug("Nothing new from {}", source, e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }

        follow();
    }

    private void pull(String project) throws IOException, InterruptedException {
        String address = "/v1/snapshots/" + project;
        HttpResponse<byte[]> answer =
                client.send(request(address, PATIENCE, etags.get(project)), BodyHandlers.ofByteArray());
        heard.run();
        if (answer.statusCode() != OK) {
            return;
        }

        Manifest manifest = Manifest.fromJson(answer.body());
        folder.receive(manifest, (file, part, bytes) -> transfer(address + "/" + file, part, bytes));
        folder.prune(project, KEPT_VERSIONS);
        answer.headers().firstValue("ETag").ifPresent(etag -> etags.put(project, etag));
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

        HttpRequest.Builder request = builder(address, TRANSFER_PATIENCE);
        if (have > 0) {
            request.header("Range", "bytes=" + have + "-");
        }

        HttpResponse<java.io.InputStream> answer = client.send(request.build(), BodyHandlers.ofInputStream());
        try (java.io.InputStream in = answer.body()) {
            if (answer.statusCode() != OK && answer.statusCode() != PARTIAL) {
                throw new IOException("The server answers " + answer.statusCode());
            }

            StandardOpenOption mode =
                    answer.statusCode() == PARTIAL ? StandardOpenOption.APPEND : StandardOpenOption.TRUNCATE_EXISTING;
            try (java.io.OutputStream out =
                    Files.newOutputStream(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE, mode)) {
                in.transferTo(out);
            }
        }
    }

    private void follow() {
        Set<LiveTable> served = new HashSet<>();
        for (LiveTable table : tables.get()) {
            served.add(table);
            followers.computeIfAbsent(
                    table, one -> Thread.ofVirtual().name("feed").start(() -> follow(one)));
        }

        followers.entrySet().removeIf(entry -> {
            if (served.contains(entry.getKey())) {
                return false;
            }

            entry.getValue().interrupt();
            return true;
        });
    }

    private void follow(LiveTable table) {
        String directory = table.table().description().directory();
        while (!closed && !Thread.currentThread().isInterrupted()) {
            try {
                HttpResponse<byte[]> answer = client.send(
                        request(
                                "/v1/feed?directory=" + directory + "&after="
                                        + URLEncoder.encode(table.position(), StandardCharsets.UTF_8),
                                FEED_PATIENCE,
                                null),
                        BodyHandlers.ofByteArray());
                heard.run();
                if (answer.statusCode() == OK) {
                    table.apply(FeedBatch.fromJson(answer.body()));
                } else if (answer.statusCode() == GONE) {
                    table.markOutdated();
                    Thread.sleep(PAUSE);
                } else if (answer.statusCode() == NO_CONTENT) {
                    // Nothing changed while the server waited; not at once, in case it did not wait.
                    Thread.sleep(NO_CHANGES);
                } else {
                    Thread.sleep(PAUSE);
                }
            } catch (IOException | Refusal e) {
                LOG.debug("No changes from {}", source, e);
                if (!pause()) {
                    return;
                }
            } catch (InterruptedException e) {
                return;
            }
        }
    }

    private static boolean pause() {
        try {
            Thread.sleep(PAUSE);
            return true;
        } catch (InterruptedException e) {
            return false;
        }
    }

    private HttpRequest request(String address, Duration patience, @org.jspecify.annotations.Nullable String etag) {
        HttpRequest.Builder request = builder(address, patience);
        Optional.ofNullable(etag).ifPresent(known -> request.header("If-None-Match", known));
        return request.build();
    }

    private HttpRequest.Builder builder(String address, Duration patience) {
        return HttpRequest.newBuilder(URI.create(source.address() + address))
                .timeout(patience)
                .header("X-API-TOKEN", source.token())
                .header("Muster-Evaluator", report.get());
    }

    @Override
    public void close() {
        closed = true;
        followers.values().forEach(Thread::interrupt);
        client.shutdownNow();
    }
}
