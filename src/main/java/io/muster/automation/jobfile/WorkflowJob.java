package io.muster.automation.jobfile;

import io.muster.automation.jobfile.WorkflowTask.Load;
import io.muster.support.document.binding.About;
import jakarta.validation.Valid;
import jakarta.validation.constraints.NotBlank;
import jakarta.validation.constraints.NotEmpty;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Pattern;
import jakarta.validation.constraints.Size;
import java.time.ZoneId;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Extracts records from anywhere, transforms and loads them, with what is to follow: tasks, one after the other. */
public record WorkflowJob(
        @NotNull
        @Pattern(
                regexp = "[a-z0-9][a-z0-9._-]{0,99}",
                message = "must be 1 to 100 lower-case letters, digits, '.', '_' or '-', such as nightly-orders")
        @About("The automation's identity, unique over all job files.")
        String id,

        @NotBlank @Size(max = 255) @About("What people call the automation; shown in notifications.")
        String name,

        @Size(max = 2000) @About("What it is for, for the next reader.") @Nullable
        String description,

        @About(value = "Whether its schedules run; a run by hand is always possible.", byDefault = "true")
        Boolean enabled,

        @NotEmpty(message = "must hold a task")
        @Size(max = 20)
        @About("What is done, in order: each task begins when the one before it has completed.")
        List<@Valid WorkflowTask> tasks,

        @About(
                value = "IANA time zone of schedules, alarm and dates in names, such as Europe/Berlin.",
                byDefault = "UTC")
        ZoneId zone,

        @Size(max = 50) @About("When it runs; on demand only where absent.")
        List<@Valid ScheduleEntry> schedules,

        @About(
                value = "once: one run makes up for all missed while no server ran; skip: they are left out.",
                byDefault = "once")
        MissedRuns missedRuns,

        @Valid @About("The alarm for a file that does not come.") @Nullable
        NoFileAlarm alarm,

        @Size(max = 50) @About("Who is notified of runs.") List<@Valid NotificationRule> notifications)
        implements JobFile {

    /** The kind as written. */
    public static final String KIND = "workflow";

    /** Fills in what may be absent. */
    public WorkflowJob {
        enabled = enabled == null || enabled;
        tasks = tasks == null ? List.of() : List.copyOf(tasks);
        zone = zone == null ? ZoneId.of("UTC") : zone;
        schedules = schedules == null ? List.of() : List.copyOf(schedules);
        missedRuns = missedRuns == null ? MissedRuns.ONCE : missedRuns;
        notifications = notifications == null ? List.of() : List.copyOf(notifications);
    }

    /** The kinds of its tasks, in order. */
    public List<String> kinds() {
        return tasks.stream().map(WorkflowTask::kind).toList();
    }

    /** The extractor whose new files drive the workflow; empty when nothing does. */
    public Optional<JobExtractor.Files> driver() {
        return tasks.getFirst() instanceof Load load
                        && load.into() instanceof Loader.IntoDirectory
                        && load.extract().getFirst() instanceof JobExtractor.Files files
                ? Optional.of(files)
                : Optional.empty();
    }
}
