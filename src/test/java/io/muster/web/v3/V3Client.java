package io.muster.web.v3;

import io.muster.web.TestWebServer;
import java.io.IOException;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.Map;
import java.util.stream.StreamSupport;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** A client of the API with a token, which reads answers as JSON, and holds each against the OpenAPI document. */
final class V3Client {

    private static final DocumentedAnswers DOCUMENTED = new DocumentedAnswers();

    private final TestWebServer server;
    private final String token;

    V3Client(TestWebServer server, String token) {
        this.server = server;
        this.token = token;
    }

    /** An answer. */
    record Answer(int status, Map<String, List<String>> headers, String text) {

        static Answer of(HttpResponse<String> response) {
            return new Answer(response.statusCode(), response.headers().map(), response.body());
        }

        JsonNode json() {
            return JsonMapper.shared().readTree(text);
        }

        JsonNode result() {
            return json().path("result");
        }

        List<JsonNode> elements() {
            return StreamSupport.stream(result().path("elements").spliterator(), false)
                    .toList();
        }

        /** Of all elements. */
        List<String> each(String member) {
            return elements().stream().map(one -> one.path(member).asString()).toList();
        }

        String nextPage() {
            return result().path("nextPage").asString("");
        }

        /** The first value of a header; empty when it is not there. */
        String header(String name) {
            return headers.getOrDefault(name, List.of("")).getFirst();
        }

        /** Such as {@code 404 UNKNOWN_LIST}. */
        String error() {
            return status + " "
                    + json().path("meta").path("error").path("errorCode").asString("-");
        }

        String message() {
            return json().path("meta").path("error").path("errorMessage").asString();
        }
    }

    Answer get(String path) throws IOException, InterruptedException {
        return send("GET", path, null);
    }

    Answer post(String path, String json) throws IOException, InterruptedException {
        return send("POST", path, json);
    }

    Answer put(String path, String json) throws IOException, InterruptedException {
        return send("PUT", path, json);
    }

    Answer delete(String path) throws IOException, InterruptedException {
        return send("DELETE", path, null);
    }

    /** A call with further headers, names and values by turns; single quotes in the body stand for double ones. */
    Answer send(String method, String path, @Nullable String json, String... headers)
            throws IOException, InterruptedException {
        String whole = path.startsWith("http") ? path.replaceFirst("^https?://[^/]+", "") : path;
        HttpRequest.Builder request = server.request(whole)
                .header("X-API-TOKEN", token)
                .method(
                        method,
                        json == null ? BodyPublishers.noBody() : BodyPublishers.ofString(json.replace('\'', '"')));
        if (json != null && !List.of(headers).contains("Content-Type")) {
            request.header("Content-Type", "application/json");
        }

        Answer answer = Answer.of(server.send(
                headers.length == 0 ? request.build() : request.headers(headers).build()));
        DOCUMENTED.check(method, whole, answer.status(), answer.text());
        return answer;
    }
}
