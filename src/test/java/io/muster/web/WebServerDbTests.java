package io.muster.web;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.muster.database.TestDatabase;
import io.muster.support.Refusal;
import java.net.ServerSocket;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.file.Path;
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

    private static String answer(String path) throws Exception {
        HttpResponse<String> response = server.get(path);
        return response.statusCode() + " " + response.body();
    }
}
