package io.muster.bench;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Measures how long it takes from the answer to a display, which comes when it is committed, until each evaluator hides the
 * intercept from that visitor. The directory's rule is one touchpoint in a month; each display is of another contact.
 */
public final class FeedBenchmark {

    private static final JsonMapper JSON = new JsonMapper();
    private static final long LONGEST_NANOS = 30_000_000_000L;

    private final HttpClient client = HttpClient.newHttpClient();

    private FeedBenchmark() {}

    /** Arguments: the server's address, those of evaluators with commas, project, intercept, how many displays. */
    public static void main(String[] args) throws Exception {
        new FeedBenchmark().run(args[0], List.of(args[1].split(",")), args[2], args[3], Integer.parseInt(args[4]));
    }

    private void run(String server, List<String> evaluators, String project, String intercept, int displays)
            throws Exception {
        long[][] took = new long[evaluators.size()][displays];
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (int i = 0; i < displays; i++) {
                String reference = SampleTree.reference(i);
                String body = "{\"id\":\"bench-%d\",\"project\":\"%s\",\"intercept\":\"%s\",\"ref\":\"%s\"}"
                        .formatted(i, project, intercept, reference);
                HttpResponse<String> accepted = client.send(
                        HttpRequest.newBuilder(URI.create(server + "/v1/displays"))
                                .header("Content-Type", "application/json")
                                .POST(BodyPublishers.ofString(body))
                                .build(),
                        BodyHandlers.ofString());
                if (accepted.statusCode() != 202) {
                    throw new IllegalStateException(accepted.statusCode() + " " + accepted.body());
                }

                long committed = System.nanoTime();
                int place = i;
                CompletableFuture.allOf(evaluators.stream()
                                .map(evaluator -> CompletableFuture.runAsync(
                                        () -> took[evaluators.indexOf(evaluator)][place] =
                                                untilHidden(evaluator, project, reference, committed),
                                        threads))
                                .toArray(CompletableFuture<?>[]::new))
                        .join();
            }
        }

        for (int i = 0; i < took.length; i++) {
            Arrays.sort(took[i]);
            Map<String, Object> answer = new LinkedHashMap<>();
            answer.put("what", "display to counted");
            answer.put("evaluator", i + 1);
            answer.put("displays", displays);
            answer.put("p50Millis", took[i][displays / 2] / 1_000_000);
            answer.put("p99Millis", took[i][displays * 99 / 100] / 1_000_000);
            answer.put("maxMillis", took[i][displays - 1] / 1_000_000);
            System.out.println(JSON.writeValueAsString(answer));
        }
    }

    private long untilHidden(String evaluator, String project, String reference, long since) {
        HttpRequest request = HttpRequest.newBuilder(
                        URI.create(evaluator + "/v1/decisions?project=" + project + "&ref=" + reference))
                .build();
        try {
            while (true) {
                JsonNode answer = JSON.readTree(
                        client.send(request, BodyHandlers.ofString()).body());
                long now = System.nanoTime() - since;
                if (!answer.path("decisions").path(0).path("show").asBoolean(true)) {
                    return now;
                }

                if (now > LONGEST_NANOS) {
                    throw new IllegalStateException("Not hidden after half a minute: " + answer);
                }

                Thread.sleep(2);
            }
        } catch (IOException | InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }
}
