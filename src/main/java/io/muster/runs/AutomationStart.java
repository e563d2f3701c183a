package io.muster.runs;

import io.muster.jobs.contactimport.DeliverySource;
import io.muster.jobs.contactimport.ImportSpec;
import java.time.Instant;

/**
 * A file that an automation is to import.
 *
 * @param automation the automation's numeric id
 * @param path the file on its source
 * @param size bytes
 * @param modified as the source tells
 * @param known what happens to a file that was taken before
 */
public record AutomationStart(
        long automation,
        String path,
        long size,
        Instant modified,
        Known known,
        ImportSpec spec,
        DeliverySource source) {

    /** What happens to a file that was taken before. */
    public enum Known {
        /** Nothing: each delivery is taken once. */
        LEAVE,
        /** It is taken again, as a new delivery. */
        TAKE_AGAIN
    }
}
