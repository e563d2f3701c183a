package io.muster.cli;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.muster.support.Refusal;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Serves the files of a folder on a free port of loopback, as the web server of a site would. In pages {@code {{name}}} becomes
 * the value of that name, and {@code {{nonce}}} a new number for each answer.
 */
final class SampleSite implements AutoCloseable {

    private static final Pattern FILE = Pattern.compile("/([a-z-]+)\\.(html|css|js|svg)");
    private static final Map<String, String> TYPES =
            Map.of("html", "text/html", "css", "text/css", "js", "text/javascript", "svg", "image/svg+xml");
    private static final Pattern PLACEHOLDER = Pattern.compile("\\{\\{([a-z]+)}}");
    private static final String NONCE = "nonce";
    private static final int NONCE_BYTES = 16;

    private final Path folder;
    private final HttpServer http;
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final SecureRandom random = new SecureRandom();

    private SampleSite(Path folder, HttpServer http) {
        this.folder = folder;
        this.http = http;
    }

    /** Takes a port, which makes the origin; nothing is answered yet. */
    static SampleSite open(Path folder) {
        try {
            return new SampleSite(
                    folder, HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0));
        } catch (IOException e) {
            throw Refusal.failed("Cannot serve %s: %s. Start the demo again.".formatted(folder, e), e);
        }
    }

    /** Where it is, such as {@code http://127.0.0.1:8090}. */
    String origin() {
        return "http://127.0.0.1:" + http.getAddress().getPort();
    }

    /** Answers from now on, with these values in its pages. */
    void serve(Map<String, String> values) {
        http.setExecutor(threads);
        http.createContext("/", exchange -> {
            try (exchange) {
                answer(exchange, values);
            }
        });
        http.start();
    }

    private void answer(HttpExchange exchange, Map<String, String> values) throws IOException {
        String path = exchange.getRequestURI().getPath();
        Matcher name = FILE.matcher(path.equals("/") ? "/index.html" : path);
        Path file = name.matches() ? folder.resolve(name.group(1) + "." + name.group(2)) : folder;
        boolean isRead = exchange.getRequestMethod().equals("GET");
        if (!isRead || !Files.isRegularFile(file)) {
            exchange.sendResponseHeaders(isRead ? 404 : 405, -1);
            return;
        }

        String type = name.group(2);
        String text = Files.readString(file);
        byte[] bytes = (type.equals("html") ? filled(text, values) : text).getBytes(StandardCharsets.UTF_8);
        exchange.getResponseHeaders().set("Content-Type", TYPES.getOrDefault(type, type) + "; charset=utf-8");
        exchange.getResponseHeaders().set("Cache-Control", "no-store");
        exchange.sendResponseHeaders(200, bytes.length);
        exchange.getResponseBody().write(bytes);
    }

    private String filled(String text, Map<String, String> values) {
        byte[] bytes = new byte[NONCE_BYTES];
        random.nextBytes(bytes);
        String nonce = HexFormat.of().formatHex(bytes);
        return PLACEHOLDER.matcher(text).replaceAll(found -> {
            String value = found.group(1).equals(NONCE) ? nonce : values.getOrDefault(found.group(1), found.group());
            return Matcher.quoteReplacement(value);
        });
    }

    @Override
    public void close() {
        http.stop(0);
        threads.close();
    }
}
