package io.muster.web.console.provider;

import io.muster.web.console.provider.ProviderProblem.Kind;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.type.TypeReference;
import tools.jackson.databind.json.JsonMapper;

/** What the server itself asks of a provider: small answers of JSON, soon, and from nowhere else than where it asks. */
final class ProviderHttp {

    private static final Duration CONNECT = Duration.ofSeconds(5);
    private static final Duration ANSWER = Duration.ofSeconds(10);
    private static final int MOST_BYTES = 1 << 20;
    private static final int OK = 200;
    private static final int SERVER_ERROR = 500;
    private static final TypeReference<Map<String, Object>> OBJECT = new TypeReference<>() {};

    private final HttpClient client = HttpClient.newBuilder()
            .connectTimeout(CONNECT)
            .followRedirects(HttpClient.Redirect.NEVER)
            .build();
    private final JsonMapper json;

    ProviderHttp(JsonMapper json) {
        this.json = json;
    }

    /** What is at an address. */
    String text(URI address) throws ProviderProblem {
        return send(request(address).GET().build());
    }

    /** The object that is at an address. */
    Map<String, Object> object(URI address) throws ProviderProblem {
        return object(text(address));
    }

    /** The object that is at an address for who has that token. */
    Map<String, Object> object(URI address, String token) throws ProviderProblem {
        return object(send(request(address)
                .header("Authorization", "Bearer " + token)
                .GET()
                .build()));
    }

    /**
     * The answer to a form.
     *
     * @param account name and secret that are sent as HTTP Basic; empty for none
     */
    Map<String, Object> post(URI address, Map<String, String> form, Optional<Account> account) throws ProviderProblem {
        HttpRequest.Builder request = request(address)
                .header("Content-Type", "application/x-www-form-urlencoded")
                .POST(BodyPublishers.ofString(form(form)));
        account.ifPresent(one -> request.header("Authorization", one.basic()));
        return object(send(request.build()));
    }

    /** Name and secret of a client. */
    record Account(String name, String secret) {

        /** Both are encoded before (RFC 6749, 2.3.1). */
        String basic() {
            return "Basic "
                    + Base64.getEncoder()
                            .encodeToString((encoded(name) + ":" + encoded(secret)).getBytes(StandardCharsets.UTF_8));
        }
    }

    /** Names and values as a form or an address carries them. */
    static String form(Map<String, String> values) {
        return values.entrySet().stream()
                .map(one -> encoded(one.getKey()) + "=" + encoded(one.getValue()))
                .collect(Collectors.joining("&"));
    }

    private static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }

    private static HttpRequest.Builder request(URI address) {
        return HttpRequest.newBuilder(address).timeout(ANSWER).header("Accept", "application/json");
    }

    private String send(HttpRequest request) throws ProviderProblem {
        String asked = request.method() + " " + request.uri();
        try {
            HttpResponse<InputStream> answer = client.send(request, BodyHandlers.ofInputStream());
            try (InputStream body = answer.body()) {
                byte[] bytes = body.readNBytes(MOST_BYTES);
                if (answer.statusCode() != OK) {
                    throw new ProviderProblem(
                            answer.statusCode() >= SERVER_ERROR ? Kind.UNREACHABLE : Kind.WRONG,
                            asked + " was answered with " + answer.statusCode());
                }

                return new String(bytes, StandardCharsets.UTF_8);
            }
        } catch (IOException e) {
            throw new ProviderProblem(Kind.UNREACHABLE, asked + " was not answered: " + e, e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new ProviderProblem(Kind.UNREACHABLE, asked + " was interrupted", e);
        }
    }

    private Map<String, Object> object(String text) throws ProviderProblem {
        try {
            Map<String, @Nullable Object> object = json.readValue(text, OBJECT);
            object.values().removeIf(Objects::isNull);
            return Map.copyOf(object);
        } catch (JacksonException e) {
            // The text is not repeated: it may hold a token.
            throw new ProviderProblem(Kind.WRONG, "an answer is no JSON object");
        }
    }
}
