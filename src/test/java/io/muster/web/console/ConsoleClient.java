package io.muster.web.console;

import io.muster.web.TestWebServer;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.CookieManager;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.util.Random;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** A browser without scripts: it keeps cookies, sends forms with their tokens, and follows nothing by itself. */
public final class ConsoleClient implements AutoCloseable {

    private static final Pattern TOKEN = Pattern.compile("name=\"_csrf\" value=\"([^\"]+)\"");

    private static final Random RANDOM = new Random();

    private final TestWebServer server;
    private final HttpClient client;
    /** Failures of one test are not to slow another one. */
    private final String from = "2001:db8:" + Integer.toHexString(RANDOM.nextInt(1 << 16)) + ":"
            + Integer.toHexString(RANDOM.nextInt(1 << 16)) + "::1";

    /** At a server. */
    public ConsoleClient(TestWebServer server) {
        this(server, HttpClient.newBuilder().cookieHandler(new CookieManager()).build());
    }

    private ConsoleClient(TestWebServer server, HttpClient client) {
        this.server = server;
        this.client = client;
    }

    /** The same browser, at another server. */
    public ConsoleClient at(TestWebServer other) {
        return new ConsoleClient(other, client);
    }

    /** Asks for a page. */
    public HttpResponse<String> get(String path, String... headers) throws IOException, InterruptedException {
        HttpRequest.Builder request = HttpRequest.newBuilder(address(path)).header("X-Forwarded-For", from);
        return client.send(
                headers.length == 0 ? request.build() : request.headers(headers).build(), BodyHandlers.ofString());
    }

    private URI address(String path) {
        return server.request(path).build().uri();
    }

    /** Sends a form, with the token of a page. */
    public HttpResponse<String> post(String page, String path, String... fields)
            throws IOException, InterruptedException {
        return send(path, fields, "_csrf", token(page));
    }

    /** The token of the forms of a page. */
    public String token(String page) throws IOException, InterruptedException {
        Matcher token = TOKEN.matcher(get(page).body());
        if (!token.find()) {
            throw new AssertionError("no form on " + page);
        }

        return token.group(1);
    }

    /** Sends a form without a token. */
    public HttpResponse<String> send(String path, String[] fields, String... more)
            throws IOException, InterruptedException {
        StringBuilder body = new StringBuilder();
        for (String[] part : new String[][] {fields, more}) {
            for (int i = 0; i < part.length; i += 2) {
                body.append(body.isEmpty() ? "" : "&")
                        .append(part[i])
                        .append('=')
                        .append(URLEncoder.encode(part[i + 1], StandardCharsets.UTF_8));
            }
        }

        return client.send(
                HttpRequest.newBuilder(address(path))
                        .header("X-Forwarded-For", from)
                        .header("Content-Type", "application/x-www-form-urlencoded")
                        .POST(BodyPublishers.ofString(body.toString()))
                        .build(),
                BodyHandlers.ofString());
    }

    /**
     * Sends a form with a file, with the token of a page.
     *
     * @param name of the file; null for a form without one
     * @param fields names and values by turns
     */
    public HttpResponse<String> upload(
            String page, String path, @Nullable String name, byte[] content, String... fields)
            throws IOException, InterruptedException {
        return sendFile(path, name, content, fields, "_csrf", token(page));
    }

    /** Sends a form with a file, without a token. */
    public HttpResponse<String> sendFile(
            String path, @Nullable String name, byte[] content, String[] fields, String... more)
            throws IOException, InterruptedException {
        String boundary = "----form" + RANDOM.nextInt(Integer.MAX_VALUE);
        ByteArrayOutputStream body = new ByteArrayOutputStream();
        for (String[] part : new String[][] {fields, more}) {
            for (int i = 0; i < part.length; i += 2) {
                body.writeBytes("--%s\r\nContent-Disposition: form-data; name=\"%s\"\r\n\r\n%s\r\n"
                        .formatted(boundary, part[i], part[i + 1])
                        .getBytes(StandardCharsets.UTF_8));
            }
        }

        if (name != null) {
            body.writeBytes(
                    "--%s\r\nContent-Disposition: form-data; name=\"file\"; filename=\"%s\"\r\nContent-Type: text/csv\r\n\r\n"
                            .formatted(boundary, name)
                            .getBytes(StandardCharsets.UTF_8));
            body.writeBytes(content);
            body.writeBytes("\r\n".getBytes(StandardCharsets.UTF_8));
        }

        body.writeBytes("--%s--\r\n".formatted(boundary).getBytes(StandardCharsets.UTF_8));
        return client.send(
                HttpRequest.newBuilder(address(path))
                        .header("X-Forwarded-For", from)
                        .header("Content-Type", "multipart/form-data; boundary=" + boundary)
                        .POST(BodyPublishers.ofByteArray(body.toByteArray()))
                        .build(),
                BodyHandlers.ofString());
    }

    /** Signs in. */
    public HttpResponse<String> signIn(String name, String password) throws IOException, InterruptedException {
        return post("/sign-in", "/sign-in", "name", name, "password", password, "next", "/overview");
    }

    /** Status and address of an answer. */
    public static String location(HttpResponse<?> answer) {
        return answer.statusCode() + " "
                + answer.headers().firstValue("Location").orElse("-").replaceFirst("^http://[^/]+", "");
    }

    @Override
    public void close() {
        client.close();
    }
}
