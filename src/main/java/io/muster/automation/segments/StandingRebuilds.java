package io.muster.automation.segments;

import io.muster.automation.jobfile.JobFile;
import io.muster.automation.jobfile.LoadedJob;
import io.muster.automation.jobfile.ScheduleEntry;
import io.muster.automation.jobfile.SegmentRebuildJob;
import io.muster.automation.schedule.Cron;
import io.muster.segment.Segments;
import io.muster.segment.Segments.Holder;
import io.muster.support.KnownSettings;
import io.muster.support.Settings;
import java.nio.file.Path;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** Segments are rebuilt daily, also those that no job file covers. */
public final class StandingRebuilds {

    private static final Path NO_FILE = Path.of("(no file)");

    private final Segments segments;
    private final Optional<Cron> daily;

    /** Rebuilds as the setting says. */
    public StandingRebuilds(Segments segments, Settings settings) {
        this.segments = segments;
        this.daily = daily(settings.text(KnownSettings.DAILY_REBUILD));
    }

    private static Optional<Cron> daily(String setting) {
        if (Settings.ofYaml(setting.toLowerCase(Locale.ROOT)).equals("off")) {
            return Optional.empty();
        }

        try {
            return Optional.of(Cron.parse(setting));
        } catch (IllegalArgumentException e) {
            throw Settings.wrong(
                    KnownSettings.DAILY_REBUILD,
                    setting,
                    "is no cron expression",
                    KnownSettings.DAILY_REBUILD.usual() + ", or off");
        }
    }

    /** One job per directory that has segments and no job file that rebuilds all of them by schedule. */
    public List<LoadedJob> beside(Collection<LoadedJob> loaded) {
        if (daily.isEmpty()) {
            return List.of();
        }

        return segments.directories().stream()
                .flatMap(directory -> beside(directory, loaded).stream())
                .toList();
    }

    /** The job of a directory that has segments; empty when a job file rebuilds all of them by schedule. */
    public Optional<LoadedJob> beside(Holder directory, Collection<LoadedJob> loaded) {
        return daily.filter(cron -> loaded.stream().noneMatch(job -> covers(job.job(), directory)))
                .map(cron -> new LoadedJob(NO_FILE, "standing", job(directory, cron)));
    }

    private static boolean covers(JobFile file, Holder directory) {
        return file instanceof SegmentRebuildJob job
                && job.enabled()
                && !job.schedules().isEmpty()
                && job.segments().isEmpty()
                && (job.directory().strip().equals(directory.name())
                        || job.directory().strip().equals(directory.id()));
    }

    private static SegmentRebuildJob job(Holder directory, Cron cron) {
        return new SegmentRebuildJob(
                "daily-segments-" + directory.number(),
                "Daily rebuild of the segments of " + directory.name(),
                null,
                true,
                directory.id(),
                List.of(),
                SegmentRebuildJob.Mode.FULL,
                directory.zone(),
                List.of(new ScheduleEntry(cron, null, null)),
                JobFile.MissedRuns.ONCE,
                List.of());
    }
}
