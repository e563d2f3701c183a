package io.muster.automation.server;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.muster.support.Refusal;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.BooleanSupplier;

/** Answers {@code /health/live} (the process runs) and {@code /health/ready} (it takes work and reaches the database). */
final class HealthEndpoint implements AutoCloseable {

    private final HttpServer server;
    private final ExecutorService threads;

    HealthEndpoint(String host, int port, BooleanSupplier ready) {
        try {
            server = HttpServer.create(new InetSocketAddress(host, port), 0);
        } catch (IOException | IllegalArgumentException failure) {
            throw Refusal.failed(
                    "Cannot listen on %s:%d: %s. Set MUSTER_HTTP_PORT to a free port, or 0 for any."
                            .formatted(host, port, failure.getMessage()),
                    failure);
        }

        threads = Executors.newVirtualThreadPerTaskExecutor();
        server.setExecutor(threads);
        server.createContext("/", exchange -> answer(exchange, 404, "NOT_FOUND"));
        server.createContext("/health/live", exchange -> only("/health/live", exchange, () -> true));
        server.createContext("/health/ready", exchange -> only("/health/ready", exchange, ready));
        server.start();
    }

    /** Where it listens, as host and port. */
    String address() {
        InetSocketAddress address = server.getAddress();
        String host = address.getAddress().getHostAddress();
        return (host.contains(":") ? "[" + host + "]" : host) + ":" + address.getPort();
    }

    private static void only(String path, HttpExchange exchange, BooleanSupplier up) throws IOException {
        if (!exchange.getRequestURI().getPath().equals(path)) {
            answer(exchange, 404, "NOT_FOUND");
        } else if (!exchange.getRequestMethod().equals("GET")
                && !exchange.getRequestMethod().equals("HEAD")) {
            answer(exchange, 405, "METHOD_NOT_ALLOWED");
        } else if (up.getAsBoolean()) {
            answer(exchange, 200, "UP");
        } else {
            answer(exchange, 503, "DOWN");
        }
    }

    private static void answer(HttpExchange exchange, int code, String status) throws IOException {
        try (exchange) {
            byte[] body = ("{\"status\":\"" + status + "\"}\n").getBytes(StandardCharsets.UTF_8);
            exchange.getResponseHeaders().set("Content-Type", "application/json");
            exchange.getResponseHeaders().set("Cache-Control", "no-store");
            boolean head = exchange.getRequestMethod().equals("HEAD");
            exchange.sendResponseHeaders(code, head ? -1 : body.length);
            if (!head) {
                exchange.getResponseBody().write(body);
            }
        }
    }

    @Override
    public void close() {
        server.stop(0);
        threads.shutdownNow();
    }
}
