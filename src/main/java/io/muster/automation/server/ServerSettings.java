package io.muster.automation.server;

import io.muster.support.KnownSettings;
import io.muster.support.Refusal;
import io.muster.support.Settings;
import java.time.Duration;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * How the server role runs.
 *
 * @param parallelRuns how many automations run at once in this process, 1 to 64
 * @param shutdownPatience how long a shutdown waits for runs to stop
 * @param timing how often it looks; not a setting for people
 */
public record ServerSettings(int parallelRuns, Duration shutdownPatience, Timing timing) {

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
     * Reads {@code muster.server.parallel-runs} and {@code muster.server.shutdown-seconds}; in the environment
     * {@code MUSTER_SERVER_PARALLEL_RUNS} …
     *
     * @throws Refusal when one cannot be read, with its name and an example
     */
    public static ServerSettings read(Function<String, @Nullable String> properties) {
        Settings settings = new Settings(properties);
        return new ServerSettings(
                settings.number(KnownSettings.SERVER_PARALLEL_RUNS),
                Duration.ofSeconds(settings.number(KnownSettings.SERVER_SHUTDOWN_SECONDS)),
                Timing.usual());
    }
}
