package io.muster.app;

import java.time.Instant;
import java.time.ZoneId;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * An automation as it is shown.
 *
 * @param id as in its job file
 * @param publicId {@code AU_…}
 * @param kind of the job file
 * @param file where the job file is; empty for what no file defines
 * @param zone of its schedules
 * @param schedules as they are written
 * @param next when it runs next, at most ten times; empty when it does not run by itself
 * @param idle why it does not run by itself; null when it does
 * @param waiting files that came late and wait for a person
 * @param runs the newest first
 */
public record AutomationView(
        String id,
        String publicId,
        String name,
        String kind,
        String file,
        ZoneId zone,
        List<String> schedules,
        List<Instant> next,
        @Nullable String idle,
        List<String> waiting,
        List<RunView> runs) {

    public AutomationView {
        schedules = List.copyOf(schedules);
        next = List.copyOf(next);
        waiting = List.copyOf(waiting);
        runs = List.copyOf(runs);
    }

    /** A job file that is not usable, with each of its problems. */
    public record Broken(String file, List<String> problems) {}
}
