package io.muster.automation;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * How a run of an automation ended. It holds no personal data: {@code reason} must not repeat values of rows.
 *
 * @param run its id, {@code RN_…}
 * @param automation the id in the job file
 * @param file the file's name, without its folder
 * @param status how it ended
 * @param reason why it did not complete; null when it did
 * @param read rows read, the sum of the five outcomes that follow when the run balanced
 * @param created contacts created
 * @param updated rows that changed anything
 * @param unchanged rows that changed nothing
 * @param rejected rows rejected
 * @param skipped rows skipped
 * @param started when it began
 * @param ended when it ended
 */
public record RunSummary(
        String run,
        String automation,
        String file,
        Status status,
        @Nullable String reason,
        long read,
        long created,
        long updated,
        long unchanged,
        long rejected,
        long skipped,
        Instant started,
        Instant ended) {

    /** How a run ended. */
    public enum Status {
        /** All rows accounted for. */
        COMPLETED,
        /** It could not go on; see the reason. */
        FAILED,
        /** It was asked to stop and can be resumed. */
        STOPPED,
        /** Its process died; it can be resumed. */
        DEAD
    }
}
