package io.muster.automation;

import io.muster.jobs.RunStatus;
import io.muster.load.TakenAway;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How a run of an automation ended. It holds no personal data: {@code reason} must not repeat values of rows.
 *
 * @param run its id, {@code RN_…}
 * @param automation the id in the job file
 * @param status how it ended
 * @param reason why it did not complete; null when it did
 * @param imported file and rows of an import; null for other kinds
 * @param warnings what a person should know of it all the same, one sentence each
 * @param started when it began
 * @param ended when it ended
 */
public record RunSummary(
        String run,
        String automation,
        RunStatus status,
        @Nullable String reason,
        @Nullable Imported imported,
        List<String> warnings,
        Instant started,
        Instant ended) {

    /** Copies the warnings. */
    public RunSummary {
        warnings = List.copyOf(warnings);
    }

    /** A run without warnings. */
    public RunSummary(
            String run,
            String automation,
            RunStatus status,
            @Nullable String reason,
            @Nullable Imported imported,
            Instant started,
            Instant ended) {
        this(run, automation, status, reason, imported, List.of(), started, ended);
    }

    /**
     * File and rows of an import.
     *
     * @param file the file's name, without its folder
     * @param read rows read, the sum of the five outcomes that follow when the run balanced
     * @param created contacts created
     * @param updated rows that changed anything
     * @param unchanged rows that changed nothing
     * @param rejected rows rejected
     * @param skipped rows skipped
     * @param takenAway what those of the updated rows did that took something away
     */
    public record Imported(
            String file,
            long read,
            long created,
            long updated,
            long unchanged,
            long rejected,
            long skipped,
            TakenAway takenAway) {}
}
