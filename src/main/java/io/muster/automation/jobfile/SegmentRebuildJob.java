package io.muster.automation.jobfile;

import io.muster.support.document.binding.About;
import jakarta.validation.Valid;
import jakarta.validation.constraints.NotBlank;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Pattern;
import jakarta.validation.constraints.Size;
import java.time.ZoneId;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Rebuilds the segments of a directory. */
public record SegmentRebuildJob(
        @NotNull
        @Pattern(
                regexp = "[a-z0-9][a-z0-9._-]{0,99}",
                message = "must be 1 to 100 lower-case letters, digits, '.', '_' or '-', such as nightly-segments")
        @About("The automation's identity, unique over all job files.")
        String id,

        @NotBlank @Size(max = 255) @About("What people call the automation; shown in notifications.")
        String name,

        @Size(max = 2000) @About("What it is for, for the next reader.") @Nullable
        String description,

        @About(value = "Whether its schedules run; a run by hand is always possible.", byDefault = "true")
        Boolean enabled,

        @NotBlank @About("The directory whose segments are rebuilt, by id or name.")
        String directory,

        @Size(max = 1000) @About("Only these segments, by id or name; all where absent.")
        List<@NotBlank String> segments,

        @About(
                value = "full: all contacts; incremental: those that changed since the last rebuild, where that gives"
                        + " the same.",
                byDefault = "full")
        Mode mode,

        @About(value = "IANA time zone of the schedules, such as Europe/Berlin.", byDefault = "UTC")
        ZoneId zone,

        @Size(max = 50) @About("When it runs; on demand only where absent.")
        List<@Valid ScheduleEntry> schedules,

        @About(
                value = "once: one rebuild makes up for all missed while no server ran; skip: they are left out.",
                byDefault = "once")
        MissedRuns missedRuns,

        @Size(max = 50) @About("Who is notified of rebuilds; one that held a segment back counts as one with rejects.")
        List<@Valid NotificationRule> notifications)
        implements JobFile {

    /** The kind as written. */
    public static final String KIND = "segment-rebuild";

    /** Which contacts a rebuild looks at. */
    public enum Mode {
        /** All. */
        FULL,
        /** Those that changed. */
        INCREMENTAL
    }

    /** Fills in what may be absent. */
    public SegmentRebuildJob {
        enabled = enabled == null || enabled;
        segments = segments == null ? List.of() : List.copyOf(segments);
        mode = mode == null ? Mode.FULL : mode;
        zone = zone == null ? ZoneId.of("UTC") : zone;
        schedules = schedules == null ? List.of() : List.copyOf(schedules);
        missedRuns = missedRuns == null ? MissedRuns.ONCE : missedRuns;
        notifications = notifications == null ? List.of() : List.copyOf(notifications);
    }

    /** A rebuild takes no files. */
    @Override
    public @Nullable NoFileAlarm alarm() {
        return null;
    }
}
