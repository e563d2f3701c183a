package io.muster.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.muster.Muster;
import io.muster.database.TestDatabase;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** A server with which nobody signs in by a provider loads nothing of what that needs. */
class ServerClassesTests {

    @RegisterExtension
    static final TestDatabase database = new TestDatabase();

    private static final List<String> OF_A_PROVIDER = List.of(
            "com.nimbusds.",
            "org.springframework.security.oauth2.jwt.",
            "org.springframework.security.oauth2.client.",
            "io.muster.web.console.provider.IdTokens",
            "io.muster.web.console.provider.ProviderHttp");

    @TempDir
    private Path folder;

    @Test
    void loadsNothingOfAProvider() throws Exception {
        Path classes = folder.resolve("classes");
        Path output = folder.resolve("output");
        ProcessBuilder builder = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-XX:TieredStopAtLevel=1",
                        "-XX:+UseSerialGC",
                        "-Xlog:class+load:file=" + classes,
                        "--enable-native-access=ALL-UNNAMED",
                        "-cp",
                        System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")),
                        Muster.class.getName(),
                        "server",
                        "--port",
                        "0")
                .redirectErrorStream(true)
                .redirectOutput(output.toFile());
        builder.environment().put("MUSTER_DATABASE_URL", database.url());
        builder.environment().put("MUSTER_HOME", folder.resolve("home").toString());
        builder.environment().put("MUSTER_METRICS_PORT", "0");
        Process process = builder.start();
        try {
            await().atMost(Duration.ofMinutes(3))
                    .untilAsserted(() -> assertThat(process.isAlive() ? text(output) : "ended: " + text(output))
                            .contains("muster server: listening on "));
        } finally {
            process.destroy();
            if (!process.waitFor(1, TimeUnit.MINUTES)) {
                process.destroyForcibly();
            }
        }

        try (Stream<String> lines = Files.lines(classes)) {
            List<String> loaded = lines.map(
                            line -> line.replaceFirst("^\\[.*] ", "").split(" ", 2)[0])
                    .toList();
            assertThat(loaded).contains("org.springframework.security.web.FilterChainProxy");
            assertThat(loaded)
                    .filteredOn(name -> OF_A_PROVIDER.stream().anyMatch(name::startsWith))
                    .isEmpty();
        }
    }

    private static String text(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            return "";
        }
    }
}
