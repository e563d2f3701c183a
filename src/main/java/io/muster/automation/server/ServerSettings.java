package io.muster.automation.server;

import io.muster.support.Refusal;
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
 * @param history how long history is kept
 * @param timing how often it looks; not a setting for people
 */
public record ServerSettings(
        String httpHost, int httpPort, int parallelRuns, Duration shutdownPatience, Duration history, Timing timing) {

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
     * Reads {@code muster.http.host}, {@code muster.http.port}, {@code muster.server.parallel-runs},
     * {@code muster.server.shutdown-seconds} and {@code muster.history.days}; in the environment
     * {@code MUSTER_HTTP_HOST} …
     *
     * @throws Refusal when one cannot be read, with its name and an example
     */
    public static ServerSettings read(Function<String, @Nullable String> properties) {
        String host = properties.apply("muster.http.host");
        return new ServerSettings(
                host == null || host.isBlank() ? "127.0.0.1" : host.strip(),
                number(properties, "muster.http.port", 8080, 0, 65_535),
                number(properties, "muster.server.parallel-runs", 2, 1, 64),
                Duration.ofSeconds(number(properties, "muster.server.shutdown-seconds", 60, 1, 3_600)),
                Duration.ofDays(number(properties, "muster.history.days", 400, 1, 36_500)),
                Timing.usual());
    }

    private static int number(Function<String, @Nullable String> properties, String name, int usual, int min, int max) {
        String text = properties.apply(name);
        if (text == null || text.isBlank()) {
            return usual;
        }

        if (!text.strip().matches("[0-9]{1,6}")
                || Integer.parseInt(text.strip()) < min
                || Integer.parseInt(text.strip()) > max) {
            throw Refusal.usage("Cannot use the setting %s: '%s' is no number from %d to %d. Write for example %d."
                    .formatted(name, text.strip(), min, max, usual));
        }

        return Integer.parseInt(text.strip());
    }
}
