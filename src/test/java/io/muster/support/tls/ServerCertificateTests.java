package io.muster.support.tls;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.muster.support.Refusal;
import io.muster.support.Settings;
import io.muster.support.tls.TestCertificate.Form;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.Security;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import javax.net.ssl.SSLServerSocket;
import javax.net.ssl.SSLSocket;
import org.bouncycastle.jce.provider.BouncyCastleProvider;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ServerCertificateTests {

    @TempDir
    private Path folder;

    private final AtomicReference<Instant> now = new AtomicReference<>(Instant.parse("2026-03-01T10:00:00Z"));

    private ServerCertificate serve(TestCertificate shown, Form form) {
        return ServerCertificate.of(
                shown.certificateIn(folder.resolve("tls.crt")), shown.keyIn(folder.resolve("tls.key"), form), now::get);
    }

    /** The serial number that a new connection is shown. */
    private static long shown(ServerCertificate by, TestCertificate... trusted) throws Exception {
        try (SSLServerSocket server = (SSLServerSocket)
                by.context().getServerSocketFactory().createServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            Thread answering = Thread.ofVirtual().start(() -> {
                try (Socket accepted = server.accept()) {
                    accepted.getOutputStream().write(1);
                } catch (IOException e) {
                    // The client says what is wrong.
                }
            });
            try (SSLSocket client = (SSLSocket) TestCertificate.trusting(trusted)
                    .getSocketFactory()
                    .createSocket(InetAddress.getLoopbackAddress(), server.getLocalPort())) {
                client.getInputStream().read();
                X509Certificate certificate =
                        (X509Certificate) client.getSession().getPeerCertificates()[0];
                return certificate.getSerialNumber().longValue();
            } finally {
                answering.join();
            }
        }
    }

    @ParameterizedTest
    @CsvSource({"RSA, PKCS8", "RSA, TRADITIONAL", "EC, PKCS8", "EC, TRADITIONAL", "Ed25519, PKCS8"})
    void keysOfTheUsualKindsAndFormsAreUsed(String algorithm, Form form) throws Exception {
        TestCertificate certificate = TestCertificate.of(algorithm, 7);

        assertThat(shown(serve(certificate, form), certificate)).isEqualTo(7);
    }

    @Test
    void keysAreThoseOfThePlatformWhateverElseIsThere() throws Exception {
        // As connections to SFTP servers leave it behind.
        Security.addProvider(new BouncyCastleProvider());
        TestCertificate certificate = TestCertificate.of("EC", 7);

        assertThat(shown(serve(certificate, Form.TRADITIONAL), certificate)).isEqualTo(7);
    }

    @Test
    void changedFilesCountFromTheNextConnectionOn() throws Exception {
        TestCertificate first = TestCertificate.of("EC", 1);
        TestCertificate second = TestCertificate.of("RSA", 2);
        ServerCertificate served = serve(first, Form.PKCS8);
        assertThat(shown(served, first, second)).isEqualTo(1);

        second.certificateIn(folder.resolve("tls.crt"));
        second.keyIn(folder.resolve("tls.key"), Form.PKCS8);
        now.updateAndGet(before -> before.plusSeconds(1));

        assertThat(shown(served, first, second)).isEqualTo(2);
    }

    @Test
    void filesThatDoNotFitTogetherYetChangeNothing() throws Exception {
        TestCertificate first = TestCertificate.of("EC", 1);
        TestCertificate second = TestCertificate.of("EC", 2);
        ServerCertificate served = serve(first, Form.PKCS8);

        second.certificateIn(folder.resolve("tls.crt"));
        now.updateAndGet(before -> before.plusSeconds(1));
        assertThat(shown(served, first, second)).isEqualTo(1);
        Files.delete(folder.resolve("tls.key"));
        now.updateAndGet(before -> before.plusSeconds(1));
        assertThat(shown(served, first, second)).isEqualTo(1);
        second.keyIn(folder.resolve("tls.key"), Form.PKCS8);
        now.updateAndGet(before -> before.plusSeconds(1));

        assertThat(shown(served, first, second)).isEqualTo(2);
    }

    @Test
    void filesThatCannotBeUsedEndTheStartWithAReason() throws Exception {
        TestCertificate certificate = TestCertificate.of("EC", 1);
        Path chain = certificate.certificateIn(folder.resolve("tls.crt"));
        Path other = TestCertificate.of("EC", 2).keyIn(folder.resolve("other.key"), Form.PKCS8);
        Path none = Files.writeString(folder.resolve("none"), "nothing\n");

        refused(chain, other, "it is not the key of the certificate in " + chain);
        refused(chain, none, "it has no key");
        refused(chain, folder.resolve("absent"), "it cannot be read");
        refused(none, other, "it is no certificate in PEM form");
        refused(folder.resolve("absent"), other, "it cannot be read");
    }

    private void refused(Path chain, Path key, String reason) {
        assertThatExceptionOfType(Refusal.class)
                .isThrownBy(() -> ServerCertificate.of(chain, key, now::get))
                .withMessageContaining(reason)
                .withMessageContaining("MUSTER_TLS_CERTIFICATE");
    }

    @Test
    void bothAreSetOrNone() {
        assertThat(ServerCertificate.read(new Settings(name -> null), InstantSource.system()))
                .isEmpty();
        for (String name : new String[] {"muster.tls.certificate", "muster.tls.key"}) {
            Map<String, String> one = Map.of(name, "x");
            assertThatExceptionOfType(Refusal.class)
                    .isThrownBy(() -> ServerCertificate.read(new Settings(one::get), InstantSource.system()))
                    .withMessageContaining("MUSTER_TLS_");
        }
    }
}
