package io.muster.evaluator;

import static org.assertj.core.api.Assertions.assertThat;

import io.muster.support.tls.TestCertificate;
import io.muster.support.tls.TestCertificate.Form;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The evaluator with a certificate of its own. */
class EncryptedEvaluatorTests {

    @TempDir
    private Path home;

    @Test
    void decisionsAreAnsweredOverTlsAndMetricsInPlainText() throws Exception {
        TestCertificate certificate = TestCertificate.of("EC", 7);
        Map<String, String> environment = Map.of(
                "MUSTER_TLS_CERTIFICATE",
                certificate.certificateIn(home.resolve("tls.crt")).toString(),
                "MUSTER_TLS_KEY",
                certificate.keyIn(home.resolve("tls.key"), Form.PKCS8).toString());
        try (TestEvaluator evaluator = new TestEvaluator(home, environment);
                HttpClient client = HttpClient.newBuilder()
                        .sslContext(TestCertificate.trusting(certificate))
                        .build()) {
            HttpRequest request = HttpRequest.newBuilder(URI.create(
                            "https://" + evaluator.evaluator().address() + "/v1/decisions?project=ZN_000000000000000"))
                    .build();
            // Several at once, on one connection after the other.
            Stream.generate(() -> client.sendAsync(request, BodyHandlers.ofString())).limit(50).toList().stream()
                    .map(CompletableFuture::join)
                    .forEach(answer -> {
                        assertThat(answer.statusCode()).isEqualTo(200);
                        assertThat(answer.body()).startsWith("{\"snapshot\":null");
                    });
            assertThat(evaluator.metrics("/metrics").statusCode()).isEqualTo(200);
        }
    }
}
