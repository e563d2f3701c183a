package io.muster.page;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
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
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final Map<String, Handler> pages = new ConcurrentHashMap<>();
    private final List<String> asked = new CopyOnWriteArrayList<>();

    /** Answers a request. */
    @FunctionalInterface
    public interface Handler {
        void answer(HttpExchange exchange, String body) throws IOException;
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

    /** A page; its headers are names and values by turns. The address of the page. */
    public String page(String html, String... headers) {
        return page("/", html, headers);
    }

    /** A page at a path. */
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
        threads.close();
    }
}
