package io.muster.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.muster.Muster;
import io.muster.database.TestDatabase;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** A command that does one thing and ends loads nothing of the server. */
class OneShotClassesTests {

    @RegisterExtension
    static final TestDatabase database = new TestDatabase();

    private static final List<String> NEVER = List.of(
            "org.eclipse.jetty.",
            "org.springframework.web.",
            "org.springframework.http.",
            "org.springframework.boot.jetty.",
            "org.springframework.boot.web.servlet.",
            "jakarta.servlet.",
            "io.netty.",
            "io.micrometer.core.",
            "io.micrometer.tracing.",
            "io.opentelemetry.",
            "software.amazon.awssdk.",
            "org.springframework.security.",
            "com.nimbusds.",
            "io.muster.web.",
            "io.muster.evaluator.",
            "io.muster.automation.server.AutomationServer");

    /** Boot looks whether they are there before it is told that the process serves nothing. */
    private static final Set<String> LOOKED_FOR = Set.of(
            "jakarta.servlet.Servlet",
            "org.springframework.web.context.WebApplicationContext",
            "org.springframework.web.context.ConfigurableWebApplicationContext");

    @TempDir
    private Path folder;

    @Test
    void loadsNothingOfTheServer() throws Exception {
        Path classes = folder.resolve("classes");
        ProcessBuilder builder = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-XX:TieredStopAtLevel=1",
                        "-XX:+UseSerialGC",
                        "-Xlog:class+load:file=" + classes,
                        "--enable-native-access=ALL-UNNAMED",
                        "-cp",
                        System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")),
                        Muster.class.getName(),
                        "runs",
                        "--json")
                .redirectErrorStream(true);
        builder.environment().put("MUSTER_DATABASE_URL", database.url());
        builder.environment().put("MUSTER_HOME", folder.resolve("home").toString());
        Process process = builder.start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);

        assertThat(process.waitFor()).as(output).isZero();
        assertThat(output).isEqualTo("[]\n");
        try (Stream<String> lines = Files.lines(classes)) {
            List<String> loaded = lines.map(
                            line -> line.replaceFirst("^\\[.*] ", "").split(" ", 2)[0])
                    .toList();
            assertThat(loaded).contains(Cli.class.getName());
            assertThat(loaded)
                    .filteredOn(name -> NEVER.stream().anyMatch(name::startsWith) && !LOOKED_FOR.contains(name))
                    .isEmpty();
            assertThat(loaded).as("no port is opened").doesNotContain("sun.nio.ch.ServerSocketChannelImpl");
        }
    }
}
