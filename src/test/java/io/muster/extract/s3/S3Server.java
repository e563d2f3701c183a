package io.muster.extract.s3;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.HttpURLConnection;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.core.checksums.RequestChecksumCalculation;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.s3.S3Client;

/** A real object store that checks signatures, in a process of its own; one for all classes that use it. */
public final class S3Server implements BeforeAllCallback {

    /** The id of the key that it accepts. */
    public static final String ACCESS_KEY = "muster";

    /** The secret of the key. */
    public static final String SECRET_KEY = "s3cret-key";

    private static final Path PROGRAM = Path.of("target/test-parts/s3proxy.jar");

    private final int port = freePort();

    /** Its address. */
    public URI endpoint() {
        return URI.create("http://127.0.0.1:" + port);
    }

    int port() {
        return port;
    }

    /** A client that puts objects there. */
    public S3Client client() {
        return S3Client.builder()
                .region(Region.US_EAST_1)
                .endpointOverride(endpoint())
                .forcePathStyle(true)
                .requestChecksumCalculation(RequestChecksumCalculation.WHEN_REQUIRED)
                .serviceConfiguration(settings -> settings.chunkedEncodingEnabled(false))
                .credentialsProvider(
                        StaticCredentialsProvider.create(AwsBasicCredentials.create(ACCESS_KEY, SECRET_KEY)))
                .httpClientBuilder(UrlConnectionHttpClient.builder())
                .build();
    }

    /** Puts an object. */
    public void put(S3Client client, String bucket, String key, String content) {
        var unused = client.putObject(put -> put.bucket(bucket).key(key), RequestBody.fromString(content));
    }

    @Override
    public void beforeAll(ExtensionContext context) throws IOException {
        if (!Files.exists(PROGRAM)) {
            throw new IllegalStateException("The object store is missing. Run: mvn generate-test-resources");
        }

        Path settings = Files.writeString(
                Files.createTempFile("s3proxy", ".conf"), """
                s3proxy.authorization=aws-v4
                s3proxy.endpoint=%s
                s3proxy.identity=%s
                s3proxy.credential=%s
                jclouds.provider=transient-nio2
                jclouds.identity=none
                jclouds.credential=none
                """.formatted(endpoint(), ACCESS_KEY, SECRET_KEY));
        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx256m",
                        "-XX:TieredStopAtLevel=1",
                        "-XX:+UseSerialGC",
                        "-DLOG_LEVEL=warn",
                        "-jar",
                        PROGRAM.toString(),
                        "--properties",
                        settings.toString())
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start();
        Runtime.getRuntime().addShutdownHook(new Thread(process::destroyForcibly));
        context.getStore(ExtensionContext.Namespace.create(S3Server.class, port))
                .put("process", (AutoCloseable) () -> process.destroyForcibly().waitFor());
        Awaitility.await().atMost(Duration.ofSeconds(60)).until(this::answers);
    }

    private boolean answers() {
        try {
            HttpURLConnection connection =
                    (HttpURLConnection) endpoint().toURL().openConnection();
            return connection.getResponseCode() > 0;
        } catch (IOException e) {
            return false;
        }
    }

    private static int freePort() {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
