package io.muster.automation.server;

import io.muster.support.Refusal;
import io.muster.support.Settings;
import java.time.Duration;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * How the server role runs.
 *
 * @param httpHost the address it listens on; loopback unless told otherwise
 * @param httpPort the port it listens on, 0 for any
 * @param parallelRuns how many automations run at once in this process, 1 to 64
 * @param shutdownPatience how long a shutdown waits for runs to stop
 * @param timing how often it looks; not a setting for people
 */
public record ServerSettings(
        String httpHost, int httpPort, int parallelRuns, Duration shutdownPatience, Timing timing) {

    /**
     * How often the server looks.
     *
     * @param poll for work that is due
     * @param heartbeat of work in hand; four missed ones give it to another server
     * @param reload for changed job files
     */
    public record Timing(Duration poll, Duration heartbeat, Duration reload) {

        /** Every second; every five seconds; every five seconds. */
        public static Timing usual() {
            return new Timing(Duration.ofSeconds(1), Duration.ofSeconds(5), Duration.ofSeconds(5));
        }
    }

    /**
     * Reads {@code muster.http.host}, {@code muster.http.port}, {@code muster.server.parallel-runs} and
     * {@code muster.server.shutdown-seconds}; in the environment {@code MUSTER_HTTP_HOST} …
     *
     * @throws Refusal when one cannot be read, with its name and an example
     */
    public static ServerSettings read(Function<String, @Nullable String> properties) {
        Settings settings = new Settings(properties);
        return new ServerSettings(
                settings.text("muster.http.host").orElse("127.0.0.1"),
                settings.number("muster.http.port", 8080, 0, 65_535),
                settings.number("muster.server.parallel-runs", 2, 1, 64),
                Duration.ofSeconds(settings.number("muster.server.shutdown-seconds", 60, 1, 3_600)),
                Timing.usual());
    }
}
