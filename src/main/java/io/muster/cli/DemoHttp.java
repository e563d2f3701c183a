package io.muster.cli;

import io.muster.support.Refusal;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;

/** Asks what the demo has started. */
final class DemoHttp implements AutoCloseable {

    private static final Duration PATIENCE = Duration.ofSeconds(20);

    private final HttpClient client =
            HttpClient.newBuilder().connectTimeout(PATIENCE).build();

    /** The answer to a GET; a refusal when it is another than 200. */
    String get(String address) {
        return get(address, "Accept", "*/*");
    }

    /** The answer to a GET with a header; a refusal when it is another than 200. */
    String get(String address, String header, String value) {
        try {
            HttpResponse<String> answer = client.send(
                    HttpRequest.newBuilder(URI.create(address))
                            .timeout(PATIENCE)
                            .header(header, value)
                            .build(),
                    BodyHandlers.ofString());
            if (answer.statusCode() != 200) {
                throw new IOException("it answered %d: %s".formatted(answer.statusCode(), answer.body()));
            }

            return answer.body();
        } catch (IOException e) {
            throw Refusal.failed("Cannot ask %s: %s. Start the demo again.".formatted(address, e), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw Refusal.failed("Cannot go on with the demo: it was interrupted. Start it again.", e);
        }
    }

    @Override
    public void close() {
        client.close();
    }
}
