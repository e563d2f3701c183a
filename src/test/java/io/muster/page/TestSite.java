package io.muster.page;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** A web site of somebody else's, with an origin of its own; it can stand in for a server that misbehaves, too. */
public final class TestSite implements AutoCloseable {

    private final HttpServer http;
    private final HttpClient client = HttpClient.newHttpClient();
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final Map<String, Handler> pages = new ConcurrentHashMap<>();
    private final List<String> asked = new CopyOnWriteArrayList<>();

    /** Answers a request. */
    @FunctionalInterface
    public interface Handler {
        void answer(HttpExchange exchange, String body) throws IOException, InterruptedException;
    }

    public TestSite() {
        try {
            http = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }

        answer("/favicon.ico", 200, "image/x-icon", "");
        http.setExecutor(threads);
        http.createContext("/", this::answer);
        http.start();
    }

    private void answer(HttpExchange exchange) throws IOException {
        try (exchange) {
            String path = exchange.getRequestURI().getPath();
            String body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
            asked.add(exchange.getRequestMethod() + " " + path + (body.isEmpty() ? "" : " " + body));
            Handler page = pages.get(path);
            if (page == null) {
                exchange.sendResponseHeaders(404, -1);
            } else {
                page.answer(exchange, body);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Its origin. */
    public String origin() {
        return "http://127.0.0.1:" + http.getAddress().getPort();
    }

    /** Answers a path in a way of its own. */
    public TestSite on(String path, Handler handler) {
        pages.put(path, handler);
        return this;
    }

    /** Answers a path with a status and a text that every page may read. */
    public TestSite answer(String path, int status, String type, String text) {
        return on(path, (exchange, body) -> send(exchange, status, type, text));
    }

    /** Sends an answer that every page may read. */
    public static void send(HttpExchange exchange, int status, String type, String text) throws IOException {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        exchange.getResponseHeaders().set("Content-Type", type);
        exchange.getResponseHeaders().set("Access-Control-Allow-Origin", "*");
        exchange.sendResponseHeaders(status, bytes.length == 0 ? -1 : bytes.length);
        exchange.getResponseBody().write(bytes);
    }

    /** Answers a path as another server does, which sees the request as it came. */
    public TestSite forward(String path, String server) {
        return forward(path, server, 0);
    }

    /** Answers a path as another server does, some milliseconds later. */
    public TestSite forward(String path, String server, long later) {
        return on(path, (exchange, body) -> {
            HttpRequest.Builder request = HttpRequest.newBuilder(
                            URI.create(server + exchange.getRequestURI().toString()))
                    .method(exchange.getRequestMethod(), BodyPublishers.ofString(body));
            for (String name : List.of("Origin", "X-Debug-Token", "If-None-Match", "Access-Control-Request-Method")) {
                String value = exchange.getRequestHeaders().getFirst(name);
                if (value != null) {
                    request.header(name, value);
                }
            }

            Thread.sleep(later);
            HttpResponse<byte[]> answer = client.send(request.build(), BodyHandlers.ofByteArray());
            answer.headers().map().forEach((name, values) -> {
                if (!List.of("content-length", "transfer-encoding", "connection")
                        .contains(name)) {
                    exchange.getResponseHeaders().put(name, values);
                }
            });
            byte[] bytes = answer.body();
            exchange.sendResponseHeaders(answer.statusCode(), bytes.length == 0 ? -1 : bytes.length);
            exchange.getResponseBody().write(bytes);
        });
    }

    /** A page at a path; its headers are names and values by turns. The address of the page. */
    public String page(String path, String html, String... headers) {
        on(path, (exchange, body) -> {
            for (int i = 0; i < headers.length; i += 2) {
                exchange.getResponseHeaders().set(headers[i], headers[i + 1]);
            }

            send(exchange, 200, "text/html; charset=utf-8", html);
        });
        return origin() + path;
    }

    /** What was asked so far that begins so. */
    public List<String> asked(String... beginnings) {
        return asked.stream()
                .filter(line -> Arrays.stream(beginnings).anyMatch(line::startsWith))
                .toList();
    }

    @Override
    public void close() {
        http.stop(0);
        client.close();
        threads.close();
    }
}
