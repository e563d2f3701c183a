package io.muster.app;

import io.muster.automation.jobfile.EventJob;
import io.muster.automation.jobfile.JobFile.MissedRuns;
import io.muster.automation.jobfile.NoFileAlarm;
import io.muster.jobs.Holds.Hold;
import io.muster.jobs.RunMark;
import java.time.Instant;
import java.time.ZoneId;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * An automation as it is shown.
 *
 * @param id as in its job file
 * @param publicId {@code AU_…}; empty for one that no server has seen yet
 * @param kind of the job file
 * @param file where the job file is; empty for what no file defines
 * @param directory which it works on, as its job file names it; empty where that is not one
 * @param zone of its schedules
 * @param schedules as they are written
 * @param next when it runs next, at most ten times; empty when it does not run by itself
 * @param idle why it does not run by itself; null when it does, and when it is held
 * @param hold who holds it; null when nobody does
 * @param missedRuns what happens on release to what it has missed
 * @param alarm by when a file is to come; null for no alarm
 * @param nextAlarm when it is looked for next; null for no alarm, and while it is held
 * @param waiting files that came late and wait for a person
 * @param marks its last runs, the newest first
 */
public record AutomationView(
        String id,
        String publicId,
        String name,
        String kind,
        String file,
        String directory,
        ZoneId zone,
        List<String> schedules,
        List<Instant> next,
        @Nullable String idle,
        @Nullable Hold hold,
        MissedRuns missedRuns,
        @Nullable NoFileAlarm alarm,
        @Nullable Instant nextAlarm,
        List<String> waiting,
        List<RunMark> marks) {

    public AutomationView {
        schedules = List.copyOf(schedules);
        next = List.copyOf(next);
        waiting = List.copyOf(waiting);
        marks = List.copyOf(marks);
    }

    /** A job file that is not usable, with each of its problems. */
    public record Broken(String file, List<String> problems) {}

    /** Whether it can be held and run by hand: what runs when events come cannot. */
    public boolean acts() {
        return !kind.equals(EventJob.KIND);
    }

    /** The name of the file of its newest import; null when it has imported none. */
    public @Nullable String lastFile() {
        return marks.stream()
                .map(RunMark::file)
                .filter(file -> file != null)
                .findFirst()
                .orElse(null);
    }
}
