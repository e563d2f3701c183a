package io.muster.intake;

import io.muster.support.KnownSettings;
import io.muster.support.Settings;
import io.muster.support.Spool;
import java.nio.file.Path;
import java.time.Duration;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * How events are taken in.
 *
 * @param spool the folder where they wait while the database is away
 * @param spoolBytes how much may wait there
 * @param patience how long a caller waits for the database before its events wait there; not a setting for people
 */
public record IntakeSettings(Path spool, long spoolBytes, Duration patience) {

    private static final Duration PATIENCE = Duration.ofSeconds(3);

    /**
     * Reads {@code muster.events.spool-size}; in the environment {@code MUSTER_EVENTS_SPOOL_SIZE}.
     *
     * @throws io.muster.support.Refusal when it cannot be read, with its name and an example
     */
    public static IntakeSettings read(Spool spool, Function<String, @Nullable String> properties) {
        return new IntakeSettings(
                spool.part("events"), new Settings(properties).bytes(KnownSettings.EVENTS_SPOOL_SIZE), PATIENCE);
    }
}
