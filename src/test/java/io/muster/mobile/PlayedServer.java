package io.muster.mobile;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** A server that behaves as a test wants, and keeps what it was sent. */
final class PlayedServer implements AutoCloseable {

    static final Answering ACCEPTING = (exchange, body) -> answer(exchange, 202, "{\"accepted\":1}");

    private final HttpServer server;
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final List<Sent> sent = new CopyOnWriteArrayList<>();
    private volatile Answering answering = ACCEPTING;

    /** How it answers. */
    interface Answering {
        void answer(HttpExchange exchange, String body) throws IOException;
    }

    /**
     * What it was sent.
     *
     * @param at by {@link System#nanoTime()}
     */
    record Sent(String path, String body, long at) {}

    PlayedServer() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.setExecutor(threads);
        server.createContext("/", exchange -> {
            try (exchange) {
                String body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
                sent.add(new Sent(exchange.getRequestURI().toString(), body, System.nanoTime()));
                answering.answer(exchange, body);
            }
        });
        server.start();
    }

    /** Answers like this from now on. */
    void answers(Answering next) {
        answering = next;
    }

    /** Answers every call alike from now on. */
    void answers(int status, String body, String... headers) {
        answering = (exchange, call) -> answer(exchange, status, body, headers);
    }

    static void answer(HttpExchange exchange, int status, String body, String... headers) throws IOException {
        for (int i = 0; i < headers.length; i += 2) {
            exchange.getResponseHeaders().set(headers[i], headers[i + 1]);
        }

        byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
        exchange.sendResponseHeaders(status, bytes.length == 0 ? -1 : bytes.length);
        exchange.getResponseBody().write(bytes);
    }

    String address() {
        return "http://127.0.0.1:" + server.getAddress().getPort();
    }

    /** What was sent to a path, in order. */
    List<Sent> sent(String path) {
        return sent.stream().filter(one -> one.path().equals(path)).toList();
    }

    @Override
    public void close() {
        server.stop(0);
        threads.shutdownNow();
    }
}
