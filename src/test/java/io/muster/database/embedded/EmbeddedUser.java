package io.muster.database.embedded;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;

/** A process that uses the embedded server of a folder until it is killed: prints the URL, then waits. */
final class EmbeddedUser {

    private EmbeddedUser() {}

    public static void main(String[] args) throws IOException, InterruptedException {
        try (EmbeddedServer server = EmbeddedServer.attach(
                new EmbeddedSettings(Path.of(args[0]), 64L << 20, Duration.ofMillis(Long.parseLong(args[1]))))) {
            System.out.println(server.url() + " " + server.password());
            Thread.sleep(Duration.ofMinutes(5));
        }
    }
}
