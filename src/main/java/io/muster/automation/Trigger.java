package io.muster.automation;

import io.muster.automation.schedule.Schedule.Firing;
import io.muster.directory.Actor;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** Why an automation runs. */
public sealed interface Trigger {

    /**
     * Its schedule came due.
     *
     * @param firing the time the schedule names; the run may begin later
     */
    record Scheduled(Firing firing) implements Trigger {}

    /** The server that ran it died or was shut down: go on with what was interrupted, then take new files. */
    record Recovery() implements Trigger {}

    /**
     * Somebody asked for it.
     *
     * @param actor who
     * @param file a file to import instead of looking for new ones: a local one, or else one of that name on the source
     * @param repull what happens to files that were imported before
     */
    record ByHand(Actor actor, @Nullable Path file, Repull repull) implements Trigger {}

    /**
     * Somebody asked a server for it.
     *
     * @param actor who
     * @param file the name of a file on the source, to be imported all the same; null for new ones
     */
    record Asked(Actor actor, @Nullable String file) implements Trigger {}

    /** What happens to files that were imported before. */
    enum Repull {
        /** They stay out. */
        NEW_ONLY,
        /** Those that no run has imported are taken again, as new deliveries: such as one that has failed. */
        FORCED,
        /** All are taken again, as new deliveries, also those that were imported. */
        ALL
    }
}
