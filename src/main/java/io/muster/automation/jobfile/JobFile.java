package io.muster.automation.jobfile;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import java.time.ZoneId;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One automation as its job file defines it. The {@code id} is its identity, whatever the file is called; what it does
 * depends on the {@code kind}.
 */
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "kind")
@JsonSubTypes({
    @JsonSubTypes.Type(value = ContactImportJob.class, name = ContactImportJob.KIND),
    @JsonSubTypes.Type(value = SegmentRebuildJob.class, name = SegmentRebuildJob.KIND),
    @JsonSubTypes.Type(value = EventJob.class, name = EventJob.KIND),
    @JsonSubTypes.Type(value = WorkflowJob.class, name = WorkflowJob.KIND)
})
public sealed interface JobFile permits ContactImportJob, SegmentRebuildJob, EventJob, WorkflowJob {

    /** The automation's identity, unique over all job files. */
    String id();

    /** What people call it. */
    String name();

    /** Whether its schedules run; a run by hand is always possible. */
    Boolean enabled();

    /** The zone of schedules and alarm that name none. */
    ZoneId zone();

    /** When it runs; empty for on demand only. */
    List<ScheduleEntry> schedules();

    /** What happens to runs that were due while no server ran. */
    MissedRuns missedRuns();

    /** The alarm for a file that does not come. */
    @Nullable
    NoFileAlarm alarm();

    /** Who is notified of runs. */
    List<NotificationRule> notifications();

    /** What happens to runs that were due while no server ran. */
    enum MissedRuns {
        /** One run makes up for all that were missed. */
        ONCE,
        /** They are left out; the next one runs at its own time. */
        SKIP
    }
}
