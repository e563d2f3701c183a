package io.muster.web;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.muster.database.TestDatabase;
import io.muster.support.Refusal;
import java.io.IOException;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.eclipse.jetty.server.Connector;
import org.eclipse.jetty.server.NetworkConnectionLimit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

class WebServerDbTests {

    @RegisterExtension
    static final TestDatabase database = new TestDatabase();

    @TempDir
    private static Path home;

    private static TestWebServer server;

    @BeforeAll
    static void start() {
        server = TestWebServer.start(database.url(), home);
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    @Test
    void answersHealth() throws Exception {
        assertThat(answer("/health/live")).isEqualTo("200 {\"status\":\"UP\"}\n");
        assertThat(answer("/health/ready")).isEqualTo("200 {\"status\":\"UP\"}\n");
        assertThat(answer("/health/attention")).isEqualTo("200 {\"status\":\"OK\",\"reasons\":[]}\n");
        assertThat(server.address()).startsWith("http://127.0.0.1:");
    }

    @Test
    void answersErrorsInOneForm() throws Exception {
        assertThat(answer("/health/readyish"))
                .isEqualTo(
                        "404 {\"error\":{\"code\":\"NOT_FOUND\",\"message\":\"Cannot answer: this address does not exist.\",\"field\":null}}");
        HttpResponse<String> wrong = server.send(
                server.request("/health/live").POST(BodyPublishers.noBody()).build());
        assertThat(wrong.statusCode()).isEqualTo(405);
        assertThat(wrong.headers().firstValue("Allow")).contains("GET");
        assertThat(wrong.body()).startsWith("{\"error\":{\"code\":\"METHOD_NOT_ALLOWED\"");
        HttpResponse<String> head =
                server.send(server.request("/health/live").HEAD().build());
        assertThat(head.statusCode()).isEqualTo(200);
        assertThat(head.body()).isEmpty();
    }

    @Test
    void endsTheStartWhenItsPortIsTaken() throws Exception {
        try (ServerSocket taken = new ServerSocket(0, 1, java.net.InetAddress.getLoopbackAddress())) {
            String port = String.valueOf(taken.getLocalPort());
            assertThatThrownBy(() -> TestWebServer.start(database.url(), home, "muster.http.port", port))
                    .isInstanceOf(Refusal.class)
                    .hasMessageStartingWith("Cannot listen on 127.0.0.1:" + port + ": ")
                    .hasMessageEndingWith("Set MUSTER_HTTP_PORT to a free port, or 0 for any.");
        }
    }

    @Test
    void refusesWhatIsNoHttpInTheFormOfErrors() throws Exception {
        assertThat(raw("nonsense\r\n\r\n"))
                .startsWith("HTTP/1.1 400 ")
                .contains("{\"error\":{\"code\":\"BAD_REQUEST\"");
        assertThat(raw("GET /health/live HTTP/1.1\r\nHost: a\r\nX: " + "x".repeat(20_000) + "\r\n\r\n"))
                .startsWith("HTTP/1.1 431 ")
                .contains("{\"error\":{\"code\":\"REQUEST_HEADER_FIELDS_TOO_LARGE\"");
        assertThat(raw("GET /health%2Flive HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n"))
                .startsWith("HTTP/1.1 400 ")
                .contains("{\"error\":{\"code\":\"BAD_REQUEST\"")
                .doesNotContain("Jetty", "jetty", "html");
        assertThat(raw("GET /%ff HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n"))
                .contains("{\"error\":{\"code\":");
        assertThat(raw("TRACE /health/live HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n"))
                .startsWith("HTTP/1.1 405 ")
                .contains("{\"error\":{\"code\":\"METHOD_NOT_ALLOWED\"");
        assertThat(server.get("/health/live").statusCode()).isEqualTo(200);
    }

    private static String raw(String request) throws Exception {
        URI uri = URI.create(server.address());
        try (Socket socket = new Socket(uri.getHost(), uri.getPort())) {
            socket.setSoTimeout(20_000);
            socket.getOutputStream().write(request.getBytes(StandardCharsets.ISO_8859_1));
            return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    @Test
    void endsSilentConnectionsAndTakesManyAtOnce() {
        assertThat(server.jetty().getConnectors())
                .singleElement()
                .extracting(Connector::getIdleTimeout)
                .isEqualTo(Duration.ofSeconds(75).toMillis());
        assertThat(server.jetty().getBean(NetworkConnectionLimit.class).getMaxNetworkConnectionCount())
                .isEqualTo(8_192);
    }

    @Test
    void takesNoMoreConnectionsThanItsLimitUntilOneEnds() throws Exception {
        try (TestWebServer narrow = TestWebServer.start(database.url(), home.resolve("connections"))) {
            narrow.jetty().getBean(NetworkConnectionLimit.class).setMaxNetworkConnectionCount(2);
            URI uri = URI.create(narrow.address());
            try (Socket first = new Socket(uri.getHost(), uri.getPort());
                    Socket second = new Socket(uri.getHost(), uri.getPort())) {
                assertThat(asked(first)).startsWith("HTTP/1.1 200 ");
                assertThat(asked(second)).startsWith("HTTP/1.1 200 ");
                CompletableFuture<HttpResponse<String>> third =
                        narrow.sendLater(narrow.request("/health/live").build());
                assertThat(asked(first)).as("those that are there go on").startsWith("HTTP/1.1 200 ");
                assertThat(third).isNotDone();

                second.shutdownOutput();
                assertThat(third.get(60, TimeUnit.SECONDS).statusCode()).isEqualTo(200);
            }
        }
    }

    private static String asked(Socket socket) throws IOException {
        socket.setSoTimeout(20_000);
        socket.getOutputStream()
                .write("GET /health/live HTTP/1.1\r\nHost: a\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
        String answer = "";
        while (!answer.endsWith("}\n")) {
            answer += new String(socket.getInputStream().readNBytes(1), StandardCharsets.US_ASCII);
        }

        return answer;
    }

    @Test
    void itsFolderStaysEmpty() {
        assertThat(home.resolve("web")).isEmptyDirectory();
    }

    @Test
    void refusesMoreRequestsAtOnceThanItTakesAndAnswersHealthAllTheSame() throws Exception {
        try (TestWebServer narrow =
                TestWebServer.start(database.url(), home.resolve("narrow"), "muster.http.max-requests", "2")) {
            List<CompletableFuture<HttpResponse<String>>> held = new ArrayList<>();
            for (int i = 0; i < 2; i++) {
                held.add(narrow.sendLater(narrow.request("/probe/held").build()));
            }

            await().atMost(Duration.ofSeconds(60))
                    .until(() -> narrow.web(ProbeController.class).held() == 2);
            HttpResponse<String> refused = narrow.get("/probe/optional");
            assertThat(refused.statusCode()).isEqualTo(503);
            assertThat(refused.headers().firstValue("Retry-After")).contains("1");
            assertThat(refused.body()).startsWith("{\"error\":{\"code\":\"OVERLOADED\"");
            assertThat(narrow.get("/health/live").statusCode()).isEqualTo(200);

            narrow.web(ProbeController.class).release();
            for (CompletableFuture<HttpResponse<String>> one : held) {
                assertThat(one.get().statusCode()).isEqualTo(200);
            }

            assertThat(narrow.get("/probe/optional").statusCode()).isEqualTo(200);
        }
    }

    private static String answer(String path) throws Exception {
        HttpResponse<String> response = server.get(path);
        return response.statusCode() + " " + response.body();
    }
}
