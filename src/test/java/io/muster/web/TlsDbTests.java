package io.muster.web;

import static org.assertj.core.api.Assertions.assertThat;

import io.muster.database.TestDatabase;
import io.muster.support.tls.TestCertificate;
import io.muster.support.tls.TestCertificate.Form;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import javax.net.ssl.SSLContext;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** The server with a certificate of its own: what is said of callers and addresses stays right. */
class TlsDbTests {

    @RegisterExtension
    static final TestDatabase database = new TestDatabase();

    @TempDir
    private static Path home;

    private static SSLContext trusting;
    private static TestWebServer server;
    private static String place;

    @BeforeAll
    static void start() {
        TestCertificate certificate = TestCertificate.of("EC", 7);
        trusting = TestCertificate.trusting(certificate);
        server = TestWebServer.start(
                database.url(),
                home,
                "muster.tls.certificate",
                certificate.certificateIn(home.resolve("tls.crt")).toString(),
                "muster.tls.key",
                certificate.keyIn(home.resolve("tls.key"), Form.PKCS8).toString());
        place = URI.create(server.address()).getAuthority();
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    private static HttpResponse<String> get(String path, String... headers) throws Exception {
        try (HttpClient client = HttpClient.newBuilder().sslContext(trusting).build()) {
            HttpRequest.Builder request = HttpRequest.newBuilder(URI.create("https://" + place + path));
            return client.send(
                    (headers.length == 0 ? request : request.headers(headers)).build(), BodyHandlers.ofString());
        }
    }

    @Test
    void requestsAreAnsweredOverTls() throws Exception {
        assertThat(get("/health/live").statusCode()).isEqualTo(200);
        assertThat(get("/v1/decisions?project=ZN_000000000000000").statusCode()).isIn(200, 400);
    }

    @Test
    void plainTextIsNotAnswered() throws Exception {
        URI uri = URI.create("http://" + place);
        try (Socket socket = new Socket(uri.getHost(), uri.getPort())) {
            socket.setSoTimeout(20_000);
            socket.getOutputStream()
                    .write("GET /health/live HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n"
                            .getBytes(StandardCharsets.US_ASCII));
            assertThat(new String(socket.getInputStream().readAllBytes(), StandardCharsets.ISO_8859_1))
                    .doesNotContain("HTTP/1.1 200");
        }
    }

    @Test
    void theAddressOfARequestIsThatOfTheCallAndWithAProxyThatOfItsClient() throws Exception {
        assertThat(get("/probe/request").body()).contains("https://" + place, "127.0.0.1");
        assertThat(get(
                                "/probe/request",
                                "X-Forwarded-Proto",
                                "https",
                                "X-Forwarded-Host",
                                "shop.example",
                                "X-Forwarded-For",
                                "203.0.113.7")
                        .body())
                .contains("https://shop.example", "203.0.113.7");
    }

    @Test
    void metricsStayInPlainTextOnTheirOwnPort() throws Exception {
        try (HttpClient client = HttpClient.newHttpClient()) {
            assertThat(client.send(
                                    HttpRequest.newBuilder(URI.create(server.metricsAddress() + "/metrics"))
                                            .build(),
                                    BodyHandlers.discarding())
                            .statusCode())
                    .isEqualTo(200);
        }
    }
}
