package io.muster.extract.s3;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.function.Function;

/** Stands between a client and an HTTP server and does to each exchange what a test says. */
final class FaultyProxy implements AutoCloseable {

    /** What happens to an exchange. */
    sealed interface Fault {}

    /** Nothing. */
    record Pass() implements Fault {}

    /** The answer is another one: all of it, head and body. */
    record Answer(String text) implements Fault {}

    /** The connection is cut after so many bytes of the answer's body. */
    record Cut(int bytes) implements Fault {}

    /** The server answers, but the client does not learn of it. */
    record Lose() implements Fault {}

    /** No answer comes until the proxy is closed. */
    record Stall() implements Fault {}

    static final Fault PASS = new Pass();

    private final ServerSocket server;
    private final int target;
    private final List<String> requests = new CopyOnWriteArrayList<>();
    private final CountDownLatch closed = new CountDownLatch(1);
    private volatile Function<String, Fault> rule = request -> PASS;

    FaultyProxy(int target) throws IOException {
        this.target = target;
        this.server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        Thread.ofVirtual().start(this::serve);
    }

    URI endpoint() {
        return URI.create("http://127.0.0.1:" + server.getLocalPort());
    }

    /** Says what happens to requests, by their first line. */
    void rule(Function<String, Fault> rule) {
        this.rule = rule;
    }

    /** The first lines of all requests. */
    List<String> requests() {
        return requests;
    }

    private void serve() {
        while (!server.isClosed()) {
            try {
                Socket client = server.accept();
                Thread.ofVirtual().start(() -> exchange(client));
            } catch (IOException e) {
                return;
            }
        }
    }

    private void exchange(Socket client) {
        try (client;
                Socket upstream = new Socket(InetAddress.getLoopbackAddress(), target)) {
            String head = head(client.getInputStream());
            if (head.isEmpty()) {
                return;
            }
            String request = head.lines().findFirst().orElseThrow();
            requests.add(request);
            Fault fault = rule.apply(request);
            if (fault instanceof Stall) {
                closed.await();
                return;
            }
            byte[] body = client.getInputStream().readNBytes(length(head));
            if (fault instanceof Answer answer) {
                client.getOutputStream().write(answer.text().getBytes(StandardCharsets.ISO_8859_1));
                return;
            }
            forward(head, body, upstream, client, fault);
        } catch (IOException e) {
            // the client has gone away
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static void forward(String head, byte[] body, Socket upstream, Socket client, Fault fault)
            throws IOException {
        OutputStream out = upstream.getOutputStream();
        String closing = head.replaceFirst("(?i)\r\nConnection: [^\r]*", "")
                .replaceFirst("\r\n\r\n$", "\r\nConnection: close\r\n\r\n");
        out.write(closing.getBytes(StandardCharsets.ISO_8859_1));
        out.write(body);
        out.flush();
        byte[] answer = upstream.getInputStream().readAllBytes();
        if (fault instanceof Lose) {
            return;
        }
        int length = answer.length;
        if (fault instanceof Cut cut) {
            int start = new String(answer, StandardCharsets.ISO_8859_1).indexOf("\r\n\r\n") + 4;
            length = Math.min(length, start + cut.bytes());
        }
        client.getOutputStream().write(answer, 0, length);
        client.getOutputStream().flush();
    }

    private static String head(InputStream in) throws IOException {
        StringBuilder head = new StringBuilder();
        while (!head.toString().endsWith("\r\n\r\n")) {
            int next = in.read();
            if (next < 0) {
                return "";
            }
            head.append((char) next);
        }
        return head.toString();
    }

    private static int length(String head) {
        return head.lines()
                .filter(line -> line.regionMatches(true, 0, "Content-Length:", 0, 15))
                .map(line -> Integer.parseInt(line.substring(15).strip()))
                .findFirst()
                .orElse(0);
    }

    @Override
    public void close() {
        closed.countDown();
        try {
            server.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
