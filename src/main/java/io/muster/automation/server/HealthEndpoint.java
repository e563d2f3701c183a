package io.muster.automation.server;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpHandler;
import com.sun.net.httpserver.HttpServer;
import io.muster.automation.attention.Concern;
import io.muster.support.Refusal;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import tools.jackson.databind.json.JsonMapper;

/**
 * Answers {@code /health/live} (the process runs), {@code /health/ready} (it takes work and reaches the database) and
 * {@code /health/attention} (whether something waits for a person, wherever it happened).
 */
final class HealthEndpoint implements AutoCloseable {

    private static final int OK = 200;
    private static final int NOT_FOUND = 404;
    private static final int METHOD_NOT_ALLOWED = 405;
    private static final int UNAVAILABLE = 503;

    private final HttpServer server;
    private final ExecutorService threads;

    private record Answer(int code, Map<String, Object> body) {

        static Answer of(int code, String status) {
            return new Answer(code, Map.of("status", status));
        }

        static Answer of(boolean up) {
            return up ? of(OK, "UP") : of(UNAVAILABLE, "DOWN");
        }
    }

    /** @param attention what waits for a person; empty when that cannot be found out */
    HealthEndpoint(String host, int port, BooleanSupplier ready, Supplier<Optional<List<Concern>>> attention) {
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
        server.createContext("/", exchange -> send(exchange, Answer.of(NOT_FOUND, "NOT_FOUND")));
        serve("/health/live", () -> Answer.of(true));
        serve("/health/ready", () -> Answer.of(ready.getAsBoolean()));
        serve(
                "/health/attention",
                () -> attention.get().map(HealthEndpoint::answer).orElseGet(() -> Answer.of(false)));
        server.start();
    }

    private static Answer answer(List<Concern> concerns) {
        Map<String, Object> body = new LinkedHashMap<>();
        body.put("status", concerns.isEmpty() ? "OK" : "ATTENTION");
        body.put("reasons", concerns);
        return new Answer(concerns.isEmpty() ? OK : UNAVAILABLE, body);
    }

    /** Where it listens, as host and port. */
    String address() {
        InetSocketAddress address = server.getAddress();
        String host = address.getAddress().getHostAddress();
        return (host.contains(":") ? "[" + host + "]" : host) + ":" + address.getPort();
    }

    private void serve(String path, Supplier<Answer> answer) {
        HttpHandler handler = exchange -> {
            String method = exchange.getRequestMethod();
            if (!exchange.getRequestURI().getPath().equals(path)) {
                send(exchange, Answer.of(NOT_FOUND, "NOT_FOUND"));
            } else if (!method.equals("GET") && !method.equals("HEAD")) {
                send(exchange, Answer.of(METHOD_NOT_ALLOWED, "METHOD_NOT_ALLOWED"));
            } else {
                send(exchange, answer.get());
            }
        };
        server.createContext(path, handler);
    }

    private static void send(HttpExchange exchange, Answer answer) throws IOException {
        try (exchange) {
            byte[] json = JsonMapper.shared().writeValueAsBytes(answer.body());
            byte[] body = Arrays.copyOf(json, json.length + 1);
            body[json.length] = '\n';
            exchange.getResponseHeaders().set("Content-Type", "application/json");
            exchange.getResponseHeaders().set("Cache-Control", "no-store");
            boolean head = exchange.getRequestMethod().equals("HEAD");
            exchange.sendResponseHeaders(answer.code(), head ? -1 : body.length);
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
