package io.muster.evaluator;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.muster.snapshot.format.FeedBatch;
import io.muster.snapshot.format.FeedRecord;
import io.muster.snapshot.format.Manifest;
import io.muster.snapshot.format.SnapshotFolder;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;

/** The side of the server that evaluators see: snapshots from a published tree, and a change feed. */
final class TestServer implements AutoCloseable {

    static final String TOKEN = "a token";

    private final HttpServer server;
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final SnapshotFolder folder;
    private final BlockingQueue<FeedBatch> feed = new LinkedBlockingQueue<>();
    private final List<String> reports = new CopyOnWriteArrayList<>();
    private final List<String> positions = new CopyOnWriteArrayList<>();
    private final AtomicInteger rangesAsked = new AtomicInteger();
    private final AtomicInteger lists = new AtomicInteger();
    private final AtomicInteger breaksLeft = new AtomicInteger();
    private final AtomicBoolean away = new AtomicBoolean();

    TestServer(SnapshotFolder folder) throws IOException {
        this.folder = folder;
        this.server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.setExecutor(threads);
        server.createContext("/v1/snapshots", this::snapshots);
        server.createContext("/v1/feed", this::changes);
        server.start();
    }

    String address() {
        return "http://127.0.0.1:" + server.getAddress().getPort();
    }

    List<String> reports() {
        return reports;
    }

    List<String> positions() {
        return positions;
    }

    int rangesAsked() {
        return rangesAsked.get();
    }

    /** How often it was asked what there is. */
    int lists() {
        return lists.get();
    }

    /** The next transfers of tables end half-way. */
    void breakTransfers(int times) {
        breaksLeft.set(times);
    }

    /** Whether nothing is answered but that it is busy. */
    void away(boolean isAway) {
        away.set(isAway);
    }

    void change(String position, FeedRecord... records) {
        feed.add(new FeedBatch(position, false, List.of(TestSnapshots.SEGMENT), List.of(""), List.of(records)));
    }

    /** Not everything that changed can be told. */
    void restart(String position) {
        feed.add(new FeedBatch(position, true, List.of(TestSnapshots.SEGMENT), List.of(""), List.of()));
    }

    private boolean refuses(HttpExchange exchange) throws IOException {
        if (away.get()) {
            exchange.sendResponseHeaders(503, -1);
            return true;
        }

        reports.add(String.valueOf(exchange.getRequestHeaders().getFirst("Muster-Evaluator")));
        if (TOKEN.equals(exchange.getRequestHeaders().getFirst("X-API-TOKEN"))) {
            return false;
        }

        exchange.sendResponseHeaders(401, -1);
        return true;
    }

    private void snapshots(HttpExchange exchange) throws IOException {
        try (exchange) {
            if (refuses(exchange)) {
                return;
            }

            String[] path = exchange.getRequestURI().getPath().split("/", -1);
            if (path.length == 3) {
                lists.incrementAndGet();
                StringBuilder json = new StringBuilder("{\"snapshots\":[");
                for (String project : folder.projects()) {
                    json.append(json.charAt(json.length() - 1) == '[' ? "" : ",")
                            .append("{\"project\":\"")
                            .append(project)
                            .append("\",\"version\":\"")
                            .append(Manifest.fromJson(folder.manifest(project).orElseThrow())
                                    .version())
                            .append("\"}");
                }

                send(exchange, json.append("]}").toString().getBytes(StandardCharsets.UTF_8));
                return;
            }

            Optional<byte[]> manifest = folder.manifest(path[3]);
            if (path.length == 4) {
                send(exchange, manifest.orElseThrow());
            } else {
                file(exchange, folder.of(path[3]).resolve(path[4]));
            }
        }
    }

    private static void send(HttpExchange exchange, byte[] body) throws IOException {
        String etag = "\"" + java.util.Arrays.hashCode(body) + "\"";
        if (etag.equals(exchange.getRequestHeaders().getFirst("If-None-Match"))) {
            exchange.sendResponseHeaders(304, -1);
            return;
        }

        exchange.getResponseHeaders().set("ETag", etag);
        exchange.sendResponseHeaders(200, body.length);
        exchange.getResponseBody().write(body);
    }

    private void file(HttpExchange exchange, Path file) throws IOException {
        byte[] all = Files.readAllBytes(file);
        int from = 0;
        String range = exchange.getRequestHeaders().getFirst("Range");
        if (range != null) {
            rangesAsked.incrementAndGet();
            from = Integer.parseInt(range.replaceAll("\\D", ""));
        }

        exchange.sendResponseHeaders(range == null ? 200 : 206, all.length - from);
        int length = all.length - from;
        if (file.toString().endsWith(".table") && breaksLeft.getAndDecrement() > 0) {
            length /= 2;
        }

        exchange.getResponseBody().write(all, from, length);
    }

    private void changes(HttpExchange exchange) throws IOException {
        try (exchange) {
            if (refuses(exchange)) {
                return;
            }

            positions.add(exchange.getRequestURI().getQuery());
            FeedBatch batch = feed.poll(500, TimeUnit.MILLISECONDS);
            if (batch == null) {
                exchange.sendResponseHeaders(204, -1);
            } else {
                byte[] json = batch.toJson();
                exchange.sendResponseHeaders(200, json.length);
                exchange.getResponseBody().write(json);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void close() {
        server.stop(0);
        threads.shutdownNow();
    }
}
