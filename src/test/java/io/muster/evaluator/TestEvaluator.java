package io.muster.evaluator;

import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;

/** An evaluator in this process, on free ports, with a clock that tests move. */
final class TestEvaluator implements AutoCloseable {

    private final AtomicLong now = new AtomicLong(TestSnapshots.NOW);
    private final HttpClient client = HttpClient.newHttpClient();
    private final Evaluator evaluator;

    TestEvaluator(Path home, String... arguments) {
        this(home, Map.of(), arguments);
    }

    TestEvaluator(Path home, Map<String, String> environment, String... arguments) {
        List<String> all = new ArrayList<>(List.of(arguments));
        all.addAll(List.of("--port", "0"));
        Map<String, String> variables = new HashMap<>(environment);
        variables.putIfAbsent("MUSTER_METRICS_PORT", "0");
        variables.put("MUSTER_HOME", home.toString());
        this.evaluator = Evaluator.start(
                EvaluatorSettings.of(all, variables::get), () -> java.time.Instant.ofEpochMilli(now.get()));
    }

    Evaluator evaluator() {
        return evaluator;
    }

    void moveTo(long moment) {
        now.set(moment);
    }

    static String encode(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }

    HttpResponse<String> get(String path, String... headers) throws IOException, InterruptedException {
        return send(request(path, headers).GET().build());
    }

    HttpResponse<String> decide(String query, String... headers) throws IOException, InterruptedException {
        return get("/v1/decisions?" + query, headers);
    }

    HttpResponse<String> post(String body, String... headers) throws IOException, InterruptedException {
        return send(request("/v1/decisions", headers)
                .header("Content-Type", "application/json")
                .POST(BodyPublishers.ofString(body))
                .build());
    }

    HttpResponse<String> method(String method, String path, String... headers)
            throws IOException, InterruptedException {
        return send(
                request(path, headers).method(method, BodyPublishers.noBody()).build());
    }

    HttpResponse<String> metrics(String path) throws IOException, InterruptedException {
        return send(HttpRequest.newBuilder(URI.create("http://" + evaluator.metricsAddress() + path))
                .build());
    }

    private HttpRequest.Builder request(String path, String... headers) {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create("http://" + evaluator.address() + path));
        return headers.length == 0 ? request : request.headers(headers);
    }

    private HttpResponse<String> send(HttpRequest request) throws IOException, InterruptedException {
        return client.send(request, BodyHandlers.ofString());
    }

    @Override
    public void close() {
        client.shutdownNow();
        evaluator.close();
    }
}
